"""The listing for owners: columns, keys and counts of every kind of file, and never a value."""

import gzip
import json

import pytest

from emotrace.corpora.file_heads import file_head
from emotrace.corpora.inspection import inspect
from emotrace.errors import DataError

SECRET = "0.73519"
WORD = "confidential"


@pytest.mark.parametrize(
    ("name", "text", "head"),
    [
        ("a.csv", f"time;FM1 ;FF3\n0;{SECRET};0\n1;0;0\n", "2 rows under: time;FM1 ;FF3"),
        ("a.csv", f"timestamp,1,2,3\n0.5,{SECRET},0,0\n", "1 rows under: timestamp,1,2,3"),
        ("a.csv", f"start,end,segment_id,class_id\n15400,{SECRET},1\n", "1 rows under: start,end"),
        ("a.csv", f"'{WORD}';0.0;{SECRET}\n'{WORD}';0.1;?\n", "2 rows, no header, like: text;number;number"),
        ("a.csv", f"{WORD};{SECRET}\n", "1 rows, no header, like: text;number"),
        ("a.csv", "\n\n", "empty"),
        ("R5S1TUCPoDA.txt", f"0 {SECRET}\n\n0.02 0\n", "2 rows, no header, like: number number"),
        ("words.txt", f"{WORD} is, what, he said!\n0,1,2,3\n", "no header, like: text,text,text$"),
        ("words.txt", f"{WORD}\n" * 3, "3 rows, no header, like: text"),
        ("a.dat", f"{SECRET}\n{SECRET}\n", "2 rows, no header, like: number"),
        ("wide.csv", ",".join([SECRET] * 40), r"no header, like: (number,){12}\.\.\. \(40 cells\)"),
        (
            "a.arff",
            f"@relation G\r\n\r\n@attribute 'Instance name' string\r\n@ATTRIBUTE value numeric\r\n"
            f"@attribute c {{{WORD},b}}\r\n@data\r\n\r\n% {WORD}\r\n{WORD},{SECRET},b\r\n",
            r"1 rows under 6 header lines: 'Instance name' string, value numeric, c nominal$",
        ),
        ("a.arff", "@relation cut\n@attribute t numeric\n", "0 rows under 2 header lines: t numeric"),
        (
            "a.json",
            f'{{"frames": {{"00000": {{"valence": {SECRET}}}, "00001": {{}}}}, "w": "{WORD}", "x": [true]}}',
            r"\{frames: \{2 numbered keys: \{valence: number\}\}, w: text, x: \[1 x boolean\]\}",
        ),
        ("a.json", f'{{"cut": "{WORD}', "is not the .json that its name says"),
        ("a.xml", f'<s id="{WORD}"><t>{WORD}</t><t/></s>', r"/s\[@id\] x 1, /s\[@id\]/t x 2"),
        ("a.xml", f"<s>{WORD}", "is not the .xml that its name says"),
        ("a.ini", f"[Subject]\nage = {SECRET}\n[Frames]\nfirst={WORD}\n", r"\[Subject\] age; \[Frames\]"),
        ("a.ini", f"age = {SECRET}\n", r"\[no section\] age"),
    ],
)  # fmt: skip
def test_heads_tell_the_form_and_no_value(tmp_path, name, text, head):
    import re

    path = tmp_path / name
    path.write_bytes(text.encode())
    found = file_head(path)
    assert re.search(head, found), found
    assert SECRET not in found and WORD not in found


def test_compressed_and_other_files(tmp_path):
    path = tmp_path / "P1_Data.json.gz"
    path.write_bytes(gzip.compress(json.dumps([{"Valence": 5.0}]).encode()))
    assert file_head(path) == "[1 x {Valence: number}]"
    path.write_bytes(gzip.compress(b"[1, 2]")[:-9])
    assert "cannot be read" in file_head(path)
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    assert file_head(tmp_path / "a.wav") is None
    assert "cannot be read" in file_head(tmp_path / "gone.csv")


def test_a_corpus_is_grouped_by_names_without_digits(tmp_path):
    for number, rows in ((16, 3), (17, 5)):
        folder = tmp_path / f"P{number}"
        folder.mkdir()
        (folder / f"arousal_{number}.csv").write_text("time;FM1\n" + f"0;{SECRET}\n" * rows)
        (folder / ".hidden.csv").write_text(WORD)
    (tmp_path / "readme.md").write_text(WORD)
    readme, ratings = inspect(tmp_path)
    assert (readme.names, readme.count, readme.heads) == ("readme.md", 1, ())
    assert (ratings.folder, ratings.names, ratings.count, ratings.folders) == ("P##", "arousal_##.csv", 2, 2)
    assert ratings.heads == ("3-5 rows under: time;FM1",)
    assert ratings.example == "P16/arousal_16.csv"
    assert ratings.sizes[0] < ratings.sizes[1]


def test_forms_that_differ_are_counted(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.csv").write_text("time,value\n0,1\n" if number else "0,1\n")
    [group] = inspect(tmp_path)
    assert group.heads == (
        "1 rows under: time,value (2 of 3 files)",
        "1 rows, no header, like: number,number (1 of 3 files)",
    )


def test_nothing_to_inspect(tmp_path):
    with pytest.raises(DataError, match="holds no files; expected the folder of a corpus"):
        inspect(tmp_path)
    with pytest.raises(DataError, match="nowhere is not a folder"):
        inspect(tmp_path / "nowhere")
