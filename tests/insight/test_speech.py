"""Speech by a model of classes on a made tone: segments that vote, what is kept, figures, refusals."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
import torch
from hiding import Looking

from emotrace import models
from emotrace.config.declaration import AudioInput, FaceInput, FeatureInput
from emotrace.errors import DataError
from emotrace.features.derived import find
from emotrace.features.mfcc_image import cepstra, channels_of
from emotrace.features.track import Track
from emotrace.insight.analyses.speech.run import ANALYSIS, run
from emotrace.insight.write import make_insight
from emotrace.timing import Timeline

LENGTH_S, RATE_HZ, SIZE = 4.0, 16000, 16
INPUTS = {
    "audio": FeatureInput(name="mfcc-images", columns=3 * 64 * 64),
    "face": FaceInput(size=SIZE),
    "speech": FeatureInput(name="speech-segments", columns=2, guides=True),
}


@dataclass(frozen=True)
class Toned:
    """A recording of 4 s with a tone of 1000 Hz from `tone_s[0]` to `tone_s[1]`; None: it has no sound."""

    number: int = 0
    tone_s: tuple[float, float] | None = (1.0, 2.2)
    faces: bool = True
    stored: bool = False  # the wave, beside what is made of it
    entries: dict[str, Any] = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "entries", {"audio-16000": {}} if self.stored else {})

    name = property(lambda self: f"r{self.number}")
    subject = property(lambda self: f"s{self.number}")
    duration_s = LENGTH_S
    labels = Track(np.empty((0, 0)), Timeline.irregular([]), attributes={"class": "fear"})

    @property
    def sound(self) -> Track:
        samples = np.zeros(int(LENGTH_S * RATE_HZ), np.float32)
        begin, end = (round(time_s * RATE_HZ) for time_s in self.tone_s)
        samples[begin:end] = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(end - begin) / RATE_HZ)
        return Track(samples, Timeline.regular(len(samples), RATE_HZ))

    def track(self, name: str) -> Track | None:
        if name.startswith("face"):
            pixels = np.zeros((100, SIZE, SIZE, 3), np.uint8)
            return Track(pixels, Timeline.regular(100, 25.0)) if self.faces else None
        if self.tone_s is None:
            return None
        if name == "audio-16000":
            return self.sound
        return find(name.removeprefix("feature-")).compute(self.sound)


def deaf(inputs):
    """All classes are equally probable, whatever is heard."""
    return torch.zeros(*inputs["audio"].shape[:2], 2)


def classing(**settings):
    settings = {"labels": ("anger", "fear"), "predicts": "class", "step_s": 0.3, **settings}
    return Looking(INPUTS, deaf, **settings)


def test_segments_in_speech_vote(planted):
    found = run(planted(Toned(), model=classing()))
    rows = found.tables["speech_segments"]
    # active from 0.98 s to 2.21 s, with the margins from 0.78 s to 2.41 s: 1.8 s + 655 ms lies beyond
    assert [row["begin_s"] for row in rows if row["votes"]] == [0.9, 1.2, 1.5]
    assert [row["inside_region"] for row in rows] == [row["votes"] for row in rows] and len(rows) == 13
    assert rows[3] == {
        "recording": "r0", "begin_s": 0.9, "end_s": 1.555, "inside_region": 1, "votes": 1,
        "active_share": pytest.approx(56 / 64, abs=0.02),  # but for windows before 0.98 s
    }  # fmt: skip
    assert rows[4]["active_share"] == 1.0 and rows[0]["active_share"] == 0.0
    (recording,) = found.tables["speech_recordings"]
    assert recording["kept_share"] == pytest.approx(1.63 / 4, abs=0.005)
    assert (recording["speech_found"], recording["segments"], recording["votes"]) == (1, 13, 3)
    assert found.headline[0]["votes"] == 3 and found.summary["drawn"] == "r0"


def test_what_is_drawn_is_what_was_found(planted):
    figure = run(planted(Toned(), model=classing())).figures["speech_over_time"]
    sound, share, segments, static = figure.axes
    assert sound.get_title(loc="left").startswith("level of the sound")
    level = sound.lines[0].get_ydata()
    assert level[50] == pytest.approx(-100, abs=0.1) and level[150] > level[50] + 5  # silence is -100 dB
    assert len(share.lines[0].get_xdata()) == 13
    voting, others = segments.containers
    assert [bar.get_x() for bar in voting] == [0.9, 1.2, 1.5] and len(others) == 10
    assert {round(bar.get_width(), 6) for bar in (*voting, *others)} == {0.655}
    spans = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in sound.patches]
    expected = [(0.98, 2.21), (0.78, 0.98), (2.21, 2.41)]
    np.testing.assert_allclose(spans, expected, atol=0.02)
    whole = channels_of(cepstra(Toned().sound))[0].astype(np.float32)
    np.testing.assert_array_equal(static.images[0].get_array()[:, : whole.shape[1]], whole)


def test_the_wave_is_drawn_where_it_is_stored(planted):
    found = run(planted(Toned(stored=True), model=classing()))
    place = found.figures["speech_over_time"].axes[0]
    assert place.get_title(loc="left") == "sound"
    edges = place.collections[0].get_paths()[0].vertices
    assert edges[:, 1].min() == pytest.approx(-0.5, abs=0.01)
    assert edges[:, 1].max() == pytest.approx(0.5, abs=0.01)
    loud = edges[np.abs(edges[:, 1]) > 0.1, 0]
    assert loud.min() == pytest.approx(1.0, abs=0.01) and loud.max() == pytest.approx(2.2, abs=0.01)


def test_images_are_named_by_their_time_and_framed_where_they_vote(planted):
    figure = run(planted(Toned(), model=classing())).figures["speech_images"]
    notes = [place.get_title() for place in figure.axes[:8]]
    # 8 of the 12 that lie in the sound; the 13th would end after it
    times = ("0.0 s, no vote", "0.6 s, no vote", "0.9 s", "1.5 s", "1.8 s, no vote", "2.4 s, no vote")
    assert notes == [*times, "2.7 s, no vote", "3.3 s, no vote"]
    assert [place.get_ylabel() for place in figure.axes[::8]] == ["static", "delta", "delta-delta"]


def test_settings_of_the_model_are_those_that_are_told(planted, tmp_path):
    name = "speech-segments-threshold-0.55-least-windows-1-before-s-0.5-pause-s-inf"
    model = classing()
    speech = FeatureInput(name=name, columns=2, guides=True)
    model.declaration = model.declaration.model_copy(update={"inputs": INPUTS | {"speech": speech}})
    assert ANALYSIS.offered(model)
    page, found = make_insight(planted(Toned(), model=model, path=tmp_path), only=["speech"])
    assert [row["begin_s"] for row in found["speech"].tables["speech_segments"] if row["votes"]] == [
        0.6,
        0.9,
        1.2,
        1.5,
    ]
    text = page.read_text(encoding="utf-8")
    for words in (
        "active if at least 55 % of its energy",
        "1 or more in a row count",
        "the last, pauses too, with margins of 0.5 s before",
    ):
        assert words in text
    sound = found["speech"].figures["speech_over_time"].axes[0]
    assert sound.patches[1].get_width() == pytest.approx(0.5)  # the margin before it


def test_without_sound_nothing_is_known_and_every_segment_votes(planted):
    found = run(planted(Toned(0, None), Toned(1), Toned(2, None, faces=False), model=classing()))
    assert found.summary["drawn"] == "r1" and found.summary["without_sound"] == 2
    rows = [row for row in found.tables["speech_segments"] if row["recording"] == "r0"]
    assert {(row["active_share"], row["inside_region"], row["votes"]) for row in rows} == {(None, None, 1)}
    recordings = found.tables["speech_recordings"]
    assert [row["votes"] for row in recordings] == [13, 3, 0]  # the last has no face either
    assert recordings[0]["kept_share"] is None and recordings[0]["speech_found"] is None


def test_the_page_and_the_files(planted, tmp_path):
    silent = Toned(1, (1.0, 1.0))
    examined = planted(Toned(), silent, Toned(2, None), model=classing(), path=tmp_path)
    page, found = make_insight(examined, only=["speech"])
    text = page.read_text(encoding="utf-8")
    for words in (
        "Where there is speech, and which segments vote",
        "Of r0 41 % is kept and 3 of 13 segments vote; of the 2 recordings with sound 41 % to 100 % is",
        "kept, 70 % on average; 1 recording without any speech found, kept whole; 1 recording without sound,",
    ):
        assert words in text
    names = {path.name for path in page.parent.iterdir()}
    assert {"speech_over_time.svg", "speech_images.png", "speech_segments.csv"} <= names
    assert found["speech"].tables["speech_recordings"][1]["speech_found"] == 0
    drawn = run(replace(examined, drawn="r1"))
    labels = [patch.get_label() for patch in drawn.figures["speech_over_time"].axes[0].patches]
    assert labels[0] == "no speech found: kept whole"


def test_a_partition_without_sound_is_refused(planted):
    with pytest.raises(DataError, match=r"run: no recording of the partition test has sound, so there is no"):
        run(planted(Toned(0, None), model=classing()))


def test_it_is_offered_by_models_of_classes_that_take_both_features():
    assert ANALYSIS.offered(classing()) and not ANALYSIS.offered(classing(predicts="trace"))
    assert ANALYSIS.offered(models.build("priyasad2019/audio", preset="small"))
    assert not ANALYSIS.offered(models.build("priyasad2019/video", preset="small"))
    assert not ANALYSIS.offered(Looking({"audio": AudioInput()}, deaf, predicts="class"))
