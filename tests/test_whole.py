"""The whole job of the demo on a tiny corpus, through the command line, and the README's own lines."""

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emotrace.cli.app import app
from emotrace.demo import write_demo_corpus

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
FEW_STEPS = ("--set", "training.steps=12", "--set", "training.validate_every=6")


def emotrace(*words: object) -> None:
    result = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A folder with `demo/` as `emotrace demo` leaves it, only smaller."""
    home = tmp_path_factory.mktemp("home")
    demo = home / "demo"
    write_demo_corpus(demo / "corpus", train=2, development=1, test=1, duration_s=3.0)
    emotrace("prepare", "avec2016", demo / "corpus", "-o", demo / "prepared", "--for", "nguyen2020/demo")
    for run in ("run", "again"):
        emotrace("train", "nguyen2020/demo", demo / "prepared", "-o", demo / run, *FEW_STEPS)
        emotrace("evaluate", demo / run)
    emotrace("report", demo / "run")
    return home


def losses(run: Path) -> list[float]:
    with (run / "logs" / "metrics.csv").open(newline="") as file:
        return [float(row["loss"]) for row in csv.DictReader(file) if row["loss"]]


def test_the_loss_falls(home):
    first, *_, last = losses(home / "demo" / "run")
    assert last < first


def test_twice_gives_the_same_numbers(home):
    run, again = home / "demo" / "run", home / "demo" / "again"
    assert losses(run) == losses(again)
    for part in ("metrics.json", "predictions/test_1.csv"):
        assert (run / part).read_text() == (again / part).read_text()


def test_the_test_subject_is_scored_and_reported(home):
    scores = json.loads((home / "demo" / "run" / "metrics.json").read_text())["partitions"]["test"]
    assert (scores["recordings"], scores["subjects"]) == (1, 1)
    assert {"ccc_arousal", "ccc_valence", "rmse_joint"} <= set(scores["concatenated"])
    assert "test_1" in (home / "demo" / "run" / "report.html").read_text(encoding="utf-8")


def test_the_three_lines_of_python_of_the_readme(home, monkeypatch):
    (block,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    monkeypatch.chdir(home)
    names: dict = {}
    exec(block, names)
    assert list(names["trace"].to_pandas().columns) == [
        "time_s",
        "face_found",
        "arousal",
        "valence",
        "based_on",
    ]
    assert len(names["trace"].times_s) == 75


def test_the_readme_names_only_commands_that_there_are():
    known = {command.name for command in app.registered_commands}
    named = set(
        re.findall(
            r"emotrace (\w+)", " ".join(re.findall(r"`emotrace [^`]+`|^    emotrace .*$", README, re.M))
        )
    )
    assert named <= known
    assert len(named) >= 7
