"""Lays out a small CREMA-D: sound twice and video per clip, votes with ties, broken files, stubs."""

from pathlib import Path

from corpus_writers.media import write_video, write_wav

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 170000\n"
CLIPS = (
    "1001_IEO_ANG_HI",
    "1001_DFA_SAD_XX",
    "1002_TIE_NEU_XX",
    "1064_IEO_DIS_MD",
    "1064_TIE_SAD_XX",
    "1076_MTI_NEU_XX",
    "1076_MTI_SAD_XX",
)
ACTORS = """\
"ActorID","Age","Sex","Race","Ethnicity"
1001,51,"Male","Caucasian","Not Hispanic"
1002,21,"Female","Caucasian","Not Hispanic"
1064,53,"Male","Caucasian","Not Hispanic"
1076,25,"Female","Caucasian","Not Hispanic"
"""
VOTES = """\
"","FileName","VoiceVote","VoiceLevel","FaceVote","FaceLevel","MultiModalVote","MultiModalLevel"
"1","1001_IEO_ANG_HI","D","67","A","65.56","A","63.25"
"2","1001_DFA_SAD_XX","N","46.8","N:S","66.71:50","S","63.6"
"3","1002_TIE_NEU_XX","N","86","N","77.44","N","84.6"
"4","1064_TIE_SAD_XX","S","60","S","60","S","60"
"5","1076_MTI_NEU_XX","N","60","N","60","A:D:N","60:50:40"
"6","1076_MTI_SAD_XX","S","60","?","60","S","60"
"7","1091_WSI_SAD_XX","S","60","S","60","S","60"
"""


def write(root: Path) -> Path:
    """Lay the corpus out; gives the folder that a user would name."""
    for seed, clip in enumerate(CLIPS):
        write_wav(root / "AudioWAV" / f"{clip}.wav", seed=seed)
        write_video(root / "VideoFlash" / f"{clip}.flv")
        (root / "AudioMP3").mkdir(exist_ok=True)
        (root / "AudioMP3" / f"{clip}.mp3").write_bytes(POINTER)
    write_wav(root / "AudioWAV" / "1040_ITH_SAD_X.wav", seed=99)
    (root / "VideoFlash" / "1040_ITH_SAD_XX.flv").write_bytes(b"")
    (root / "VideoDemographics.csv").write_text(ACTORS)
    (root / "processedResults").mkdir()
    (root / "processedResults" / "summaryTable.csv").write_text(VOTES)
    return root
