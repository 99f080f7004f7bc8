"""The adapter of RECOLA in its original distribution."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.adapters.recola.folders import files_by_subject, files_if_listed, find_parts
from emotrace.corpora.adapters.recola.labels import EMOTIONAL, LabelFiles
from emotrace.corpora.adapters.recola.metadata import User, read_users
from emotrace.corpora.adapters.recola.social import SOCIAL
from emotrace.corpora.adapters.recola.speech import read_speech
from emotrace.corpora.feature_arff import read_features
from emotrace.corpora.frame_times import frame_times_if_sound
from emotrace.corpora.raters_account import remark_on_raters
from emotrace.corpora.recording import Corpus, Recording
from emotrace.corpora.roots import matching
from emotrace.corpora.signal_csv import read_signals
from emotrace.corpora.tables import TableFile, TimedTable
from emotrace.errors import ConfigError, DataError
from emotrace.media_files import AUDIO_SUFFIXES, VIDEO_SUFFIXES
from emotrace.remarks import Remarks

VALUE_RANGE = (-1.0, 1.0)
BIOSIGNAL_RATE_HZ = 1000.0
_Source = tuple[str, Path | None, str, Callable[[Path], TimedTable], Literal["signal", "feature"]]


def read_recola(root: Path, dimensions: str | Sequence[str] = EMOTIONAL) -> Corpus:
    """Read the recordings, the raters' traces, frame times, physiology and features under a folder.

    The raters rated the first five minutes. There are no official partitions; the dyad of a subject is the
    `session`, so that those who spoke to each other stay together.

    Parameters
    ----------
    root : Path
    dimensions : sequence of str, or str parted by commas
        What to read of arousal, valence, and the five of social behaviour, whose layout no one has
        described: it is read in the forms that it may have.

    Raises
    ------
    ConfigError
        If `dimensions` names something else.
    DataError
        If the folder holds no such corpus, or a folder of media or labels cannot be listed.
    """
    wanted = _parse_dimensions(dimensions)
    base, parts = find_parts(root)
    remarks = Remarks()
    videos = files_by_subject(parts.get("video"), VIDEO_SUFFIXES, remarks)
    audios = files_by_subject(parts.get("audio"), AUDIO_SUFFIXES, remarks)
    frame_times = files_if_listed(parts.get("frame_times"), ".csv", remarks)
    labels = LabelFiles(parts, wanted, remarks)
    if (
        "annotation" in parts
        and matching(parts["annotation"], "social_behaviour")
        and not set(wanted) & {*SOCIAL}
    ):
        remarks.note(
            f"social behaviour ({', '.join(SOCIAL)}) is not read; name it to read it, as in "
            "--option dimensions=arousal,valence,rapport"
        )
    tables = _find_tables(parts, remarks)
    subjects = sorted({*videos, *audios, *tables, *labels.subjects})
    users = read_users(parts.get("metadata"), subjects, remarks)

    recordings, skipped = [], []
    for subject in subjects:
        try:
            gold, ratings = labels.read(subject)
        except DataError as error:
            skipped.append((subject, str(error)))
            continue
        user = users.get(subject, User())
        recordings.append(
            Recording(
                name=subject,
                subject=subject,
                video=videos.get(subject),
                audio=audios.get(subject),
                frame_times_s=frame_times_if_sound(frame_times.get(subject), remarks)
                if subject in videos
                else None,
                tables=tables.get(subject, {}),
                gold=gold,
                ratings=ratings,
                session=user.group and f"dyad {user.group}",
                attributes=user.attributes,
            )
        )
    for kind, files in (("video", videos), ("audio", audios)):
        for one in recordings if files else []:
            if one.name not in files and (one.video or one.audio):
                remarks.add(f"no {kind} file", one.name)
    remark_on_raters(recordings, remarks)
    return Corpus(
        name=ADAPTER.name,
        root=base,
        recordings=tuple(recordings),
        dimensions=labels.dimensions,
        value_range=VALUE_RANGE,
        skipped=tuple(skipped),
        warnings=remarks.texts(),
    )


def _parse_dimensions(dimensions: str | Sequence[str]) -> tuple[str, ...]:
    given = dimensions.split(",") if isinstance(dimensions, str) else list(dimensions)
    names = tuple(dict.fromkeys(name.strip().lower() for name in given))
    unknown = [name for name in names if name not in (*EMOTIONAL, *SOCIAL)]
    if unknown or not names:
        raise ConfigError(
            f"dimensions is {dimensions!r}; expected some of {', '.join((*EMOTIONAL, *SOCIAL))}, parted by "
            "commas"
        )
    return names


def _find_tables(parts: dict[str, Path], remarks: Remarks) -> dict[str, dict[str, TableFile]]:
    """Tables by subject and name."""
    physiology = partial(read_signals, rate_hz=BIOSIGNAL_RATE_HZ)
    sources: list[_Source] = [
        ("audio", parts.get("audio_features"), ".arff", read_features, "feature"),
        ("audio_probas", parts.get("audio_probas"), ".arff", read_features, "feature"),
        ("video", parts.get("video_features"), ".arff", read_features, "feature"),
        ("speech", parts.get("speech"), ".csv", read_speech, "feature"),
        ("biosignals", parts.get("biosignals"), ".csv", physiology, "signal"),
    ]
    if "biosignal_features" in parts:
        try:
            for name in ("ecg", "eda"):
                folders = matching(parts["biosignal_features"], name)
                sources += [(name, folder, ".arff", read_features, "feature") for folder in folders]
        except DataError as error:
            remarks.note(f"left out: {error}")
    tables: dict[str, dict[str, TableFile]] = {}
    for name, folder, suffix, reader, kind in sources:
        for subject, path in files_if_listed(folder, suffix, remarks).items():
            tables.setdefault(subject, {})[name] = TableFile(path, reader, kind)
    return tables


ADAPTER = Adapter(
    name="recola",
    title="RECOLA, original distribution",
    modalities=("video", "audio", "physiology"),
    labels="arousal and valence every 40 ms by six raters (three women, three men), first five minutes; "
    "social behaviour (agreement, dominance, engagement, performance, rapport)",
    subjects="23 people released with video and ratings, 18 of them with physiology; dyads; no official "
    "partitions",
    licence="end user licence agreement, academic research only",
    ask="https://diuf.unifr.ch/main/diva/recola",
    tree="""\
RECOLA-Annotation/emotional_behaviour/{arousal,valence}/P16.csv ...   time;FM1 ;FM2 ;FM3 ;FF1 ;FF2 ;FF3
RECOLA-Annotation/social_behaviour/{agreement,...}/P16.csv ...        read if asked for
RECOLA-Video-recordings/P16.mp4 ...      RECOLA-Audio-recordings/P16.wav ...
RECOLA-Video-timings/P16.csv ...         optional; time in seconds, one row a frame
RECOLA-Audio_timings/P16.csv ...         optional; start;stop of speech, read as the table speech
RECOLA-Biosignals-recordings/P16.csv ... optional; time;EDA;ECG, read as the table biosignals
RECOLA-{Audio-features,Audio-probas,Video-features}/P16.arff ...      optional; audio, audio_probas, video
RECOLA-Biosignals-features/{ECG,EDA}/P16.arff ...                     optional; ecg, eda
RECOLA-Metadata/recola_user_info.csv     User;Group_id;...: who spoke to whom
older: Ratings_affective_behaviour_CCC_centred/{arousal,valence}/P16.csv  Video_recordings_MP4/P16.mp4""",
    read=read_recola,
    options={
        "dimensions": "what to read, parted by commas: arousal, valence (both if not given), agreement, "
        "dominance, engagement, performance, rapport"
    },
    gold="ccc_centring",
)
