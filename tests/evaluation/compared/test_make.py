"""Page and tables of a comparison."""

import csv
import json
import re
import shutil
from html import escape
from itertools import pairwise

import pandas as pd
import pytest
from compared_runs import change

from emotrace.errors import DataError
from emotrace.evaluation.compared import compare_runs
from emotrace.evaluation.compared.files import latex


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def figures(page):
    text = page.partition('<script type="application/json" id="figures">')[2].partition("</script>")[0]
    return json.loads(text)


@pytest.mark.parametrize("predicts", ["trace", "class"])
def test_a_page_and_tables_are_written(pair, tmp_path, predicts):
    runs = pair(predicts=predicts)
    (runs[0] / "predictions" / "cost.json").write_text(
        json.dumps({"ms_per_second": 5.0, "device": "<gpu>", "threads": 2, "peak_memory_mb": 512})
    )
    change(runs[0] / "run.json", cost={"seconds": {"joint": 60.5}, "parameters_training": 1234567})
    made = compare_runs(runs, tmp_path / "out" / "page.html", media={"test_1_1": "../one%20clip.mp4"})
    page = made.page.read_text(encoding="utf-8")
    assert "http" not in page.partition("<script>")[0]
    for words in ("good", "noisy", "Differences", "Costs", "1 234 567", "../one%20clip.mp4", "&lt;gpu&gt;"):
        assert words in page
    assert {path.name for path in made.tables.iterdir()} == {
        f"{name}.{kind}" for name in ("metrics", "tests", "recordings", "costs") for kind in ("csv", "tex")
    }
    (good, noisy) = rows(made.tables / "costs.csv")
    assert (good["ms_per_second"], good["training_seconds"], noisy["ms_per_second"]) == ("5", "60.5", "")
    tests = rows(made.tables / "tests.csv")
    assert len(tests) == {"trace": 2, "class": 1}[predicts] and set(tests[0]) >= {
        "a",
        "b",
        "metric",
        "difference",
        "p",
        "p_holm",
    }


def test_what_is_bold_or_coloured_is_said(pair, tmp_path):
    trace = compare_runs(pair(), tmp_path / "trace.html").page.read_text(encoding="utf-8")
    assert "of each run the CCC mean, and below it CCC arousal, CCC valence; the best is bold." in trace
    assert re.search(r"<b>0\.\d{3}</b><span class=\"interval\"><b>0\.\d{3}</b> · ", trace)
    for run in (tmp_path / "good", tmp_path / "noisy"):
        shutil.rmtree(run)
    classes = compare_runs(pair(predicts="class"), tmp_path / "class.html").page.read_text(encoding="utf-8")
    assert "is bold" not in classes and '<span class="right">green</span> if right' in classes


def test_differences_are_bold_where_they_are_more_than_chance(pair, tmp_path, monkeypatch):
    runs = pair()
    for level, bold in ((0.05, 0), (0.3, 4)):  # the smallest p, corrected for two tests, is 0.25
        monkeypatch.setattr("emotrace.evaluation.compared.page.LEVEL", level)
        page = compare_runs(runs, tmp_path / "page.html").page.read_text(encoding="utf-8")
        told = page.partition("<h2>Differences</h2>")[2].partition("<h2>Costs</h2>")[0]
        assert told.count("<b>") == bold
    assert "With 4 subjects p cannot be below 0.125" in told


@pytest.mark.parametrize(("rows", "breaks"), [(40, False), (41, True)])
def test_a_table_longer_than_a_page_breaks(rows, breaks):
    lines = latex(["run"], [{"run": f"x{row}"} for row in range(rows)], "Scores").splitlines()
    assert ("longtable" in lines[0], r"\begin{table}" in lines) == (breaks, not breaks)
    assert lines[-1] == (r"\end{longtable}" if breaks else r"\end{table}")
    assert (lines.count(r"run \\"), sum(line.startswith("x") for line in lines)) == (1 + breaks, rows)


def test_single_answers_are_bars_and_have_no_time(pair, tmp_path):
    runs = pair(predicts="class")
    for path in (path for run in runs for path in (run / "predictions").glob("*.csv")):
        table = pd.read_csv(path)
        said = ["angry", "calm", "happy"]
        table[said] = table.loc[0, said].to_numpy(float)
        table.to_csv(path, index=False)
    page = compare_runs(runs, tmp_path / "page.html").page.read_text(encoding="utf-8")
    first = next(iter(figures(page)["recordings"]["compared"].values()))
    assert [(one["type"], one["x"]) for one in first["data"]] == [("bar", ["angry", "calm", "happy"])] * 2
    assert "Pick a row to see the answers" in page
    table = pd.read_csv(runs[1] / "predictions" / "test_1_1.csv")
    table.loc[0, ["angry", "calm"]] = [0.9, 0.05]
    table.to_csv(runs[1] / "predictions" / "test_1_1.csv", index=False)
    page = compare_runs(runs, tmp_path / "page.html").page.read_text(encoding="utf-8")
    assert "Pick a row to see its curves" in page


def test_names_of_files_cannot_break_the_page(pair, tmp_path):
    good, noisy = pair()
    odd = noisy.with_name("<b>&_odd")
    noisy.rename(odd)
    made = compare_runs([good, odd], tmp_path / "page.html")
    body = made.page.read_text(encoding="utf-8").partition("<main>")[2].partition("<script>")[0]
    assert "<b>&_odd" not in body and "&lt;b&gt;&amp;_odd" in body
    assert r"\textless{}b\textgreater{}\&\_odd" in (made.tables / "metrics.tex").read_text()


def test_a_page_that_cannot_be_written_is_told(pair, tmp_path):
    (tmp_path / "page_tables").write_text("a file in the way")
    with pytest.raises(DataError, match="page_tables"):
        compare_runs(pair(), tmp_path / "page.html")


def test_too_few_subjects_for_a_test_are_said(pair, tmp_path):
    made = compare_runs(pair(subjects=3), tmp_path / "page.html")
    assert any("smallest corrected p that they allow with 2 tests is 0.5." in text for text in made.warnings)
    assert any(text.startswith("Intervals over 3 subjects are rough") for text in made.warnings)
    page = made.page.read_text(encoding="utf-8")
    assert all(escape(text) in page for text in made.warnings)


@pytest.mark.parametrize(("subjects", "told"), [(6, True), (7, False)])
def test_too_few_subjects_after_the_correction_are_said(pair, tmp_path, subjects, told):
    """With 6 subjects p can be 0.031, and of two tests the corrected one no less than 0.0625."""
    made = compare_runs(pair(subjects=subjects, steps=100, amount=1.0), tmp_path / "page.html")
    assert any("cannot show a difference" in text for text in made.warnings) == told
    assert min(test["p_holm"] for test in made.measured.tests) == pytest.approx(4 / 2**subjects)


def test_latex_of_undefined_negative_and_large_numbers():
    text = latex(["run", "value", "count"], [{"run": "a", "value": None, "count": 1234},
                                            {"run": "b", "value": -0.5, "count": 7}], "100 %")  # fmt: skip
    assert "a & -- & 1\\,234 \\\\" in text and "b & $-$0.500 & 7 \\\\" in text
    assert "\\caption{100 \\%}" in text and "{lrr}" in text


def test_latex_shows_the_least_p_that_is_possible():
    assert "0.0001 & 0.0004 & 0.001 " in latex(
        ["p", "p_holm", "x"], [{"p": 1e-4, "p_holm": 4e-4, "x": 1e-3}], ""
    )


def test_panels_of_many_classes_are_high_and_lie_apart(pair, tmp_path):
    page = compare_runs(pair(predicts="class"), tmp_path / "page.html").page.read_text(encoding="utf-8")
    layout = next(iter(figures(page)["recordings"]["compared"].values()))["layout"]
    domains = sorted(value["domain"] for key, value in layout.items() if key.startswith("yaxis"))
    inside_px = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
    assert len(domains) >= 3 and all((high - low) * inside_px > 60 for low, high in domains)
    assert all(below[1] + 20 / inside_px < above[0] for below, above in pairwise(domains))
