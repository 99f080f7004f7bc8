"""The adapter of RECOLA as distributed for AVEC 2015 and 2016."""

from pathlib import Path

import numpy as np

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.adapters.avec2016.layout import (
    DIMENSIONS,
    Layout,
    files_by_stem,
    find_layout,
    partition_of,
    stem_order,
)
from emotrace.corpora.arff import read_arff
from emotrace.corpora.ratings_csv import check_rising, read_ratings
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.errors import DataError
from emotrace.media_files import AUDIO_SUFFIXES, VIDEO_SUFFIXES

LABEL_STEP_S = 0.04
VALUE_RANGE = (-1.0, 1.0)
_TIME_NAMES = ("frametime", "time", "timestamp")
_NAME_NAMES = ("instance_name", "name")


def step_series(times_s: np.ndarray, values: np.ndarray, path: Path) -> Series:
    """Labels of a file as values of 40 ms steps: the label at t describes the step that starts at t - 0.04 s.

    The label at t = 0 describes no step and is dropped, so 7,501 labels give 7,500 steps.

    Raises
    ------
    DataError
        If times do not rise, are not 0.04 s apart, or nothing is left.

    Source
    ------
    CORPORA 1.5: label i belongs to the audio samples in ((i - 1) * 0.04, i * 0.04] and to video
    frame i, the usual rule of published loaders.

    Examples
    --------
    >>> series = step_series(np.array([0, 0.04, 0.08]), np.array([0.1, 0.2, 0.3]), Path("dev_1.arff"))
    >>> series.times_s.tolist(), series.values.tolist()
    ([0.0, 0.04], [0.2, 0.3])
    """
    check_rising(times_s, path)
    if len(times_s) > 1 and abs(np.median(np.diff(times_s)) - LABEL_STEP_S) > 0.001:
        step = np.median(np.diff(times_s))
        raise DataError(f"{path} has a label every {step:g} s; expected one every {LABEL_STEP_S} s")
    kept = times_s > LABEL_STEP_S / 2
    if not kept.any():
        raise DataError(f"{path} has no label later than 0 s; expected one every {LABEL_STEP_S} s")
    return Series(np.round(times_s[kept] - LABEL_STEP_S, 6), values[kept])


def read_gold(path: Path) -> Series:
    """The gold standard of one recording and dimension, from its ARFF file.

    Raises
    ------
    DataError
        If the file is broken, has no column of time or not one of values, is of another recording,
        or has no rated value.
    """
    arff = read_arff(path)
    times = [name for name in arff.numbers if name.lower() in _TIME_NAMES]
    values = [name for name in arff.numbers if name.lower() not in _TIME_NAMES]
    named = [name for name in values if name.lower() == "goldstandard"] or values
    if len(times) != 1 or len(named) != 1:
        raise DataError(
            f"{path} has the numeric attributes {', '.join(arff.numbers) or 'none'}; expected frameTime "
            "and GoldStandard"
        )
    stems = {cell for name, cells in arff.texts.items() if name.lower() in _NAME_NAMES for cell in cells}
    if stems - {path.stem}:
        raise DataError(f"{path} holds rows of {', '.join(sorted(stems))}; expected {path.stem} only")
    series = step_series(arff.numbers[times[0]], arff.numbers[named[0]], path)
    if np.isnan(series.values).all():
        raise DataError(f"{path} has no rated value after 0 s; expected numbers in {named[0]}")
    return series


def read_avec2016(root: Path) -> Corpus:
    """Read the recordings, gold standard and individual ratings under a folder.

    A kept recording has a gold standard in every dimension of the corpus, or none at all: those of
    the test partition (never released), and those with individual ratings only. Subject is the
    stem, for which person a stem is was not published. ``recordings_video_frame_time`` is not needed:
    frames are taken at the presentation times of the video.

    Raises
    ------
    DataError
        If the folder holds no such corpus, or no recording of it can be used.
    """
    layout = find_layout(root)
    warnings: list[str] = []
    videos, remarks = files_by_stem(layout.folders.get("recordings_video"), VIDEO_SUFFIXES)
    warnings += remarks
    audios, remarks = files_by_stem(layout.folders.get("recordings_audio"), AUDIO_SUFFIXES)
    warnings += remarks
    gold = _label_files(layout, "ratings_gold_standard", ".arff", warnings)
    raters = _label_files(layout, "ratings_individual", ".csv", warnings)
    dimensions = tuple(name for name in DIMENSIONS if gold[name] or raters[name])

    recordings, skipped = [], []
    labelled = {stem for files in (*gold.values(), *raters.values()) for stem in files}
    for stem in sorted({*videos, *audios, *labelled}, key=stem_order):
        try:
            series = _gold_of(stem, gold)
            ratings = _ratings_of(stem, raters, warnings)
        except DataError as error:
            skipped.append((stem, str(error)))
            continue
        for kind, files in (("video", videos), ("audio", audios)):
            if files and stem not in files and (stem in videos or stem in audios):
                warnings.append(f"{stem} has no {kind} file")
        recordings.append(
            Recording(
                name=stem,
                subject=stem,
                video=videos.get(stem),
                audio=audios.get(stem),
                gold=series,
                ratings=ratings,
                partition=partition_of(stem),
            )
        )
    return Corpus(
        name=ADAPTER.name,
        root=layout.base,
        recordings=tuple(recordings),
        dimensions=dimensions,
        value_range=VALUE_RANGE,
        skipped=tuple(skipped),
        warnings=tuple(warnings),
    )


def _label_files(layout: Layout, part: str, suffix: str, warnings: list[str]) -> dict[str, dict[str, Path]]:
    """Label files by dimension and stem."""
    found = {}
    for dimension in DIMENSIONS:
        folder = layout.folders.get(part)
        inside = [child for child in folder.iterdir() if child.name.lower() == dimension] if folder else []
        found[dimension], remarks = files_by_stem(inside[0] if inside else None, frozenset({suffix}))
        warnings += remarks
    return found


def _gold_of(stem: str, gold: dict[str, dict[str, Path]]) -> dict[str, Series]:
    wanted = [name for name in DIMENSIONS if gold[name]]
    missing = [name for name in wanted if stem not in gold[name]]
    if missing and len(missing) < len(wanted):
        raise DataError(f"{stem} has no gold standard of {missing[0]}; expected {stem}.arff in {missing[0]}")
    return {} if missing else {name: read_gold(gold[name][stem]) for name in wanted}


def _ratings_of(
    stem: str, raters: dict[str, dict[str, Path]], warnings: list[str]
) -> dict[str, dict[str, Series]]:
    """Traces of the raters by dimension; a file that is wrong becomes a warning."""
    ratings = {}
    for dimension, files in raters.items():
        if stem not in files:
            continue
        try:
            times, values = read_ratings(files[stem])
            ratings[dimension] = {name: step_series(times, row, files[stem]) for name, row in values.items()}
        except DataError as error:
            warnings.append(f"ratings of {stem} are left out: {error}")
    return ratings


ADAPTER = Adapter(
    name="avec2016",
    title="RECOLA as distributed for AVEC 2015 and 2016",
    modalities=("video", "audio"),
    labels="arousal and valence every 40 ms, gold standard of six raters (three women, three men) and "
    "their traces; five minutes a recording",
    subjects="27 recordings, one person each: 9 train, 9 development, 9 test (labels of test not released)",
    licence="end user licence agreement, academic research only",
    ask="https://diuf.unifr.ch/main/diva/recola",
    tree="""\
recordings_video/train_1.mp4 dev_1.mp4 test_1.mp4 ...        any video container
recordings_audio/train_1.wav ...                             optional
ratings_gold_standard/{arousal,valence}/train_1.arff ...     Instance_name, frameTime, GoldStandard
ratings_individual/{arousal,valence}/train_1.csv ...         time;FM1 ;FM2 ;FM3 ;FF1 ;FF2 ;FF3
(features_*, recordings_physio and recordings_video_frame_time may lie beside them; they are not read)""",
    read=read_avec2016,
    gold="ccc_centring",
)
