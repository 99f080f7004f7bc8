"""Lays out a small RML: two downloads, some speakers with a folder per language, odd digits."""

from pathlib import Path

from corpus_writers.media import write_video

CLIPS = (
    "rml-1/s1/an1.avi",
    "rml-1/s1/sa1.avi",
    "rml-1/s2/English/an1.avi",
    "rml-1/s2/Mandarin/an1.avi",
    "rml-1/s2/Mandarin/su 2b.avi",
    "rml-1/s3/Ha-e10.AVI",
    "rml-2/s6/di1.avi",
    "rml-2/s8/Urdu/fe01.avi",
)


def write(root: Path) -> Path:
    """Lay the corpus out; gives the folder that a user would name."""
    for shade, clip in enumerate(CLIPS):
        write_video(root / clip, shade=shade % 2)
    (root / "rml-1" / "s1" / "Thumbs.db").write_bytes(b"thumbs")
    return root
