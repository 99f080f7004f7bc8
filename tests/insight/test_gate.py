"""The analysis of the gate: thresholds by their words, missing modalities, tables, examples."""

import numpy as np
import pytest
from seeing import Leaning, Seeing, leaning

from emotrace import metrics
from emotrace.errors import DataError
from emotrace.insight.analyses.gate.examples import example_strips
from emotrace.insight.analyses.gate.leaning import gate_of
from emotrace.insight.analyses.gate.run import ANALYSIS, run
from emotrace.offline_page.page import Page

TWO = (Seeing(0, no_face=(5, 6)), Seeing(1))


def test_levels_are_those_near_0_and_near_1(planted):
    model = leaning()
    found = run(planted(*TWO, model=model))
    rows = {(row["level"], row["dimension"]): row for row in found.tables["gate_levels"]}
    gate = model.rows[:, -1].astype(float)
    both = np.ones((2, 40), bool)
    both[0, 5:7] = False
    for threshold in (0.25, 0.125, 0.0625):
        row = rows[f"T_ZG {threshold:g}", "arousal"]
        chosen = both & ((gate < threshold) | (gate > 1 - threshold))
        assert row["threshold"] == threshold and row["steps"] == chosen.sum()
        assert row["share"] == pytest.approx(chosen.sum() / 78, abs=1e-6)
        gold = np.concatenate([Seeing(n).gold[chosen[n], 0] for n in range(2)])
        mine = np.concatenate([model.rows[chosen[n], 0].astype(float) for n in range(2)])
        assert row["rmse"] == pytest.approx(metrics.rmse(gold, mine), abs=2e-6)
        assert row["correlation"] == pytest.approx(metrics.pcc(gold, mine), abs=2e-6)
    tenths = [rows[f"most {name}", "valence"]["share"] for name in ("face", "spectrogram")]
    np.testing.assert_allclose(tenths, 0.1, atol=0.02)
    assert found.summary["steps"] == 78 and found.summary["steps_with_one_missing"] == 2
    assert found.summary["mean"] == pytest.approx(np.tile(gate, 2)[both.ravel()].mean(), abs=1e-6)


def test_where_one_is_missing_there_is_no_choice(planted):
    examined = planted(*TWO, model=leaning())
    gate = gate_of(examined.traces[0], "face", "spectrogram")
    assert np.flatnonzero(np.isnan(gate)).tolist() == [5, 6]
    rows = run(examined).tables["gate_recordings"]
    assert [row["steps_with_one_missing"] for row in rows] == [2, 0]
    mute = planted(Seeing(0, lacks=("feature-mel-128",)), Seeing(1), model=leaning())
    assert run(mute).tables["gate_recordings"][0] == {
        "recording": "r0", "subject": "s0", "steps": 0, "steps_with_one_missing": None, "mean": None,
        "deviation": None, "lowest": None, "highest": None,
    }  # fmt: skip
    with pytest.raises(
        DataError, match=r"run: no step of the partition test has both face and spectrogram, so"
    ):
        run(planted(Seeing(0, lacks=("face-16",)), model=leaning()))


def test_a_gate_that_stays_in_the_middle_is_said_to(planted):
    model = leaning()
    model.rows[:, -1] = 0.5 + model.rows[:, -1] / 100
    found, page = run(planted(*TWO, model=model)), Page()
    found.show(page)
    assert "<b>No step is beyond any threshold</b>" in "".join(page.body)
    assert found.tables["gate_levels"][2]["rmse"] is None


def test_examples_end_where_the_gate_leans_most(planted):
    model = leaning()
    examined = planted(*TWO, model=model)
    gate = model.rows[:, -1].astype(float)
    strips = example_strips(examined, 1, gate, ("face", "spectrogram"))
    assert [strip.title.split("\n")[0] for strip in strips] == [
        "most face", "spectrogram", "most spectrogram", "spectrogram",
    ]  # fmt: skip
    highest = 7 + gate[7:].argmax()
    assert strips[0].notes[-1] == f"{100 * gate[highest]:.1f} %"
    assert strips[1].notes[-1] == f"{100 * (1 - gate[highest]):.1f} %"
    face = Seeing(1).track("face-16").values[highest]
    np.testing.assert_allclose(strips[0].pictures[-1].astype(int), face, atol=1)
    short = planted(Seeing(0, steps=6), model=model)
    assert example_strips(short, 0, gate[:6], ("face", "spectrogram")) == []


def test_only_a_trace_with_a_gate_is_offered():
    assert ANALYSIS.offered(leaning()) and not ANALYSIS.offered(leaning(predicts="class"))
    other = type("Other", (Leaning,), {"shown_columns": ("attention_1",)})
    assert not ANALYSIS.offered(other(np.zeros((1, 2)), np.zeros((1, 3)), np.zeros(1)))
