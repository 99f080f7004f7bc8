"""ComParE 2016 through openSMILE: 65 low-level descriptors every 10 ms, and 6373 functionals over 3 s."""

from functools import partial

from emotrace.features.feature import Feature
from emotrace.features.speech import SpeechSet, contour, sliding

_VOICE = tuple(
    f"{name}_sma"
    for name in ["F0final", "voicingFinalUnclipped", "jitterLocal", "jitterDDP", "shimmerLocal", "logHNR"]
)
_ENERGY = tuple(
    f"{name}_sma"
    for name in ["audspec_lengthL1norm", "audspecRasta_lengthL1norm", "pcm_RMSenergy", "pcm_zcr"]
)
_BANDS = tuple(f"audSpec_Rfilt_sma[{band}]" for band in range(26))
_SPECTRUM = tuple(
    f"pcm_fftMag_{name}_sma"
    for name in [
        "fband250-650",
        "fband1000-4000",
        "spectralRollOff25.0",
        "spectralRollOff50.0",
        "spectralRollOff75.0",
        "spectralRollOff90.0",
        "spectralFlux",
        "spectralCentroid",
        "spectralEntropy",
        "spectralVariance",
        "spectralSkewness",
        "spectralKurtosis",
        "spectralSlope",
        "psySharpness",
        "spectralHarmonicity",
    ]
)
_MFCC = tuple(f"mfcc_sma[{number}]" for number in range(1, 15))
_SPREAD = (
    "quartile1 quartile2 quartile3 iqr1-2 iqr2-3 iqr1-3 percentile1.0 percentile99.0 pctlrange0-1 "
    "stddev skewness kurtosis"
)
_SEGMENTS = "meanSegLen maxSegLen minSegLen segLenStddev"
_RISE = (
    "upleveltime25 upleveltime50 upleveltime75 upleveltime90 risetime leftctime "
    "lpgain lpc0 lpc1 lpc2 lpc3 lpc4"
)
_REGRESSION = "linregc1 linregc2 linregerrQ qregc1 qregc2 qregc3 qregerrQ centroid"
_PEAKS = (
    "meanPeakDist peakDistStddev peakRangeAbs peakRangeRel peakMeanAbs peakMeanMeanDist peakMeanRel "
    "minRangeRel meanRisingSlope stddevRisingSlope meanFallingSlope stddevFallingSlope"
)


def _deltas(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.replace("_sma", "_sma_de") for name in names)


def _columns(names: tuple[str, ...], functionals: str) -> list[str]:
    return [f"{name}_{functional}" for name in names for functional in functionals.split()]


_SPECTRAL = (*_BANDS, *_SPECTRUM, *_MFCC)
_CONTINUOUS = (*_ENERGY, *_SPECTRAL)

LLD = SpeechSet("ComParE_2016", "lld", (*_VOICE, *_CONTINUOUS))

# Every block: its descriptors and what is taken of each, in openSMILE's order.
_BLOCKS = {
    "energy-values": _columns(
        (*_ENERGY, *_deltas(_ENERGY)), f"range maxPos minPos {_SPREAD} {_SEGMENTS} {_RISE}"
    ),
    "spectral-values": _columns(
        (*_SPECTRAL, *_deltas(_SPECTRAL)), f"range maxPos minPos {_SPREAD} {_SEGMENTS} {_RISE}"
    ),
    "voice": _columns(
        (*_VOICE, *_deltas(_VOICE)),
        f"amean flatness posamean rqmean range maxPos minPos {_REGRESSION} {_SPREAD} {_RISE}",
    ),
    "voiced-segments": [f"F0final_sma_ff0_{functional}" for functional in f"nnz {_SEGMENTS}".split()],
    "course": _columns(_CONTINUOUS, f"amean flatness rqmean {_PEAKS} {_REGRESSION}"),
    "course-of-deltas": _columns(_deltas(_CONTINUOUS), f"flatness posamean rqmean {_PEAKS}"),
}

FUNCTIONALS = SpeechSet("ComParE_2016", "func", tuple(name for block in _BLOCKS.values() for name in block))
_SOURCE = (
    "Schuller et al. (2016), Interspeech computational paralinguistics challenge; openSMILE, ComParE_2016"
)

FEATURES = (
    Feature(
        name="compare-lld",
        needs="audio-16000",
        # Frames of 20 ms (60 ms for the six of voice) every 10 ms, smoothed over three; a row is named by the
        # start of its frame. 0 where there is no voice.
        compute=partial(contour, wanted=LLD, rate_hz=100.0),
        blocks={"voice": 6, "energy": 4, "auditory-bands": 26, "spectrum": 15, "mfcc": 14},
        columns=LLD.columns,
        version=1,
        summary="ComParE low-level descriptors every 10 ms, without deltas",
        source=_SOURCE,
        extra="opensmile",
    ),
    Feature(
        name="compare-functionals-3s",
        needs="audio-16000",
        compute=partial(sliding, wanted=FUNCTIONALS),
        blocks={name: len(block) for name, block in _BLOCKS.items()},
        columns=FUNCTIONALS.columns,
        version=1,
        summary="ComParE functionals over 3 s around every 40 ms (25 KB a step: 191 MB for five minutes)",
        source=_SOURCE + "; windows: AVEC 2015 and 2016 baselines",
        extra="opensmile",
    ),
)
