"""The report's tables of a class system as HTML: the confusion matrix, and each clip with its votes."""

from collections.abc import Sequence
from html import escape
from typing import Any

from emotrace.evaluation.scored import Scored
from emotrace.evaluation.tables import estimate
from emotrace.offline_page.tables import link_to, percent, row_of, shaded, table, value
from emotrace.postprocess.majority_vote import unanimous

NO_CLASS = "no class"


def over_time(recordings: Sequence[Scored]) -> bool:
    """Whether any clip has segments that say different things; else each clip has a single answer."""
    return not all(unanimous(one.trace.values) for one in recordings)


def clip_table(recordings: Sequence[Scored], scores: dict[str, Any]) -> str:
    """One row per clip: what was predicted, by which votes, and the mean probability of each class.

    Where segments do not vote, a column counts those of each clip that do.
    """
    classes, voted = scores["classes"], over_time(recordings)
    partly = voted and any(scores["per_recording"][one.name].get("abstentions") for one in recordings)
    rows, attributes = [], []
    for one in recordings:
        clip = scores["per_recording"][one.name]
        known = clip["gold"]
        verdict = "" if known is None else ("right" if known == clip["predicted"] else "wrong")
        confidence = clip.get("confidence")  # not there if an older emotrace scored it
        rows.append(
            [
                link_to(one.name), escape(one.subject), "–" if known is None else escape(known),
                f'<span class="{verdict}">{escape(clip["predicted"] or NO_CLASS)}</span>',
                "–" if confidence is None else percent(confidence),
                *([_votes(clip)] if voted else []),
                *([_voting(clip)] if partly else []),
                *(_bar(clip["probabilities"][name]) for name in classes),
            ]
        )  # fmt: skip
        attributes.append(row_of(one.name))
    head = ["clip", "subject", "known", "predicted", "confidence"]
    head += [*(["votes"] if voted else []), *(["segments that vote"] if partly else [])]
    return table([*head, *map(escape, classes)], rows, "recordings", attributes)


def confusion_table(scores: dict[str, Any]) -> str:
    """Counts, rows the known and columns the predicted class, shaded by share of the row."""
    classes, rows = scores["classes"], []
    undecided = scores.get("undecided") or [0] * len(classes)
    for name, counts, without in zip(classes, scores["confusion"], undecided, strict=True):
        total = sum(counts) + without
        cells = [f"<b>{escape(name)}</b>"]
        for count in [*counts, *([without] if any(undecided) else [])]:
            share = count / total if total else 0.0
            cells.append(shaded(share, f"{count}<small>{percent(share) if total else ''}</small>"))
        cells.append(estimate(scores["concatenated"][f"recall_{name}"]))
        rows.append(cells)
    head = ["known ↓ predicted →", *map(escape, classes), *([NO_CLASS] if any(undecided) else []), "recall"]
    return table(head, rows, "confusion")


def _votes(clip: dict[str, Any]) -> str:
    """Votes of the predicted class and all votes; marked where they tie."""
    votes = clip.get("votes")
    if votes is None:
        return "–"
    cast = sum(votes.values())
    tie = ' <abbr title="as many votes for another class: the mean probability decides">tie</abbr>'
    return f"{votes.get(clip['predicted'], 0)} of {cast}{tie if clip['tied'] else ''}"


def _voting(clip: dict[str, Any]) -> str:
    """Segments that vote, and all of them."""
    cast = sum(clip["votes"].values())
    return f"{cast} of {cast + clip['abstentions']}"


def _bar(share: float) -> str:
    return f'<span class="bar"><i style="width:{100 * share:.0f}%"></i></span>{value(share, 2)}'
