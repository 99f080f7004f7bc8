"""Every packaged recipe of aspandi2022 trains in all its stages, with the weights that its paper gives."""

import duel_world
import pytest

from emotrace.config.load import list_recipes, load_recipe
from emotrace.training import predict_partition, train
from emotrace.training.losses_adversarial import ANCLA, PAPER
from emotrace.training.run_folder import RunFolder

RECIPES = [name for name in list_recipes() if name.startswith("aspandi2022/")]


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_trains_all_its_stages(enter, tmp_path, name):
    enter(duel_world.corpus())
    small = [f"model.{key}={list(value) if isinstance(value, tuple) else value}"
             for key, value in duel_world.TINY.items()]  # fmt: skip
    settings = ["partition.scheme=fixed", "training.workers=0", "training.batch_size=4"]
    recipe = load_recipe(name, [*small, *settings])
    brief = {"steps": 2, "validate_every": 1}
    stages = [stage.model_copy(update={"set": stage.set | brief}) for stage in recipe.stages]
    brief_recipe = recipe.model_copy(update={"stages": tuple(stages)})
    run = train(brief_recipe, "prepared", tmp_path / "run", progress=False)
    facts = RunFolder(run).facts()
    assert [stage["state"] for stage in facts["stages"]] == ["done"] * len(stages)
    assert [path.name for path in predict_partition(run)] == ["r4.csv"]


def test_weights_of_the_recipes():
    assert len(RECIPES) == 10
    for name in RECIPES:
        expected = ANCLA if name == "aspandi2022/ancla" else PAPER
        assert load_recipe(name).training.adversarial == expected
