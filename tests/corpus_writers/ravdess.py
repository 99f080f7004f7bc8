"""Lays out a small RAVDESS: takes in one, two or three modalities, speech and song."""

from pathlib import Path

from corpus_writers.media import write_video, write_wav

SPEECH = ("01-01-01-01-01", "01-05-01-02-01", "01-08-02-01-02")
SONG = ("02-02-01-01-01",)


def write(root: Path) -> Path:
    """Lay the corpus out; gives the folder that a user would name."""
    for actor in ("01", "02"):
        for seed, take in enumerate(SPEECH):
            write_wav(root / f"Actor_{actor}" / f"03-{take}-{actor}.wav", seed=seed)
    for take in (*SPEECH[:1], *SONG):
        write_video(root / "Actor_01" / f"01-{take}-01.mp4")
    for take in SPEECH[:2]:
        write_video(root / "Actor_01" / f"02-{take}-01.mp4")
    write_wav(root / "Actor_02" / "03-02-02-01-01-01-02.wav", seed=9)
    return root
