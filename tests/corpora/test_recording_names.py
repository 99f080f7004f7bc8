"""Names of recordings: unique, safe, short, and independent of order."""

import re
from pathlib import PurePath

from emotrace.corpora.recording_names import LONGEST, recording_names

PATHS = [
    PurePath(text)
    for text in (
        "a/talk.mp4",
        "b/talk.mp4",
        "a__talk.mp4",
        "A/Talk.wav",
        "..odd/-x.mp4",
        "müde.mp4",
        "möde.mp4",
        "a" * 300 + ".mp4",
        "con text (1).mov",
    )
]


def test_names_are_unique_and_safe():
    names = recording_names(PATHS)
    assert len({name.casefold() for name in names}) == len(PATHS)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) for name in names)
    assert max(map(len, names)) <= LONGEST + 7


def test_order_does_not_matter():
    assert recording_names(PATHS[::-1])[::-1] == recording_names(PATHS)


def test_plain_names_stay_readable():
    assert recording_names([PurePath("Actor_01/03-01-01.flac")]) == ["Actor_01__03-01-01"]
