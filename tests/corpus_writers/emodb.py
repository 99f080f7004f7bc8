"""Lays out a small EMO-DB: all ten speakers in one flat folder, and files that are no clips."""

from pathlib import Path

from corpus_writers.media import write_wav

SPEAKERS = ("03", "08", "09", "10", "11", "12", "13", "14", "15", "16")
CLIPS = ["03a01Fa", "03a01Wa", "03a02Nc", *(f"{speaker}b10Tb" for speaker in SPEAKERS[1:])]
CLIPS += ["14b09Ab", "16a07Lb", "16b01Ea"]


def write(root: Path, folder: str = "wav") -> Path:
    """Lay the corpus out; gives the folder that a user would name."""
    for seed, stem in enumerate(CLIPS):
        write_wav(root / folder / f"{stem}.wav", seed=seed)
    (root / folder / "._03a01Fa.wav").write_bytes(b"macOS")
    (root / "erkennung.txt").write_text("Satz\n")
    return root
