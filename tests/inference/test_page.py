"""What a page holds: data that reads back, escaped words, nothing from outside."""

import base64
import json
import os
import re
from dataclasses import replace

import numpy as np
import pytest

from emotrace.errors import DataError
from emotrace.inference import write_page
from emotrace.inference.page import LIMITS
from emotrace.offline_page.class_colours import class_colours
from emotrace.postprocess.majority_vote import majority_vote
from emotrace.postprocess.sliding_vote import sliding_vote


def data_of(page):
    text = re.search(r'<script id="trace" type="application/json">(.*?)</script>', page, re.S)[1]
    return json.loads(text)


def array_of(text, kind):
    return np.frombuffer(base64.b64decode(text), kind)


def test_the_page_carries_the_trace(make_prediction, tmp_path):
    prediction = make_prediction()
    page = write_page(prediction, tmp_path / "x.html").read_text(encoding="utf-8")
    data = data_of(page)
    assert (data["rows"], data["step_s"], data["labels"]) == (30, 0.04, ["arousal", "valence"])
    values = array_of(data["values"], "<f4").reshape(30, 2)
    np.testing.assert_allclose(values, prediction.trace.values, atol=6e-5)  # rounded to 4 decimals
    assert (array_of(data["faces"], "u1") == prediction.trace.face_found).all()
    boxes = array_of(data["boxes"], "<u2").reshape(30, 4) / 65535
    np.testing.assert_allclose(boxes[:20], prediction.boxes[:20], atol=1e-5)  # 1/65535 of the picture
    assert (boxes[20:] == 0).all()
    assert data["start_s"] == 0.0


def test_the_page_tells_model_corpus_shares_means_limits_and_warnings(make_prediction, tmp_path):
    prediction = make_prediction(warnings=("no sound track: the model goes without audio",))
    page = write_page(prediction, tmp_path / "x.html").read_text(encoding="utf-8")
    mean = f"{prediction.trace.values[:, 0].mean():+.3f}"
    for words in (
        "nguyen2020/2d1dconv-ae-lstm",
        "avec2016",
        "0:01.20, 30 rows",
        "66.7% of 30",
        f"arousal {mean}".replace("-", "\u2212"),
        "<li>no sound track: the model goes without audio</li>",
        "not of inner feeling",
        "with the consent of those recorded",
    ):
        assert words in page
    assert LIMITS in page


def with_inputs(prediction, **observed):
    rows = len(prediction.trace.times_s)
    masks = {name: np.resize(np.asarray(given, bool), rows) for name, given in observed.items()}
    return replace(prediction, trace=replace(prediction.trace, observed=masks))


def test_the_page_shows_what_each_row_was_based_on_where_something_is_missing(make_prediction, tmp_path):
    audio = np.arange(30) < 11
    prediction = with_inputs(make_prediction(), face=[True], audio=audio)
    page = write_page(prediction, tmp_path / "x.html").read_text(encoding="utf-8")
    shown = {one["name"]: array_of(one["rows"], "u1") for one in data_of(page)["observed"]}
    assert list(shown) == ["face", "audio"]
    for name, bits in shown.items():
        given = np.unpackbits(bits, bitorder="little")[:30]
        np.testing.assert_array_equal(given, prediction.trace.observed[name])
    assert "<th>based on</th><td>face in 100.0%, audio in 36.7% of the rows</td>" in page
    assert 'aria-label="what the model was given: face in 100.0%, audio in 36.7% of the rows"' in page


def test_strips_are_left_out_where_they_would_say_nothing_new(make_prediction, tmp_path):
    prediction = make_prediction()
    whole = with_inputs(prediction, face=[True], audio=[True])
    faces_alone = with_inputs(prediction, face=prediction.trace.face_found)
    for one in (prediction, whole, faces_alone):
        page = write_page(one, tmp_path / "x.html").read_text(encoding="utf-8")
        assert data_of(page)["observed"] is None
        assert ("<th>based on</th>" in page) == (one.trace.observed is not None)
    sound_alone = with_inputs(prediction, audio=[True, False])
    assert data_of(write_page(sound_alone, tmp_path / "x.html").read_text(encoding="utf-8"))["observed"]


def test_the_page_asks_for_nothing_but_the_recording(make_prediction, tmp_path):
    page = write_page(make_prediction(), tmp_path / "x.html").read_text(encoding="utf-8")
    assert not re.findall(r"https?://|@import|url\(|<link rel=\"stylesheet", page)
    assert len(re.findall(r'src="', page)) == 1
    assert "{{" not in page


def test_names_are_escaped(make_prediction, face_clip, tmp_path):
    clip = tmp_path / 'a & "b" <i>#1.mp4'
    clip.write_bytes(face_clip.read_bytes())
    page = write_page(make_prediction(path=clip, labels=("</script>",)), tmp_path / "x.html")
    text = page.read_text(encoding="utf-8")
    assert "<h1>a &amp; &quot;b&quot; &lt;i&gt;#1.mp4</h1>" in text
    assert 'src="a%20%26%20%22b%22%20%3Ci%3E%231.mp4"' in text
    assert data_of(text)["labels"] == ["</script>"]


def test_a_name_that_is_not_utf8_still_makes_a_page(make_prediction, face_clip, tmp_path):
    clip = tmp_path / os.fsdecode(b"caf\xe9.mp4")
    try:
        clip.write_bytes(face_clip.read_bytes())
    except OSError:
        pytest.skip("this file system takes no such name")
    page = write_page(make_prediction(path=clip), tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<h1>caf?.mp4</h1>" in page
    assert 'src="caf%E9.mp4"' in page


def test_only_arousal_and_valence_are_a_point_on_the_circumplex(make_prediction, tmp_path):
    for labels, words in (
        (("valence", "arousal", "liking"), "the present point on the circumplex"),
        (("tension",), "the present value of each dimension"),
    ):
        page = write_page(make_prediction(labels=labels), tmp_path / "x.html").read_text(encoding="utf-8")
        assert f'aria-label="{words}"' in page


def test_classes_are_shown_as_probabilities(make_prediction, tmp_path):
    prediction = make_prediction(labels=("happy", "sad", "angry"), predicts="class")
    page = write_page(prediction, tmp_path / "x.html").read_text(encoding="utf-8")
    assert data_of(page)["predicts"] == "class"
    data = data_of(page)
    assert data["colours"] == list(class_colours(prediction.trace.labels))
    around = np.frombuffer(base64.b64decode(data["classes"]), np.uint8)
    np.testing.assert_array_equal(around, sliding_vote(prediction.trace.values, 0.04))
    decided = majority_vote(prediction.trace.values).describe(prediction.trace.labels)
    assert f"class of the recording</th><td>{decided}<" in page
    assert re.search(r"class over time</th><td>\w+ \d+%.* \(majority of 3 s around\)<", page)
    assert re.search(r"mean probability</th><td>\w+ \d+\.\d%, \w+ \d+\.\d%, \w+ \d+\.\d%", page)


def test_where_a_model_says_nothing_the_class_is_undecided(make_prediction, tmp_path):
    prediction = make_prediction(labels=("happy", "sad", "angry"), predicts="class")
    values = prediction.trace.values.copy()
    values[10:16] = 1 / 3
    prediction = replace(prediction, trace=replace(prediction.trace, values=values))
    page = write_page(prediction, tmp_path / "x.html").read_text(encoding="utf-8")
    around = np.frombuffer(base64.b64decode(data_of(page)["classes"]), np.uint8)
    np.testing.assert_array_equal(np.flatnonzero(around == 255), range(10, 16))
    assert "undecided 20%" in page
    values[:] = 1 / 3
    prediction = replace(prediction, trace=replace(prediction.trace, values=values))
    assert "no class: no segment votes" in write_page(prediction, tmp_path / "y.html").read_text()


def test_which_of_several_faces_was_followed_is_told(make_prediction, tmp_path):
    page = write_page(make_prediction(identities=3, face=1), tmp_path / "x.html").read_text(encoding="utf-8")
    assert "number 1, in the order of size and persistence from 0; 3 different ones were seen" in page


def test_without_faces_no_box_is_shown(make_prediction, sound_clip, tmp_path):
    prediction = make_prediction(path=sound_clip, with_face=False)
    page = write_page(prediction, tmp_path / "x.html").read_text(encoding="utf-8")
    data = data_of(page)
    assert data["boxes"] is None
    assert data["faces"] is None
    assert "<audio src=" in page
    assert "not looked for" in page


@pytest.mark.parametrize("rows", [1, 90_000])
def test_any_length_makes_a_page_of_moderate_size(make_prediction, tmp_path, rows):
    page = write_page(make_prediction(rows=rows), tmp_path / "x.html")
    assert page.stat().st_size < 50_000 + 25 * rows
    data = data_of(page.read_text(encoding="utf-8"))
    assert data["rows"] == rows
    assert data["step_s"] == 0.04


def test_a_page_that_is_not_ours_is_left_alone(make_prediction, tmp_path):
    (file := tmp_path / "x.html").write_text("<html>mine</html>")
    with pytest.raises(DataError, match="is no result of emotrace"):
        write_page(make_prediction(), file)
    assert file.read_text() == "<html>mine</html>"


def test_what_decided_is_explained_where_the_model_tells_it(make_prediction, tmp_path):
    plain = make_prediction()
    assert "what decided" not in write_page(plain, tmp_path / "plain.html").read_text()
    told = replace(plain, shown_meaning="gate: 1 is all of the face")
    assert "gate: 1 is all of the face" in write_page(told, tmp_path / "told.html").read_text()
