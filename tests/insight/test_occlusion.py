"""Occlusion on models that look at one known place: that place alone lights up, by as much as it counts."""

import re

import numpy as np
import pytest
import torch
from hiding import FACE, PICTURE, ROWS, SOUND, STEPS, Hiding, Looking, Summing, corner, loudness

from emotrace.config.declaration import Declaration, FeatureInput
from emotrace.delay import LabelDelay
from emotrace.errors import DataError
from emotrace.features import assemble
from emotrace.insight.analyses.occlusion.covered import cover_everywhere
from emotrace.insight.analyses.occlusion.run import ANALYSIS, run
from emotrace.insight.analyses.occlusion.silenced import silence_everywhere
from emotrace.insight.analyses.occlusion.views import cover, view_of
from emotrace.insight.analyses.occlusion.windows import windows
from emotrace.insight.write import make_insight
from emotrace.models.base import Model
from emotrace.offline_page.page import Page


def faces_of(recording, steps):
    """Mean of the corner at some steps, in [-1, 1]."""
    pixels = recording.track("face-16").values[steps, :4, :4].astype(float)
    return (pixels / 127.5 - 1).mean(axis=(1, 2, 3))


def test_a_model_that_looks_at_one_corner_lights_that_corner(planted):
    examined = planted(Hiding(), model=Looking({"face": FACE}, corner))
    found = cover_everywhere(examined, 0, "face")
    chosen = windows(examined, 0, "face", 8, 4)
    steps = np.concatenate([np.arange(one.first, one.first + 8) for one in chosen])
    corners = faces_of(Hiding(), steps)
    assert found.steps == 32 == len(set(steps)) and found.window_s == pytest.approx(0.32)
    assert found.change[0, 0, 0] == pytest.approx(-corners.mean(), abs=1e-6)  # grey is 0
    assert found.absolute[0, 0, 0] == pytest.approx(np.abs(corners).mean(), abs=1e-6)
    outside = found.absolute.copy()
    outside[:2, :2] = 0
    assert not outside.any() and (found.absolute[:2, :2, 0] > 0).all() and not found.change[..., 1].any()
    assert found.all_absolute == pytest.approx([np.abs(corners).mean(), 0], abs=1e-6)
    cells = found.cells(found.absolute)[..., 0]
    assert cells.shape == (8, 8) and np.unravel_index(cells.argmax(), cells.shape) == (0, 0)
    assert cells[0, 0] == pytest.approx(found.absolute[0, 0, 0])  # one patch alone lies over the corner


def test_the_picture_under_a_map_is_one_of_those_covered(planted):
    examined = planted(Hiding(), model=Looking({"face": FACE}, corner))
    found = cover_everywhere(examined, 0, "face")
    given = np.concatenate([one.inputs["face"][0].numpy() for one in windows(examined, 0, "face", 8, 4)])
    distances = np.square(given - given.mean(axis=0)).sum(axis=(1, 2, 3))
    np.testing.assert_array_equal(found.picture, given[distances.argmin()])


def test_a_spectrogram_is_covered_by_mel_band_and_time(planted):
    def middle(inputs):  # low mel bands of the columns 8 to 11
        seen = inputs["sound"][:, :, 8:12, :32].mean(dim=(2, 3))
        return torch.stack([torch.zeros_like(seen), seen], dim=2)

    examined = planted(Hiding(), model=Looking({"sound": PICTURE}, middle))
    found = cover_everywhere(examined, 0, "sound")
    assert np.unravel_index(found.absolute[..., 1].argmax(), (7, 7)) == (0, 4)
    assert (found.change[0, 4, 1] < -0.5) and not found.absolute[2:].any()  # silence is -1


def test_what_a_patch_is_for_each_kind_of_picture():
    there = torch.tensor([True, False])
    cepstra = torch.rand(2, 3 * 64 * 64)
    view = view_of(FeatureInput(name="mfcc-images", columns=3 * 64 * 64))
    hidden = cover(view, cepstra, there, (0, 0)).view(2, 3, 64, 64)
    before = cepstra.view(2, 3, 64, 64)
    assert torch.equal(hidden[1], before[1])  # nothing was there to hide
    means = before[0, :, :16].mean(dim=2, keepdim=True).expand(3, 16, 16)
    torch.testing.assert_close(hidden[0, :, :16, :16], means)
    assert torch.equal(hidden[0, :, 16:], before[0, :, 16:])
    faces = torch.randint(0, 256, (1, 20 * 64 * 64 * 3)).float()
    view = view_of(FeatureInput(name="face-segments-64", columns=20 * 64 * 64 * 3))
    hidden = cover(view, faces, there[:1], (6, 6)).view(1, 20, 64, 64, 3)
    assert (hidden[:, :, 48:, 48:] == 127.5).all()
    assert torch.equal(hidden[:, :, :48], faces.view(1, 20, 64, 64, 3)[:, :, :48])
    assert view_of(ROWS) is None and view_of(SOUND) is None
    assert not cover(view_of(FACE), torch.zeros(1, 3, 16, 16), ~there[:1], None).any()


def test_windows_go_on_from_what_the_model_remembers(planted):
    examined = planted(Hiding(), model=Summing({"face": FACE}, corner))
    whole = np.cumsum(faces_of(Hiding(), np.arange(STEPS)))
    chosen = windows(examined, 0, "face", 8, 4)
    assert [one.first for one in chosen] == sorted({one.first for one in chosen}) and chosen[0].first > 0
    for one in chosen:
        np.testing.assert_allclose(one.prediction[:, 0], whole[one.first : one.first + 8], atol=1e-5)


def test_steps_without_a_face_are_neither_chosen_nor_counted(planted):
    recording = Hiding(no_face=tuple(range(10, STEPS)))
    examined = planted(recording, model=Looking({"face": FACE}, corner))
    assert max(one.first for one in windows(examined, 0, "face", 8, 4)) == 2
    few = Hiding(no_face=tuple(range(4, STEPS)))
    found = cover_everywhere(planted(few, model=Looking({"face": FACE}, corner)), 0, "face")
    assert found.steps == 4
    assert found.all_change[0] == pytest.approx(-faces_of(few, np.arange(4)).mean(), abs=1e-6)
    nothing = planted(Hiding(lacks=("face-16",)), model=Looking({"face": FACE}, corner))
    assert cover_everywhere(nothing, 0, "face") is None


def test_a_delay_does_not_move_what_is_looked_at(planted):
    for rule in ("hold", "drop"):
        recording = Hiding(no_face=tuple(range(10, STEPS)))
        examined = planted(
            recording, model=Looking({"face": FACE}, corner), delay=LabelDelay(seconds=0.2, rule=rule)
        )
        assert max(one.first for one in windows(examined, 0, "face", 8, 4)) == 2


def test_of_classes_it_is_the_probability_of_what_was_decided(planted):
    def logits(inputs):
        seen = 3 * corner(inputs)[..., :1]
        return torch.cat([seen, -seen], dim=2) * (torch.arange(seen.shape[1]) > 3).view(1, -1, 1)

    examined = planted(
        Hiding(emotion="fear"),
        Hiding(1, emotion="anger"),
        model=Looking({"face": FACE}, logits, ("anger", "fear"), predicts="class"),
    )
    found = cover_everywhere(examined, 0, "face")
    assert found.change.shape == (7, 7, 1) and found.all_change[0] < 0  # grey: both are 0.5
    rows = run(examined).tables["occlusion_inputs"]
    assert [row["target"] for row in rows] == ["probability of its class"]
    assert rows[0]["steps"] == 36 and "rmse_with" not in rows[0]  # 4 steps are undecided
    decided = examined.traces[0].values[4:]
    assert rows[0]["class_changes"] == pytest.approx((decided.argmax(axis=1) != 0).mean(), abs=1e-6)
    assert rows[0]["change"] == pytest.approx(0.5 - decided.max(axis=1).mean(), abs=1e-5)


def test_of_a_single_answer_there_is_nothing_over_time(planted, tmp_path):
    def pooled(inputs):
        seen = corner(inputs)[..., :1].mean(dim=1, keepdim=True).expand(-1, inputs["face"].shape[1], -1)
        return torch.cat([seen, -seen], dim=2)

    model = Looking({"face": FACE}, pooled, ("anger", "fear"), predicts="class", whole=True)
    examined = planted(Hiding(emotion="fear"), model=model)
    page, found = make_insight(examined, tmp_path, only=["occlusion"])
    assert "occlusion_over_time" not in {**found["occlusion"].tables, **found["occlusion"].figures}
    text = page.read_text(encoding="utf-8")
    assert re.search(
        r"there is one answer: (anger|fear) 0\.\d\d, (anger|fear) 0\.\d\d; known is fear\.", text
    )


def test_silence_lasts_as_long_as_the_model_looks_back(planted):
    examined = planted(Hiding(), model=Looking({"audio": SOUND}, loudness))
    found = silence_everywhere(examined, 0, "audio")
    assert found.windows == 8 and found.silent_s == pytest.approx(0.2) and len(found.times_s) == 25
    assert (found.change[0, :5, 0] < -0.9).all() and not found.change[0, 5:].any()
    assert found.bands[:2] == ("all of it", "0 to 250 Hz") and found.bands[-1] == "4,000 to 8,000 Hz"
    # white noise: the last octave holds half of the energy, and the loudness falls by 1 - sqrt(1/2)
    assert found.change[-1, :5, 0] == pytest.approx(-0.293, abs=0.05)
    assert not found.change[..., 1].any()

    def remembering(inputs):  # the mean of this step and the four before
        padded = torch.nn.functional.pad(loudness(inputs), (0, 0, 4, 0))
        return padded.unfold(1, 5, 1).mean(dim=3)

    model = Looking({"audio": SOUND}, remembering, context_steps=4)
    longer = silence_everywhere(planted(Hiding(), model=model), 0, "audio")
    assert (longer.change[0, :9, 0] < -0.1).all()
    assert np.abs(longer.change[0, 9:]).max() < 1e-6


def test_an_input_is_left_out_as_if_the_recording_lacked_it(planted):
    def both(inputs):
        return corner(inputs) + loudness(inputs)

    model = Looking({"face": FACE, "audio": SOUND}, both)
    found = run(planted(Hiding(), model=model))
    rows = {(row["left_out"], row["target"]): row for row in found.tables["occlusion_inputs"]}
    assert list(rows) == [(a, b) for a in ("face", "audio") for b in ("arousal", "valence")]
    face = faces_of(Hiding(), np.arange(STEPS))
    assert rows["face", "arousal"]["change"] == pytest.approx(-face.mean(), abs=1e-5)
    assert rows["face", "arousal"]["absolute_change"] == pytest.approx(np.abs(face).mean(), abs=1e-5)
    gold = np.arange(STEPS) / 50
    assert rows["audio", "arousal"]["rmse_without"] == pytest.approx(
        np.sqrt(np.square(face - gold).mean()), abs=1e-5
    )
    assert rows["audio", "valence"]["absolute_change"] == 0.0
    over = found.tables["occlusion_over_time"]
    assert len(over) == STEPS
    assert over[3]["change of arousal without: face"] == pytest.approx(-face[3], abs=1e-5)


def test_groups_of_columns_of_a_feature_are_left_out_too(planted, speech):
    speech(blocks={"loud": 1, "high": 2}, columns=("a", "b", "c"))

    def first(inputs):
        return inputs["voice"].nan_to_num(0.0)[..., :2]

    found = run(planted(Hiding(), model=Looking({"voice": ROWS}, first, whole=True)))
    rows = {
        (row["left_out"], row["target"]): row["absolute_change"] for row in found.tables["occlusion_inputs"]
    }
    values = np.abs(Hiding().track(ROWS.track).values).mean(axis=0)
    assert rows["voice: loud", "arousal"] == pytest.approx(values[0], abs=1e-5)
    assert rows["voice: loud", "valence"] == 0 == rows["voice: high", "arousal"]
    assert rows["voice: high", "valence"] == pytest.approx(values[1], abs=1e-5) == rows["voice", "valence"]
    assert set(found.figures) == {"occlusion_over_time"}  # whole: nothing is covered


def test_parts_of_a_feature_take_the_place_of_its_blocks(planted, speech):
    speech(blocks={"loud": 1, "high": 2}, columns=("a", "b", "c"), parts={"odd": (0, 2), "even": (1,)})

    def first(inputs):
        return inputs["voice"].nan_to_num(0.0)[..., :2]

    found = run(planted(Hiding(), model=Looking({"voice": ROWS}, first, whole=True)))
    names = {row["left_out"] for row in found.tables["occlusion_inputs"]}
    assert names == {"voice", "voice: odd", "voice: even"}


def test_inputs_of_one_track_are_left_out_together(planted):
    model = Looking({"face": FACE, "again": FACE}, corner)
    found = run(planted(Hiding(), model=model)).tables["occlusion_inputs"]
    assert {row["left_out"] for row in found} == {"face and again"}


def test_an_input_that_guides_is_not_left_out(planted):
    found = run(
        planted(
            Hiding(), model=Looking({"face": FACE, "voice": ROWS.model_copy(update={"guides": True})}, corner)
        )
    )
    assert {row["left_out"] for row in found.tables["occlusion_inputs"]} == {"face"}


def test_a_recording_without_any_input_is_refused(planted):
    examined = planted(Hiding(lacks=("face-16",)), model=Looking({"face": FACE}, corner))
    with pytest.raises(DataError, match=r"run: the recording r0 has none of the inputs face, so nothing can"):
        run(examined)


def test_the_page_and_the_files(planted, tmp_path):
    said = []
    examined = planted(Hiding(), model=Looking({"face": FACE, "audio": SOUND}, corner), path=tmp_path)
    object.__setattr__(examined, "progress", lambda done, total, name: said.append(name))
    page, found = make_insight(examined)
    assert list(found) == ["occlusion"]
    text = page.read_text(encoding="utf-8")
    for words in (
        "What the predictions hang on", "Inputs left out", "Where in the input face", "consent",
        "How long and how high in the input audio", "0–25 % from the top, 0–25 % from the left",
    ):  # fmt: skip
        assert words in text
    names = {path.name for path in page.parent.iterdir()}
    for name in ("over_time", "map_face", "map_audio"):
        assert {f"occlusion_{name}.{kind}" for kind in ("png", "svg", "csv")} <= names
    assert {"covering face", "silencing audio"} <= set(said)
    rows = found["occlusion"].tables["occlusion_map_face"]
    assert len(rows) == 2 * 50 and rows[0]["row_to"] == 1 and rows[2]["row_to"] == 0.25


def test_the_examined_values_are_as_the_model_gives_them(planted):
    """With look-ahead and context, windows hold what the trace says."""
    model = Looking({"face": FACE}, corner, context_steps=2, look_ahead_steps=1)
    examined = planted(Hiding(), model=model)
    for one in windows(examined, 0, "face", 8, 4):
        given = examined.traces[0].values[one.first : one.first + 8]
        np.testing.assert_allclose(one.prediction, given, atol=1e-6)
        assert one.inputs["face"].shape[1] == 11
    assert assemble(model.declaration, Hiding(), 0, 1)["face"].shape == (1, 3, 16, 16)


def test_only_a_model_with_inputs_is_offered():
    assert ANALYSIS.offered(Looking({"face": FACE}, corner))
    assert not ANALYSIS.offered(Looking({}, corner))
    assert not ANALYSIS.offered(Model(Declaration(inputs={"face": FACE}), ("arousal",)))  # predicts nothing


def test_a_page_without_maps_is_made(planted):
    page = Page()
    run(planted(Hiding(), model=Looking({"face": FACE}, corner, whole=True))).show(page)
    assert "Inputs left out" in "".join(page.body) and "Where in" not in "".join(page.body)
