"""Numbers of a comparison against what evaluation says and against a literal permutation test."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from emotrace import metrics
from emotrace.evaluation import evaluate
from emotrace.evaluation.compared.entrants import common_labels, read_entrants
from emotrace.evaluation.compared.measured import measure
from emotrace.evaluation.compared.sums import Sums


def measured(runs):
    entrants = read_entrants(runs)
    return entrants, measure(entrants, common_labels(entrants))


@pytest.mark.parametrize("predicts", ["trace", "class"])
def test_scores_are_those_of_evaluate(pair, predicts):
    runs = pair(predicts=predicts)
    _, found = measured(runs)
    for run in runs:
        scores = evaluate(run)["partitions"]["test"]["concatenated"]
        for metric in found.headlines:
            assert found.metrics[run.name][metric] == pytest.approx(scores[metric], abs=1e-12)


def test_the_test_is_that_of_a_literal_loop(pair):
    entrants, found = measured(pair(amount=0.2, subjects=3))
    (test,) = [one for one in found.tests if one["metric"] == "ccc_arousal"]
    subjects = sorted({one.subject for one in entrants[0].recordings})
    observed, trials = None, []
    for swapped in product([False, True], repeat=len(subjects)):
        said = dict(zip(subjects, swapped, strict=True))
        scores = []
        for mine, theirs in (entrants, entrants[::-1]):
            chosen = [
                theirs.recordings[at] if said[one.subject] else one for at, one in enumerate(mine.recordings)
            ]
            gold = np.concatenate([one.gold[:, 0] for one in chosen])
            values = np.concatenate([one.trace.values[:, 0] for one in chosen])
            scores.append(metrics.ccc(gold, values))
        trials.append(scores[0] - scores[1])
        observed = trials[0] if observed is None else observed
    assert test["difference"] == pytest.approx(observed, abs=1e-9)
    assert test["p"] == np.mean(np.abs(trials) >= abs(observed) - 1e-12)
    assert found.least_p == 0.25


def test_one_who_is_better_for_everybody_is_told_from_chance(pair):
    _, found = measured(pair(amount=1.0, subjects=8, steps=100))
    for test in found.tests:
        assert test["difference"] > 0 and test["low"] > 0
        assert test["p"] == 2 / 256 and test["p_holm"] == pytest.approx(4 / 256)


def test_only_the_dimensions_or_the_recall_of_classes_are_tested(pair, tmp_path):
    _, found = measured(pair())
    assert [test["metric"] for test in found.tests] == ["ccc_arousal", "ccc_valence"]
    assert found.headlines == ("ccc_arousal", "ccc_valence", "ccc_mean")
    assert found.least_corrected == 2 * found.least_p == 0.25
    for run in ("good", "noisy"):
        (tmp_path / run).rename(tmp_path / f"traces_{run}")
    _, found = measured(pair(predicts="class"))
    assert [test["metric"] for test in found.tests] == ["uar"]


def test_runs_on_other_grids_are_tested_at_common_times(pair):
    """Predictions that are the same do not differ, though the CCC of all rows and of every 20th do."""
    good, other = pair(amount=0.0, subjects=8)
    for path in (other / "predictions").glob("*.csv"):
        pd.read_csv(path).iloc[::20].to_csv(path, index=False)
    _, found = measured([good, other])
    assert found.metrics["good"]["ccc_arousal"] != found.metrics["noisy"]["ccc_arousal"]
    assert all(test["difference"] == test["low"] == test["high"] == 0 for test in found.tests)
    assert all(test["p"] == 1 for test in found.tests)


def test_draws_and_trials_are_of_subjects_and_not_of_recordings(pair, monkeypatch):
    """Ten thousand trials of 7,000 clips would take a gigabyte."""
    widths, score = set(), Sums.metrics

    def seen(sums, weights):
        widths.add(weights.shape[1])
        return score(sums, weights)

    monkeypatch.setattr(Sums, "metrics", seen)
    measured(pair(predicts="class", subjects=4, each=3))
    assert widths == {4, 2 * 4}  # those of one run, and of both


def test_the_same_predictions_do_not_differ(pair):
    _, found = measured(pair(amount=0.0))
    assert all(test["difference"] == 0 and test["p"] == 1 for test in found.tests)


def test_every_recording_is_listed(pair):
    entrants, found = measured(pair())
    assert len(found.recordings) == 8 * 3  # recordings, and two dimensions with their mean
    row = next(row for row in found.recordings if row["metric"] == "ccc_valence")
    one = next(one for one in entrants[1].recordings if one.name == row["recording"])
    assert row["noisy"] == pytest.approx(metrics.ccc(one.gold[:, 1], one.trace.values[:, 1]))


def test_clips_are_listed_with_what_each_run_says(pair):
    _, found = measured(pair(predicts="class", amount=0.3))
    assert [row["metric"] for row in found.recordings] == ["class"] * 8
    right = np.mean([row["noisy"] == row["gold"] for row in found.recordings])
    assert right == pytest.approx(found.metrics["noisy"]["accuracy"]["value"])


def test_two_subjects_have_no_intervals(pair):
    _, found = measured(pair(subjects=2))
    assert "an interval over subjects needs at least 3" in found.reason
    assert found.tests[0]["low"] is None and found.least_p == 0.5
