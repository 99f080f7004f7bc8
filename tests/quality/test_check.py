"""Checks of whole corpora: what is found, in which order, and what is written."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from corpus_writers import media
from emotrace.config.declaration import AudioInput
from emotrace.config.media import FaceSettings
from emotrace.corpora import Corpus, Recording, Series
from emotrace.errors import ConfigError
from emotrace.quality import check_corpus, check_prepared, write_check
from emotrace.store import open_prepared, prepare

TIMES = np.arange(12) * 0.04


def recording(name, folder, **facts):
    """A recording of 0.48 s with a video, a separate sound of its own, and a gold standard."""
    seed = sum(name.encode())
    video = media.write_video(folder / f"{name}.mp4", 0.48, shade=seed)
    audio = media.write_wav(folder / f"{name}.wav", 0.48, seed=seed)
    gold = {"arousal": Series(TIMES, np.sin(TIMES * 9 + seed) / 2)}
    return Recording(name=name, **{"subject": name, "video": video, "audio": audio, "gold": gold, **facts})


def corpus(root, *recordings, **facts):
    return Corpus("made", root, recordings, **{"dimensions": ("arousal",), **facts})


def texts(check, severity):
    return [one.text for one in check.findings if one.severity == severity]


def test_a_sound_corpus_has_no_errors(tmp_path):
    parts = {"a": "train", "b": "development", "c": "test"}
    found = check_corpus(
        corpus(tmp_path, *(recording(name, tmp_path, partition=part) for name, part in parts.items()))
    )
    assert texts(found, "error") == [] and texts(found, "warning") == []
    one = found.recordings[0]
    assert one.view.duration_s == pytest.approx(0.48, abs=0.01)
    assert one.view.frames.count == 12 and one.view.frames.fps == 25 and one.view.frames.face_share is None
    assert one.view.sound.silent_share == 0 and set(one.view.sources) == {"video", "audio"}


def test_what_makes_results_dishonest_is_an_error(tmp_path):
    first = recording("a", tmp_path, partition="train")
    copy = recording("b", tmp_path, partition="development", subject="a")
    copy.video.write_bytes(first.video.read_bytes())
    loud = recording("c", tmp_path, partition="test", gold={"arousal": Series(TIMES, TIMES * 9)})
    same = recording("d", tmp_path, partition="test", gold=dict(loud.gold))
    found = check_corpus(corpus(tmp_path, first, copy, loud, same))
    assert set(texts(found, "error")) == {
        "subjects are in more than one partition: 1 (a)",
        "the same media file stands under 2 names: a, b",
        "recordings have the same labels: c, d",
        "arousal leaves its scale of -1 to 1: 2 (c, d)",
    }
    assert [one.severity for one in found.findings] == sorted(
        (one.severity for one in found.findings), key=["error", "warning", "note"].index
    )


def test_a_copy_within_one_subject_is_only_warned_of(tmp_path):
    one, two = (recording(name, tmp_path, subject="anna") for name in "ab")
    two.audio.write_bytes(one.audio.read_bytes())
    found = check_corpus(corpus(tmp_path, one, two))
    assert texts(found, "error") == []
    assert "the same media file stands under 2 names: a, b" in texts(found, "warning")


def test_odd_media_and_labels_are_warned_of(tmp_path):
    clipped = recording("clipped", tmp_path)
    samples = np.tile(np.array([32767, 32767, 32767, 32767, 0], "<i2"), 1600)
    _replace_samples(clipped.audio, samples)
    silent = recording("silent", tmp_path)
    _replace_samples(silent.audio, np.zeros(8000, "<i2"))
    gaps = np.sin(TIMES * 9)
    gaps[4:7] = np.nan
    holes = recording("holes", tmp_path, gold={"arousal": Series(TIMES, gaps)})
    flat = recording("flat", tmp_path, gold={"arousal": Series(TIMES, np.zeros(12))})
    early = recording("early", tmp_path, gold={"arousal": Series(TIMES * 20, gaps)})
    broken = recording("broken", tmp_path)
    broken.video.write_bytes(b"no video at all")
    found = check_corpus(corpus(tmp_path, clipped, silent, holes, flat, early, broken))
    warnings = texts(found, "warning")
    assert "the sound is clipped (over 0.1% of the samples): 1 (clipped)" in warnings
    assert "arousal has gaps: 2 (holes, early)" in warnings
    assert "arousal never moves: 1 (flat)" in warnings
    assert "arousal ends more than 1 s after the media: 1 (early)" in warnings
    assert any("video" in text and "(broken)" in text for text in warnings)
    assert "the sound is silent from beginning to end: 1 (silent)" in texts(found, "error")
    assert found.recordings[-1].view.duration_s is None


def test_raters_subjects_classes_and_what_was_left_out(tmp_path):
    wave = np.sin(TIMES * 9)
    ratings = {"arousal": {name: Series(TIMES, wave) for name in ("R1", "R2", "R3")}}
    ratings["arousal"]["R4"] = Series(TIMES, -wave)
    ratings["arousal"]["R1"] = Series(TIMES[:8], wave[:8])
    people = [recording(name, tmp_path, subject="anna", ratings=ratings) for name in "ab"]
    clips = [recording(f"c{i}", tmp_path, subject="anna", gold={}, emotion="anger") for i in range(4)]
    clips.append(recording("d", tmp_path, subject="anna", gold={}, emotion="fear"))
    found = check_corpus(
        corpus(
            tmp_path,
            *people,
            *clips,
            classes=("anger", "fear", "calm", "joy"),
            skipped=(("x", "x has no labels"), ("y", "y has no labels")),
            excluded=(("z", "z is not in the partition list"),),
            warnings=("the file is odd: 1 (x)",),
        )
    )
    warnings, notes = texts(found, "warning"), texts(found, "note")
    assert "there is one subject only: nothing can be tested on people never trained on" in warnings
    assert "rater R4 stands apart from the others in arousal: 2 (a, b)" in warnings
    assert "left out: it has no labels: 2 (x, y)" in warnings
    assert "left out on purpose: it is not in the partition list: 1 (z)" in notes
    assert [name for name, _ in found.skipped] == ["x", "y", "z"]  # counted, and listed on the page
    assert "when the corpus was read: the file is odd: 1 (x)" in warnings
    assert "no clip is of the class: 2 (calm, joy)" in warnings
    assert "raters of arousal rated stretches of different length: 2 (a, b)" in notes
    assert "classes are unbalanced: 4 clips of anger, 1 of fear" in notes


def test_labels_only_opens_no_media(tmp_path):
    one = recording("a", tmp_path)
    gone = replace(recording("b", tmp_path), video=None, audio=tmp_path / "gone.wav")
    found = check_corpus(corpus(tmp_path, one, gone), decode=False)
    assert not found.decoded and found.recordings[0].view.frames is None
    assert texts(found, "error") == []
    decoded = check_corpus(corpus(tmp_path, one, gone))
    assert any("gone.wav" in text for text in texts(decoded, "warning"))


def test_a_prepared_corpus_tells_the_same(tmp_path):
    ratings = {"arousal": {name: Series(TIMES, np.sin(TIMES * 9)) for name in ("R1", "R2")}}
    made = corpus(tmp_path, recording("a", tmp_path, ratings=ratings), recording("b", tmp_path, subject="a"))
    prepare(made, tmp_path / "prepared", inputs=[AudioInput()], settings=FaceSettings())
    found = check_prepared(open_prepared(tmp_path / "prepared"))
    raw = check_corpus(made)
    assert found.prepared and not raw.prepared
    for ours, theirs in zip(found.recordings, raw.recordings, strict=True):
        assert ours.labels == theirs.labels
        assert ours.view.sources == theirs.view.sources
        assert ours.view.sound.levels_db == pytest.approx(theirs.view.sound.levels_db, abs=0.5)
    assert found.recordings[0].raters["arousal"].raw.ccc == pytest.approx(1.0)
    assert found.recordings[0].view.frames is None  # no system asked for faces


def test_files_and_page(tmp_path):
    ratings = {"arousal": {f"R{i}": Series(TIMES, np.sin(TIMES * 9 + i)) for i in range(3)}}
    odd = recording("odd", tmp_path, subject="<b>bold</b>", ratings=ratings, partition="train")
    found = check_corpus(
        corpus(tmp_path, odd, recording("b", tmp_path), skipped=(("x", "x is <i>broken</i>"),))
    )
    page = write_check(found, tmp_path / "out").read_text()
    assert "&lt;b&gt;bold&lt;/b&gt;" in page and "<b>bold</b>" not in page and "<i>broken" not in page
    assert page.index('class="warnings') < page.index('class="tiles"') < page.index("<h2>Recordings")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"check.html", "recordings.csv", "agreement.csv", "raters.csv", "rater_summary.csv",
                     "findings.csv"}  # fmt: skip
    rows = list(csv.DictReader((tmp_path / "out" / "recordings.csv").open()))
    assert [row["recording"] for row in rows] == ["odd", "b"]
    assert rows[0]["arousal_high"] and rows[0]["fps"] == "25.0" and rows[0]["sha256"]
    raters = list(csv.DictReader((tmp_path / "out" / "rater_summary.csv").open()))
    assert [row["rater"] for row in raters] == ["R0", "R1", "R2"]
    agreement = next(csv.DictReader((tmp_path / "out" / "agreement.csv").open()))
    assert {"ccc_raw", "ccc_centred", "icc_2_1_raw", "alpha_centred", "rmse_raw"} <= set(agreement)
    write_check(replace(found, recordings=found.recordings[1:]), tmp_path / "out")
    assert not (tmp_path / "out" / "raters.csv").exists()  # of the earlier check


def test_every_recording_left_out_of_figures_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("emotrace.quality.report.DRAWN", 1)
    found = check_corpus(corpus(tmp_path, recording("a", tmp_path), recording("b", tmp_path)), decode=False)
    assert "1 have a figure, those named above first" in write_check(found, tmp_path / "out").read_text()


def test_command_line(tmp_path, monkeypatch, capsys):
    from emotrace.cli.check import run

    monkeypatch.setenv("COLUMNS", "200")
    for name in ("anna", "bo"):
        media.write_wav(tmp_path / "corpus" / name / "talk.wav", 0.5)
    table = "file,time_s,arousal\n" + "".join(
        f"{name}/talk.wav,{i / 25},{i / 20 - 0.5 * (name == 'bo')}\n"
        for name in ("anna", "bo")
        for i in range(12)
    )
    (tmp_path / "corpus" / "labels.csv").write_text(table)
    run("folder", tmp_path / "corpus", tmp_path / "out", False, None)
    said = capsys.readouterr()
    assert "2 recordings checked, 0 left out; 1 errors" in said.out
    assert "error: the same media file stands under 2 names" in said.err
    with pytest.raises(ConfigError, match="--option and --labels-only need a corpus on disk"):
        run(str(tmp_path), None, tmp_path / "out", True, None)


def _replace_samples(path, samples):
    import wave

    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(samples.tobytes())
