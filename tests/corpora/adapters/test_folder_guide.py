"""The examples of docs/folder-corpus.md are read as the page says."""

import re
from pathlib import Path

from emotrace import corpora

PAGE = Path(__file__).resolve().parents[3] / "docs" / "folder-corpus.md"


def tables():
    """Indented blocks of the page that are tables, without the indent."""
    blocks = re.findall(r"(?:^ {4}\S.*\n)+", PAGE.read_text(), flags=re.MULTILINE)
    lines = [[line[4:] for line in block.splitlines()] for block in blocks]
    return ["\n".join(block) for block in lines if block[0].startswith(("file,", "time_s,"))]


def lay_out(root):
    for name in ("anna/talk.mp4", "anna/walk.mp4", "anna/clip01.mp4", "anna/clip02.mp4", "bo/talk.wav"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / "bo" / "clip01.wav").touch()


def test_every_table_of_the_page(tmp_path):
    over_time, beside, classes, facts = tables()
    for number, text in enumerate((over_time, classes, facts)):
        root = tmp_path / str(number)
        lay_out(root)
        (root / "labels.csv").write_text(text)
        if text is facts:
            for folder in ("anna", "bo"):
                (root / folder / "talk.csv").write_text(beside)
    first, second, third = (corpora.read("folder", tmp_path / str(number)) for number in range(3))
    assert [(r.name, r.subject) for r in first.recordings] == [("anna__talk", "anna"), ("bo__talk", "bo")]
    assert first.dimensions == ("arousal", "valence")
    assert second.classes == ("happy", "sad") and len(second.recordings) == 3
    assert [(r.subject, r.partition) for r in third.recordings] == [("Anna", "train"), ("Bo", "test")]
    assert first.skipped == second.skipped == third.skipped == ()


def test_every_python_block_of_the_page(tmp_path, monkeypatch, capsys):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    assert len(blocks) == 2
    for name in ("anna/happiness/clip01.wav", "anna/sadness/clip02.wav", "bo/happiness/clip01.wav"):
        (tmp_path / "my_recordings" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "my_recordings" / name).touch()
    monkeypatch.chdir(tmp_path)
    found = {}
    for block in blocks:
        exec(block, found)
    assert capsys.readouterr().out == "3 ('happiness', 'sadness') () ()\n"
    assert [one.subject for one in found["corpus"].recordings] == ["anna", "anna", "bo"]
