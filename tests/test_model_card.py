"""The card of a run: what it says of corpus, people, scores and limits."""

import json

import pytest

from emotrace.errors import CheckpointError
from emotrace.model_card import card_line, write_card
from emotrace.run_files import identity

FACTS = {
    "system": "heron2031",
    "variant": "wader",
    "preset": "small",
    "labels": ["arousal", "valence"],
    "predicts": "trace",
    "step_s": 0.04,
    "corpus": "avec2016",
    "value_range": [1.0, 9.0],
    "recipe_digest": "abc",
    "commit": "def",
    "seed": 3,
    "state": "done",
    "warnings": ["there is no development partition"],
    "delay": {"seconds": 2.0},
}
PARTITION = {
    "scheme": "fixed",
    "parts": {"train": ["a1", "a2", "b"], "development": [], "test": ["c"]},
    "subjects": {"a1": "A", "a2": "A", "b": "B", "c": "C"},
}
CELL = {"value": 0.5, "low": 0.4, "high": 0.6}


@pytest.fixture
def run(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(FACTS))
    (tmp_path / "partition.json").write_text(json.dumps(PARTITION))
    return tmp_path


def evaluated(run, partition="test", warnings=(), **cells):
    scores = {"recordings": 1, "subjects": 1, "concatenated": cells, "warnings": list(warnings)}
    of = identity(json.loads((run / "run.json").read_text()))
    (run / "metrics.json").write_text(json.dumps({"run": of, "partitions": {partition: scores}}))


def test_the_first_line_says_what_it_is_made_of(run):
    assert card_line(run) == (
        "heron2031/wader (small) gives arousal and valence in [1, 9] every 40 ms, trained on 2 subjects of "
        "avec2016."
    )
    evaluated(run, ccc_arousal=CELL, ccc_mean=CELL, rmse_arousal=CELL)
    assert card_line(run).endswith("; test ccc arousal 0.500 [0.400, 0.600].")


def test_classes_are_named(run):
    facts = FACTS | {"predicts": "class", "labels": ["angry", "calm", "happy"], "step_s": 0.3}
    (run / "run.json").write_text(json.dumps(facts))
    evaluated(run, uar=CELL | {"low": None, "high": None})
    line = card_line(run)
    assert "tells 3 classes (angry, calm and happy) every 300 ms" in line and line.endswith(
        "; test uar 0.500."
    )
    text = write_card(run).read_text(encoding="utf-8")
    assert "- Classes: angry, calm and happy.\n" in text and "; range" not in text
    assert "In brackets" not in text, "there is no interval"


def test_the_card_tells_origin_scores_limits_and_use(run):
    evaluated(run, "development", ["tuned here"], ccc_arousal=CELL, ccc_valence=CELL | {"value": None})
    text = write_card(run).read_text(encoding="utf-8")
    for words in (
        "Corpus: avec2016; its licence: not noted.",
        "In brackets: 95 % over subjects.",
        "What the people of the corpus agreed to",
        "train: 2 subjects; test: 1 subject",
        "range [1.0, 9.0]",
        "2.0 s earlier",
        "development, 1 recording of 1 subject: ccc_arousal 0.500 [0.400, 0.600], ccc_valence undefined",
        "Recipe abc, commit def, seed 3.",
        "there is no development partition.",
        "development: tuned here",
        "does not read what a person feels",
    ):
        assert words in text


def test_the_recipe_is_named_where_the_run_knows_it(run):
    (run / "run.json").write_text(json.dumps(FACTS | {"recipe": "heron2031/demo with seed=3"}))
    text = write_card(run).read_text(encoding="utf-8")
    assert "Recipe heron2031/demo with seed=3 (digest abc), commit def, seed 3." in text


def test_a_run_that_is_not_evaluated_or_finished_says_so(run):
    (run / "run.json").write_text(json.dumps(FACTS | {"state": "running", "corpus": "demo corpus of faces"}))
    text = write_card(run).read_text(encoding="utf-8")
    for words in ("Not evaluated yet", "Training is not finished (running)", "it knows no person"):
        assert words in text


def test_scores_of_earlier_weights_are_not_credited(run):
    evaluated(run, ccc_arousal=CELL)
    (run / "run.json").write_text(json.dumps(FACTS | {"best": {"score": 0.7, "step": 900}}))
    assert card_line(run).endswith("2 subjects of avec2016.")
    assert "Not evaluated yet" in write_card(run).read_text(encoding="utf-8")


def test_a_scale_that_is_not_known_is_not_made_up(run):
    (run / "run.json").write_text(json.dumps({key: FACTS[key] for key in FACTS if key != "value_range"}))
    assert "gives arousal and valence every 40 ms" in card_line(run)
    assert "Labels: arousal and valence; range not known." in write_card(run).read_text(encoding="utf-8")


def test_scores_of_shared_subjects_say_so_each_time(run):
    (run / "partition.json").write_text(json.dumps(PARTITION | {"subjects_shared": True}))
    evaluated(run, ccc_arousal=CELL)
    assert card_line(run).endswith("; test (subjects shared) ccc arousal 0.500 [0.400, 0.600].")
    assert "test, 1 recording of 1 subject (subjects shared): ccc_arousal" in write_card(run).read_text()


def test_a_fusion_names_its_sources(run):
    facts = FACTS | {"system": "fusion", "variant": "ridge", "sources": [{"name": "A"}, {"name": "B"}]}
    (run / "run.json").write_text(json.dumps(facts))
    assert "a fusion of systems trained on 2 subjects of avec2016" in card_line(run)
    assert (
        "Fused from A and B, which have cards of their own; commit def, settings abc."
        in write_card(run).read_text()
    )
    unlike = {key: value for key, value in facts.items() if key != "corpus"}  # of sources that differ
    (run / "run.json").write_text(json.dumps(unlike | {"gold": "labels", "licence": "theirs"}))
    assert "trained on 2 subjects of an unknown corpus" in card_line(run)
    text = write_card(run).read_text()
    assert "Fused from A and B; commit def" in text and "its licence: theirs." in text


def test_folds_say_who_tests_whom(run):
    folds = [{"fold": fold, "state": "done"} for fold in range(3)]
    (run / "run.json").write_text(json.dumps(FACTS | {"folds": folds}))
    (run / "partition.json").write_text(json.dumps(PARTITION | {"scheme": "kfold"}))
    assert "Partition: kfold, 3 folds, each tested by a model of the others; " in write_card(run).read_text()


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(CheckpointError, match=r"run\.json"):
        write_card(tmp_path)
