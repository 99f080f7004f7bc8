"""The analysis of restored pictures, on a tiny aspandi2022: errors by their formula, seeded, refused."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from seeing import Seeing

from emotrace.errors import DataError
from emotrace.features import assemble
from emotrace.insight.analyses.restored.run import ANALYSIS, run

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))

from tiny_aspandi2022 import tiny

TWO = (Seeing(0, steps=20, no_face=(3,)), Seeing(1, steps=20))


def test_errors_are_root_mean_squares_of_a_range_of_1(planted):
    model = tiny("vi-des").eval()
    found = run(planted(*TWO, model=model))
    rows = {row["degradation"]: row for row in found.tables["restored_errors"]}
    assert list(rows) == [
        "as it is", "scale down and up", "blur", "add noise", "darken", "to grey", "occlude",
    ]  # fmt: skip
    assert rows["as it is"]["rmse_degraded"] == 0 and rows["as it is"]["gain"] is None
    squares = []
    for recording in TWO:
        steps = [step for step in (1, 3, 6, 8, 11, 13, 16, 18) if step not in recording.no_face]
        given = torch.cat([assemble(model.declaration, recording, step, step + 1)["face"] for step in steps])
        restored = model.generators["face"](given)[1].detach()
        squares.append(float(((restored - given) / 2).square().mean()))
    assert rows["as it is"]["rmse_restored"] == pytest.approx(np.sqrt(np.mean(squares)), abs=1e-6)
    for row in rows.values():
        if row["gain"] is not None:
            assert row["gain"] == pytest.approx(1 - row["rmse_restored"] / row["rmse_degraded"], abs=1e-4)


def test_it_is_the_same_each_time_and_leaves_torchs_generator_alone(planted):
    model = tiny("avi-gas").eval()
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first = run(planted(*TWO, model=model)).tables["restored_errors"]
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(2)
    assert run(planted(*TWO, model=model)).tables["restored_errors"] == first
    assert {row["input"] for row in first} == {"face", "spectrogram"}


def test_a_modality_that_is_nowhere_is_left_out_and_none_is_refused(planted):
    model = tiny("avi-gas").eval()
    mute = [Seeing(number, steps=20, lacks=("feature-mel-128",)) for number in range(2)]
    found = run(planted(*mute, model=model))
    assert {row["input"] for row in found.tables["restored_errors"]} == {"face"}
    assert list(found.figures) == ["restored_face"]
    nothing = Seeing(0, steps=20, lacks=("feature-mel-128", "face-16"))
    with pytest.raises(
        DataError, match=r"run: no recording of the partition test has a picture that could be"
    ):
        run(planted(nothing, model=model))


def test_only_a_model_that_restores_is_offered():
    assert ANALYSIS.offered(tiny("vi-de")) and not ANALYSIS.offered(torch.nn.Linear(1, 1))
