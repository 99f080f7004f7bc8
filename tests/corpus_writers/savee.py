"""Lays out a small SAVEE: folders of speakers, one speaker's video beside the sound."""

from pathlib import Path

from corpus_writers.media import write_video, write_wav

STEMS = ("a01", "d02", "f03", "h04", "n05", "sa06", "su07")


def write(root: Path) -> Path:
    """Lay the corpus out; gives the folder that a user would name."""
    for number, speaker in enumerate(("DC", "JE", "JK", "KL")):
        for seed, stem in enumerate(STEMS):
            write_wav(root / "AudioData" / speaker / f"{stem}.wav", seed=10 * number + seed)
    for stem in STEMS[:3]:
        write_video(root / "AudioVisualClip" / "DC" / f"{stem}.avi")
    (root / "AudioData" / "Info.txt").write_text("SAVEE\n")
    return root
