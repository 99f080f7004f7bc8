"""Lays out a small Aff-Wild2 with every quirk, and a small Aff-Wild."""

from pathlib import Path

from corpus_writers.media import write_image, write_video

HEADER = "valence,arousal"


def write(root: Path) -> Path:
    """Images with gaps, two people of one video, a video in both sets, test lists, other challenges."""
    edition = root / "5th ABAW Annotations"
    sets = edition / "VA_Estimation_Challenge"
    frames = ["0.1,-0.2", "0.25,0.5", "-5,0.5", "-5,-5", "1,-1", "0,0"]
    label(sets / "Train_Set" / "video5.txt", frames)
    label(sets / "Train_Set" / "10-60-1280x720_left.txt", frames)
    label(sets / "Train_Set" / "10-60-1280x720_right.txt", frames[::-1])
    label(sets / "Train_Set" / "video7.txt", frames)
    label(sets / "Validation_Set" / "video7.txt", frames)
    label(sets / "Validation_Set" / "video9.txt", ["-5,-5"] * 3)  # not annotated at all
    label(sets / "Validation_Set" / "video11.txt", frames)
    other = edition / "EXPR_Recognition_Challenge" / "Train_Set" / "video5.txt"
    other.parent.mkdir(parents=True)
    other.write_text("Neutral,Anger\n0\n")
    (edition / "Valence_Arousal_test_set_release.txt").write_text("video20\r\nvideo21\r\n")
    (edition / "Expression_test_set_release.txt").write_text("video30\n")
    sample = "image_location,valence,arousal\nvideo20/00001.jpg,0.1,0.2\n"
    (edition / "CVPR_6th_ABAW_VA_test_set_sample.txt").write_text(sample)
    for name, numbers in (
        ("video5", (1, 2, 5, 6)),
        ("10-60-1280x720_left", (1, 2, 3, 4, 5, 6)),
        ("10-60-1280x720", (1, 2)),  # a third person, not rated
        ("video7", (2, 3, 9)),
        ("video20", (1, 2)),
    ):
        for number in numbers:
            write_image(root / "cropped_aligned" / name / f"{number:05d}.jpg", shade=20 * number)
    (root / "cropped_aligned" / "video5" / "Thumbs.db").touch()
    (root / "cropped_aligned" / "video5" / "._00001.jpg").touch()
    for name in ("video5", "10-60-1280x720", "video11"):
        write_video(root / "batch1" / f"{name}.mp4", seconds=0.2, fps=30)
    write_video(root / "batch2" / "video21.avi", seconds=0.2, fps=30)
    return root


def label(path: Path, frames: list[str]) -> None:
    """A file of labels, one line per frame."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *frames]) + "\n")


def write_affwild1(root: Path) -> Path:
    """One file of bare values per dimension; the same id in train and test; test without labels."""
    for dimension, values in (("arousal", "0.1\n0.2\n0.3\n"), ("valence", "-0.1\n-0.2\n-0.3")):
        path = root / "annotations" / "train" / dimension / "105.txt"
        path.parent.mkdir(parents=True)
        path.write_text(values)
    for part, suffix in (("train", "avi"), ("test", "mp4")):
        write_video(root / "videos" / part / f"105.{suffix}", seconds=0.12)
    (root / "bboxes").mkdir()
    return root
