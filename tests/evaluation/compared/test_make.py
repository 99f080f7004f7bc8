"""Page and tables of a comparison."""

import csv
import json
from itertools import pairwise

import pytest
from compared_runs import change

from emotrace.errors import DataError
from emotrace.evaluation.compared import compare_runs
from emotrace.evaluation.compared.files import latex


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("predicts", ["trace", "class"])
def test_a_page_and_tables_are_written(pair, tmp_path, predicts):
    runs = pair(predicts=predicts)
    (runs[0] / "predictions" / "cost.json").write_text(
        json.dumps({"seconds": 2.0, "steps": 400, "threads": 2, "peak_memory_mb": 512})
    )
    change(runs[0] / "run.json", cost={"seconds": {"joint": 60.5}, "parameters_training": 1234567})
    made = compare_runs(runs, tmp_path / "out" / "page.html", media={"test_1_1": "../one%20clip.mp4"})
    page = made.page.read_text(encoding="utf-8")
    assert "http" not in page.partition("<script>")[0]
    for words in ("good", "noisy", "Differences", "Costs", "1 234 567", "../one%20clip.mp4"):
        assert words in page
    assert {path.name for path in made.tables.iterdir()} == {
        f"{name}.{kind}" for name in ("metrics", "tests", "recordings", "costs") for kind in ("csv", "tex")
    }
    (good, noisy) = rows(made.tables / "costs.csv")
    assert (good["ms_per_step"], good["training_seconds"], noisy["ms_per_step"]) == ("5", "60.5", "")
    tests = rows(made.tables / "tests.csv")
    assert len(tests) == 3 and set(tests[0]) >= {"a", "b", "metric", "difference", "p", "p_holm"}


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
    assert any("too few for a test: the smallest p that they allow is 0.25" in text for text in made.warnings)


def test_latex_of_undefined_negative_and_large_numbers():
    text = latex(["run", "value", "count"], [{"run": "a", "value": None, "count": 1234},
                                            {"run": "b", "value": -0.5, "count": 7}], "100 %")  # fmt: skip
    assert "a & -- & 1\\,234 \\\\" in text and "b & $-$0.500 & 7 \\\\" in text
    assert "\\caption{100 \\%}" in text and "{lrr}" in text


def test_panels_of_many_classes_are_high_and_lie_apart(pair, tmp_path):
    page = compare_runs(pair(predicts="class"), tmp_path / "page.html").page.read_text(encoding="utf-8")
    figures = page.partition('<script type="application/json" id="figures">')[2].partition("</script>")[0]
    layout = next(iter(json.loads(figures)["recordings"]["compared"].values()))["layout"]
    domains = sorted(value["domain"] for key, value in layout.items() if key.startswith("yaxis"))
    inside_px = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
    assert len(domains) >= 3 and all((high - low) * inside_px > 60 for low, high in domains)
    assert all(below[1] + 20 / inside_px < above[0] for below, above in pairwise(domains))
