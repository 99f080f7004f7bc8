"""`emotrace predict --int8`: it says what it did, and refuses where it cannot."""

import pytest

from emotrace.errors import InputError
from emotrace.models.layers.int8 import check_int8


def test_a_small_model_says_that_nothing_is_in_int8(emo, run_folder, clip, tmp_path):
    try:
        check_int8()
    except InputError as error:
        pytest.skip(str(error))
    said = emo("predict", run_folder, clip, "-o", tmp_path / "out", "--int8", "--no-html")
    assert said.status == 0
    assert "int8: no layer of nguyen2020/2d1dconv-lstm is large enough" in " ".join(said.err.split())


def test_where_it_cannot_be_it_is_refused(emo, run_folder, clip, tmp_path, monkeypatch):
    def refuse():
        raise InputError("int8: cannot compute in it here; predict without int8")

    monkeypatch.setattr("emotrace.models.quantised.check_int8", refuse)
    said = emo("predict", run_folder, clip, "-o", tmp_path / "out", "--int8")
    assert said.status != 0
    assert "predict without int8" in said.err
    assert not (tmp_path / "out").exists()
