"""Checks a corpus: every recording is measured, and what is wrong or odd is said, the worst first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from emotrace.corpora import Corpus
from emotrace.quality.findings import Finding, find
from emotrace.quality.labels import LabelFacts, measure_labels
from emotrace.quality.lateness import Lateness, LatenessMeter
from emotrace.quality.raters import RaterFacts, measure_raters
from emotrace.quality.views import View, views_of
from emotrace.store import PreparedCorpus


@dataclass(frozen=True)
class Checked:
    """One recording, measured.

    Parameters
    ----------
    view : View
    labels : dict of dimension to LabelFacts
        Of the gold standard.
    raters : dict of dimension to RaterFacts
        Of dimensions with two or more raters.
    """

    view: View
    labels: dict[str, LabelFacts] = field(default_factory=dict)
    raters: dict[str, RaterFacts] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """What a check found.

    Parameters
    ----------
    name : str
        Of the corpus.
    path : Path
        Of the corpus or the prepared corpus.
    prepared : bool
    dimensions, classes : tuple of str
    value_range : (float, float)
    recordings : tuple of Checked
    lateness : tuple of Lateness
    skipped : tuple of (str, str)
        What was left out when the corpus was read, on purpose or not, and why.
    findings : tuple of Finding
        The worst first.
    decoded : bool
        Whether media were looked at.
    """

    name: str
    path: Path
    prepared: bool
    dimensions: tuple[str, ...]
    classes: tuple[str, ...]
    value_range: tuple[float, float]
    recordings: tuple[Checked, ...]
    lateness: tuple[Lateness, ...]
    skipped: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    decoded: bool


def check_prepared(prepared: PreparedCorpus, progress: Callable[..., None] | None = None) -> Check:
    """Check a prepared corpus; nothing is decoded, faces are known.

    Parameters
    ----------
    prepared : PreparedCorpus
    progress : callable (done, total, name) or None
    """
    return _check(prepared, prepared.path, views_of(prepared), progress, decoded=True)


def check_corpus(
    corpus: Corpus, *, decode: bool = True, progress: Callable[..., None] | None = None
) -> Check:
    """Check a corpus in its original layout; no face is searched.

    Parameters
    ----------
    corpus : Corpus
    decode : bool
        Decode video and sound and hash the files, which takes as long as it takes to play them a few
        hundred times faster; else labels and raters only.
    progress : callable (done, total, name) or None
    """
    return _check(corpus, Path(corpus.root), views_of(corpus, decode), progress, decoded=decode)


def _check(
    corpus: PreparedCorpus | Corpus,
    path: Path,
    views: Iterable[View],
    progress: Callable[..., None] | None,
    decoded: bool,
) -> Check:
    meter = LatenessMeter()
    recordings = []
    for done, view in enumerate(views, start=1):
        labels = {name: measure_labels(series) for name, series in view.gold.items()}
        raters = {name: measure_raters(series) for name, series in view.ratings.items()}
        meter.add(view.sound, dict(view.gold))
        recordings.append(Checked(view, labels, {name: one for name, one in raters.items() if one}))
        if progress is not None:
            progress(done, len(corpus.recordings), view.name)
    lateness = tuple(meter.results())
    return Check(
        name=corpus.name,
        path=path,
        prepared=isinstance(corpus, PreparedCorpus),
        dimensions=corpus.dimensions,
        classes=corpus.classes,
        value_range=corpus.value_range,
        recordings=tuple(recordings),
        lateness=lateness,
        skipped=(*corpus.skipped, *getattr(corpus, "excluded", ())),
        findings=find(corpus, recordings, lateness),
        decoded=decoded,
    )
