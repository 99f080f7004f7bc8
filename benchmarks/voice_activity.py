"""Agreement of voice activity by eq. 1 of priyasad2019 with two other detectors, on clips of speech.

Run: python benchmarks/voice_activity.py FOLDER [--every N]. FOLDER is searched for sound files (wav, flac).
The others are librosa.effects.split (35 dB below the loudest window) and, if a package of that name can be
imported, webrtcvad (aggressiveness 3; pip install webrtcvad-wheels). Regions are compared, from the first to
the last active window without margins: their overlap as a share of what either covers (1: the same).
"""

import argparse
import importlib
import time
from pathlib import Path

import librosa
import numpy as np

from emotrace.config.voice_activity import VoiceActivitySettings
from emotrace.features.track import Track
from emotrace.features.voice_activity import find_speech
from emotrace.timing import Timeline

RATE_HZ = 16000
LOUD_DB = 35
Region = tuple[float, float]


def by_ratio(samples: np.ndarray, least_windows: int) -> Region | None:
    """Ours, s."""
    settings = VoiceActivitySettings(before_s=0.0, after_s=0.0, least_windows=least_windows)
    found = find_speech(Track(samples, Timeline.regular(len(samples), RATE_HZ)), settings)
    return (found.start_s, found.end_s) if found.found else None


def by_loudness(samples: np.ndarray) -> Region | None:
    """Of librosa, s."""
    loud = librosa.effects.split(samples, top_db=LOUD_DB, frame_length=400, hop_length=160)
    return (loud[0, 0] / RATE_HZ, loud[-1, 1] / RATE_HZ) if len(loud) else None


def by_webrtc(samples: np.ndarray) -> Region | None:
    """Of webrtcvad, s."""
    detector = importlib.import_module("webrtcvad").Vad(3)
    whole = (np.clip(samples, -1, 1) * 32767).astype("<i2")
    said = [
        detector.is_speech(whole[at : at + 160].tobytes(), RATE_HZ) for at in range(0, len(whole) - 159, 160)
    ]
    where = np.flatnonzero(said)
    return (where[0] / 100, (where[-1] + 1) / 100) if len(where) else None


def overlap(one: Region, other: Region) -> float:
    """Share of what either covers that both do, at least 0."""
    both = min(one[1], other[1]) - max(one[0], other[0])
    return max(0.0, both / (max(one[1], other[1]) - min(one[0], other[0])))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every n-th file")
    given = parser.parse_args()
    paths = sorted(path for path in given.folder.rglob("*") if path.suffix in (".wav", ".flac"))[
        :: given.every
    ]
    detectors = {
        "eq. 1, 3 windows in a row (ours)": lambda samples: by_ratio(samples, 3),
        "eq. 1, as printed": lambda samples: by_ratio(samples, 1),
        "loudness": by_loudness,
    }
    try:
        importlib.import_module("webrtcvad")
        detectors["webrtcvad"] = by_webrtc
    except ImportError:
        print("webrtcvad is not installed: compared with loudness alone")
    found: dict[str, list[Region | None]] = {name: [] for name in detectors}
    spent = dict.fromkeys(detectors, 0.0)
    seconds = 0.0
    for path in paths:
        samples, _ = librosa.load(path, sr=RATE_HZ)
        seconds += len(samples) / RATE_HZ
        for name, detect in detectors.items():
            began = time.perf_counter()
            found[name].append(detect(samples))
            spent[name] += time.perf_counter() - began
    print(f"{len(paths)} clips, {seconds / 60:.1f} minutes")
    for name, regions in found.items():
        there = [region for region in regions if region is not None]
        length = np.mean([end - start for start, end in there])
        print(f"{name}: none in {len(regions) - len(there)} clips, {length:.2f} s on average; "
              f"{seconds / spent[name]:.0f} times real time")  # fmt: skip
    names = list(found)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            pairs = zip(found[one], found[other], strict=True)
            shares = [overlap(a, b) for a, b in pairs if a is not None and b is not None]
            print(f"{one} and {other}: overlap {np.mean(shares):.3f} (median {np.median(shares):.3f})")


if __name__ == "__main__":
    main()
