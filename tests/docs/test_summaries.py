"""Summaries of runs, and the README's table that is made from them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from emotrace.errors import DataError, InputError
from results import BEGIN, END, main, renewed
from summaries import RESULTS, Summary, commit_shown, read, read_all, shown, table, write
from summarise import main as print_summary
from summarise import summarise

CELL = {"value": 0.5, "low": 0.4, "high": 0.6}
ONE = Summary(
    recipe="ours/first",
    system="ours",
    variant="full",
    preset="small",
    corpus="hill",
    partition="test",
    scheme="loso",
    subjects_shared=False,
    subjects=7,
    recordings=9,
    trained_on=None,
    seconds=12.5,
    metrics={"ccc_arousal": CELL, "ccc_mean": CELL, "rmse_arousal": CELL},
    interval="95%, percentile bootstrap over subjects, 1000 draws",
    command="emotrace crossval ours/first PREPARED -o RUN",
    commit="0123456789",
    seed=0,
)


@pytest.fixture
def run(tmp_path) -> Path:
    """The files of an evaluated run that a summary is made from."""
    facts = {
        "system": "nguyen2020",
        "variant": "2d1dconv-ae-lstm",
        "preset": "small",
        "labels": ["arousal"],
        "predicts": "trace",
        "corpus": "avec2016",
        "commit": "abc",
        "seed": 3,
        "warnings": [],
    }
    parts = {"train": ["a", "b", "c"], "development": [], "test": ["d"]}
    subjects = {"a": "Ann", "b": "Ann", "c": "Bo", "d": "Cy"}
    scores = {
        "predicts": "trace",
        "recordings": 1,
        "subjects": 1,
        "seconds": 4.0,
        "interval": {"level": 0.95, "method": "bootstrap", "draws": 100},
        "warnings": [],
        "concatenated": {"ccc_arousal": {"value": 0.123456, "low": None, "high": None}},
        "per_recording": {"d": {}},
    }
    keys = ("system", "variant", "preset", "corpus", "fold", "recipe_digest", "partition_digest", "best")
    evaluated = {"run": {key: facts.get(key) for key in keys}, "partitions": {"test": scores}}
    files = {"run": facts, "partition": {"parts": parts, "subjects": subjects}, "metrics": evaluated}
    for name, values in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(values), encoding="utf-8")
    return tmp_path


def test_a_summary_holds_numbers_and_no_names_of_people(run, capsys):
    made = summarise(run, "emotrace demo", corpus="demo", recipe="nguyen2020/demo")
    assert made.trained_on == 2
    assert made.metrics == {"ccc_arousal": {"value": 0.1235, "low": None, "high": None}}
    assert (made.corpus, made.partition, made.subjects, made.commit, made.seed) == (
        "demo",
        "test",
        1,
        "abc",
        3,
    )
    assert made.recipe == "nguyen2020/demo"
    assert summarise(run, "x").recipe == "nguyen2020/2d1dconv-ae-lstm"
    assert print_summary([str(run), "--command", "emotrace demo"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed)["command"] == "emotrace demo"
    assert not any(word in printed for word in ("Ann", "Cy", '"d"', str(run)))


def test_a_run_that_is_not_evaluated_has_no_summary(run, capsys):
    with pytest.raises(InputError, match="has scores of test, not of development; run `emotrace evaluate"):
        summarise(run, "x", partition="development")
    (run / "metrics.json").unlink()
    assert print_summary([str(run), "--command", "x"]) == 2
    assert "has scores of no partition" in capsys.readouterr().err


def test_a_recipe_must_be_there_and_of_the_system(run):
    with pytest.raises(InputError, match="recipe is 'nguyen2020/none'; expected a packaged one"):
        summarise(run, "x", recipe="nguyen2020/none")
    with pytest.raises(InputError, match=r"recipe is 'baselines/svr' but .* is of nguyen2020/2d1dconv"):
        summarise(run, "x", recipe="baselines/svr")


def test_a_summary_is_read_back(tmp_path):
    file = tmp_path / "one.json"
    file.write_text(write(ONE), encoding="utf-8")
    assert read(file) == ONE


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{", "not readable JSON"),
        ("[]", "it differs in list"),
        ('{"odd": 1}', r"it differs in \['command', .*'odd'"),
    ],
)
def test_what_is_no_summary_is_refused(tmp_path, text, wrong):
    file = tmp_path / "one.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=wrong):
        read(file)


def test_a_row_says_who_was_tested_how():
    row = table([ONE]).splitlines()[2]
    assert row == (
        "| `ours/first` (small) | hill | test, each subject left out | 7 | ccc arousal 0.50 [0.40, 0.60] "
        "| `emotrace crossval ours/first PREPARED -o RUN` | 0123456 |"
    )
    shared = replace(ONE, scheme="clips", subjects_shared=True)
    assert "| test, folds of clips, subjects shared |" in table([shared])
    assert "| test, folds of subjects, one fold |" in table([replace(ONE, scheme="kfold, one fold")])
    assert "| test, kfold by stimulus |" in table([replace(ONE, scheme="kfold by stimulus")])


def test_a_row_names_a_preset_only_where_it_matters():
    given = replace(
        ONE,
        recipe="priyasad2019/attention-tables",
        system="priyasad2019",
        variant="attention-tables",
        preset="vgg19",
    )
    assert "| `priyasad2019/attention-tables` | hill |" in table([given])
    sound = replace(given, recipe="priyasad2019/ravdess-audio", variant="audio", preset="small")
    assert "| `priyasad2019/ravdess-audio` (small) | hill |" in table([sound])
    alone = replace(
        ONE, recipe="priyasad2019/ravdess-audio-svm", system="baselines", variant="svm", preset="default"
    )
    assert "| `priyasad2019/ravdess-audio-svm` | hill |" in table([alone])
    named = {one.recipe for one in read_all() if f"`{one.recipe}` ({one.preset})" in table([one])}
    assert {"priyasad2019/ravdess-audio", "nguyen2020/demo", "tzirakis2017/demo"} <= named


def test_numbers_as_tables_show_them():
    assert shown({"value": None, "low": None, "high": None}) == "undefined"
    assert shown({"value": -0.001, "low": None, "high": None}) == "0.00"
    assert commit_shown("0123456789-dirty") == "0123456 and changes"


def test_the_table_of_the_readme_is_current(capsys):
    assert main(["--check"]) == 0, capsys.readouterr().err
    assert len(read_all()) == len(list(RESULTS.glob("*.json"))) >= 4


def test_a_readme_that_is_not_current_is_told_and_renewed(tmp_path, capsys):
    readme = tmp_path / "README.md"
    (tmp_path / "one.json").write_text(write(ONE), encoding="utf-8")
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    assert main(["--check"], readme, tmp_path) == 1
    assert "README.md is not current" in capsys.readouterr().err
    assert main([], readme, tmp_path) == 0
    text = readme.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n| recipe") and text.endswith(f"|\n{END}\nafter\n")
    assert main(["--check"], readme, tmp_path) == 0
    assert main(["--all"], readme, tmp_path) == 2
    assert "expected --check or nothing" in capsys.readouterr().err


def test_a_readme_without_marks_is_refused(tmp_path, capsys):
    with pytest.raises(DataError, match=r"README.md holds '<!-- results: made.* 0 times; expected it once"):
        renewed("nothing here", "table")
    readme = tmp_path / "README.md"
    readme.write_text("nothing here", encoding="utf-8")
    assert main([], readme, tmp_path) == 2
    assert "expected it once" in capsys.readouterr().err


def test_what_folds_leave_out_is_told(run):
    file = run / "partition.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(values | {"scheme": "kfold", "by": "stimulus"}), encoding="utf-8")
    assert summarise(run, "x").scheme == "kfold by stimulus, one fold"
    fused = json.loads((run / "run.json").read_text(encoding="utf-8")) | {"system": "fusion", "preset": None}
    (run / "run.json").write_text(json.dumps(fused), encoding="utf-8")
    (run / "metrics.json").write_text(
        (run / "metrics.json").read_text().replace('"nguyen2020"', '"fusion"').replace('"small"', "null")
    )
    (run / "fusion.json").write_text(json.dumps({"settings": {"cross_fit": 14}}), encoding="utf-8")
    fusion = summarise(run, "x")
    assert fusion.scheme == "cross-fitted in 14 parts" and "| `fusion/" in table([fusion])
    assert "()" not in table([fusion])
