"""The adapter of RECOLA as distributed for AVEC 2015, 2016 and 2018 (GES)."""

from pathlib import Path

from emotrace.corpora.adapter import NO_LICENCE, Adapter
from emotrace.corpora.adapters.avec2016.labels import LabelFiles
from emotrace.corpora.adapters.avec2016.layout import files_by_stem, find_layout, partition_of, stem_order
from emotrace.corpora.adapters.avec2016.tables import find_tables
from emotrace.corpora.frame_times import frame_times_if_sound
from emotrace.corpora.raters_account import remark_on_raters
from emotrace.corpora.recording import Corpus, Recording
from emotrace.errors import DataError
from emotrace.media_files import AUDIO_SUFFIXES, VIDEO_SUFFIXES
from emotrace.remarks import Remarks

VALUE_RANGE = (-1.0, 1.0)


def read_avec2016(root: Path) -> Corpus:
    """Read the recordings, labels, frame times, features and physiology under a folder.

    A kept recording has labels in every dimension of the corpus (a gold standard, or ratings that one
    is made of), or none at all: those of the test partition, never released. Individual ratings are read
    where they are there, else the organisers' centred ones, with a remark. Subject is the stem, for which
    person a stem is was not published.

    Raises
    ------
    DataError
        If the folder holds no such corpus.
    """
    remarks = Remarks()
    layout = find_layout(root, remarks)
    videos = files_by_stem(layout.folders.get("recordings_video"), VIDEO_SUFFIXES, remarks)
    audios = files_by_stem(layout.folders.get("recordings_audio"), AUDIO_SUFFIXES, remarks)
    frame_times = files_by_stem(layout.folders.get("recordings_video_frame_time"), {".csv"}, remarks)
    labels = LabelFiles(layout, remarks)
    tables = find_tables(layout, remarks)

    recordings, skipped = [], []
    for stem in sorted({*videos, *audios, *tables, *labels.stems}, key=stem_order):
        try:
            gold, ratings = labels.read(stem)
        except DataError as error:
            skipped.append((stem, str(error)))
            continue
        for kind, files in (("video", videos), ("audio", audios)):
            if files and stem not in files and (stem in videos or stem in audios):
                remarks.add(f"no {kind} file", stem)
        recordings.append(
            Recording(
                name=stem,
                subject=stem,
                video=videos.get(stem),
                audio=audios.get(stem),
                frame_times_s=frame_times_if_sound(frame_times.get(stem), remarks)
                if stem in videos
                else None,
                tables=tables.get(stem, {}),
                gold=gold,
                ratings=ratings,
                partition=partition_of(stem),
            )
        )
    remark_on_raters(recordings, remarks)
    made = (layout.base / "demo.json").is_file()
    return Corpus(
        name=MADE if made else ADAPTER.name,
        root=layout.base,
        recordings=tuple(recordings),
        dimensions=labels.dimensions,
        value_range=VALUE_RANGE,
        skipped=tuple(skipped),
        warnings=remarks.texts(),
        licence=NO_LICENCE if made else ADAPTER.licence,
    )


MADE = "demo corpus of made faces"  # what `emotrace demo` lays out in this form; no RECOLA

ADAPTER = Adapter(
    name="avec2016",
    title="RECOLA as distributed for AVEC 2015, 2016 and 2018 (GES)",
    modalities=("video", "audio", "physiology"),
    labels="arousal and valence every 40 ms, gold standard of six raters (three women, three men) and "
    "their traces; five minutes a recording",
    subjects="27 recordings, one person each: 9 train, 9 development, 9 test (labels of test not released)",
    licence="end user licence agreement, academic research only",
    ask="https://diuf.unifr.ch/main/diva/recola",
    tree="""\
recordings_video/train_1.mp4 dev_1.mp4 test_1.mp4 ...        any video container
recordings_audio/train_1.wav ...                             optional
recordings_video_frame_time/train_1.csv ...                  optional; second column: time in s
recordings_physio/train_1.csv ... and filtered/              optional; time;EDA;ECG or such
ratings_gold_standard/{arousal,valence}/train_1.arff ...     Instance_name, frameTime, GoldStandard
ratings_individual/{arousal,valence}/train_1.csv ...         time;FM1 ;FM2 ;FM3 ;FF1 ;FF2 ;FF3
ratings_individual_centred/{arousal,valence}/train_1.csv ... optional
features_*/{arousal,valence}/train_1.arff or features_*/train_1.arff ...
                                                             optional, read as tables: features_audio.arousal
AVEC 2018: labels/{gs_1,individual}/{arousal,valence}/... features/{audio,video,physio}/<set>/
    train_1_3.0_0.4.arff: window and hop in s
(folders re-nested, as in ratings/, features/ or baseline_features/, are found)""",
    read=read_avec2016,
    gold="ccc_centring",
)
