"""Lays out a small MuSe package with test labels kept back, and ratings in the layout of MuSe-Toolbox."""

from pathlib import Path

from corpus_writers.media import write_video, write_wav

IDS = {"3": "train", "10": "devel", "12": "test"}


def write(root: Path) -> Path:
    """Ids 3, 10 and 12 at 2 Hz in two segments, two feature sets, sound and video."""
    for one, part in IDS.items():
        times = [(0, 1), (500, 1), (1000, 1), (3000, 2), (3500, 2)]
        for dimension in ("arousal", "physio-arousal"):
            rows = [f"{t},{segment},{'' if part == 'test' else f'{t / 10000:g}'}" for t, segment in times]
            table(root / "label_segments" / dimension / f"{one}.csv", "timestamp,segment_id,value", rows)
        for name in ("egemaps", "bert 4"):
            rows = [f"{t},{segment},1.5,{one}" for t, segment in times]
            table(root / "feature_segments" / name / f"{one}.csv", "timestamp,segment_id,f1,f2", rows)
        write_wav(root / "raw_data" / "audio" / f"{one}.wav", seed=int(one))
    (root / "feature_segments" / "egemaps" / "10.csv").unlink()
    write_video(root / "raw_data" / "video" / "3.mp4")
    rows = [f"{one},x,{part}" for one, part in IDS.items()]
    table(root / "metadata" / "partition.csv", "Id,anything,Proposal", rows)
    return root


def write_toolbox(root: Path) -> Path:
    """Raw traces of three raters from 0.50 s on, in s, and one fused trace from 0 ms on."""
    for one in ("11", "32"):
        rows = [
            f"{0.5 * (i + 1):.2f},{0.1 * i + 0.1:.2f},{0.1 * i:.2f},{0.1 * i + 0.05:.2f}" for i in range(4)
        ]
        table(root / "raw" / "arousal" / f"{one}.csv", "timestamp,1,2,3", rows)
    rows = [f"{500 * i},0.0{i}" for i in range(4)]
    table(root / "processed" / "arousal" / "11.csv", "Time,value", rows)
    table(root / "metadata" / "partition.csv", "id,partition", ["11,train", "32,test"])
    return root


def table(path: Path, header: str, rows: list[str]) -> None:
    """A file of comma separated values."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n")
