"""Lays out a small CASE: three subjects, READMEs among data, clips that are no stimuli; and other forms."""

from pathlib import Path

import numpy as np

ANNOTATIONS = "jstime,valence,arousal,video"
PHYSIOLOGY = "daqtime,ecg,bvp,gsr,rsp,skt,emg_zygo,emg_coru,emg_trap,video"
ORDER = (10, 11, 5, 11, 1, 11, 12)  # start clip, blue screen, stimulus, ...
NAMES = {10: "startVid", 11: "bluVid", 12: "endVid", 1: "amusing-1", 5: "relaxed-1"}
CLIP_MS = 175.0  # not a multiple of the joystick's 50 ms, as in the corpus


def video_at(time_ms: float) -> int:
    """Which clip is shown at a time of the session."""
    return ORDER[min(int(time_ms // CLIP_MS), len(ORDER) - 1)]


def write(root: Path, folder: str = "interpolated") -> Path:
    """Files of the whole session, CRLF in one of them; ecg is the time of its row in ms."""
    data = root / "data" / folder
    for kind in ("annotations", "physiological"):
        (data / kind).mkdir(parents=True)
        (data / kind / "README_data.txt").write_text("About these files.\n")
    (root / "metadata").mkdir()
    (root / "scripts").mkdir()
    end = int(len(ORDER) * CLIP_MS)
    for subject in (1, 2, 10):
        rows = [f"{t},{4.75 + t / 1000:g},{5.25 + subject / 10:g},{video_at(t)}" for t in range(0, end, 50)]
        newline = "\r\n" if subject == 2 else "\n"
        text = newline.join([ANNOTATIONS, *rows]) + newline
        (data / "annotations" / f"sub_{subject}.csv").write_bytes(text.encode())
        rows = [f"{t},{t},0.5,1.5,2.5,33,4,5,6,{video_at(t)}" for t in range(end)]
        (data / "physiological" / f"sub_{subject}.csv").write_text("\n".join([PHYSIOLOGY, *rows]))
    return root


def write_raw(root: Path) -> Path:
    """Raw files in volts and joystick units, without video ids, and the two files of metadata."""
    data, metadata = root / "data" / "raw", root / "metadata"
    for folder in (data / "annotations", data / "physiological", metadata):
        folder.mkdir(parents=True)
    (data / "annotations" / "README_annotations.txt").write_text("About these files.\n")
    end = len(ORDER) * CLIP_MS / 1000
    for subject in (1, 2):
        rows = [f"{t:.4f}\t-26225\t26225" for t in np.arange(0.003, end, 0.05)]
        (data / "annotations" / f"sub{subject}_joystick.txt").write_text("\n".join(rows) + "\n")
        rows = [f"{t:.4f}\t2.85\t2\t2.1\t2\t3\t2.4\t2.4\t2" for t in np.arange(0.0005, end, 0.001)]
        (data / "physiological" / f"sub{subject}_DAQ.txt").write_text("\n".join(rows) + "\n")
    order = ['"sub_1"\t"sub_2"', *(f'"{NAMES[one]}"\t"{NAMES[one]}"' for one in ORDER)]
    (metadata / "seqs_order.txt").write_text("\n".join(order) + "\n")
    lengths = ['"video_name"\t"duration"', *(f'"{name}"\t{CLIP_MS}' for name in NAMES.values())]
    (metadata / "videos_duration.txt").write_text("\n".join(lengths) + "\n")
    return root


def write_epic(root: Path) -> Path:
    """EPiC 2023: scenario 1 without folds, scenario 2 with two; test annotations are -1."""
    parts = [root / "scenario_1", root / "scenario_2" / "fold_0", root / "scenario_2" / "fold_1"]
    for number, part in enumerate(parts):
        for name, first, values in (("train", 0, "5.5,4.5"), ("test", 300, "-1,-1")):
            stem = f"sub_{number + 1}_vid_{7 + number}"
            for kind in ("annotations", "physiology"):
                (part / name / kind).mkdir(parents=True)
            rows = [f"{t},{values}" for t in range(first + 100 * (name == "test"), first + 200, 50)]
            table = "\n".join(["time,valence,arousal", *rows])
            (part / name / "annotations" / f"{stem}.csv").write_text(table)
            rows = [f"{t},{t},33" for t in range(first, first + 200)]
            (part / name / "physiology" / f"{stem}.csv").write_text("\n".join(["time,ecg,skt", *rows]))
    return root
