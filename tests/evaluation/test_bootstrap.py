"""What is said of intervals over few subjects; their values are tested with the scores."""

import json

import numpy as np
import pytest

from emotrace.evaluation import evaluate
from emotrace.evaluation.bootstrap import SubjectBootstrap

ROUGH = (
    "Intervals over 5 subjects are rough: with fewer than 6 they hold the true value less often than in 95 %"
)


def test_intervals_of_few_subjects_are_rough():
    assert SubjectBootstrap(list("abcde")).rough.startswith(ROUGH)
    assert SubjectBootstrap(list("abcdef")).rough is None
    two = SubjectBootstrap(list("ab"))
    assert two.rough is None and two.reason is not None  # there is no interval


def test_they_are_rough_indeed():
    """The mean of three people's normal scores: the interval misses the true mean far too often."""
    rng, missed = np.random.default_rng(0), 0
    for trial in range(300):
        scores, bootstrap = rng.normal(size=3), SubjectBootstrap(list("abc"), 400, trial)
        found = bootstrap.estimate("mean", scores.mean(), bootstrap.weights @ scores / 3)
        missed += not found["low"] <= 0 <= found["high"]
    assert missed / 300 > 0.15  # and not 0.05


@pytest.mark.parametrize(("subjects", "told"), [(5, True), (6, False)])
def test_metrics_and_card_say_so(write_run, tmp_path, subjects, told):
    run = write_run(tmp_path / "run", subjects=subjects, steps=60, parts=("test",))
    warnings = evaluate(run)["partitions"]["test"]["warnings"]
    assert any(text.startswith(ROUGH) for text in warnings) == told
    assert (ROUGH in (run / "metrics.json").read_text(encoding="utf-8")) == told
    assert (f"test: {ROUGH}" in (run / "card.md").read_text(encoding="utf-8")) == told
    assert json.loads((run / "metrics.json").read_text())["partitions"]["test"]["interval"]["reason"] is None
