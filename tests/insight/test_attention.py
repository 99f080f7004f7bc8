"""The analysis of attention: spread by its formula, levels, tables, examples, what cannot be done."""

from dataclasses import replace

import numpy as np
import pytest
from seeing import STATES, Leaning, Seeing, leaning

from emotrace import metrics
from emotrace.delay import LabelDelay
from emotrace.errors import CheckpointError, DataError
from emotrace.insight import make_insight
from emotrace.insight.analyses.attention.examples import example_strips
from emotrace.insight.analyses.attention.run import ANALYSIS, run
from emotrace.insight.analyses.attention.spread import attended, spread, weights_of
from emotrace.offline_page.page import Page

TWO = (Seeing(0, no_face=(5, 6)), Seeing(1, no_face=(39,)))


def literal_spread(model):
    """(max - min) / max of what was planted, step by step."""
    rows = model.rows[:, 2 : 2 + STATES]
    return [
        (max(known) - min(known)) / max(known) if len(known) > 1 else np.nan
        for known in ([float(one) for one in row if np.isfinite(one)] for row in rows)
    ]


def test_the_spread_is_its_formula(planted):
    model = leaning()
    found = planted(*TWO, model=model)
    weights = weights_of(found.traces[1], attended(model))
    np.testing.assert_allclose(spread(weights), literal_spread(model), rtol=1e-6)
    assert np.isnan(spread(weights)[:2]).all() and np.isfinite(spread(weights)[2:]).all()


def test_equal_weights_have_no_spread_and_a_single_one_all_of_it():
    assert spread(np.full((1, 8), 0.125)).tolist() == [0.0]
    assert spread(np.array([[1.0, 0.0, 0.0]])).tolist() == [1.0]


def test_tables_are_scored_where_attention_is_uneven(planted):
    model, other = leaning(), leaning(seed=3, error=0.3)
    examined = replace(planted(*TWO, model=model), against=planted(*TWO, model=other, path="plain"))
    found = run(examined)
    rows = {(row["level"], row["dimension"]): row for row in found.tables["attention_levels"]}
    assert len(rows) == 4 * 2
    over = np.array([value >= 0.5 for value in np.nan_to_num(literal_spread(model), nan=-1)])
    gold = np.concatenate([Seeing(n).gold[over, 1] for n in range(2)])
    mine, theirs = (np.tile(one.rows[over, 1].astype(float), 2) for one in (model, other))
    row = rows[">= 50 %", "valence"]
    assert row["threshold"] == 0.5 and row["steps"] == 2 * over.sum()
    assert row["share"] == pytest.approx(over.sum() / 38, abs=1e-6)
    assert row["rmse"] == pytest.approx(metrics.rmse(gold, mine), abs=2e-6)
    assert row["correlation"] == pytest.approx(metrics.pcc(gold, mine), abs=2e-6)
    gain = 1 - metrics.rmse(gold, mine) / metrics.rmse(gold, theirs)
    assert row["gain_rmse"] == pytest.approx(gain, abs=1e-5)
    shares = [rows[level, "arousal"]["share"] for level in ("all", ">= 12.5 %", ">= 25 %", ">= 50 %")]
    assert shares == sorted(shares, reverse=True) and shares[0] == 1.0
    page = Page()
    found.show(page)
    text = "".join(page.body)
    assert "The other run is <b>planted/model (plain)</b>" in text and "RMSE<br>of the other" in text
    assert found.summary["against"] == "planted/model (plain)" and found.headline[0]["level"] == "all"
    full = model.rows[3:, 2 : 2 + STATES]
    lags = [row["mean_weight"] for row in found.tables["attention_lags"]]
    np.testing.assert_allclose(lags, model.rows[2:, 2 : 2 + STATES].mean(0), atol=1e-6)
    assert len(full) == 37


def test_examples_are_what_was_given_where_the_spread_is_highest_and_lowest(planted):
    model = leaning()
    examined = planted(*TWO, model=model)
    spreads = np.array(literal_spread(model))
    weights = weights_of(examined.traces[1], STATES)
    strips = example_strips(examined, 1, weights, spreads)
    assert len(strips) == 4 and all(len(strip.pictures) == STATES for strip in strips)
    highest = 3 + spreads[3:].argmax()
    assert f"{100 * spreads[highest]:.0f} %" in strips[0].title and "face" in strips[0].title
    faces = Seeing(1).track("face-16").values[highest - STATES : highest]
    for shown, given in zip(strips[0].pictures, faces, strict=True):
        np.testing.assert_allclose(shown.astype(int), given, atol=1)
    earliest_first = weights[highest, ::-1]
    assert strips[0].notes[0] == f"{100 * earliest_first[0]:.1f} %"
    np.testing.assert_allclose(strips[0].strengths, earliest_first / earliest_first.max())
    assert strips[1].title == "spectrogram" and strips[1].pictures[0].shape == (128, 16, 3)


def test_with_a_delay_pictures_are_those_of_the_models_own_step(planted):
    model = leaning()
    examined = planted(TWO[1], model=model, delay=LabelDelay(seconds=0.2, rule="hold"))
    weights = weights_of(examined.traces[0], STATES)
    np.testing.assert_array_equal(weights[10], model.rows[5, 2 : 2 + STATES])
    strips = example_strips(examined, 0, weights, spread(weights))
    highest = 3 + np.array(literal_spread(model))[3:35].argmax()  # later steps moved beyond the end
    faces = TWO[1].track("face-16").values[highest - STATES : highest]
    np.testing.assert_allclose(strips[0].pictures[0].astype(int), faces[0], atol=1)
    assert f"{(highest + 5) * 0.04:.2f} s" in strips[0].title


def test_the_page_and_the_files(planted, tmp_path):
    examined = replace(planted(*TWO, model=leaning(), path=tmp_path), drawn="r1")
    page, found = make_insight(examined)
    assert list(found) == ["attention", "gate", "occlusion"]
    text = page.read_text(encoding="utf-8")
    for words in (
        "What attention looks back at", "Which modality the gate takes", "Over time: r1", "Two sequences",
        "Give another run with --against", "sequences of pictures with their weights",
    ):  # fmt: skip
        assert words in text
    names = {path.name for path in page.parent.iterdir()}
    for part in ("over_time", "levels", "examples"):
        assert {
            f"attention_{part}.png",
            f"attention_{part}.svg",
            f"gate_{part}.png",
            f"gate_{part}.svg",
        } <= names
    assert "http" not in text.split("<script")[0].replace("http://www.w3.org", "")


def test_unrated_recordings_have_shares_and_no_errors(planted):
    found = run(planted(Seeing(0, rated=False), model=leaning()))
    row = found.tables["attention_levels"][0]
    assert row["steps"] == 38 and row["rated_steps"] == 0 and row["rmse"] is None


def test_recordings_too_short_for_a_sequence_are_refused(planted):
    with pytest.raises(
        DataError, match=r"run: attention has nothing to choose from .* test, whose longest .* 2 "
    ):
        run(planted(Seeing(0, steps=2), model=leaning()))


def test_values_that_are_no_numbers_are_refused(planted):
    model = leaning()
    model.rows[7, 0] = np.nan
    with pytest.raises(
        CheckpointError, match=r"best.safetensors: gives values that are not numbers for r0; its"
    ):
        run(planted(Seeing(0), model=model))


def test_only_a_trace_with_attention_is_offered():
    assert ANALYSIS.offered(leaning())
    assert not ANALYSIS.offered(leaning(predicts="class"))
    plain = type("Plain", (Leaning,), {"shown_columns": ("attention_audio", "gate")})
    assert not ANALYSIS.offered(plain(np.zeros((1, 2)), np.zeros((1, 3)), np.zeros(1)))
