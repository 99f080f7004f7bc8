"""`emotrace gold`: from files and from a corpus, every method on real ratings, bad input in one line."""

import json

import numpy as np
import pandas as pd
import pytest

from emotrace.annotation import METHODS


@pytest.fixture
def ratings(tmp_path, rng):
    """Folder of two dimensions with two recordings of 30 s at 2 Hz, in milliseconds."""
    for dimension in ("arousal", "valence"):
        for name in ("a", "b"):
            truth = rng.normal(size=60).cumsum() / 5
            table = pd.DataFrame({"timestamp": np.arange(60) * 500})
            for rater in "123":
                table[rater] = (truth + rng.normal(size=60) / 5).round(4)
            (tmp_path / "in" / dimension).mkdir(parents=True, exist_ok=True)
            table.to_csv(tmp_path / "in" / dimension / f"{name}.csv", index=False)
    return tmp_path / "in"


def test_a_folder_of_dimensions(emo, ratings, tmp_path):
    out = tmp_path / "out"
    said = emo("gold", ratings, "-o", out, "--rate", 4, "--smooth", "moving_average:1.5", "--delay", 1)
    assert said.status == 0, said
    assert (
        "4 gold standards made by ewe, 0 left out" in said.out and "arousal    with their offsets" in said.out
    )
    assert "taken for milliseconds: 4 (a, b, a, ...)" in said.err
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.csv")) == [
        "agreement.csv", "arousal/a.csv", "arousal/b.csv", "valence/a.csv", "valence/b.csv",
    ]  # fmt: skip
    facts = json.loads((out / "gold.json").read_text())
    assert facts["steps"][0] == "resampled to 4 Hz (linear)" and facts["settings"]["smooth"] == [
        "moving_average",
        1.5,
    ]
    assert facts["dimensions"]["arousal"]["delays_s"] == {"1": 1.0, "2": 1.0, "3": 1.0}


def test_one_file_with_one_rater(emo, tmp_path):
    (tmp_path / "me.csv").write_text("time,A\n0,0.1\n1,0.2\n2,0.3\n")
    said = emo("gold", tmp_path / "me.csv", "-o", tmp_path / "out")
    assert said.status == 0 and "rated by A alone, so the gold standard is that trace" in said.err
    assert pd.read_csv(tmp_path / "out" / "rating" / "me.csv")["gold"].tolist() == [0.1, 0.2, 0.3]


def test_failures_are_listed_and_the_others_made(emo, ratings, tmp_path):
    (ratings / "arousal" / "c.csv").write_text("time,A\n0,x\n")
    said = emo("gold", ratings, "-o", tmp_path / "out")
    assert said.status == 1 and "left out: arousal/c: " in said.err and "Traceback" not in said.err
    assert (tmp_path / "out" / "arousal" / "a.csv").is_file()
    assert "Left out: arousal/c" in (tmp_path / "out" / "gold.html").read_text()


def test_a_corpus(emo, tmp_path):
    from corpus_writers import avec2016

    root = avec2016.write(tmp_path / "corpus")
    said = emo("gold", root, "--corpus", "avec2016", "-o", tmp_path / "out", "--method", "ccc_centring")
    assert said.status == 0, said
    made = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").glob("*/*.csv")}
    stems = ("train_1", "train_2", "dev_1", "dev_2")  # test has no ratings
    assert made == {f"{dimension}/{stem}.csv" for dimension in ("arousal", "valence") for stem in stems}


@pytest.mark.parametrize("method", METHODS)
def test_every_method_on_real_ratings(emo, shared_data, tmp_path, method):
    said = emo("gold", shared_data / "ratings" / "raw", "-o", tmp_path, "--method", method)
    assert said.status == 0 and "3 gold standards" in said.out
    gold = pd.read_csv(tmp_path / "arousal" / "11.csv")
    assert len(gold) == 618 and gold["gold"].notna().all()


def test_real_gold_standards_are_no_ratings_but_a_reference(emo, shared_data, tmp_path):
    labels = shared_data / "sewa_ces_devel_de" / "labels"
    said = emo("gold", labels, "-o", tmp_path / "out")
    assert said.status == 1 and "this seems to be a gold standard already" in said.err
    assert not (tmp_path / "out").exists()
    table = pd.read_csv(labels / "Devel_DE_01.csv", sep=";")
    for rater, rows in (("A", 8), ("B", 12)):  # the real curve, late by 0.8 and 1.2 s
        table[rater] = table["arousal"].shift(rows).bfill()
    (tmp_path / "arousal").mkdir()
    table[["timestamp", "A", "B"]].to_csv(tmp_path / "arousal" / "Devel_DE_01.csv", index=False)
    said = emo("gold", tmp_path / "arousal", "-o", tmp_path / "out", "--delay", "auto", "--reference", labels)
    assert said.status == 0, said
    part = json.loads((tmp_path / "out" / "gold.json").read_text())["dimensions"]["arousal"]
    assert part["delays_s"]["A"] == pytest.approx(1.0, abs=0.11)
    said = emo("gold", tmp_path / "arousal", "-o", tmp_path / "out", "--delay", "auto")
    part = json.loads((tmp_path / "out" / "gold.json").read_text())["dimensions"]["arousal"]
    assert part["delays_s"] == {"A": 0.0, "B": pytest.approx(0.4)}


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["--method", "x"], 2, "no method of a gold standard is named 'x'"),
        (["--set", "x=1"], 2, "method ewe has no option x"),
        (["--smooth", "median"], 2, "--smooth median: expected NAME:SECONDS"),
        (["--smooth", "median:x"], 2, "--smooth x: expected a number of seconds"),
        (["--delay", "soon"], 2, "--delay soon: expected a number of seconds"),
        (["--reference", "x"], 2, "--reference x is for --delay auto"),
        (["--corpus", "x"], 2, "no corpus is named 'x'"),
        (["--option", "fps=25"], 2, "--option needs a corpus; name it with --corpus"),
        (["--corpus", "sewa", "--option", "hz=1"], 2, "corpus sewa has no option 'hz'; its options are: "),
        (["--corpus", "recola", "--option", "dimensions=joy"], 2, "dimensions is 'joy'; expected some of"),
        (["--delay", "auto", "--reference", "x"], 1, "x does not exist"),
        (["--lengths", "x"], 2, "lengths is 'x'"),
    ],
)
def test_wrong_use_is_one_line_and_writes_nothing(emo, ratings, tmp_path, words, status, says):
    said = emo("gold", ratings, "-o", tmp_path / "out", *words)
    assert said.status == status and said.err.startswith("emotrace: ") and says in said.err
    assert len(said.err.splitlines()) == 1 and not (tmp_path / "out").exists()


def test_nothing_made_is_told_and_nothing_written(emo, tmp_path):
    (tmp_path / "a.csv").write_text("time,A,B\n0,?,?\n1,?,?\n")
    said = emo("gold", tmp_path / "a.csv", "-o", tmp_path / "out")
    assert said.status == 1 and "no gold standard could be made of any recording" in said.err
    assert not (tmp_path / "out").exists()


def test_the_ratings_themselves_are_never_overwritten(emo, ratings):
    before = (ratings / "arousal" / "a.csv").read_text()
    said = emo("gold", ratings, "-o", ratings)
    assert said.status == 1 and "was not written by emotrace" in said.err
    assert (ratings / "arousal" / "a.csv").read_text() == before


def test_options_of_methods_have_the_type_of_their_default(monkeypatch):
    from types import MappingProxyType

    from emotrace.annotation import Method, methods
    from emotrace.cli.gold import method_options
    from emotrace.errors import ConfigError

    def made(ratings, count=3, share=0.5, strict=True, name="a"):
        return ratings[0]

    monkeypatch.setattr(methods, "METHODS", MappingProxyType({"made": Method(made, "")}))
    texts = {"count": "4", "share": "1e-2", "strict": "False", "name": "b"}
    assert method_options("made", texts) == {"count": 4, "share": 0.01, "strict": False, "name": "b"}
    with pytest.raises(ConfigError, match="--set count=x: expected a whole number such as 3"):
        method_options("made", {"count": "x"})
    with pytest.raises(ConfigError, match=r"--set share=x: expected a number such as 0\.5"):
        method_options("made", {"share": "x"})
    with pytest.raises(ConfigError, match="--set strict=1: expected true or false"):
        method_options("made", {"strict": "1"})
