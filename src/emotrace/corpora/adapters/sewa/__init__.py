"""The adapter of SEWA: the database's folders, and its forms for AVEC 2017, 2018 and 2019."""

from pathlib import Path

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.adapters.sewa import challenge, database
from emotrace.corpora.adapters.sewa.frame_labels import DIMENSIONS, SHOWN
from emotrace.corpora.adapters.sewa.frame_rates import parse_frame_rates
from emotrace.corpora.recording import Corpus
from emotrace.corpora.roots import find_base, matching, subfolders
from emotrace.errors import ConfigError
from emotrace.remarks import Remarks


def read_sewa(root: Path, fps: str | float | None = None, rated_from: str | None = None) -> Corpus:
    """Read a challenge's recordings, or the folders of the database, whichever lie under a folder.

    A challenge brings a gold standard every 0.1 s, official partitions, and features as tables. In the
    database values stand beside video frames: their times need the frame rate (20 to 30 per second,
    different from video to video), which media files are not opened for. It is taken from metadata.ini,
    else from `fps`; a recording without either is left out, and said so.

    Parameters
    ----------
    root : Path
    fps : float, path or None
        Database only, where metadata.ini gives no frame rate: a number for all, or a CSV with the columns
        ``recording`` (name of the folder) and ``fps``.
    rated_from : {"AV", "A", "V"} or None
        Database only: labels of raters who heard and saw, heard or saw. None: what most folders have.

    Raises
    ------
    ConfigError
        If an option has a wrong value.
    DataError
        If the folder holds neither form.
    """
    if rated_from is not None and rated_from.upper() not in SHOWN:
        raise ConfigError(f"rated_from is {rated_from!r}; expected one of {', '.join(SHOWN)}")
    rates = parse_frame_rates(fps)
    base = find_base(root, (*challenge.MARKS, *database.MARKS), "sewa")
    remarks = Remarks()
    if any(matching(base, mark) for mark in challenge.MARKS):
        if fps is not None or rated_from is not None:
            remarks.note(
                "fps and rated_from are of the database only; labels of a challenge state their times"
            )
        recordings, skipped = challenge.read_challenge(base, remarks)
    else:
        shown = None if rated_from is None else rated_from.upper()
        if any(folder.name.lower() in DIMENSIONS for folder in subfolders(base)):  # this is one recording
            base = base.parent
        recordings, skipped = database.read_database(base, rates, shown, remarks)
    labelled = {name for one in recordings for name in (*one.gold, *one.ratings)}
    return Corpus(
        name=ADAPTER.name,
        root=base,
        recordings=tuple(recordings),
        dimensions=tuple(name for name in DIMENSIONS if name in labelled),
        skipped=tuple(skipped),
        warnings=remarks.texts(),
    )


ADAPTER = Adapter(
    name="sewa",
    title="SEWA database, also as distributed for AVEC 2017, 2018 and 2019 (CES)",
    modalities=("video", "audio"),
    labels="arousal, valence and liking: gold standard every 0.1 s (AVEC), or per video frame (database)",
    subjects="398 people of six cultures, in pairs; AVEC: one person a recording, official partitions, "
    "German (2017), with Hungarian (2018) and Chinese (2019)",
    licence="end user licence agreement, academic research only",
    ask="https://db.sewaproject.eu",
    tree="""\
AVEC 2017 to 2019
labels/Train_01.csv or Train_DE_01.csv ...       name;time;arousal;valence;liking, header or none
video/Train_DE_01.avi  audio/Train_DE_01.wav     optional
audio_features_egemaps/Train_DE_01.csv ...       any further folder: features, name;time;f1;...
(turns and transcriptions are counted, not read; folders with the columns of labels are predictions)
or the database
<folder>/metadata.ini  <folder>/*.avi  *.wav     frame rate, subject, session, sex, age, culture
<folder>/<folder>_Valence_A_Aligned.csv ...      frame,value; also in valence/, arousal/; A, V or AV""",
    read=read_sewa,
    options={
        "fps": "database: frames per second where metadata.ini does not say, a number or a CSV with the "
        "columns recording and fps",
        "rated_from": "database: AV, A or V, what raters were given; what most folders have if not given",
    },
)
