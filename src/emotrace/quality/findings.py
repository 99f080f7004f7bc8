"""What is wrong or odd with a corpus, in sentences that count, the worst first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

import numpy as np

from emotrace.corpora import Corpus
from emotrace.corpora.account import shared_subjects
from emotrace.quality.lateness import Lateness
from emotrace.quality.raters import is_trusted
from emotrace.remarks import counted
from emotrace.store import PreparedCorpus

if TYPE_CHECKING:
    from emotrace.quality.check import Checked

Severity = Literal["error", "warning", "note"]
ORDER: tuple[Severity, ...] = ("error", "warning", "note")

JITTERY, CLIPPED, SILENT, FACELESS = 0.05, 0.001, 0.5, 0.5  # shares
LOW_AGREEMENT, LAGGING_S, STILL_S, MISFIT_S = 0.2, 1.0, 30.0, 1.0
TRIMMED = 0.1  # share of a clip; less is little to learn from
LEAST_RECORDINGS = 5  # of which a delay is taken, for it to be advice


@dataclass(frozen=True)
class Finding:
    """One sentence about the corpus, and the recordings that it is about.

    Parameters
    ----------
    severity : {"error", "warning", "note"}
        "error": results would be wrong or dishonest; "warning": look at it; "note": good to know.
    what : str
    recordings : tuple of str
        Recordings, subjects or classes; empty: the whole corpus.
    """

    severity: Severity
    what: str
    recordings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sentence with its count and first names."""
        return counted(self.what, self.recordings) if self.recordings else self.what


def find(
    corpus: PreparedCorpus | Corpus, recordings: Sequence[Checked], lateness: Iterable[Lateness]
) -> tuple[Finding, ...]:
    """All findings on a corpus.

    Source
    ------
    Our choice; limits in the constants of this file.
    """
    found = _Found()
    _partitions(found, corpus, recordings)
    _duplicates(found, recordings)
    for one in recordings:
        _media(found, one)
        _speech(found, one)
        _labels(found, one, corpus.value_range)
        _raters(found, one)
    _classes(found, corpus.classes, recordings)
    for late in lateness:
        if is_trusted(late.delay) and late.delay.delay_s > 0 and late.recordings >= LEAST_RECORDINGS:
            found.note(
                f"{late.dimension} follows the level of the sound by {late.delay.delay_s:.2f} s "
                f"({late.delay.low_s:.2f} to {late.delay.high_s:.2f} s): raters react late, consider "
                "compensating for it"
            )
    for name, reason in getattr(corpus, "excluded", ()):
        found.add("note", f"left out on purpose: {_form(reason, name)}", name)
    for name, reason in corpus.skipped:
        found.add("warning", f"left out: {_form(reason, name)}", name)
    for text in corpus.warnings:
        found.add("warning", f"when the corpus was read: {text}")
    return found.sorted()


class _Found:
    """Findings by sentence, so that equal ones are counted."""

    def __init__(self) -> None:
        self._names: dict[tuple[Severity, str], list[str]] = defaultdict(list)

    def add(self, severity: Severity, what: str, name: str | None = None) -> None:
        names = self._names[severity, what]
        if name is not None and name not in names:
            names.append(name)

    def note(self, what: str) -> None:
        self.add("note", what)

    def sorted(self) -> tuple[Finding, ...]:
        found = [Finding(severity, what, tuple(names)) for (severity, what), names in self._names.items()]
        return tuple(sorted(found, key=lambda one: (ORDER.index(one.severity), -len(one.recordings))))


def _partitions(found: _Found, corpus: PreparedCorpus | Corpus, recordings: Sequence[Checked]) -> None:
    for subject in shared_subjects([one.view for one in recordings]):
        found.add("error", "subjects are in more than one partition", subject)
    subjects = {one.view.subject for one in recordings}
    if len(subjects) == 1:
        found.add("warning", "there is one subject only: nothing can be tested on people never trained on")
    partitions = {one.view.partition for one in recordings} - {None}
    if partitions and "development" not in partitions:
        found.add("warning", "no recording is of the development partition: nothing to choose a model by")
    if not partitions and len(subjects) > 1:
        found.note("there is no official partition: use `crossval` with --set partition.scheme=kfold or loso")


def _duplicates(found: _Found, recordings: Sequence[Checked]) -> None:
    media: dict[str, list[str]] = defaultdict(list)
    gold: dict[str, list[str]] = defaultdict(list)
    for one in recordings:
        for digest in {one.view.sources[role] for role in ("video", "audio") if role in one.view.sources}:
            media[digest].append(one.view.name)
        for dimension, series in one.view.gold.items():
            values = np.ascontiguousarray(series.values, dtype=np.float64)
            if len(values) > 1 and np.nanstd(values) > 0:
                gold[dimension + sha256(values.tobytes()).hexdigest()].append(one.view.name)
    people = {one.view.name: (one.view.subject, one.view.partition) for one in recordings}
    for names in _repeated(media):
        apart = len({people[name] for name in names}) > 1  # the same media would be trained and tested on
        text = f"the same media file stands under {len(names)} names: {', '.join(names)}"
        found.add("error" if apart else "warning", text)
    for names in _repeated(gold):
        found.add("error", f"recordings have the same labels: {', '.join(names)}")


def _repeated(groups: dict[str, list[str]]) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(tuple(names) for names in groups.values() if len(names) > 1))


def _media(found: _Found, one: Checked) -> None:
    view, frames, sound = one.view, one.view.frames, one.view.sound
    for text in view.problems:
        found.add("warning", _form(text, view.name), view.name)
    if frames is not None:
        if frames.jitter > JITTERY:
            found.add("warning", f"frames are unevenly spaced (over {JITTERY:.0%} of them)", view.name)
        if frames.missing:
            found.add("warning", "frames are missing inside the video", view.name)
        if frames.face_share == 0:
            found.add("error", "no face was found in any frame", view.name)
        elif frames.face_share is not None and frames.face_share < FACELESS:
            found.add("warning", f"a face was found in less than {FACELESS:.0%} of the frames", view.name)
    if sound is not None:
        if sound.silent_share == 1.0:
            found.add("error", "the sound is silent from beginning to end", view.name)
        elif sound.silent_share > SILENT:
            found.add("note", f"the sound is silent for more than {SILENT:.0%} of the time", view.name)
        if sound.clipped_share > CLIPPED:
            found.add("warning", f"the sound is clipped (over {CLIPPED:.1%} of the samples)", view.name)


def _speech(found: _Found, one: Checked) -> None:
    view, speech = one.view, one.view.speech
    if speech is None:
        return
    if not speech.found:
        found.add("warning", "no speech was found, so all of it is kept", view.name)
    elif view.duration_s and speech.kept_share(view.duration_s) < TRIMMED:
        found.add("note", f"speech is in less than {TRIMMED:.0%} of it, the rest is trimmed off", view.name)


def _labels(found: _Found, one: Checked, value_range: tuple[float, float]) -> None:
    name, (low, high) = one.view.name, value_range
    for dimension, facts in one.labels.items():
        if facts.low < low or facts.high > high:
            found.add("error", f"{dimension} leaves its scale of {low:g} to {high:g}", name)
        if facts.gaps:
            found.add("warning", f"{dimension} has gaps", name)
        if facts.deviation == 0 and np.isfinite(facts.rate_hz):
            found.add("warning", f"{dimension} never moves", name)
        elif facts.longest_still_s > STILL_S:
            found.add("note", f"{dimension} stands still for more than {STILL_S:g} s", name)
        ends = one.view.duration_s
        if ends is not None and np.isfinite(facts.rate_hz) and abs(facts.ends_s - ends) > MISFIT_S:
            where = "before" if facts.ends_s < ends else "after"
            found.add("warning", f"{dimension} ends more than {MISFIT_S:g} s {where} the media", name)


def _raters(found: _Found, one: Checked) -> None:
    name = one.view.name
    for dimension, facts in one.raters.items():
        if facts.centred.ccc < LOW_AGREEMENT:
            found.add("warning", f"raters of {dimension} hardly agree (mean CCC below {LOW_AGREEMENT})", name)
        for rater in facts.outliers:
            found.add("warning", f"rater {rater} stands apart from the others in {dimension}", name)
        for rater, lag in zip(facts.names, facts.lag_s, strict=True):
            if lag is not None and abs(lag) > LAGGING_S:
                way = "after" if lag > 0 else "before"
                what = f"rater {rater} moves over {LAGGING_S:g} s {way} the others in {dimension}"
                found.add("warning", what, name)
        rated = {int(np.isfinite(series.values).sum()) for series in one.view.ratings[dimension].values()}
        if len(rated) > 1:
            found.add("note", f"raters of {dimension} rated stretches of different length", name)


def _classes(found: _Found, classes: tuple[str, ...], recordings: Sequence[Checked]) -> None:
    counts = {name: sum(one.view.emotion == name for one in recordings) for name in classes}
    for name, count in counts.items():
        if not count:
            found.add("warning", "no clip is of the class", name)
    filled = [count for count in counts.values() if count]
    if filled and max(filled) > 3 * min(filled):
        few = min((name for name in counts if counts[name]), key=lambda name: counts[name])
        many = max(counts, key=lambda name: counts[name])
        found.note(f"classes are unbalanced: {counts[many]} clips of {many}, {counts[few]} of {few}")


def _form(text: str, name: str) -> str:
    """A sentence that does not begin with the recording's own name, so that equal ones meet."""
    if text.startswith(f"{name} "):
        return f"it{text[len(name) :]}"
    return text.removeprefix(f"{name}: ")
