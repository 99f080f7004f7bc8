"""Finds features by name."""

import importlib
import pkgutil
import re
from collections.abc import Iterable
from functools import cache

from emotrace.config.declaration import AudioInput, FaceInput, FeatureInput, InputSpec, TableInput
from emotrace.errors import ConfigError
from emotrace.features.feature import Feature

_FACE = re.compile(r"face-(?P<size>[1-9]\d{0,3})(?P<align>-aligned)?")
_AUDIO = re.compile(r"audio-(?P<rate>[1-9]\d{2,5})")
_TABLE = re.compile(r"table-(?P<name>[A-Za-z0-9_][A-Za-z0-9._-]*)")
TRACK = re.compile(r"feature-(?P<name>[a-z0-9][a-z0-9.-]*)(@(?P<of>[A-Za-z0-9_][A-Za-z0-9._-]*))?")


@cache
def available() -> dict[str, Feature]:
    """All features by name, sorted.

    Raises
    ------
    ConfigError
        If two modules declare one name.
    """
    found: dict[str, Feature] = {}
    package = importlib.import_module("emotrace.features.derived")
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for feature in getattr(module, "FEATURES", ()):
            if feature.name in found:
                raise ConfigError(f"two features are named {feature.name}; expected each once, rename one")
            found[feature.name] = feature
    return dict(sorted(found.items()))


def find(name: str) -> Feature:
    """The feature of a name, which may end in settings other than its defaults.

    Raises
    ------
    ConfigError
        If there is none.

    Examples
    --------
    >>> find("speech-segments-threshold-0.5").settings.threshold
    0.5
    """
    feature = _find(name)
    if feature is None:
        raise ConfigError(f"no feature is called {name!r}; expected one of: {', '.join(available())}")
    return feature


def is_known(name: str) -> bool:
    """Whether there is a feature of a name."""
    return _find(name) is not None


def _find(name: str) -> Feature | None:
    features = available()
    if name in features:
        return features[name]
    for feature in features.values():
        if feature.settings is None or not name.startswith(feature.name):
            continue
        settings = feature.settings.of_suffix(name.removeprefix(feature.name))
        if settings is not None:
            return feature.with_settings(settings)
    return None


def made_of(track: str) -> tuple[Feature, str]:
    """The feature of a track ``feature-<name>`` or ``feature-<name>@<track>``, and the track it is made of.

    Raises
    ------
    ConfigError
        If it is no such name, or there is no such feature.
    """
    match = TRACK.fullmatch(track)
    if match is None:
        raise ConfigError(f"{track!r} names no feature; expected feature-<name>")
    feature = find(match["name"])
    return feature, match["of"] or feature.needs


def versions_of(inputs: Iterable[InputSpec]) -> dict[str, int]:
    """The version of the code that makes each feature among some inputs, by track.

    Examples
    --------
    >>> versions_of([FeatureInput(name="mfcc-images", columns=12288), AudioInput(rate_hz=16000)])
    {'feature-mfcc-images': 1}
    """
    tracks = (spec.track for spec in inputs)
    return {track: made_of(track)[0].version for track in tracks if is_feature(track)}


def is_feature(track: str) -> bool:
    """Whether a track is that of a feature.

    Examples
    --------
    >>> is_feature("feature-egemaps-lld"), is_feature("face-96")
    (True, False)
    """
    return TRACK.fullmatch(track) is not None


def input_of(track: str) -> InputSpec | None:
    """The input that asks for a track; None for ``faces``, which no model takes.

    Raises
    ------
    ConfigError
        If nobody makes a track of that name.

    Examples
    --------
    >>> input_of("audio-8000").rate_hz
    8000
    """
    if track == "faces":
        return None
    if found := _FACE.fullmatch(track):
        return FaceInput(size=int(found["size"]), align=found["align"] is not None)
    if found := _AUDIO.fullmatch(track):
        return AudioInput(rate_hz=int(found["rate"]))
    if found := _TABLE.fullmatch(track):
        return TableInput(name=found["name"], columns=1)  # as many as the table has
    if found := TRACK.fullmatch(track):
        return FeatureInput(name=found["name"], columns=find(found["name"]).width, of=found["of"])
    raise ConfigError(
        f"no track is called {track!r}; expected faces, face-<size>, face-<size>-aligned, audio-<rate_hz>, "
        "table-<name> or feature-<name>"
    )


def origin_of(track: str) -> str:
    """What a track is made of in the end, itself if it is no feature.

    Raises
    ------
    ConfigError
        If there is no such feature.

    Examples
    --------
    >>> origin_of("feature-egemaps-lld"), origin_of("face-96")
    ('audio-16000', 'face-96')
    """
    while is_feature(track):
        _, track = made_of(track)
    return track


def medium_of(track: str) -> str:
    """What a track comes from in the end: ``video``, ``audio`` or ``table``.

    Raises
    ------
    ConfigError
        If nobody makes a track of that name.

    Examples
    --------
    >>> medium_of("face-96"), medium_of("faces"), medium_of("audio-16000"), medium_of("table-ecg")
    ('video', 'video', 'audio', 'table')
    """
    spec = input_of(origin_of(track))
    return "video" if spec is None or spec.kind == "face" else spec.kind


def tables_of(spec: InputSpec) -> tuple[str, ...]:
    """Names of the tables of a corpus that an input is made of, itself or through a feature."""
    found = _TABLE.fullmatch(origin_of(spec.track))
    return () if found is None else (found["name"],)
