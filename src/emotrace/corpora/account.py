"""Takes account of what an adapter found: what can be used, what cannot, and what is odd about it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from emotrace.corpora.partitions import Item
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.errors import DataError
from emotrace.remarks import Remarks

_TOLERANCE = 1e-6  # of the width of the scale


def take_account(corpus: Corpus) -> Corpus:
    """Move recordings that cannot serve to `skipped`, and warn of oddities, counted.

    Skipped: recordings without labels, unless they are of the test partition (whose labels are often
    kept back). Warned of: labels without media or tables, no gold standard, values outside the scale,
    subjects in more than one partition.

    Raises
    ------
    DataError
        If two recordings have one name, or none is left.
    """
    twice = [name for name, uses in Counter(one.name for one in corpus.recordings).items() if uses > 1]
    if twice:
        raise DataError(f"{corpus.root} holds two recordings named {', '.join(twice)}; expected each once")
    unlabelled = [one for one in corpus.recordings if not one.is_labelled and one.partition != "test"]
    skipped = [(one.name, f"{one.name} has no labels; expected them beside its media") for one in unlabelled]
    kept = [one for one in corpus.recordings if one not in unlabelled]
    remarks = Remarks()
    for one in kept:
        if not one.is_observed:
            remarks.add("labels but neither media nor tables, can be checked but not prepared", one.name)
        if corpus.dimensions and not one.gold and one.emotion is None:
            remarks.add("no gold standard, can be predicted but not trained or evaluated on", one.name)
        for dimension in _outside(one, corpus.value_range):
            low, high = corpus.value_range
            remarks.add(f"{dimension} leaves its scale of {low:g} to {high:g}", one.name)
    for subject in shared_subjects(kept):
        remarks.add("subjects in more than one partition", subject)
    result = replace(
        corpus,
        recordings=tuple(kept),
        skipped=(*corpus.skipped, *skipped),
        warnings=(*corpus.warnings, *remarks.texts()),
    )
    if not kept:
        reasons = [reason for _, reason in (*result.skipped, *result.excluded)]
        reason = f"the first reason is: {reasons[0]}" if reasons else "no file matched"
        raise DataError(f"{corpus.root} holds no recording that can be used, {reason}")
    return result


def shared_subjects(recordings: Iterable[Item]) -> list[str]:
    """Subjects who are in more than one official partition, sorted."""
    partitions = defaultdict(set)
    for one in recordings:
        partitions[one.subject].add(one.partition)
    return sorted(subject for subject, names in partitions.items() if len(names - {None}) > 1)


def _outside(recording: Recording, scale: tuple[float, float]) -> list[str]:
    margin = _TOLERANCE * (scale[1] - scale[0])
    named: list[tuple[str, Series]] = [*recording.gold.items()]
    named += [(name, one) for name, raters in recording.ratings.items() for one in raters.values()]
    found = [
        name
        for name, series in named
        if np.nanmin(series.values, initial=np.inf) < scale[0] - margin
        or np.nanmax(series.values, initial=-np.inf) > scale[1] + margin
    ]
    return list(dict.fromkeys(found))
