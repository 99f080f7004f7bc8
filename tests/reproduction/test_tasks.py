"""Tasks of tables: what each run starts from and is trained on; runs side by side in processes."""

from pathlib import Path

import pytest
from one_fails import work

from emotrace.config.load import load_recipe
from emotrace.errors import ConfigError
from emotrace.reproduction.plan import plan_table
from emotrace.reproduction.side_by_side import run_all
from emotrace.reproduction.tasks import Asked, make_tasks
from emotrace.reproduction.work import Spent, Task
from emotrace.store.engines import open_engine

TRUNK = {"visual.trunk": Path("resnet50.pth")}


def tasks_of(paper, *tables, **asked):
    plans = [plan_table(paper, table) for table in tables]
    return {task.name: task for task in make_tasks(plans, Asked(Path("prepared"), Path("out"), **asked))[0]}


def test_weights_go_to_the_models_that_start_from_them(tmp_path):
    trunk = {"visual.trunk": tmp_path / "resnet50.pth"}
    trunk["visual.trunk"].touch()
    tasks = tasks_of("tzirakis2017", "IV", "VI", weights=trunk, accelerator="gpu")
    assert (tasks["multimodal"].weights, tasks["speech"].weights) == (trunk, {})
    assert {task.accelerator for task in tasks.values()} == {"gpu"}


def test_weights_for_a_part_that_starts_from_none_are_refused():
    with pytest.raises(ConfigError, match=r"--weights visual\.trnk=.*expected one of: visual\.trunk"):
        tasks_of("tzirakis2017", "VI", weights={"visual.trnk": Path("resnet50.pth")})
    with pytest.raises(ConfigError, match="expected one of: none, leave it out"):
        tasks_of("nguyen2020", "III", weights=TRUNK)


def test_weights_that_are_not_there_are_refused():
    with pytest.raises(ConfigError, match=r"--weights visual\.trunk=resnet50\.pth: there is no such file"):
        tasks_of("tzirakis2017", "VI", weights=TRUNK)


def test_partitions_of_several_tables_are_scored_together():
    assert tasks_of("tzirakis2017", "II")["visual"].partitions == ("development",)
    assert set(tasks_of("tzirakis2017", "II", "V")["visual"].partitions) == {"development", "test"}


def test_runs_at_the_same_time_fail_alone(tmp_path):
    recipe = load_recipe("nguyen2020/demo")
    tasks = [Task(name, recipe, tmp_path, tmp_path / name, ("test",)) for name in "abc"]
    told, failed = [], {}
    spent = run_all(work, tasks, open_engine("local", 2, None), told.append, failed)
    assert spent == {"a": Spent(1.0, 2.0), "c": Spent(1.0, 2.0)}
    assert failed == {"b": "the corpus has no smell"}
    assert sorted(told) == ["a: done in 3 s", "b: failed: the corpus has no smell", "c: done in 3 s"]
