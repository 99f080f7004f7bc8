"""Fixtures of the tests of training: a corpus in memory and a tiny system, see `tiny_world`."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.append(str(Path(__file__).parent))

import tiny_world


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """The tiny system gains nothing from threads, and tests run side by side."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def enter(monkeypatch):
    """Function that puts a corpus and the tiny system where training looks for them."""

    def put(prepared=None):
        prepared = prepared or tiny_world.corpus()
        tiny_world.enter(prepared, monkeypatch.setattr)
        return prepared

    return put


@pytest.fixture(scope="session")
def trained(tmp_path_factory, one_thread):
    """A finished run of the tiny system; its folder."""
    from emotrace.training import train

    with pytest.MonkeyPatch.context() as patch:
        tiny_world.enter(tiny_world.corpus(), patch.setattr)
        folder = tmp_path_factory.mktemp("run") / "run"
        return train(tiny_world.recipe(), "prepared", folder, progress=False)
