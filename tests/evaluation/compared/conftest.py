"""Two runs on the same recordings: the second says the same with some noise, or votes otherwise."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from compared_runs import spoil


@pytest.fixture
def pair(tmp_path, write_run):
    """A function that writes two runs, the second with `amount` of noise on its predictions."""

    def write(amount=0.5, predicts="trace", **settings):
        runs = [
            write_run(tmp_path / name, predicts=predicts, parts=("test",), **settings)
            for name in ("good", "noisy")
        ]
        columns = ["angry", "calm", "happy"] if predicts == "class" else ["arousal", "valence"]
        spoil(runs[1], columns, amount)
        return runs

    return write
