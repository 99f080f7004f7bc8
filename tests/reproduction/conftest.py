"""A paper of two recipes on the tiny system of the tests of training, run in this process."""

import sys
from concurrent.futures import Future
from pathlib import Path

import pytest
import torch
import yaml

sys.path.append(str(Path(__file__).parents[1] / "training"))
sys.path.append(str(Path(__file__).parent))

import tiny_world

PAPER = {
    "title": "A tiny paper",
    "tables": [
        {"table": "I", "title": "Layers", "shown_by": "emotrace systems"},
        {"table": "II", "title": "Sizes"},
        {"table": "III", "title": "Fusion"},
    ],
    "fusions": [
        {
            "name": "both",
            "sources": ["small", "large"],
            "settings": {"regression": "linear"},
            "reported": [
                {"table": "III", "corpus": "TINY", "partition": "test", "metrics": {"ccc_arousal": 0.9}}
            ],
        }
    ],
    "in_minutes": ["training.learning_rate=1e-3"],
}


def row(table, **metrics):
    return {"table": table, "corpus": "tiny", "partition": "development", "subjects": 1, "metrics": metrics}


class InThisProcess:
    """An engine that does one task after the other here."""

    def run(self, work, tasks):
        for number, task in enumerate(tasks):
            future = Future()
            try:
                future.set_result(work(task))
            except Exception as error:
                future.set_exception(error)
            yield number, future


@pytest.fixture
def paper(tmp_path, monkeypatch):
    """Recipes `tiny/small` and `tiny/large`, their tables, and a corpus in memory."""
    torch.set_num_threads(1)
    prepared = tiny_world.corpus(development=2)
    tiny_world.enter(prepared, monkeypatch.setattr)
    folder = tmp_path / "recipes" / "tiny"
    folder.mkdir(parents=True)
    for name, seed in (("small", 0), ("large", 1)):
        values = tiny_world.recipe().model_dump(mode="json")
        values["training"]["seed"] = seed
        values["reported"] = [row("II", ccc_arousal=0.5 + seed / 10, rmse_valence=0.2)]
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(values))
    (folder / "paper.yaml").write_text(yaml.safe_dump(PAPER))
    monkeypatch.setattr("emotrace.config.load.RECIPES", tmp_path / "recipes")
    monkeypatch.setattr("emotrace.config.paper.RECIPES", tmp_path / "recipes")
    monkeypatch.setattr("emotrace.reproduction.make.open_prepared", lambda path: prepared)
    monkeypatch.setattr("emotrace.reproduction.make.open_engine", lambda *_: InThisProcess())
    return folder
