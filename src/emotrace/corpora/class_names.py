"""A user's own list of what the classes of a corpus mean: labels as they stand there, and emotions."""

from collections import Counter
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from emotrace.corpora.emotions import EMOTIONS
from emotrace.corpora.recording import Corpus
from emotrace.corpora.table import read_table
from emotrace.errors import DataError
from emotrace.remarks import counted

_COLUMNS = ("label", "emotion")
ALIKE = 0.55  # of two names for one to be asked about: happy and happiness are just that


def read_class_names(path: Path) -> dict[str, str | None]:
    """What a table says of labels.

    Parameters
    ----------
    path : Path
        A table with the columns ``label`` (as the corpus names a class) and ``emotion`` (as the class shall
        be named; empty: clips of that label are left out); other columns are not looked at.

    Returns
    -------
    dict of label to emotion or None

    Raises
    ------
    DataError
        If it cannot be read, lacks a column, a label is empty, or one is listed as two emotions.
    """
    table = read_table(path, lower_case_header=True)
    table.require(*_COLUMNS)
    found: dict[str, str | None] = {}
    for label, emotion, line in zip(*(table.columns[name] for name in _COLUMNS), table.lines, strict=True):
        if not label:
            raise DataError(f"{path}, line {line}: its label is empty; expected the name of a class")
        before = found.setdefault(label, emotion or None)
        if before != (emotion or None):
            raise DataError(
                f"{path}, line {line}: label {label} is {emotion or 'left out'} and {before or 'left out'}; "
                "expected one"
            )
    return found


def apply_class_names(corpus: Corpus, path: Path) -> Corpus:
    """The corpus with its classes named by a list; clips of labels that are left out go to `excluded`.

    Several labels may become one emotion. A label that the list does not name keeps its name if it is one of
    `EMOTIONS`. Warned of: labels of the list that no clip has, emotions by names of the user's own.

    Raises
    ------
    DataError
        As `read_class_names`; if the corpus has no classes, a label is neither in the list nor an emotion
        that emotrace knows, no clip has any label of the list, or no clip is left.
    """
    names = read_class_names(path)
    counts = Counter(one.emotion for one in corpus.recordings if one.emotion is not None)
    if not counts:
        has = f"dimensions over time ({', '.join(corpus.dimensions)})" if corpus.dimensions else "no labels"
        raise DataError(f"{path} names classes, but the corpus has {has}; leave the list out")
    meaning = {name: name for name in EMOTIONS} | names
    unknown = [label for label in counts if label not in meaning]
    if unknown:
        raise DataError(
            f"{path} does not say which emotion {_clips(unknown, counts)} is; expected a row for it, with "
            f"one of {', '.join(EMOTIONS)}, a name of your own, or nothing to leave its clips out"
        )
    kept, excluded = [], []
    for one in corpus.recordings:
        emotion = None if one.emotion is None else meaning[one.emotion]
        if one.emotion is not None and emotion is None:
            excluded.append((one.name, f"{one.name} is {one.emotion}, which {path} leaves out"))
        else:
            kept.append(replace(one, emotion=emotion))
    classes = {one.emotion for one in kept if one.emotion is not None}
    if not classes:
        raise DataError(f"{path} leaves out every clip of the corpus; expected an emotion for at least one")
    warnings = []
    idle = [label for label in names if label not in counts]
    if len(idle) == len(names):
        raise DataError(
            f"{path} names {', '.join(idle)}, and no clip has such a label; expected labels as they stand in "
            f"the corpus: {', '.join(counts)}"
        )
    if idle:
        has = ", ".join(counts)
        warnings.append(counted(f"{path} names labels that no clip has (clips have {has})", idle))
    if excluded:
        warnings.append(counted(f"clips that {path} leaves out", dict(excluded)))
    return replace(
        corpus,
        recordings=tuple(kept),
        classes=in_order(classes),
        excluded=(*corpus.excluded, *excluded),
        warnings=(*corpus.warnings, *warnings),
    )


def warn_of_unknown_names(corpus: Corpus) -> list[str]:
    """A warning that asks for a list, if classes of a corpus have names that emotrace does not know.

    Such a corpus is a fine one by itself; a slip of the pen is a class of its own, though, and models of
    other corpora say other names.

    Examples
    --------
    >>> from emotrace.corpora.recording import Recording
    >>> clips = tuple(Recording(name=name, subject="s", emotion=name) for name in ("anger", "suprise"))
    >>> (text,) = warn_of_unknown_names(Corpus("folder", Path("."), clips, classes=("anger", "suprise")))
    >>> text.partition("); ")[0]
    'classes that emotrace does not know: suprise (1 clip; surprise?'
    """
    counts = Counter(one.emotion for one in corpus.recordings if one.emotion is not None)
    unknown = [label for label in counts if label not in EMOTIONS]
    if not unknown:
        return []
    return [
        f"classes that emotrace does not know: {_clips(unknown, counts)}; they are kept as they are, or say "
        "what they mean with --classes CSV, a table with the columns label and emotion (one of "
        f"{', '.join(EMOTIONS)}, a name of your own, or nothing to leave its clips out)"
    ]


def in_order(classes: set[str]) -> tuple[str, ...]:
    """Classes in the order of `EMOTIONS`, names of the user's own behind them by alphabet."""
    return (*(name for name in EMOTIONS if name in classes), *sorted(classes - set(EMOTIONS)))


def _clips(labels: list[str], counts: Counter) -> str:
    """Labels with their number of clips, and the known name that each is most like."""
    shown = []
    for label in labels:
        near = get_close_matches(label.lower(), EMOTIONS, n=1, cutoff=ALIKE)
        number = f"{counts[label]} clip" + ("" if counts[label] == 1 else "s")
        shown.append(f"{label} ({number}; {near[0]}?)" if near else f"{label} ({number})")
    return ", ".join(shown)
