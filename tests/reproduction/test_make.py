"""Tables made on a tiny corpus: trained once, read, fused, gone on with; budgets; what fails."""

import csv
import json

import pytest

from emotrace.config.load import load_recipe
from emotrace.errors import ConfigError, DataError
from emotrace.reproduction import reproduce
from emotrace.reproduction.budget import seconds_of, share_within
from emotrace.reproduction.kept_share import read_share
from emotrace.reproduction.pace import Pace
from emotrace.reproduction.shorter import most_steps, with_share
from emotrace.reproduction.work import Spent, Task, scored_partitions


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_is_made_once_and_read_again(paper, tmp_path):
    told = []
    first = reproduce("tiny", "2", "prepared", tmp_path / "out", tell=told.append)
    assert first.failed == {} and len(told) == 3
    assert told[0].startswith(
        "runs, 1 at a time, finished ones are left: large (12 steps), small (12 steps); see "
    )
    assert [(row["row"], row["metric"]) for row in rows(first.table)] == [
        ("large", "ccc_arousal"), ("large", "rmse_valence"),
        ("small", "ccc_arousal"), ("small", "rmse_valence"),
    ]  # fmt: skip
    metrics = json.loads((tmp_path / "out" / "small" / "metrics.json").read_text())["partitions"][
        "development"
    ]
    ours = rows(first.table)[2]
    assert float(ours["ours"]) == metrics["concatenated"]["ccc_arousal"]["value"]
    assert (ours["comparable"], ours["reported"]) == ("no", "0.5")
    assert "there are 1 subjects there and 2 here" in ours["note"]
    before = (tmp_path / "out" / "small" / "checkpoints" / "best.safetensors").stat().st_mtime_ns
    again = reproduce("tiny", "II", "prepared", tmp_path / "out")
    assert rows(again.table) == rows(first.table)
    assert (tmp_path / "out" / "small" / "checkpoints" / "best.safetensors").stat().st_mtime_ns == before
    page = first.page.read_text(encoding="utf-8")
    assert "Sizes, on tiny" in page and "cannot be compared" in page


def test_a_fusion_is_made_of_the_runs(paper, tmp_path):
    made = reproduce("tiny", "III", "prepared", tmp_path / "out")
    assert made.failed == {}
    (row,) = rows(made.table)
    assert row["row"] == "both" and row["ours"]
    fusion = tmp_path / "out" / "both" / "fusion.json"
    made_at = fusion.stat().st_mtime_ns
    assert reproduce("tiny", "III", "prepared", tmp_path / "out").failed == {}
    assert fusion.stat().st_mtime_ns == made_at
    run = tmp_path / "out" / "small" / "run.json"  # as if trained anew
    run.write_text(json.dumps(json.loads(run.read_text()) | {"best": {"score": 0.5, "step": 999}}))
    assert reproduce("tiny", "III", "prepared", tmp_path / "out").failed == {}
    assert json.loads(fusion.read_text())["sources"][0]["best"]["step"] == 999


def test_a_run_that_fails_costs_its_own_rows_only(paper, tmp_path, monkeypatch):
    from emotrace.reproduction import make

    whole = make.make_run

    def work(task):
        if task.name == "large":
            raise DataError("the corpus has no smell")
        return whole(task)

    monkeypatch.setattr(make, "make_run", work)
    made = reproduce("tiny", "II", "prepared", tmp_path / "out")
    assert made.failed == {"large": "the corpus has no smell"}
    notes = {row["row"]: row["note"] for row in rows(made.table)}
    assert notes["large"] == "Not run: the corpus has no smell" and "Not run" not in notes["small"]
    fused = reproduce("tiny", "III", "prepared", tmp_path / "out")
    assert "its sources large are not there" in fused.failed["both"]


def test_a_budget_shortens_all_runs_alike_and_is_kept(paper, tmp_path):
    made = reproduce("tiny", "II", "prepared", tmp_path / "out", budget="1h")
    assert made.failed == {}
    assert read_share(tmp_path / "out").share == 1.0  # an hour is plenty
    recipe = load_recipe(tmp_path / "out" / "small" / "recipe.yaml")
    assert recipe.training.learning_rate == 1e-3
    assert all("training.learning_rate is 0.001 here" in row["note"] for row in rows(made.table))
    with pytest.raises(ConfigError, match="was begun with --budget; give it again"):
        reproduce("tiny", "II", "prepared", tmp_path / "out")
    with pytest.raises(ConfigError, match="was begun with --budget 1h, not 2h; give that again"):
        reproduce("tiny", "II", "prepared", tmp_path / "out", budget="2h")
    (tmp_path / "out" / "budget.json").write_text("{}")
    with pytest.raises(ConfigError, match=r"budget\.json: is damaged"):
        reproduce("tiny", "II", "prepared", tmp_path / "out", budget="1h")


def test_runs_take_the_steps_that_the_budget_allows(paper, tmp_path, monkeypatch):
    steps = load_recipe("tiny/small").training.steps
    monkeypatch.setattr("emotrace.reproduction.trials.make_run", lambda task: Spent(0.0, 0.0))
    monkeypatch.setattr("emotrace.reproduction.budget._folds", lambda task: 1)
    monkeypatch.setattr(Pace, "of", lambda *_: Pace({"joint": 1.0}, {"joint": 0.0}, 0.0))
    allowed = f"{2 * (steps - 0.5) / 0.85}s"  # two runs, a second a step
    assert reproduce("tiny", "II", "prepared", tmp_path / "out", budget=allowed).failed == {}
    for name in ("small", "large"):
        recipe = load_recipe(tmp_path / "out" / name / "recipe.yaml")
        facts = json.loads((tmp_path / "out" / name / "run.json").read_text())
        assert recipe.training.steps == steps - 1 and "of its steps" in facts["recipe"]


def test_a_budget_is_for_all_tables_it_is_planned_for(paper, tmp_path):
    told = []
    reproduce("tiny", "II", "prepared", tmp_path / "out", budget="1h", budget_for=["II", "III"])
    assert read_share(tmp_path / "out").tables == ("II", "III")
    reproduce("tiny", "III", "prepared", tmp_path / "out", budget="1h", tell=told.append)
    assert not any("was planned for" in text for text in told)
    reproduce("tiny", "II", "prepared", tmp_path / "other", budget="1h")
    reproduce("tiny", "III", "prepared", tmp_path / "other", budget="1h", tell=told.append)
    assert any(text.startswith("the budget was planned for II: runs of III take the same") for text in told)


def test_a_budget_for_runs_begun_without_one_is_refused(paper, tmp_path):
    reproduce("tiny", "II", "prepared", tmp_path / "out")
    with pytest.raises(ConfigError, match="large was begun there without --budget; leave it out, or"):
        reproduce("tiny", "II", "prepared", tmp_path / "out", budget="1h")


def test_folds_are_tried_pooled_and_scored(paper, tmp_path):
    folds = ["partition.scheme=kfold", "partition.folds=2", "partition.development=none"]
    told = []
    made = reproduce(
        "tiny", "II", "prepared", tmp_path / "out", budget="1h", overrides=folds, tell=told.append
    )
    assert made.failed == {}
    assert any("steps a fold), small (" in text and "RUN/fold_K/logs/metrics.csv" in text for text in told)
    for name in ("small", "large"):
        facts = json.loads((tmp_path / "out" / name / "run.json").read_text())
        assert [fold["state"] for fold in facts["folds"]] == ["done", "done"]
        assert (tmp_path / "out" / name / "folds.csv").is_file()
    assert all(row["ours"] and "subjects are split by kfold here" in row["note"] for row in rows(made.table))


def test_tables_of_two_papers_lie_beside_each_other(paper, tmp_path):
    made = reproduce("tiny", "II", "prepared", tmp_path / "out")
    assert (made.table.name, made.page.name) == ("tiny_table_ii.csv", "tiny_table_ii.html")


def test_a_budget_that_is_too_small_is_refused(paper, tmp_path, monkeypatch):
    with pytest.raises(ConfigError, match="the budget is used up by trying 1 of 2 runs for a few steps"):
        reproduce("tiny", "II", "prepared", tmp_path / "out", budget="0.01s")
    monkeypatch.setattr("emotrace.reproduction.trials.make_run", lambda task: Spent(9.0, 9.0))
    monkeypatch.setattr("emotrace.reproduction.budget._folds", lambda task: 1)
    with pytest.raises(ConfigError, match=r"2 runs of 4 steps alone take about .*; expected more"):
        reproduce("tiny", "II", "prepared", tmp_path / "out", budget="10s")
    assert (tmp_path / "out" / "trials" / "small" / "spent.json").is_file()


def test_trials_are_kept_for_a_call_that_goes_on(paper, tmp_path, monkeypatch):
    tried = []

    def work(task):
        tried.append(task.name)
        if len(tried) == 2:
            task.folder.mkdir()
            raise KeyboardInterrupt
        assert not task.folder.exists()
        return Spent(1.0, 1.0)

    monkeypatch.setattr("emotrace.reproduction.trials.make_run", work)
    monkeypatch.setattr("emotrace.reproduction.budget._folds", lambda task: 1)
    with pytest.raises(KeyboardInterrupt):
        reproduce("tiny", "II", "prepared", tmp_path / "out", budget="1h")
    assert reproduce("tiny", "II", "prepared", tmp_path / "out", budget="1h").failed == {}
    assert tried == ["large", "small", "small"]
    assert not (tmp_path / "out" / "trials").exists()


def test_where_nothing_can_be_tried_nothing_is_run(paper, tmp_path, monkeypatch):
    def work(task):
        raise DataError("the corpus has no smell")

    monkeypatch.setattr("emotrace.reproduction.trials.make_run", work)
    told = []
    made = reproduce("tiny", "II", "prepared", tmp_path / "out", budget="1h", tell=told.append)
    assert set(made.failed) == {"small", "large"} and read_share(tmp_path / "out") is None
    assert not any("of its recipe's steps" in text for text in told)


@pytest.mark.parametrize("text", ["10", "m", "0m", "-3m", "ten minutes"])
def test_a_budget_that_is_no_time_is_refused(text):
    with pytest.raises(ConfigError, match=r"expected a time such as 90s, 10m or 1\.5h"):
        seconds_of(text)


def test_wrong_use_is_told_before_anything_is_run(paper, tmp_path):
    for wrong, match in (
        ({"budget": "banana"}, "--budget is 'banana'; expected a time"),
        ({"overrides": ["training.stepps=3"]}, "unknown key"),
        ({"accelerator": "banana"}, "accelerator 'banana' with 1 devices cannot be used here"),
    ):
        told = []
        with pytest.raises(ConfigError, match=match):
            reproduce("tiny", "II", "prepared", tmp_path / "out", tell=told.append, **wrong)
        assert told == [] and not (tmp_path / "out").exists()


def test_an_override_that_fits_no_recipe_is_told(paper, tmp_path):
    with pytest.raises(ConfigError, match=r"training\.stepps"):
        reproduce("tiny", "II", "prepared", tmp_path / "out", overrides=["training.stepps=3"])


def test_the_share_spends_the_budget(paper, tmp_path):
    recipe = load_recipe("tiny/small")
    steps = most_steps(recipe)
    tasks = [Task(name, recipe, tmp_path, tmp_path / name, ("development",)) for name in ("a", "b")]
    tried = {}

    def run(some):
        tried.update({task.name: task for task in some})
        return {task.name: Spent(training=4.0, scoring=1.0) for task in some}

    share = share_within(tasks, 100.0, 1, tmp_path / "trials", run)
    assert tried["a"].recipe.training.steps == min(4, steps) and tried["a"].folder != tmp_path / "a"
    per_share = 2 * 4.0 / min(1.0, 4 / steps)
    assert share == pytest.approx(min(1.0, (85 - 10 - 2) / per_share))
    assert share_within(tasks, 100.0, 1, tmp_path / "trials", lambda some: {}) is None


def test_stages_keep_their_proportion():
    recipe = load_recipe("aspandi2022/avi-gas")
    shorter = with_share(recipe, 0.001)
    assert (shorter.training.steps, shorter.training.validate_every) == (50, 10)
    assert [stage.set.get("steps") for stage in shorter.stages] == [None, None, 20, 20, 20]
    assert with_share(load_recipe("tzirakis2017/svr-egemaps"), 0.5).training.steps == 0


def test_what_cannot_be_scored_is_told(tmp_path):
    (tmp_path / "partition.json").write_text(
        json.dumps({"parts": {"train": ["a"], "development": [], "test": []}})
    )
    with pytest.raises(DataError, match="neither for development nor for test"):
        scored_partitions(tmp_path, ("test",))
    (tmp_path / "partition.json").write_text(json.dumps({"parts": {"development": ["a"], "test": ["b"]}}))
    assert scored_partitions(tmp_path, ("train",)) == ("development",)
    assert scored_partitions(tmp_path, ("test", "train")) == ("test",)
