"""Every packaged recipe of nguyen2020 trains: its losses fit its variant."""

import pytest
import tiny_world

from emotrace.config.load import list_recipes, load_recipe
from emotrace.training import predict_partition, train
from emotrace.training.run_folder import RunFolder

RECIPES = [name for name in list_recipes() if name.startswith("nguyen2020/")]
NARROW = [
    "training.steps=2",
    "training.validate_every=1",
    "training.batch_size=2",
    "training.workers=0",
    f"model.face_size={tiny_world.SIZE}",
    f"model.rate_hz={tiny_world.RATE_HZ}",
    "model.visual_channels=[[2, 2, 4]]",
    "model.visual_features=8",
    "model.audio_filters=4",
    "model.audio_hidden=8",
    "model.audio_features=20",
    "model.hidden=8",
]


def test_all_recipes_are_found():
    assert len(RECIPES) == 14


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_trains(enter, tmp_path, name):
    enter()
    run = train(load_recipe(name, NARROW), "prepared", tmp_path / "run", progress=False)
    assert RunFolder(run).facts()["state"] == "done"
    assert [path.name for path in predict_partition(run)] == ["r4.csv"]
