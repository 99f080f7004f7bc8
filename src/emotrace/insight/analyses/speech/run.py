"""The analysis of speech: segments of all recordings, figures of one, the section of the page."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from emotrace.config.declaration import Declaration, FeatureInput
from emotrace.config.voice_activity import VoiceActivitySettings
from emotrace.errors import DataError
from emotrace.features import assemble
from emotrace.features.derived import find
from emotrace.features.segments import SEGMENT_S, SHIFT_S
from emotrace.insight.analyses.speech.figures import images_figure, over_time_figure
from emotrace.insight.analysis import Analysis, Findings, Row
from emotrace.insight.drawn import drawn_recording
from emotrace.insight.examined import Examined
from emotrace.insight.pictures import embedded
from emotrace.models.base import Model
from emotrace.offline_page.page import Page
from emotrace.offline_page.tables import percent
from emotrace.offline_page.words import plural

if TYPE_CHECKING:
    from matplotlib.figure import Figure as StillFigure

MFCC, SPEECH = "mfcc-images", "speech-segments"


def run(examined: Examined) -> Findings:
    """Show where voice activity finds speech, and which segments vote.

    Parameters
    ----------
    examined : Examined

    Raises
    ------
    DataError
        If no recording has sound.
    CheckpointError
        As `Examined.traces`.
    """
    inputs = _features(examined.model)
    every = range(len(examined.recordings))
    images = [recording.track(inputs[MFCC].track) for recording in examined.recordings]
    heard = [one is not None and bool(np.any(one.valid)) for one in images]
    if not any(heard):
        raise DataError(
            f"{examined.files.path}: no recording of the partition {examined.partition} has sound, so there "
            "is no speech to show; choose another partition"
        )
    # nothing can be drawn of a recording without sound: the first with it stands in
    number = next(at for at in (drawn_recording(examined), *every) if heard[at])
    recording = examined.recordings[number]
    segments = [_segment_rows(examined, at) for at in every]
    rows = [_recording_row(examined, at, segments[at]) for at in every]
    speech = recording.track(inputs[SPEECH].track)
    settings = find(inputs[SPEECH].name).settings
    assert isinstance(settings, VoiceActivitySettings)
    heading = f"{examined.meta.name}, {recording.name}"
    figures = {
        "speech_over_time": over_time_figure(
            recording, images[number], speech, segments[number], heading, settings
        ),
        "speech_images": images_figure(images[number], segments[number], heading),
    }
    means = _means(rows)
    return Findings(
        summary={"drawn": recording.name, **means},
        show=lambda page: _add_section(page, rows[number], means, figures, settings),
        tables={"speech_segments": [row for each in segments for row in each], "speech_recordings": rows},
        figures=figures,
        headline=[means],
    )


def _features(model: Model) -> dict[str, FeatureInput]:
    """The inputs of a model that are features, by the name that a feature has at its default settings."""
    specs = [spec for spec in model.declaration.inputs.values() if isinstance(spec, FeatureInput)]
    return {find(spec.name).plain_name: spec for spec in specs}


def _segment_rows(examined: Examined, number: int) -> list[Row]:
    """The segments of a recording, one for each step of the model; no sound: nothing is known of speech."""
    recording, trace = examined.recordings[number], examined.traces[number]
    assert trace.observed is not None
    spec = _features(examined.model)[SPEECH]
    alone = Declaration(inputs={"speech": spec}, step_s=examined.model.declaration.step_s)
    given = assemble(alone, recording, 0, len(trace.times_s))
    seen = np.any(list(trace.observed.values()), axis=0)
    rows: list[Row] = []
    for begin_s, known, (inside, active), observed in zip(
        trace.times_s.tolist(), given["speech_mask"].tolist(), given["speech"].tolist(), seen, strict=True
    ):
        rows.append(
            {
                "recording": recording.name,
                "begin_s": round(begin_s, 3),
                "end_s": round(begin_s + SEGMENT_S, 3),
                "active_share": round(active, 6) if known else None,
                "inside_region": int(inside) if known else None,
                "votes": int(observed and (inside > 0.5 or not known)),
            }
        )
    return rows


def _recording_row(examined: Examined, number: int, segments: Sequence[Row]) -> Row:
    recording = examined.recordings[number]
    track = recording.track(_features(examined.model)[SPEECH].track)
    facts = {} if track is None else track.attributes
    kept_s = sum(end_s - begin_s for begin_s, end_s in facts.get("speech_stretches_s", ()))
    return {
        "recording": recording.name,
        "subject": recording.subject,
        "duration_s": round(recording.duration_s, 3),
        "speech_found": int(facts["speech_found"]) if facts else None,
        "kept_share": round(min(1.0, kept_s / recording.duration_s), 6) if facts else None,
        "segments": len(segments),
        "votes": sum(row["votes"] for row in segments),
    }


def _means(rows: Sequence[Row]) -> Row:
    shares = [row["kept_share"] for row in rows if row["kept_share"] is not None]
    return {
        "recordings": len(rows),
        "without_sound": len(rows) - len(shares),
        "without_speech": sum(row["speech_found"] == 0 for row in rows),
        "least_kept": min(shares),
        "mean_kept": round(float(np.mean(shares)), 6),
        "most_kept": max(shares),
        "segments": sum(row["segments"] for row in rows),
        "votes": sum(row["votes"] for row in rows),
    }


def _add_section(
    page: Page,
    drawn: Row,
    means: Row,
    figures: Mapping[str, "StillFigure"],
    settings: VoiceActivitySettings,
) -> None:
    name = escape(str(drawn["recording"]))
    low_hz, high_hz = settings.band_hz
    pauses = "pauses" if settings.pause_s == float("inf") else f"pauses below {settings.pause_s:g} s"
    page.body.append("<h2>Where there is speech, and which segments vote</h2>")
    page.body.append(
        f'<p class="hint">A window of {1000 * settings.window_s:g} ms is active if at least '
        f"{percent(settings.threshold)} of its energy lies between {low_hz:g} and {high_hz:g} Hz (Priyasad "
        f"et al. 2019, eq. 1 and Figure 1); {settings.least_windows} or more in a row count. Kept is what "
        f"lies between the first active window and the last, {pauses} too, with "
        f"margins of {settings.before_s:g} s before (δ1) and {settings.after_s:g} s after (δ2), in which the "
        "face already moves or still does; they end where the recording does. The rest is trimmed off, sound "
        f"and picture alike. Segments last {1000 * SEGMENT_S:g} ms and begin every {SHIFT_S:g} s; those that "
        "lie wholly in what is kept vote, and of a shorter stretch the one that has most of it.</p>"
    )
    heard = means["recordings"] - means["without_sound"]
    without = [
        f"{plural(means[column], 'recording')} {words}"
        for column, words in (
            ("without_speech", "without any speech found, kept whole"),
            ("without_sound", "without sound, of which nothing is trimmed off"),
        )
        if means[column]
    ]
    page.body.append(
        f"<p>Of {name} {percent(drawn['kept_share'])} is kept and {drawn['votes']} of "
        f"{plural(drawn['segments'], 'segment')} vote; of the {plural(heard, 'recording')} with sound "
        f"{percent(means['least_kept'])} to {percent(means['most_kept'])} is kept, "
        f"{percent(means['mean_kept'])} on average{''.join(f'; {one}' for one in without)}.</p>"
    )
    hint = (
        "The wave of the sound, or its level where the prepared corpus does not hold the wave. The recording "
        "is the one that was asked for, or the first with sound."
    )
    shown = embedded(figures["speech_over_time"], "sound, speech, segments and cepstra over time")
    page.body.append(f'<div class="card"><h3>Over time: {name}</h3><p class="hint">{hint}</p>{shown}</div>')
    hint = (
        "Pictures of the sound of some segments, named by the time at which each begins and framed in blue "
        "where it votes: 64 cepstral coefficients, the lowest at the bottom, of 64 frames, and their first "
        "and second differences over time. Each row has colours of its own, dark for low, bright for high."
    )
    shown = embedded(figures["speech_images"], "MFCC images of some segments")
    page.body.append(f'<div class="card"><h3>MFCC images: {name}</h3><p class="hint">{hint}</p>{shown}</div>')


def _offered(model: Model) -> bool:
    return model.declaration.predicts == "class" and {MFCC, SPEECH} <= _features(model).keys()


ANALYSIS = Analysis(
    "speech", f"classes to predict and the features {MFCC} and {SPEECH} among its inputs", _offered, run
)
