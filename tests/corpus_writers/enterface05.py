"""Lays out a small eNTERFACE'05 with all its quirks: names of other subjects, uneven depth, subject 6."""

from pathlib import Path

from corpus_writers.media import write_video

EMOTIONS = {
    "an": "anger",
    "di": "disgust",
    "fe": "fear",
    "ha": "happiness",
    "sa": "sadness",
    "su": "surprise",
}
CLIPS = (
    "subject 1/anger/sentence 1/s1_an_1.avi",
    "subject 1/anger/sentence 2/s1_an_2.avi",
    "subject 3/disgust/sentence 4/s_3_di_4.avi",
    *(f"subject 6/{emotion}/s6_{code}.avi" for code, emotion in EMOTIONS.items()),
    "subject 11/fear/sentence 2/s12_fe_2.avi",
    "subject 12/fear/sentence 2/s12_fe_2.avi",
    "subject 16/surprise/sentence 3/s16_su_3avi.avi",
    "subject 23/happiness/s23_ha_1.avi",
    "subject 23/sadness/s23_sa_5.avi",
)


def write(root: Path) -> Path:
    """Lay the corpus out; gives the folder that a user would name."""
    base = root / "enterface database"
    for shade, clip in enumerate(CLIPS):
        write_video(base / clip, shade=shade % 2)
    (base / "subject 1" / "anger" / "Thumbs.db").write_bytes(b"thumbs")
    return base
