"""The adapter of SEMAINE: the database of sessions, and its form for AVEC 2012."""

import re
from collections.abc import Iterable
from pathlib import Path

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.adapters.semaine import avec2012
from emotrace.corpora.adapters.semaine.feeltrace import DIMENSIONS, RATED_IN_FULL
from emotrace.corpora.adapters.semaine.sessions import NoConversationError, read_session, recordings_of
from emotrace.corpora.recording import Corpus, Recording
from emotrace.corpora.roots import find_base, matching, subfolders
from emotrace.errors import ConfigError, DataError
from emotrace.remarks import Remarks

Reasons = list[tuple[str, str]]
_CHALLENGE_MARKS = tuple(
    f"{above}{part}/fc_*_labels" for above in ("", "*label*/") for part in avec2012.PARTITIONS
)
_SESSIONS = "Sessions/[0-9]*"  # not Sessions/Sessions
_MARKS = (_SESSIONS, *_CHALLENGE_MARKS)
_LABELS_FOLDER = re.compile(r"(emotion)?[ _-]*labels?", re.IGNORECASE)
_ROLES = {"user": ("user",), "operator": ("operator",), "both": ("user", "operator")}


def read_semaine(root: Path, role: str = "user", dimensions: str | Iterable[str] | None = None) -> Corpus:
    """Read the sessions of the database, or the recordings of AVEC 2012, whichever lies under a folder.

    In the database the ratings are those of single raters (``R5``), cut to the shortest in each dimension.
    Subject is the identity in session.xml; people who recur as user and operator are one subject. Sessions of
    one recording number share `Recording.session`, so user and operator stay together.

    Parameters
    ----------
    root : Path
    role : {"user", "operator", "both"}
        Whose recordings; AVEC 2012 has the user only.
    dimensions : str, iterable of str or None
        ``"all"``, or names parted by commas; None: those that were rated throughout, arousal, valence,
        power, expectation and intensity. AVEC 2012 calls expectation expectancy, has no intensity, and no
        other.

    Raises
    ------
    ConfigError
        If `role` or a dimension is unknown, or AVEC 2012 has none of them.
    DataError
        If the folder holds neither form.
    """
    if role not in _ROLES:
        raise ConfigError(f"role is {role!r}; expected one of {', '.join(_ROLES)}")
    wanted = _wanted(dimensions)
    base = find_base(root, _MARKS, "semaine")
    remarks = Remarks()
    excluded: Reasons = []
    if matching(base, _SESSIONS):
        recordings, skipped, excluded = _read_sessions(base, role, wanted, remarks)
    else:
        if role != "user":
            raise ConfigError(
                f"role is {role!r} but {base} is of AVEC 2012; expected user, no other is rated"
            )
        wanted = tuple(name for name in wanted if name in avec2012.DIMENSIONS.values())
        if not wanted:
            known = ", ".join(avec2012.DIMENSIONS.values())
            raise ConfigError(f"dimensions is {dimensions!r}; expected some of {known} for AVEC 2012")
        if _LABELS_FOLDER.fullmatch(base.name):  # media lie beside it
            base = base.parent
        recordings, skipped = avec2012.read_challenge(base, wanted, remarks)
    rated = {name for one in recordings for name in (*one.gold, *one.ratings)}
    return Corpus(
        name=ADAPTER.name,
        root=base,
        recordings=tuple(recordings),
        dimensions=tuple(name for name in wanted if name in rated),
        skipped=tuple(skipped),
        excluded=tuple(excluded),
        warnings=remarks.texts(),
    )


def _read_sessions(
    base: Path, role: str, dimensions: tuple[str, ...], remarks: Remarks
) -> tuple[list[Recording], Reasons, Reasons]:
    """Recordings, what cannot be used and why, and what is left out on purpose."""
    recordings: list[Recording] = []
    skipped: Reasons = []
    excluded: Reasons = []
    folders = [folder for parent in matching(base, "Sessions") for folder in subfolders(parent)]
    for folder in sorted(folders, key=lambda folder: (not folder.name.isdigit(), folder.name.zfill(9))):
        try:
            session = read_session(folder, remarks)
            found = recordings_of(session, _ROLES[role], dimensions, remarks)
            if not found:
                whose = " or ".join(_ROLES[role])
                raise DataError(f"{folder} holds no media and no FeelTrace of the {whose}; expected some")
        except NoConversationError as error:
            excluded.append((f"s{folder.name}", str(error)))
            continue
        except DataError as error:
            skipped.append((f"s{folder.name}", str(error)))
            continue
        recordings += found
    return recordings, skipped, excluded


def _wanted(dimensions: str | Iterable[str] | None) -> tuple[str, ...]:
    if dimensions is None:
        return tuple(RATED_IN_FULL.values())
    if dimensions == "all":
        return tuple(DIMENSIONS.values())
    given = dimensions.split(",") if isinstance(dimensions, str) else list(dimensions)
    names = [avec2012.DIMENSIONS.get(name.strip(), name.strip()) for name in given]
    unknown = [name for name in names if name not in DIMENSIONS.values()]
    if unknown or not names:
        known = ", ".join(DIMENSIONS.values())
        raise ConfigError(f"dimensions is {dimensions!r}; expected all, or some of {known}")
    return tuple(dict.fromkeys(names))


ADAPTER = Adapter(
    name="semaine",
    title="SEMAINE database (Solid-SAL), also as distributed for AVEC 2012",
    modalities=("video", "audio"),
    labels="arousal, valence, power, expectation and intensity every 20 ms by several raters, others at "
    "times; AVEC 2012: arousal, valence, power and expectation at 49.979 Hz, gold standard",
    subjects="users and operators of about 140 sessions, identified in session.xml; AVEC 2012: recordings in "
    "official partitions, people not published",
    licence="end user licence agreement, academic research only",
    ask="https://semaine-db.eu",
    tree="""\
Sessions/12/session.xml                                        recording, character, subject ids
Sessions/12/2008.12.05.16.03.15_User HeadMounted_Poppy.wav     and Operator; any video with User or Operator
Sessions/12/R5S1TUCPoDA.txt  R6S1TUCPoDV.txt ...               FeelTrace: lines of time and value
(transcripts are counted, not read)
or AVEC 2012, media at any depth:
emotion labels/train/FC_train_labels/labels_continuous_train002_arousal.dat ...     a value per line
train_audio002.wav  devel_audio001.wav  tests_audio001.wav, videos alike            optional""",
    read=read_semaine,
    options={
        "role": "whose recordings: user (if not given), operator or both",
        "dimensions": "all, or names parted by commas; arousal, valence, power, expectation and intensity if "
        "not given",
    },
)
