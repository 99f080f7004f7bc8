"""Shown columns that no other analysis draws: means by class and recording, gaps, refusals."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hiding import FACE, STEPS, Hiding, Looking, corner
from seeing import leaning

from emotrace.errors import DataError
from emotrace.insight.analyses.shown.run import ANALYSIS, run
from emotrace.insight.registry import unclaimed
from emotrace.insight.write import make_insight
from emotrace.models.base import Model


class Telling(Looking):
    """Weighs two modalities as planted, and tells nothing of the first four steps."""

    columns = ("attention_face", "attention_voice")

    @property
    def shown_columns(self):
        return self.columns

    def trace_shown(self, inputs, state=None):
        prediction, state = self.trace(inputs, state)
        first = np.linspace(0.2, 0.8, STEPS)
        weights = np.stack([first, 1 - first] * (len(self.columns) // 2), axis=1)
        weights[:4] = np.nan
        return prediction, torch.from_numpy(weights.astype(np.float32)).unsqueeze(0), state


def classes(inputs):
    seen = corner(inputs)[..., :1]
    return torch.cat([seen, -seen], dim=2)


def telling(**settings):
    return Telling({"face": FACE}, classes, ("anger", "fear"), predicts="class", **settings)


WEIGHTS = np.linspace(0.2, 0.8, STEPS)
TWO = (Hiding(0, emotion="fear"), Hiding(1, emotion="anger"))


def test_means_are_those_of_the_steps_of_each_class(planted):
    examined = planted(*TWO, model=telling())
    found = run(examined)
    rows = {row["steps of"]: row for row in found.tables["shown_means"]}
    assert list(rows) == ["all", "anger, predicted", "anger, known", "fear, predicted", "fear, known"]
    assert rows["all"]["steps"] == 2 * 36
    assert rows["all"]["attention_face"] == pytest.approx(WEIGHTS[4:].mean(), abs=1e-6)
    said = np.stack([trace.values.argmax(axis=1) for trace in examined.traces])[:, 4:]
    expected = np.tile(WEIGHTS[4:], (2, 1))[said == 1].mean()
    assert rows["fear, predicted"]["attention_face"] == pytest.approx(expected, abs=1e-6)
    assert rows["fear, predicted"]["steps"] == (said == 1).sum()
    assert rows["fear, known"]["steps"] == 36
    recordings = found.tables["shown_recordings"]
    assert [row["known_class"] for row in recordings] == ["fear", "anger"]
    over = found.tables["shown_over_time"]
    assert over[3]["what decides: attention_face"] is None
    assert over[4]["what decides: attention_face"] == pytest.approx(WEIGHTS[4], abs=1e-6)
    assert over[4]["probability of each class, fear is the known one: fear"] is not None


def test_of_a_trace_there_is_one_mean(planted):
    found = run(planted(Hiding(), model=Telling({"face": FACE}, corner)))
    assert [row["steps of"] for row in found.tables["shown_means"]] == ["all"]
    assert "known_class" not in found.tables["shown_recordings"][0]


def test_many_columns_are_drawn_as_rows(planted):
    model = telling()
    model.columns = tuple(f"weight_{letter}" for letter in "abcdefgh")
    found = run(planted(*TWO, model=model))
    assert len(found.tables["shown_over_time"][0]) == 1 + 2 + 8


def test_the_page_and_the_files(planted, tmp_path):
    page, found = make_insight(replace(planted(*TWO, model=telling(), path=tmp_path), drawn="r1"))
    assert list(found) == ["occlusion", "shown"]
    text = page.read_text(encoding="utf-8")
    assert "What decides beside each prediction" in text and "Over time: r1" in text
    names = {path.name for path in page.parent.iterdir()}
    assert {"shown_over_time.png", "shown_over_time.svg", "shown_means.csv", "shown_recordings.csv"} <= names


def test_nothing_told_anywhere_is_refused(planted):
    class Silent(Telling):
        def trace_shown(self, inputs, state=None):
            prediction, shown, state = super().trace_shown(inputs, state)
            return prediction, shown * torch.nan, state

    model = Silent({"face": FACE}, corner)
    with pytest.raises(
        DataError, match=r"run: the model tells attention_face, attention_voice of no step of the par"
    ):
        run(planted(Hiding(), model=model))


def test_what_another_analysis_draws_is_not_drawn_again():
    assert unclaimed(leaning()) == () and not ANALYSIS.offered(leaning())
    # of classes, attention and gate are drawn by no other
    assert unclaimed(leaning(predicts="class")) == ("attention_1", "attention_2", "attention_3", "gate")
    assert ANALYSIS.offered(telling())
    assert not ANALYSIS.offered(Model(leaning().declaration, ("arousal",)))
