"""How long a run will take, by the log of a few steps."""

import pytest

from emotrace.config.load import load_recipe
from emotrace.reproduction.budget import share_within
from emotrace.reproduction.pace import Pace
from emotrace.reproduction.work import Spent, Task

LOG = """stage,step,loss,step_seconds,validation_seconds
joint,2,0.5,3.0,2.0
joint,4,0.4,0.5,4.0
"""


@pytest.fixture
def recipe():
    return load_recipe("nguyen2020/demo")  # one stage, 200 steps, validated every 50


def log_into(folder):
    (folder / "logs").mkdir(parents=True)
    (folder / "logs" / "metrics.csv").write_text(LOG)


def test_steps_after_the_first_row_count_and_the_rest_is_fixed(tmp_path, recipe):
    log_into(tmp_path)
    tried = recipe.model_copy(
        update={"training": recipe.training.model_copy(update={"steps": 4, "validate_every": 2})}
    )
    pace = Pace.of(tmp_path, tried, training=30.0)
    assert pace == Pace({"joint": 0.5}, {"joint": 3.0}, 30.0 - 4 * 0.5 - 2 * 3.0)
    assert pace.training(recipe) == pytest.approx(22 + 200 * 0.5 + 4 * 3.0)


def test_a_run_without_a_log_is_all_fixed(tmp_path, recipe):
    assert Pace.of(tmp_path, recipe, training=30.0).training(recipe) == 30.0


def test_the_share_fits_steps_and_leaves_what_is_fixed_alone(tmp_path, recipe):
    task = Task("a", recipe, tmp_path, tmp_path / "a", ("development",))

    def run(tasks):
        for one in tasks:
            log_into(one.folder)
        return {one.name: Spent(training=30.0, scoring=5.0) for one in tasks}

    share = share_within([task], 200.0, 1, tmp_path / "trials", run)
    # 85 % of 200 s, without 35 s of trying, 22 s fixed, 5 s of scoring and 5 validations of 3 s
    assert share * 200 * 0.5 == pytest.approx(0.85 * 200 - 35 - 22 - 5 - 15, abs=1)


def test_a_long_run_beside_a_short_one_has_the_clock_to_itself(tmp_path, recipe):
    tasks = [Task(name, recipe, tmp_path, tmp_path / name, ("development",)) for name in ("short", "long")]

    def run(tried):
        for one in tried:
            log_into(one.folder)
        return {"short": Spent(training=30.0, scoring=5.0), "long": Spent(training=30.0, scoring=85.0)}

    share = share_within(tasks, 300.0, 2, tmp_path / "trials", run)
    # 85 % of 300 s, without 115 s of trying side by side, 22 s fixed, 85 s of scoring, 5 validations of 3 s
    assert share * 200 * 0.5 == pytest.approx(0.85 * 300 - 115 - 22 - 85 - 15, abs=1)
