"""Figures of learning curves: what was kept is marked and called alike, many losses are told apart."""

import pytest

from emotrace.evaluation.learning_curves import read_learning_curves
from emotrace.evaluation.learning_figures import development_figure, loss_figure
from emotrace.evaluation.report_head import step_kept
from emotrace.offline_page.key import key


@pytest.fixture
def log(tmp_path):
    """A function that reads a log of these lines."""

    def read(*lines):
        (tmp_path / "logs").mkdir()
        (tmp_path / "logs" / "metrics.csv").write_text("\n".join(lines) + "\n")
        return read_learning_curves(tmp_path)

    return read


def test_of_several_stages_the_kept_step_is_the_last_ones(log):
    curves = log(
        "stage,step,development_ccc_arousal",
        "first,100,0.1", "first,200,0.1", "joint,50,0.3", "joint,100,0.2",
    )  # fmt: skip
    facts = {"best": {"step": 50}, "stages": [{"name": "first"}, {"name": "joint"}]}
    assert step_kept(facts) == "50 of joint"
    layout = development_figure(curves, (50, "50 of joint"))["layout"]
    (note,) = (one for one in layout["annotations"] if "kept" in one["text"])
    assert (note["text"], note["x"], note["xanchor"]) == (" kept: 50 of joint ", 250, "right")
    assert layout["xaxis"]["title"]["text"] == "optimiser step, all stages"


def test_of_one_stage_the_kept_step_is_a_number():
    assert step_kept({"best": {"step": 1500}, "stages": [{"name": "joint"}]}) == "1 500"
    assert step_kept({"best": None}) is None


def test_a_mark_at_the_left_has_its_words_to_the_right(log):
    curves = log("stage,step,development_score", "joint,10,0.1", "joint,100,0.0")
    (note,) = development_figure(curves, (10, "10"))["layout"]["annotations"]
    assert note["xanchor"] == "left"


def test_more_losses_than_colours_are_told_apart(log):
    names = [f"loss_{number}" for number in range(10)]
    values = ",".join(["0.5"] * 10)
    figure = loss_figure(log(f"stage,step,{','.join(names)}", f"joint,0,{values}", f"joint,10,{values}"))
    drawn = {(one["line"]["color"], one["line"]["dash"]) for one in figure["data"]}
    assert len(drawn) == 10 and not figure["layout"]["showlegend"]
    assert key(figure).count("━") == 8 and key(figure).count("┅") == 2
    assert all(f"loss {number}</span>" in key(figure) for number in range(10))
