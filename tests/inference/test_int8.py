"""Runs loaded in int8: traces near those in float32, and a warning that says so."""

import numpy as np
import pytest
import torch

from emotrace import inference, models
from emotrace.errors import InputError
from emotrace.models.layers.int8 import check_int8

NAME = "nguyen2020/1dconv-lstm"


@pytest.fixture(scope="module")
def save(tmp_path_factory, make_predictor):
    """Function that writes a checkpoint of untrained weights, some layers of it as large as asked for."""

    def make(hidden):
        meta = make_predictor("1dconv-lstm").meta
        config = meta.config | {"audio_hidden": hidden}
        torch.manual_seed(0)
        model = models.build(NAME, preset="small", **config)
        path = tmp_path_factory.mktemp("int8") / "best.safetensors"
        models.save_checkpoint(path, model, meta.model_copy(update={"config": config}))
        return path

    return make


@pytest.fixture
def only_where_int8_is():
    try:
        check_int8()
    except InputError as error:
        pytest.skip(str(error))


def test_a_large_model_traces_nearly_as_in_float32(save, sound_clip, only_where_int8_is):
    path = save(4096)
    wanted = inference.load(path).analyse(sound_clip)
    got = inference.load(path, int8=True).analyse(sound_clip)
    off = np.abs(got.trace.values - wanted.trace.values).max()
    assert 0 < off < 0.05 * np.abs(wanted.trace.values).max()  # two layers in a row, about 1 % each
    assert f"int8: 2 large layers of {NAME} in 8-bit integers: values differ slightly" in got.warnings[0]
    assert not any("int8" in warning for warning in wanted.warnings)


def test_a_small_model_stays_in_float32_and_says_so(save, sound_clip, only_where_int8_is):
    path = save(16)
    wanted = inference.load(path).analyse(sound_clip)
    got = inference.load(path, int8=True).analyse(sound_clip)
    assert (got.trace.values == wanted.trace.values).all()
    assert (
        got.warnings[0] == f"int8: no layer of {NAME} is large enough to gain by it here, so none is in int8"
    )


def test_where_it_cannot_be_it_is_refused(save, monkeypatch):
    def refuse():
        raise InputError("int8: cannot compute in it here")

    monkeypatch.setattr("emotrace.models.quantised.check_int8", refuse)
    with pytest.raises(InputError, match="cannot compute in it here"):
        inference.load(save(16), int8=True)
