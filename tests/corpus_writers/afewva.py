"""Lays out a small AFEW-VA: parts as downloaded, missing images, frames without landmarks, no actor."""

import json
from pathlib import Path
from typing import Any

from corpus_writers.media import write_image


def write(root: Path, parts: bool = True) -> Path:
    """Three clips in two parts (or without parts); clip 051 says no actor and has no landmarks."""
    for clip, part, actor in (("001", "01", "Anna"), ("002", "01", "Anna"), ("051", "02", None)):
        folder = root / part / clip if parts else root / clip
        frames: dict[str, Any] = {}
        for number in range(4):
            frames[f"{number:05d}"] = {"valence": float(number - 2), "arousal": 3 * number}
            if actor:
                points = [[float(i), 2.0 * i] for i in range(68)]
                frames[f"{number:05d}"]["landmarks"] = [] if number == 3 else points
            if (clip, number) != ("002", 1):
                write_image(folder / f"{number:05d}.png", shade=40 * number)
        content: dict[str, Any] = {"frames": frames, "video_id": f"film {clip}"}
        if actor:
            content["actor"] = actor
        (folder / f"{clip}.json").write_text(json.dumps(content))
    return root
