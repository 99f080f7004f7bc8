"""Rows of a paper stand beside a cross-validation of the same protocol only."""

from dataclasses import replace

import pytest

from emotrace.config.recipe import Reported
from emotrace.evaluation.comparison import compare
from emotrace.evaluation.reported_confusion import reported_confusions
from emotrace.evaluation.run_folder import RunFolder

SCORES = {"subjects": 8, "recordings": 500, "concatenated": {"accuracy": {"value": 0.7}}}
ROW = {
    "table": "1",
    "corpus": "RML",
    "partition": "test",
    "scheme": "loso",
    "subjects": 8,
    "recordings": 500,
    "metrics": {"accuracy": 0.76},
}


@pytest.fixture
def folds(tmp_path, write_run):
    """A function that gives a cross-validation of a scheme with some of its two folds finished."""
    run = RunFolder.read(write_run(tmp_path / "run", predicts="class", steps=5))

    def make(scheme="loso", done=2, **partition):
        entries = [{"fold": fold, "state": "done" if fold < done else "waiting"} for fold in range(2)]
        facts = run.run | {"corpus": "rml", "preset": "vgg19", "folds": entries}
        shared = {"subjects_shared": True} if scheme == "clips" else {}
        return replace(run, run=facts, partition=run.partition | {"scheme": scheme, **shared, **partition})

    return make


def differences(row, run, scores=SCORES):
    return compare(Reported(**(ROW | row)), run, {"test": scores}).differences


def test_the_same_protocol_may_be_compared(folds):
    found = compare(Reported(**ROW), folds(), {"test": SCORES})
    assert found.differences == () and found.of_this_corpus
    assert found.comparable == "yes" and found.verdict.startswith("Comparable: corpus layout, partition,")


@pytest.mark.parametrize(
    ("scheme", "row", "says"),
    [
        (
            "loso",
            {"scheme": "clips"},
            ["the split is k-fold over clips there and leave one subject out here"],
        ),
        ("kfold", {}, ["the split is leave one subject out there and k-fold over subjects here"]),
        ("loso", {"scheme": "fixed"}, ["subjects are split by loso here"]),
        (
            "clips",
            {},
            [
                "the split is leave one subject out there and k-fold over clips here",
                "subjects of test are learnt from here (subjects shared)",
            ],
        ),
        (
            "clips",
            {"scheme": "fixed"},
            ["clips are split at random here", "subjects of test are learnt from here (subjects shared)"],
        ),
    ],
)
def test_another_protocol_may_not(folds, scheme, row, says):
    assert list(differences(row, folds(scheme))) == says


def test_shared_subjects_are_no_difference_where_the_paper_shares_them_but_said(folds):
    found = compare(Reported(**(ROW | {"scheme": "clips"})), folds("clips"), {"test": SCORES})
    assert found.differences == ()
    assert "there as here subjects of test are learnt from (subjects shared)" in found.verdict
    assert found.comparable == "not known"
    assert "the paper does not say how many folds it makes" in found.verdict
    three = compare(Reported(**(ROW | {"scheme": "clips", "folds": 3})), folds("clips"), {"test": SCORES})
    assert three.differences == ("there are 3 folds there and 2 here",)


def test_folds_that_are_not_there_yet_are_a_difference(folds):
    assert differences({}, folds(done=1)) == ("1 of 2 folds are finished here",)
    run = folds()
    single = replace(run, run={key: value for key, value in run.run.items() if key != "folds"})
    assert differences({}, single) == ("a single fold is tested here",)


def test_another_number_of_clips_is_a_difference(folds):
    assert differences({}, folds(), SCORES | {"recordings": 720}) == (
        "there are 500 recordings there and 720 here",
    )
    assert differences({"recordings": None}, folds(), SCORES | {"recordings": 720}) == ()


def test_folds_by_an_attribute_are_never_those_of_a_paper(folds):
    assert differences({"scheme": "kfold"}, folds("kfold", by="language")) == (
        "recordings are split by language here",
    )


def test_another_corpus_is_told(folds):
    found = compare(Reported(**(ROW | {"corpus": "eNTERFACE05"})), folds(), {"test": SCORES})
    assert not found.of_this_corpus


def test_the_paper_s_confusion_matrix_stands_in_the_page(folds):
    row = ROW | {"table": "Figure <4>", "confusion": {"a&b": (0.75, 0.25), "c": (0.0, 1.0)}}
    page = reported_confusions([compare(Reported(**one), folds(), {"test": SCORES}) for one in (ROW, row)])
    assert page.count('<div class="card">') == 1
    assert "Figure &lt;4&gt;: confusion matrix in the paper" in page and "a&amp;b" in page
    assert page.count('class="cell"') == 4 and "75" in page and "Comparable: corpus layout" in page
