"""Speech in a check: which part of a clip is kept, how much of it is speech, and clips without any."""

import csv

import numpy as np
import pytest

from corpus_writers.media import write_wav
from emotrace.config.declaration import AudioInput, FeatureInput
from emotrace.config.media import FaceSettings
from emotrace.corpora import Corpus, Recording
from emotrace.media.wave_file import write_sound
from emotrace.quality import check_prepared, write_check
from emotrace.quality.speech import SpeechFacts
from emotrace.store import open_prepared, prepare

RATE_HZ = 16000


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """Three clips of 5 s: a tone in the speech band from 2 to 3 s, a hum throughout, and silence."""
    root = tmp_path_factory.mktemp("speech")
    sound = np.zeros(5 * RATE_HZ, np.float32)
    sound[2 * RATE_HZ : 3 * RATE_HZ] = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(RATE_HZ) / RATE_HZ)
    clips = []
    hum = 0.3 * np.sin(2 * np.pi * 50 * np.arange(len(sound)) / RATE_HZ).astype(np.float32)
    for name, values in (("spoken", sound), ("still", hum), ("hushed", 0 * sound)):
        write_sound(root / f"{name}.wav", [values], RATE_HZ)
        clips.append(Recording(name=name, subject=name, audio=root / f"{name}.wav", emotion="anger"))
    corpus = Corpus("made", root, tuple(clips), classes=("anger",))
    inputs = [FeatureInput(name="speech-segments", columns=2)]
    prepare(corpus, root / "prepared", inputs=inputs, settings=FaceSettings())
    return check_prepared(open_prepared(root / "prepared"))


def test_the_kept_part_is_that_of_voice_activity_detection(checked):
    found = {one.view.name: one.view.speech for one in checked.recordings}
    spoken, still = found["spoken"], found["still"]
    assert (spoken.found, still.found) == (True, False)
    assert spoken.start_s == pytest.approx(1.8, abs=0.03)  # delta1 before the tone, to a window
    assert spoken.end_s == pytest.approx(3.2, abs=0.03)
    assert (still.start_s, still.end_s, still.active_share) == (0.0, 5.0, 0.0)
    assert spoken.kept_share(5.0) == pytest.approx(0.28, abs=0.01)
    assert spoken.active_share > 0.5
    assert len(spoken.shares) == len(spoken.times_s) == 17  # every 0.3 s


def test_clips_without_speech_are_counted(checked):
    texts = {one.text for one in checked.findings if one.severity == "warning"}
    assert "no speech was found, so all of it is kept: 1 (still)" in texts
    assert any(text.startswith("the sound is silent throughout") and "hushed" in text for text in texts)


def test_little_speech_is_noted():
    facts = SpeechFacts(True, 1.0, 2.0, 0.5, np.empty(0), np.empty(0))
    assert facts.kept_share(20.0) == 0.05
    parts = SpeechFacts(True, 1.0, 9.0, 0.5, np.empty(0), np.empty(0), ((1.0, 2.0), (8.0, 9.0)))
    assert parts.kept_share(20.0) == 0.1
    assert facts.kept_share(0.0) == facts.kept_share(0.5) == 1.0


def test_page_and_table(checked, tmp_path):
    page = write_check(checked, tmp_path).read_text(encoding="utf-8")
    assert "Kept by speech" in page and "no speech found in 1" in page and "none found" in page
    assert "speech, with margins" in page and "no speech found: kept whole" in page  # bands of the figures
    with (tmp_path / "recordings.csv").open(newline="") as file:
        rows = {row["recording"]: row for row in csv.DictReader(file)}
    assert rows["still"]["speech_found"] == "False"
    assert float(rows["spoken"]["speech_start_s"]) == pytest.approx(1.8, abs=0.03)


def test_a_corpus_in_which_nobody_looked_for_speech_says_nothing(tmp_path):
    clip = Recording(name="a", subject="a", audio=write_wav(tmp_path / "a.wav"), emotion="anger")
    corpus = Corpus("made", tmp_path, (clip,), classes=("anger",))
    prepare(corpus, tmp_path / "prepared", inputs=[AudioInput()], settings=FaceSettings())
    check = check_prepared(open_prepared(tmp_path / "prepared"))
    assert check.recordings[0].view.speech is None
    page = write_check(check, tmp_path / "check").read_text(encoding="utf-8")
    assert "Kept by speech" not in page
