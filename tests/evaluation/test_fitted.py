"""What a run found without gradients, in words, in the report's head and nowhere else a learning curve."""

import numpy as np
import pytest

from emotrace.evaluation.fitted import fitted_lines
from emotrace.evaluation.learning_curves import Curve, LearningCurves
from emotrace.evaluation.learning_figures import development_figure, loss_figure


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"mean": {"arousal": 0.123456789}}, "mean arousal 0.1235"),
        ({"development_ccc": {"a": 0.5, "b": None}}, "development ccc a 0.5, b undefined"),
        ({"chosen_without_development": True}, "chosen without development yes"),
        ({"classes_without_training_clip": ["fear", "joy"], "clips": 12},
         "classes without training clip fear, joy; clips 12"),
    ],
)  # fmt: skip
def test_words(found, words):
    assert fitted_lines([{"name": "joint", "fitted": found}]) == [f"joint: {words}"]


def test_stages_without_anything_found_say_nothing():
    assert fitted_lines([{"name": "a", "state": "done"}, {"name": "b", "fitted": {}}, {"fitted": 3}]) == []


@pytest.mark.parametrize(("steps", "drawn"), [([0.0], False), ([0.0, 4.0], True), ([4.0], True)])
def test_without_steps_there_is_no_learning_curve(steps, drawn):
    curve = Curve("development_ccc_arousal", np.array(steps), np.linspace(0.1, 0.2, len(steps)))
    curves = LearningCurves((curve,), {"joint": 0.0})
    assert (development_figure(curves, (0, "0")) is not None) == drawn
    assert loss_figure(curves) is None
