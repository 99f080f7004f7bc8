"""eGeMAPS version 2 through openSMILE: 25 low-level descriptors; 88 functionals of a window or recording."""

from functools import partial

from emotrace.features.feature import Feature
from emotrace.features.speech import SpeechSet, contour, sliding, whole

_LEVELS_AND_SLOPES = [
    "amean",
    "stddevNorm",
    "percentile20.0",
    "percentile50.0",
    "percentile80.0",
    "pctlrange0-2",
    "meanRisingSlope",
    "stddevRisingSlope",
    "meanFallingSlope",
    "stddevFallingSlope",
]
_MEAN_AND_DEVIATION = ("amean", "stddevNorm")
_SPECTRAL = ("alphaRatio", "hammarbergIndex", "slope0-500", "slope500-1500", "spectralFlux")
_MFCC = ("mfcc1", "mfcc2", "mfcc3", "mfcc4")
_QUALITY = ("jitterLocal", "shimmerLocaldB", "HNRdBACF", "logRelF0-H1-H2", "logRelF0-H1-A3")
_FORMANTS = tuple(
    f"F{n}{what}" for n in (1, 2, 3) for what in ("frequency", "bandwidth", "amplitudeLogRelF0")
)
_TEMPORAL = (
    "loudnessPeaksPerSec",
    "VoicedSegmentsPerSec",
    "MeanVoicedSegmentLengthSec",
    "StddevVoicedSegmentLengthSec",
    "MeanUnvoicedSegmentLength",
    "StddevUnvoicedSegmentLength",
)


def _only(names: tuple[str, ...], voicing: str) -> tuple[str, ...]:
    """Names of descriptors over voiced (V) or unvoiced (UV) frames: slope0-500 is slopeV0-500."""
    return tuple(
        name.replace("slope", f"slope{voicing}") if name.startswith("slope") else name + voicing
        for name in names
    )


def _columns(names: tuple[str, ...], functionals: tuple[str, ...] | list[str], smoothed: str) -> list[str]:
    return [f"{name}_{smoothed}_{functional}" for name in names for functional in functionals]


LLD = SpeechSet(
    "eGeMAPSv02",
    "lld",
    (
        *(f"{name}_sma3" for name in ("Loudness", *_SPECTRAL, *_MFCC)),
        *(f"{name}_sma3nz" for name in ("F0semitoneFrom27.5Hz", *_QUALITY, *_FORMANTS)),
    ),
)
LLD_BLOCKS = {"loudness": 1, "spectral": 5, "mfcc": 4, "pitch": 1, "voice-quality": 5, "formants": 9}

FUNCTIONALS = SpeechSet(
    "eGeMAPSv02",
    "func",
    (
        *_columns(("F0semitoneFrom27.5Hz",), _LEVELS_AND_SLOPES, "sma3nz"),
        *_columns(("loudness",), _LEVELS_AND_SLOPES, "sma3"),
        *_columns(("spectralFlux", *_MFCC), _MEAN_AND_DEVIATION, "sma3"),
        *_columns((*_QUALITY, *_FORMANTS), _MEAN_AND_DEVIATION, "sma3nz"),
        *_columns(_only((*_SPECTRAL, *_MFCC), "V"), _MEAN_AND_DEVIATION, "sma3nz"),
        *_columns(_only(_SPECTRAL, "UV"), ("amean",), "sma3nz"),
        *_TEMPORAL,
        "equivalentSoundLevel_dBp",
    ),
)
FUNCTIONAL_BLOCKS = {
    "pitch": 10,
    "loudness": 10,
    "spectral-flux-and-mfcc": 10,
    "voice-quality": 10,
    "formants": 18,
    "spectral-voiced": 18,
    "spectral-unvoiced": 5,
    "temporal": 6,
    "level": 1,
}
_SOURCE = "Eyben et al. (2016), The Geneva Minimalistic Acoustic Parameter Set; openSMILE, eGeMAPSv02"

FEATURES = (
    Feature(
        name="egemaps-lld",
        needs="audio-16000",
        # Frames of 20 ms (60 ms for pitch and what rests on it) every 10 ms, smoothed over three; a row is
        # named by the start of its frame. Pitch looks up to 0.4 s ahead; 0 where there is no voice.
        compute=partial(contour, wanted=LLD, rate_hz=100.0),
        blocks=LLD_BLOCKS,
        columns=LLD.columns,
        version=1,
        summary="eGeMAPS low-level descriptors every 10 ms: loudness, spectrum, pitch, voice, formants",
        source=_SOURCE,
        extra="opensmile",
    ),
    Feature(
        name="egemaps-functionals-3s",
        needs="audio-16000",
        # The 88 of AVEC 2016. AVEC 2015, and so chen2015, counted 102 made of the same descriptors; no source
        # that we found says which.
        compute=partial(sliding, wanted=FUNCTIONALS),
        blocks=FUNCTIONAL_BLOCKS,
        columns=FUNCTIONALS.columns,
        version=1,
        summary="eGeMAPS functionals over 3 s around every 40 ms",
        source=_SOURCE + "; windows: AVEC 2015 and 2016 baselines",
        extra="opensmile",
    ),
    Feature(
        name="egemaps-functionals",
        needs="audio-16000",
        compute=partial(whole, wanted=FUNCTIONALS),
        blocks=FUNCTIONAL_BLOCKS,
        columns=FUNCTIONALS.columns,
        version=1,
        summary="eGeMAPS functionals over the whole recording, one row",
        source=_SOURCE,
        extra="opensmile",
    ),
)
