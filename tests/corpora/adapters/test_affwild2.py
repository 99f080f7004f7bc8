"""The Aff-Wild2 adapter: images joined by number, two people of one video, both sets, and faults."""

import numpy as np
import pytest

from corpus_writers import affwild2 as writer
from corpus_writers.media import write_image, write_video
from emotrace import corpora
from emotrace.corpora.adapters.affwild2.labels import read_frames
from emotrace.corpora.numbered_images import image_numbers
from emotrace.errors import ConfigError, DataError


def by_name(root, **options):
    corpus = corpora.read("affwild2", root, **options)
    return corpus, {one.name: one for one in corpus.recordings}


def test_not_annotated_is_missing_in_both_dimensions(tmp_path):
    path = tmp_path / "video5.txt"
    path.write_text("valence,arousal\n0.1,-0.2\n-5,0.5\n0.3,-5\n-5,-5\n-5.0,0.1\n1,-1\n")
    gold = read_frames(path, 30)
    nan = np.nan
    np.testing.assert_array_equal(gold["valence"].values, [0.1, nan, nan, nan, nan, 1])
    np.testing.assert_array_equal(gold["arousal"].values, [-0.2, nan, nan, nan, nan, -1])
    np.testing.assert_allclose(gold["arousal"].times_s, np.arange(6) / 30)
    path.write_text("arousal,valence\n0.1,-0.2\n")  # the other way round: by name, not by place
    assert read_frames(path, 30)["arousal"].values.tolist() == [0.1]
    path.write_text("0.1,-0.2\n0.1,-0.2\n")
    with pytest.raises(DataError, match="has no column valence, arousal"):
        read_frames(path, 30)


def test_images_are_joined_by_number(tmp_path):
    _, found = by_name(writer.write(tmp_path), fps="30")
    one = found["video5"]
    assert one.faces_cut and one.video.name == "video5" and one.video.is_dir()
    np.testing.assert_allclose(one.frame_times_s, np.array([0, 1, 4, 5]) / 30)  # of 00001, 2, 5 and 6
    times = one.gold["valence"].times_s
    joined = [one.gold["valence"].values[np.abs(times - t).argmin()] for t in one.frame_times_s]
    assert joined == [0.1, 0.25, 1, 0]
    assert one.audio.name == "video5.mp4"


def test_two_people_of_one_video(tmp_path):
    corpus, found = by_name(writer.write(tmp_path))
    left, right = found["10-60-1280x720_left"], found["10-60-1280x720_right"]
    assert left.session == right.session == "10-60-1280x720" and left.subject != right.subject
    assert left.video.name == "10-60-1280x720_left" and left.faces_cut
    # The folder of images without a side is of a third person; only the raw video is shared.
    assert right.video.name == "10-60-1280x720.mp4" and not right.faces_cut
    np.testing.assert_allclose(right.frame_times_s, right.gold["valence"].times_s)
    assert any("raw video of two people" in text and "_right" in text for text in corpus.warnings)


def test_partitions_and_what_is_in_both(tmp_path):
    corpus, found = by_name(writer.write(tmp_path))
    assert {name: one.partition for name, one in found.items()} == {
        "10-60-1280x720_left": "train",
        "10-60-1280x720_right": "train",
        "video5": "train",
        "video11": "development",
        "video7": "development",
        "video20": "test",
        "video21": "test",
    }
    assert not found["video20"].gold and found["video20"].faces_cut
    assert found["video21"].video.name == "video21.avi"
    reasons = dict(corpus.skipped)
    assert "is in Validation_Set too; it is kept there alone" in reasons["video7"]
    assert "video9.txt has no annotated frame" in reasons["video9"]
    text = "\n".join(corpus.warnings)
    assert "videos are both in Train_Set and Validation_Set: 1 (video7)" in text
    assert "images go on after the last label: 1 (video7)" in text
    assert "EXPR_Recognition_Challenge is left out" in text
    assert "Expression_test_set_release.txt is not read" in text and "video30" not in found
    assert "labels do not say the frame rate, 30 is taken; give fps: 5" in text


def test_people_of_one_video_in_two_partitions_are_warned_of(tmp_path):
    root = writer.write(tmp_path)
    sets = root / "5th ABAW Annotations" / "VA_Estimation_Challenge"
    writer.label(sets / "Validation_Set" / "10-60-1280x720.txt", ["0,0"])
    (sets.parent / "va_test_set.txt").write_text("video5\n")
    corpus, found = by_name(root)
    text = "\n".join(corpus.warnings)
    assert "people of one video are in more than one partition: 1 (10-60-1280x720)" in text
    assert "listed as test video, but labelled: 1 (video5)" in text and found["video5"].partition == "train"


def test_rate_is_given(tmp_path):
    corpus, found = by_name(writer.write(tmp_path), fps=15)
    np.testing.assert_allclose(found["video5"].frame_times_s, np.array([0, 1, 4, 5]) / 15)
    assert not any("frame rate" in text for text in corpus.warnings)
    for wrong in ("fast", "0", "inf"):
        with pytest.raises(ConfigError, match=f"fps is '{wrong}'; expected frames per second"):
            corpora.read("affwild2", tmp_path, fps=wrong)


def test_the_folder_of_annotations_may_be_named(tmp_path):
    root = writer.write(tmp_path)
    _, found = by_name(root / "5th ABAW Annotations")
    assert found["video5"].faces_cut and len(found) == 7


def test_two_editions_and_unaligned_faces(tmp_path):
    root = writer.write(tmp_path)
    writer.label(root / "6th ABAW Annotations" / "VA_Estimation_Challenge" / "Train_Set" / "new.txt", ["0,0"])
    write_image(root / "cropped" / "batch1" / "new" / "00001.jpg")
    write_image(root / "cropped" / "video5" / "00001.jpg")
    write_video(root / "batch2" / "video5.mp4", seconds=0.1)
    corpus, found = by_name(root)
    assert "new" in found and "video5" not in found and found["new"].video.parent.name == "batch1"
    text = "\n".join(corpus.warnings)
    assert "5th ABAW Annotations/VA_Estimation_Challenge is left out" in text
    assert "is there twice, the first is taken: 1" in text


def test_broken_images_leave_the_raw_video(tmp_path):
    root = writer.write(tmp_path)
    write_image(root / "cropped_aligned" / "video5" / "00000.jpg")
    (root / "cropped_aligned" / "video11").mkdir()
    corpus, found = by_name(root)
    assert found["video5"].video.name == "video5.mp4" and not found["video5"].faces_cut
    assert found["video11"].video.name == "video11.mp4"
    text = "\n".join(corpus.warnings)
    assert "images are left out: video5 has an image of number 0; expected numbers from 1 on" in text
    assert "video11 has no image named by a number" in text


def test_numbers_of_images(tmp_path, monkeypatch):
    for name in ("9.jpg", "10.jpg"):
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=r"9.jpg comes after 10.jpg by name but not by number"):
        image_numbers(tmp_path)
    with pytest.raises(DataError, match="nowhere cannot be listed"):
        image_numbers(tmp_path / "nowhere")


def test_folders_that_cannot_be_listed_are_warned_of(tmp_path, monkeypatch):
    from emotrace.corpora import roots

    real = roots.list_folder

    def refuse(folder):
        if folder.name in ("batch1", "cropped_aligned"):
            raise DataError(f"{folder} cannot be listed (Permission denied); check its permissions")
        return real(folder)

    root = writer.write(tmp_path)
    monkeypatch.setattr(roots, "list_folder", refuse)
    corpus, found = by_name(root)
    assert found["video5"].video is None
    assert sum("left out: " in text and "cannot be listed" in text for text in corpus.warnings) == 2


def test_affwild1(tmp_path):
    root = writer.write_affwild1(tmp_path)
    corpus, found = by_name(root)
    assert list(found) == ["train_105", "test_105"]
    train, test = found.values()
    assert (train.partition, train.video.name, test.partition, test.gold) == ("train", "105.avi", "test", {})
    assert train.gold["valence"].values.tolist() == [-0.1, -0.2, -0.3]
    assert "the folder bboxes is not read" in corpus.warnings
    (root / "annotations" / "train" / "valence" / "105.txt").write_text("-0.1\n-0.2\n")
    reason = dict(corpora.read("affwild2", root).skipped)["train_105"]
    assert "105.txt has 3 lines but" in reason and "105.txt 2; expected as many" in reason
    (root / "annotations" / "train" / "valence" / "105.txt").unlink()
    reasons = dict(corpora.read("affwild2", root).skipped)
    assert "has no sibling of valence" in reasons["train_105"]


def test_a_blank_line_would_move_the_frames_after_it(tmp_path):
    path = tmp_path / "video5.txt"
    path.write_text("valence,arousal\n0.1,0.1\n\n0.3,0.3\n")
    with pytest.raises(DataError, match=r"video5.txt, line 3 is blank; expected one line per video frame"):
        read_frames(path, 30)
    path.write_text("valence,arousal\r\n0.1,0.1\r\n0.3,0.3\r\n\r\n")  # after the last line it moves nothing
    assert len(read_frames(path, 30)["valence"].values) == 2
    root = writer.write_affwild1(tmp_path / "first")
    (root / "annotations" / "train" / "arousal" / "105.txt").write_text("0.1\n\n0.2\n0.3\n")
    assert "line 2 is blank" in dict(corpora.read("affwild2", root).skipped)["train_105"]


def test_times_of_images_that_are_left_out_are_left_out(tmp_path):
    root = writer.write(tmp_path)
    write_image(root / "cropped_aligned" / "video20" / "00000.jpg")
    write_video(root / "batch1" / "video20.mp4", seconds=0.2, fps=30)
    _, found = by_name(root)
    assert found["video20"].video.name == "video20.mp4" and found["video20"].frame_times_s is None


def test_media_without_labels_are_counted(tmp_path):
    root = writer.write(tmp_path)
    write_image(root / "cropped" / "video98" / "00001.jpg")
    write_video(root / "batch2" / "video99.mp4", seconds=0.1)
    corpus, _ = by_name(root)
    text = "\n".join(corpus.warnings)
    assert "images of videos without labels are left out: 2 (10-60-1280x720, video98)" in text
    assert "raw videos without labels are left out: 1 (video99)" in text
