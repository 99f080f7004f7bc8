"""The page of one prediction: the recording plays beside its moving curves; one HTML file, offline."""

import base64
import json
import re
from html import escape
from importlib.resources import files
from pathlib import Path

import numpy as np

from emotrace import __version__
from emotrace.inference.files import refuse_foreign
from emotrace.inference.playback import Playback, choose_playback
from emotrace.inference.prediction import Prediction
from emotrace.inference.told import told, told_words
from emotrace.offline_page.class_colours import class_colours
from emotrace.postprocess.majority_vote import majority_vote
from emotrace.postprocess.sliding_vote import UNDECIDED, WINDOW_S, sliding_vote
from emotrace.trace import Trace
from emotrace.writing import written_whole

LIMITS = (
    "An estimate of perceived expression, not of inner feeling: "
    "it says how a rater might rate what is seen and heard. "
    "It errs more for people, languages and settings unlike those it was trained on. "
    "Use only with the consent of those recorded."
)
_BEGINS = "<!doctype html>"
_SCRIPTS = (
    "data.js", "clock.js", "surface.js", "curves.js", "band.js", "strips.js", "told.js", "now.js", "main.js"
)  # fmt: skip


def write_page(prediction: Prediction, path: str | Path) -> Path:
    """Write the page of a prediction, and a preview beside it where browsers need one.

    Parameters
    ----------
    prediction : Prediction
        Its `profile` gets ``preview``, the seconds spent on one, if one is made.
    path : path
        The ``.html`` file to write; a page that is there is overwritten.

    Returns
    -------
    Path
        The page; the recording is linked relative to it, nothing else is loaded from anywhere.

    Raises
    ------
    DataError
        If the recording is gone, or another file is in the way.
    """
    page = Path(path)
    refuse_foreign(page, _BEGINS)
    with written_whole(page) as part:
        playback = choose_playback(prediction, page)
        part.write_bytes(_render(prediction, playback).encode("utf-8", "replace"))  # names may hold any bytes
    return page


def _render(prediction: Prediction, playback: Playback) -> str:
    names = ", ".join(prediction.trace.labels)
    notes = [*prediction.warnings, *([playback.note] if playback.note else [])]
    values = {
        "version": __version__,
        "title": escape(prediction.path.name),
        "subtitle": escape(_subtitle(prediction)),
        "style": _template("page.css"),
        "warnings": _list(notes),
        "media": _player(playback),
        "now_label": _now_label(prediction),
        "curves_label": escape(f"{names} over time; click to go there"),
        "band_label": escape(_band_label(prediction)),
        "told_label": escape(told_words(prediction.trace.shown)),
        "strips_label": escape(f"what the model was given: {_given(prediction)}"),
        "summary": "".join(
            f"<tr><th>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in _summary(prediction)
        ),
        "limits": escape(LIMITS),
        "data": json.dumps(_data(prediction), allow_nan=False, separators=(",", ":")).replace("<", "\\u003c"),
        "script": "\n".join(_template(name) for name in _SCRIPTS),
    }
    return re.sub(r"{{(\w+)}}", lambda place: values[place[1]], _template("page.html"))


def _now_label(prediction: Prediction) -> str:
    if prediction.predicts == "class":
        return "probability of each class now"
    on_plane = {"arousal", "valence"} <= set(prediction.trace.labels)
    return "the present point on the circumplex" if on_plane else "the present value of each dimension"


def _data(prediction: Prediction) -> dict:
    trace = prediction.trace
    step_s = float(trace.times_s[1] - trace.times_s[0]) if len(trace.times_s) > 1 else prediction.duration_s
    boxes = None
    if prediction.boxes is not None:
        shares = np.nan_to_num(np.clip(prediction.boxes, 0, 1), nan=0.0)
        boxes = _base64(np.rint(shares * 65535).astype("<u2"))
    return {
        "duration_s": round(prediction.duration_s, 3),
        "start_s": round(float(trace.times_s[0]), 9),
        "step_s": max(round(step_s, 9), 1e-9),
        "rows": len(trace.times_s),
        "labels": list(trace.labels),
        "predicts": prediction.predicts,
        "range": [float(limit) for limit in prediction.value_range],
        "values": _base64(np.round(trace.values, 6).astype("<f4")),
        "faces": None if boxes is None else _base64(trace.face_found.astype(np.uint8)),
        "boxes": boxes,
        "observed": _observed(prediction),
        "told": told(trace.shown),
        **_classes(prediction, step_s),
    }


def _classes(prediction: Prediction, step_s: float) -> dict:
    """Of a class system, colours and the class around each row; 255: undecided."""
    if prediction.predicts != "class":
        return {}
    around = sliding_vote(prediction.trace.values, max(step_s, 1e-9))
    return {
        "colours": class_colours(prediction.trace.labels),
        "classes": _base64(np.where(around == UNDECIDED, 255, around).astype(np.uint8)),
    }


def _band_label(prediction: Prediction) -> str:
    """How long each class is the one of most segments around, in words."""
    if prediction.predicts != "class":
        return ""
    return f"the class of each moment: {_shares_of_time(prediction.trace)}"


def _shares_of_time(trace: Trace) -> str:
    step_s = float(trace.times_s[1] - trace.times_s[0]) if len(trace.times_s) > 1 else 1.0
    around = sliding_vote(trace.values, max(step_s, 1e-9))
    names = [*trace.labels, "undecided"]  # -1 is the last
    counts = np.bincount(around % len(names), minlength=len(names)) / len(around)
    return ", ".join(f"{names[i]} {counts[i]:.0%}" for i in np.argsort(-counts, kind="stable") if counts[i])


def _observed(prediction: Prediction) -> list[dict[str, str]] | None:
    """Each input with a bit per row, where one is missing somewhere; None where there is nothing to show."""
    observed = prediction.trace.observed or {}
    if all(given.all() for given in observed.values()):
        return None
    if len(observed) == 1 and prediction.boxes is not None and _is_of_faces(prediction.trace):
        return None  # the curves are shaded there already
    return [
        {"name": name, "rows": _base64(np.packbits(given, bitorder="little"))}
        for name, given in observed.items()
    ]


def _is_of_faces(trace: Trace) -> bool:
    return all(np.array_equal(given, trace.face_found) for given in (trace.observed or {}).values())


def _given(prediction: Prediction) -> str:
    """The share of rows with each input, in words."""
    observed = prediction.trace.observed or {}
    return ", ".join(f"{name} in {given.mean():.1%}" for name, given in observed.items()) + " of the rows"


def _base64(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def _subtitle(prediction: Prediction) -> str:
    corpus = prediction.corpus or "an unnamed corpus"
    return f"{prediction.model}, trained on {corpus} · {_clock(prediction.duration_s)}"


def _summary(prediction: Prediction) -> list[tuple[str, str]]:
    trace, share = prediction.trace, prediction.face_share
    low, high = prediction.value_range
    count = len(trace.times_s)
    rows = [
        ("model", prediction.model),
        ("trained on", prediction.corpus or "not recorded in the checkpoint"),
        ("recording", prediction.path.name + (f" with {prediction.audio.name}" if prediction.audio else "")),
        ("duration", f"{_clock(prediction.duration_s)}, {count:,} {'row' if count == 1 else 'rows'}"),
    ]
    if share is None:
        rows.append(("face", "not looked for"))
    else:
        rows.append(("frames with a face", f"{share:.1%} of {prediction.frames:,}"))
        if prediction.identities > 1:
            which = f"number {prediction.face}, in the order of size and persistence from 0"
            rows.append(("face followed", f"{which}; {prediction.identities} different ones were seen"))
    if trace.observed:
        rows.append(("based on", _given(prediction)))
    if prediction.shown_meaning:
        rows.append(("what decided", prediction.shown_meaning))
    if prediction.postprocess:
        rows.append(("post-processing", prediction.postprocess.replace(" -", " \u2212")))
    means = trace.values.mean(axis=0)
    if prediction.predicts == "class":
        decision = prediction.decision or majority_vote(trace.values)
        order = np.argsort(-decision.probabilities)
        shares = ", ".join(f"{trace.labels[i]} {decision.probabilities[i]:.1%}" for i in order)
        rows.append(("class of the recording", decision.describe(trace.labels)))
        rows.append(("mean probability", shares))
        rows.append(("class over time", f"{_shares_of_time(trace)} (majority of {WINDOW_S:g} s around)"))
    else:
        shown = [
            f"{label} {mean:+.3f}".replace("-", "\u2212")
            for label, mean in zip(trace.labels, means, strict=True)
        ]
        rows.append(("mean", ", ".join(shown) + f" (scale {low:g} to {high:g})".replace("-", "\u2212")))
    return rows


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 2), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{rest:05.2f}" if hours else f"{minutes}:{rest:05.2f}"


def _player(playback: Playback) -> str:
    link = escape(playback.link, quote=True)
    if playback.kind == "video":
        video = f'<video src="{link}" controls playsinline preload="metadata"></video>'
        return video + '<canvas aria-hidden="true"></canvas>'
    if playback.kind == "audio":
        return f'<audio src="{link}" controls preload="metadata"></audio>'
    return "<p>The recording cannot be shown here; the trace below still moves.</p>"


def _list(notes: list[str]) -> str:
    if not notes:
        return ""
    return '<ul class="warnings">' + "".join(f"<li>{escape(note)}</li>" for note in notes) + "</ul>"


def _template(name: str) -> str:
    return (files("emotrace.inference") / "template" / name).read_text(encoding="utf-8").rstrip("\n")
