"""The page of a table: confusion matrices side by side, and what each row may be taken for."""

import json

import pytest

from emotrace.config.recipe import Reported
from emotrace.evaluation.comparison import Comparison
from emotrace.reproduction.page import write_page
from emotrace.reproduction.plan import Plan
from emotrace.reproduction.results import Result

RECALLS = {f"recall_{name}": {"value": 0.75, "low": 0.5, "high": 1.0} for name in ("anger", "fear")}
SCORES = {
    "classes": ["anger", "fear"],
    "confusion": [[3, 1], [0, 4]],
    "undecided": [0, 0],
    "concatenated": RECALLS,
}


def row(**changes):
    values = {"table": "Figure 4", "corpus": "RML", "partition": "test", "metrics": {"recall_anger": 0.5}}
    return Reported(**values | changes)


@pytest.fixture
def page_of(tmp_path):
    """A function that gives the page of some results."""

    def make(*results):
        plan = Plan("priyasad2019", "Figure 4", "Confusion", ("priyasad2019/attention",), (), ())
        write_page(tmp_path / "page.html", plan, list(results), "rml", "")
        return (tmp_path / "page.html").read_text(encoding="utf-8")

    return make


def test_confusion_matrices_stand_side_by_side(page_of):
    reported = row(confusion={"anger": (0.5, 0.5), "fear": (0.25, 0.75)})
    comparison = Comparison(reported, "test", {}, ("the preset is small here",))
    ours = {"recall_anger": {"value": 0.75, "low": None, "high": None}}
    page = page_of(
        Result(
            "attention", "ours", reported, ours, comparison.verdict, "no", ("Rough.",), (comparison, SCORES)
        )
    )
    assert "<li>Rough.</li>" in page
    assert "confusion matrix in the paper" in page and "<h3>Ours</h3>" in page
    assert "1 row of 1 cannot be compared" in page
    assert '<span class="wrong">Not comparable</span>, note 1' in page
    assert "<li>Not comparable: the preset is small here.</li>" in page


def test_names_stand_over_the_lines_of_the_figure(page_of):
    ours = {"recall_anger": {"value": 0.75, "low": 0.5, "high": 1.0}}
    page = page_of(Result("attention", "ours", row(), ours, "Comparable.", "yes"))
    text = page.partition('<script type="application/json" id="figures">')[2].partition("</script>")[0]
    (figure,) = json.loads(text)["single"].values()
    (name,) = figure["layout"]["annotations"]
    assert (name["text"], name["x"], name["xanchor"]) == ("attention anger (RML, test)", 0, "left")
    assert name["y"] < 0 and figure["data"][1]["y"] == [0]  # the range falls: above its dot
    assert not figure["layout"]["yaxis"]["showticklabels"] and figure["layout"]["margin"]["l"] < 20
    assert '<p class="key"><span><b style="color:#d08700">●</b> paper' in page


def test_rows_say_what_they_are(page_of):
    nothing = {"recall_anger": None}
    unknown = Comparison(row(), "test", nothing, (), ("the paper's subjects are not counted",))
    page = page_of(
        Result("attention", "ours", row(), nothing, unknown.verdict, unknown.comparable),
        Result("video", "not run", row(), nothing, "Not run: no face."),
        Result("Wang et al.", "other method", row(), nothing, "In the paper alone; no run here makes it."),
    )
    assert "1 row of 1 may not be comparable" in page
    assert "Not run: video." in page
    assert "<td>Not run: no face.</td>" in page
    assert "<td>In the paper alone; no run here makes it.</td>" in page
