"""chen2015's principal components: condensed once, read a piece at a time, found on some of many steps."""

import pytest
import torch
from test_chen2015 import example, narrow, windows

from emotrace.models.run import trace_recording


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20215)


def test_components_are_condensed_once_by_step_and_read_in_their_place():
    model = narrow("concatenation-audio-video", components={"video_app": 3}).eval()
    model.fit_on([example(model, 1)], [])
    inputs = windows(model, 2, 9)
    given = dict(inputs)
    made = model.condense(inputs)
    assert inputs.keys() == given.keys()
    assert made.keys() == inputs.keys() - {"video_app"} | {"condensed/video_app"}
    assert made["condensed/video_app"].shape == (2, 9, 3)
    assert all(model.condense(made)[key] is value for key, value in made.items())
    with torch.inference_mode():
        torch.testing.assert_close(model(made)["prediction"], model(inputs)["prediction"], atol=1e-6, rtol=0)
        pieces = [
            model.condense({key: value[:, n : n + 4] for key, value in inputs.items()}) for n in (0, 4, 8)
        ]
    joined = torch.cat([piece["condensed/video_app"] for piece in pieces], dim=1)
    torch.testing.assert_close(joined, made["condensed/video_app"], atol=5e-6, rtol=0)  # values of about 20
    assert model.condensed_by == ("components",)
    assert narrow("concatenation-audio-video").condensed_by == ()


def test_of_a_whole_recording_wide_inputs_are_held_a_piece_at_a_time():
    model = narrow("video-app", components={"video_app": 3}, bidirectional=True).eval()
    model.fit_on([example(model, 1)], [])
    inputs, asked = windows(model, 1, 600), []

    def chunk(first, last):
        asked.append((first, last))
        return {key: value[0, first:last] for key, value in inputs.items()}

    found = torch.from_numpy(trace_recording(model, chunk, 600))
    assert asked == [(0, 250), (250, 500), (500, 600)]
    with torch.inference_mode():
        torch.testing.assert_close(found, model(inputs)["prediction"][0], atol=1e-6, rtol=0)


def test_components_of_many_recordings_are_found_on_steps_evenly_apart(monkeypatch):
    monkeypatch.setattr("emotrace.models.chen2015.COMPONENT_ROWS", 50)
    model = narrow("video-app", components={"video_app": 3})
    train = [example(model, seed) for seed in range(3)]
    model.fit_on(train, [])
    rows = torch.cat(
        [each.inputs["video_app"][0:50:3][2:] for each in train]
    )  # the first 5 steps are missing
    torch.testing.assert_close(model.components["video_app"].mean, rows[rows.isfinite().all(1)].mean(0))
    assert model.standardise["video_app"].std.min() > 0.1
