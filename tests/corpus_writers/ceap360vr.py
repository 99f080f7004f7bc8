"""Lays out a small CEAP-360VR: two people, named three ways, 25 and 30 Hz, leaks among the windows."""

import gzip
import json
from pathlib import Path
from typing import Any

WINDOWS = (
    "EDA_Mean,HR_Mean,Valence_Mean,Valence_Median,Arousal_Mean,SAM_Valence,SAM_Arousal,V_SAM,A_SAM,V_binary,"
    "A_binary,V_3class,A_3class,V_A_5class,VID,PUPIL_Mean,PUPILEMO_Std,pid,win"
)
ROWS = {"V1": 250, "V2": 300}  # in 10 s


def write(root: Path) -> Path:
    """Person 2 and person 10, videos V1 and V2; windows in disorder."""
    windows = [WINDOWS]
    for person in (10, 2):
        write_person(root, person)
        for video in (2, 1):
            for window in (1, 0):
                features = f"0.{person},{window}.25,9,9,9,9,9,1,1,1,1,2,2,4,{video}.0,3.5,0.1"
                windows.append(f"{features},{person},{window}")
    (root / "windows_5s.csv").write_text("\n".join(windows) + "\n")
    (root / "License.txt").write_text("CC BY-NC 4.0\n")
    return root


def write_person(root: Path, person: int) -> None:
    """Annotations (id ``"10"``), pupil and head (id ``"P10"``)."""
    rated, pupil, head = [], [], []
    for video, count in ROWS.items():
        times = [round(10 * i / (count - 1), 3) for i in range(count)]
        rows = [{"TimeStamp": t, "Valence": 5.0, "Arousal": 1 + person / 10} for t in times]
        rated.append({"VideoID": video, "TimeStamp_Valence_Arousal": rows})
        pupil.append({"VideoID": video, "LPD": [3.5] * count, "PD_Mean": [None] + [3.25] * (count - 1)})
        turned = [{"ID": k, "Pitch": -float(k), "Yaw": 2.0 * k} for k in range(1, 50)]
        head.append({"VideoID": video, "ID_Pitch_Yaw": turned})
    annotations: Any = {"ParticipantID": str(person), "Video_Annotation_FrameData": rated}
    dump(
        root / "annotations" / f"P{person}_Annotation_FrameData.json.gz",
        {"ContinuousAnnotation_FrameData": [annotations]},
    )
    dump(
        root / "pupil" / f"P{person}_PD_ProcessedData.json.gz",
        {"ParticipantID": f"P{person}", "Video_PD_Data": pupil},
    )
    path = {"ParticipantID": f"P{person}", "Video_Behavior_ScanPath_Data": head}
    dump(
        root / "head" / "HM_ScanPath" / f"P{person}_Behavior_HeadScanPathData.json.gz",
        {"Behavior_HeadScanPath_Data": [path]},
    )


def dump(path: Path, content: Any) -> None:
    """Gzipped JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(json.dumps(content).encode()))
