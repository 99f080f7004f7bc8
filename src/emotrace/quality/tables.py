"""What a check found as rows of CSV files: recordings, raters, lateness, findings."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from emotrace.quality.check import Check, Checked
from emotrace.quality.raters import RaterFacts

Row = dict[str, Any]


def recording_rows(check: Check) -> list[Row]:
    """One row per recording."""
    return [_recording_row(one, check.dimensions) for one in check.recordings]


def _recording_row(one: Checked, dimensions: tuple[str, ...]) -> Row:
    view, frames, sound = one.view, one.view.frames, one.view.sound
    row: Row = {
        "recording": view.name,
        "subject": view.subject,
        "partition": view.partition,
        "session": view.session,
        "class": view.emotion,
        "duration_s": _round(view.duration_s, 3),
        "frames": frames and frames.count,
        "fps": frames and _round(frames.fps, 4),
        "frame_jitter_share": frames and _round(frames.jitter),
        "frames_missing": frames and frames.missing,
        "longest_frame_gap_s": frames and _round(frames.longest_gap_s),
        "face_share": frames and _round(frames.face_share),
        "longest_without_face_s": frames and _round(frames.longest_faceless_s),
        "sound_s": sound and _round(sound.seconds, 3),
        "sound_peak": sound and _round(sound.peak),
        "clipped_share": sound and _round(sound.clipped_share, 6),
        "silent_share": sound and _round(sound.silent_share),
        "speech_found": view.speech and view.speech.found,
        "speech_start_s": view.speech and _round(view.speech.start_s, 3),
        "speech_end_s": view.speech and _round(view.speech.end_s, 3),
        "speech_active_share": view.speech and _round(view.speech.active_share),
        "tables": " ".join(view.tables) or None,
        "sha256": view.sources.get("video") or view.sources.get("audio"),
    }
    for name in dimensions:
        facts = one.labels.get(name)
        for key in ("low", "high", "mean", "deviation", "rated_share", "gaps", "longest_gap_s", "rate_hz",
                    "begins_s", "ends_s", "longest_still_s"):  # fmt: skip
            row[f"{name}_{key}"] = None if facts is None else _round(getattr(facts, key))
    return row


def agreement_rows(check: Check) -> list[Row]:
    """One row per recording and dimension with two or more raters; raw and centred."""
    return [
        {
            "recording": one.view.name,
            "dimension": dimension,
            "raters": facts.raw.raters,
            **{f"{key}_raw": _round(value) for key, value in _measures(facts, "raw").items()},
            **{f"{key}_centred": _round(value) for key, value in _measures(facts, "centred").items()},
            "outliers": " ".join(facts.outliers) or None,
        }
        for one, dimension, facts in _rated(check)
    ]


def rater_rows(check: Check) -> list[Row]:
    """One row per recording, dimension and rater."""
    rows = []
    for one, dimension, facts in _rated(check):
        for i, rater in enumerate(facts.names):
            raw, centred = facts.raw.per_rater[i], facts.centred.per_rater[i]
            if raw is None or centred is None:
                continue
            rows.append(
                {
                    "recording": one.view.name,
                    "dimension": dimension,
                    "rater": rater,
                    "ccc_raw": _round(raw.ccc),
                    "pcc": _round(raw.pcc),
                    "ccc_centred": _round(centred.ccc),
                    "ccc_with_mean_of_others": _round(raw.ccc_with_mean),
                    "others_ccc_centred": _round(centred.others_ccc),
                    "lag_s": facts.lag_s[i],
                    "outlier": rater in facts.outliers,
                }
            )
    return rows


def rater_summary_rows(check: Check) -> list[Row]:
    """One row per dimension and rater, over all recordings that the rater rated."""
    rows: dict[tuple[str, str], list[Row]] = {}
    for row in rater_rows(check):
        rows.setdefault((row["dimension"], row["rater"]), []).append(row)
    summary = []
    for (dimension, rater), own in rows.items():
        lags = [row["lag_s"] for row in own if row["lag_s"] is not None]
        summary.append(
            {
                "dimension": dimension,
                "rater": rater,
                "recordings": len(own),
                **{key: _mean(row[key] for row in own) for key in ("ccc_raw", "ccc_centred", "pcc")},
                "ccc_with_mean_of_others": _mean(row["ccc_with_mean_of_others"] for row in own),
                "median_lag_s": _round(float(np.median(lags))) if lags else None,
                "outlier_in": sum(row["outlier"] for row in own),
            }
        )
    return summary


def lateness_rows(check: Check) -> list[Row]:
    """One row per dimension: by how much its gold standard follows the level of the sound."""
    return [
        {
            "dimension": late.dimension,
            "recordings": late.recordings,
            "delay_s": _round(late.delay.delay_s),
            "low_s": _round(late.delay.low_s),
            "high_s": _round(late.delay.high_s),
            "pcc": _round(late.delay.agreement),
            "confidence": _round(late.delay.confidence),
        }
        for late in check.lateness
    ]


def finding_rows(check: Check) -> list[Row]:
    """One row per finding, the worst first."""
    return [
        {
            "severity": one.severity,
            "finding": one.what,
            "count": len(one.recordings),
            "recordings": " ".join(one.recordings) or None,
        }
        for one in check.findings
    ]


def _rated(check: Check) -> Iterator[tuple[Checked, str, RaterFacts]]:
    for one in check.recordings:
        for dimension, facts in one.raters.items():
            yield one, dimension, facts


def _measures(facts: RaterFacts, kind: str) -> dict[str, float]:
    one = facts.raw if kind == "raw" else facts.centred
    return {"ccc": one.ccc, "pcc": one.pcc, "rmse": one.rmse, **one.icc, "alpha": one.alpha}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return _round(float(np.mean(known))) if known else None


def _round(value: float | None, digits: int = 4) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), digits)
