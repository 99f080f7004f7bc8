"""Bad input at the command line: one line says what is wrong, the others finish, nothing is half-written."""

import json
import os
import pickle
import re

import numpy as np
import pytest

from emotrace import media

FULL = r"cannot be written \(File too large\); free some space and run the same command again"


def lines_of(text: str) -> list[str]:
    """Lines on standard error without progress bars."""
    return [line for line in text.splitlines() if line.strip() and "━" not in line]


def assert_one_line(said, status: int, match: str):
    assert said.status == status, said
    assert "Traceback" not in said.err
    *_, last = lines_of(said.err)
    assert re.search(match, last), said.err
    assert len(lines_of(said.err)) == 1, said.err


def parts_under(folder):
    return [path for path in folder.rglob("*") if ".part" in path.name]


class Boobytrap:
    def __reduce__(self):
        return (os.mkdir, ("sprung",))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("zero.mp4", b"", "is empty .0 bytes."),
        ("text.mp4", b"no media\n" * 99, "cannot be read as media"),
        ("head.mp4", 64, "holds neither audio nor video|cannot be read as media"),
        ("gone.mp4", None, "there is no such file or folder"),
    ],
)
def test_a_broken_file_is_told_and_the_others_are_traced(
    emo, run_folder, clip, tmp_path, name, content, says
):
    bad = tmp_path / name
    if content is not None:
        bad.write_bytes(content if isinstance(content, bytes) else clip.read_bytes()[:content])
    out = tmp_path / "out"
    said = emo("predict", run_folder, bad, clip, "-o", out)
    assert_one_line(said, 1, rf"^failed: .*{name}.*({says})")
    assert sorted(path.name for path in out.iterdir()) == ["clip.csv", "clip.html"]


def test_a_video_that_was_cut_short_is_traced_as_far_as_it_goes_or_told(emo, run_folder, clip, tmp_path):
    cut = tmp_path / "cut.mp4"
    whole = clip.read_bytes()
    cut.write_bytes(whole[: int(0.7 * len(whole))])
    said = emo("predict", run_folder, cut, "-o", tmp_path / "out")
    assert "cut.mp4" in said.err
    assert "Traceback" not in said.err
    assert not parts_under(tmp_path)


@pytest.mark.parametrize(
    ("frames", "grey", "warns"),
    [(3, None, "no sound track"), (10, 0, "no face was found"), (1, None, "no sound track")],
)
def test_few_frames_no_face_and_no_sound_are_traced_with_a_warning(
    emo, run_folder, clip, tmp_path, frames, grey, warns
):
    pictures = [rgb for _, _, rgb in media.stream_frames(clip)][:frames]
    if grey is not None:
        pictures = [np.full_like(picture, grey) for picture in pictures]
    media.write_video(tmp_path / "odd.mp4", iter(pictures), 25)
    said = emo("predict", run_folder, tmp_path / "odd.mp4", "-o", tmp_path / "out")
    assert said.status == 0
    assert f"{warns}" in said.err
    assert len((tmp_path / "out" / "odd.csv").read_text().splitlines()) == frames + 1


def test_names_with_line_breaks_and_markup_stay_one_line_and_are_escaped(emo, run_folder, clip, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a\nb.mp4", "<script>alert(1)<_script>.mp4"):
        (tmp_path / "in" / name).write_bytes(clip.read_bytes())
    (tmp_path / "in" / "x\ny.mp4").write_bytes(b"")
    said = emo("predict", run_folder, tmp_path / "in", "-o", tmp_path / "out")
    assert_one_line(said, 1, "^failed: .*x y.mp4.*is empty")
    assert "a b.mp4: " in said.out
    page = (tmp_path / "out" / "<script>alert(1)<_script>.html").read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_link_to_nothing_in_a_folder_is_told(emo, run_folder, clip, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "lost.mp4").symlink_to("nowhere.mp4")
    (tmp_path / "in" / "round.mp4").symlink_to("round.mp4")
    (tmp_path / "in" / "ok.mp4").symlink_to(clip)
    said = emo("predict", run_folder, tmp_path / "in", "-o", tmp_path / "out", "--no-html")
    assert said.status == 1
    assert [line.split("/")[-1] for line in lines_of(said.err)] == [
        f"{name}.mp4: is a link that leads to no file; mend it or take it out" for name in ("lost", "round")
    ]
    assert (tmp_path / "out" / "ok.csv").is_file()


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        (lambda t: t.replace("time_s,", "when,"), 1, "has the columns file, when.*expected file, time_s"),
        (lambda t: t.replace("file,", "clip,"), 1, "no column file"),
        (lambda t: t.replace("valence", "face_found"), 1, "face_found.*rename it"),
        (lambda t: t.replace("valence", "gold_arousal"), 1, "gold_arousal.*rename it"),
        (lambda t: "", 1, "is empty"),
        (lambda t: t.splitlines()[0], 1, "has a header but no rows"),
        (lambda t: t.replace("b.mp4,0.12,", "b.mp4,soon,"), 1, "left out: b.mp4: .*'soon' is not a number"),
        (lambda t: t.replace("b.mp4,0.12,0.15", "b.mp4,0.12,much"), 1, "b.mp4: .*'much' is not a number"),
    ],
)
def test_labels_that_are_wrong(emo, corpus, recipe, tmp_path, change, status, says):
    labels = corpus / "labels.csv"
    labels.write_text(change(labels.read_text()))
    said = emo("prepare", "folder", corpus, "-o", tmp_path / "prepared", "--for", recipe)
    assert said.status == status
    assert re.search(says, lines_of(said.err)[-1]), said.err
    if "left out" in says:
        assert "2 recordings used (2 prepared, 0 reused), 1 left out" in said.out


def test_labels_longer_and_shorter_than_the_media_are_told(emo, corpus, recipe, clip, tmp_path):
    frame = next(rgb for _, _, rgb in media.stream_frames(clip))
    media.write_video(corpus / "a.mp4", (frame for _ in range(60)), 25)
    rows = (corpus / "labels.csv").read_text().splitlines()
    rows += [f"b.mp4,{2 + i * 0.04:.2f},0.1,0.1,b,development" for i in range(5)]
    (corpus / "labels.csv").write_text("\n".join(rows) + "\n")
    said = emo("prepare", "folder", corpus, "-o", tmp_path / "prepared", "--for", recipe)
    assert said.status == 0
    assert re.search(r"warning: a: labels end at 0\.\d+ s but the media at .*are not rated", said.err)
    assert re.search(
        r"warning: b: labels end at 2\.2\d s but the media at .*5 labels have no media", said.err
    )


def test_a_broken_recording_is_left_out_and_the_others_prepared(emo, corpus, recipe, tmp_path):
    (corpus / "b.mp4").write_bytes(b"")
    said = emo("prepare", "folder", corpus, "-o", tmp_path / "prepared", "--for", recipe)
    assert_one_line(said, 1, "^left out: b: .*b.mp4 is empty")
    assert "2 recordings used (2 prepared, 0 reused), 1 left out" in said.out


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("train", "nowhere/none", "p", "-o", "r"), 2, "no recipe is named 'nowhere/none'"),
        (("train", "nguyen2020/demo", "p", "-o", "r", "--set", "x"), 2, "--set 'x' is not understood"),
        (("train", "nguyen2020/demo", "p", "-o", "r", "--set", "training.stps=1"), 2, "unknown key"),
        (
            ("train", "nguyen2020/demo", "p", "-o", "r", "--set", "training.steps=a"),
            2,
            "training.steps is 'a'",
        ),
        (("train", "nguyen2020/demo", "p", "-o", "r"), 1, "p: is not a prepared corpus"),
        (("prepare", "none", ".", "-o", "p"), 2, "no corpus is named 'none'"),
        (("prepare", "folder", "gone", "-o", "p"), 1, "corpus root gone does not exist"),
        (("prepare", "folder", "file", "-o", "p"), 1, "corpus root file is a file"),
        (("prepare", "folder", "empty", "-o", "p"), 1, "no media files under empty"),
        (("prepare", "avec2016", "empty", "-o", "p"), 1, "no AVEC 2016 corpus at empty"),
        (("prepare", "folder", "empty", "-o", "p", "--option", "x"), 2, "--option 'x': expected KEY=VALUE"),
        (("predict", "gone", "x.mp4", "-o", "o"), 2, "gone: there is no such run folder"),
        (("predict", "empty", "x.mp4", "-o", "o"), 2, "empty: is no run folder"),
        (("evaluate", "empty"), 2, "run.json: not readable"),
        (("report", "empty"), 2, "run.json: not readable"),
        (("corpora", "none"), 2, "no corpus is named 'none'"),
    ],
)
def test_wrong_use(emo, tmp_path, monkeypatch, words, status, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    assert_one_line(emo(*words), status, f"^emotrace: .*{says}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file"]


@pytest.mark.parametrize("command", ["predict", "evaluate"])
def test_a_run_folder_of_another_system(emo, run_folder, clip, tmp_path, command):
    facts = json.loads((run_folder / "run.json").read_text())
    (run_folder / "run.json").write_text(json.dumps(facts | {"system": "tzirakis2017"}))
    words = (clip, "-o", tmp_path / "out") if command == "predict" else ()
    said = emo(command, run_folder, *words)
    assert_one_line(said, 2, "holds a model of nguyen2020/.*run.json beside it says tzirakis2017/")


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("run.json", b"\xff\xfe", "run.json: not readable"),
        ("run.json", b"[" * 100_000, "run.json: not readable"),
        ("run.json", b"{}", "run.json: lacks system"),
        ("partition.json", b'{"parts": null, "subjects": {}}', "parts is None; expected a JSON object"),
        ("partition.json", b'{"parts": {"test": "c"}, "subjects": {}}', "test is 'c'; expected a JSON list"),
        ("partition.json", b'{"parts": {"test": ["c"]}, "subjects": 3}', "subjects is 3"),
        ("metrics.json", b'{"run": {}, "partitions": [1]}', r"partitions is \[1\]"),
        ("metrics.json", b'{"run": {}, "partitions": {"test": {}}}', "its scores of test lack predicts"),
    ],
)
def test_a_run_folder_that_was_edited(emo, run_folder, file, content, says):
    (run_folder / file).write_bytes(content)
    assert_one_line(emo("evaluate", run_folder, "--csv-only"), 2, says)
    assert_one_line(emo("report", run_folder), 2, says)


def test_a_pickle_in_place_of_a_checkpoint_is_not_run(emo, run_folder, clip, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    checkpoint = run_folder / "checkpoints" / "best.safetensors"
    checkpoint.write_bytes(pickle.dumps(Boobytrap()))
    said = emo("predict", run_folder, clip, "-o", tmp_path / "out")
    assert_one_line(said, 2, "is damaged, cut short or no safetensors file")
    assert not (tmp_path / "sprung").exists()


def test_a_full_disk(emo, run_folder, corpus, recipe, clip, tmp_path, small_disk):
    prepared, out, run = tmp_path / "prepared", tmp_path / "out", tmp_path / "new_run"
    media.write_video(tmp_path / "mute.mp4", (rgb for _, _, rgb in media.stream_frames(clip)), 25)
    with small_disk(100):
        assert_one_line(emo("predict", run_folder, clip, "-o", out), 1, "^failed: the sound .*too large")
        said = emo("predict", run_folder, tmp_path / "mute.mp4", "-o", out)
        assert_one_line(said, 1, f"^failed: .*{FULL}")
        assert_one_line(emo("prepare", "folder", corpus, "-o", prepared, "--for", recipe), 1, FULL)
        assert_one_line(emo("evaluate", run_folder, "--csv-only"), 1, FULL)
    assert not list(out.iterdir())
    assert not (run_folder / "metrics.json").exists()
    assert emo("prepare", "folder", corpus, "-o", prepared, "--for", recipe).status == 0
    assert emo("evaluate", run_folder, "--csv-only").status == 0
    with small_disk(100):
        assert_one_line(emo("train", recipe, prepared, "-o", run), 1, FULL)
        assert_one_line(emo("evaluate", run_folder, "--prepared", prepared), 1, FULL)
        assert_one_line(emo("report", run_folder), 1, FULL)
    assert not (run_folder / "report.html").exists()
    assert not parts_under(tmp_path)


def test_a_device_is_not_replaced_by_a_page(emo, run_folder):
    emo("evaluate", run_folder, "--csv-only")
    pipe = run_folder / "pipe.html"
    os.mkfifo(pipe)
    said = "pipe.html: is a device; expected a file to write"
    assert_one_line(emo("report", run_folder, "-o", pipe), 1, said)
    assert pipe.is_fifo()


def test_a_page_is_not_written_into_a_file_of_another_kind(emo, run_folder):
    emo("evaluate", run_folder, "--csv-only")
    said = emo("report", run_folder, "-o", run_folder / "report.pdf")
    assert said.status == 2
    assert "report.pdf: expected a file that ends in .html" in said.err.splitlines()[-1]
    assert not (run_folder / "report.pdf").exists()


def test_labels_beside_the_media_are_not_overwritten_by_traces(emo, run_folder, clip, tmp_path):
    (tmp_path / "clip.mp4").write_bytes(clip.read_bytes())
    (tmp_path / "clip.csv").write_text("time_s,arousal,valence\n0.00,0.1,0.1\n")
    said = emo("predict", run_folder, tmp_path / "clip.mp4", "-o", tmp_path)
    assert_one_line(said, 1, r"^failed: .*clip\.csv: is there already and is no result of emotrace")
    assert (tmp_path / "clip.csv").read_text().startswith("time_s,arousal")
