"""The tutorials of the documentation, run from their first line to their last as they stand there."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from emotrace.cli import main

TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"
ORDER = ("researcher", "practitioner", "annotator")  # each may use what those before it made
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w./]+\.(?:html|csv|json|yaml|md))`")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("tutorials")


def emotrace(line: str, monkeypatch) -> None:
    """A command as the shell would run it, in this process."""
    program, *words = shlex.split(line)
    assert program == "emotrace", line
    monkeypatch.setattr(sys, "argv", [program, *words])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code, line


@pytest.mark.timeout(900)  # a minute on an idle core
@pytest.mark.parametrize("name", ORDER)
def test_a_tutorial_does_what_it_says(name, home, monkeypatch, capsys):
    text = (TUTORIALS / f"{name}.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert len(blocks) == text.count("```") / 2 >= 3, "every block is run"
    monkeypatch.chdir(home)
    for kind, block in blocks:
        if kind == "python":
            exec(block, {})
            continue
        for line in block.replace("\\\n", " ").splitlines():
            assert line.startswith("$ "), line
            emotrace(line.removeprefix("$ "), monkeypatch)
    named = {file for file in FILE.findall(text) if "/" in file}
    assert named and [file for file in sorted(named) if not (home / file).is_file()] == []


def test_there_are_no_other_tutorials():
    assert {file.stem for file in TUTORIALS.glob("*.md")} == set(ORDER)
