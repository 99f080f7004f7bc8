"""Sound, its speech and segments over time, and MFCC images of a few segments."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from emotrace.config.voice_activity import VoiceActivitySettings
from emotrace.features.mfcc_image import COEFFICIENTS, RANGES, RATE_HZ, SHAPE
from emotrace.features.segments import HOP_S, SEGMENT_S, SHIFT_FRAMES
from emotrace.features.track import Track
from emotrace.insight.analysis import Row
from emotrace.insight.pictures import Strip, as_picture, strips_figure
from emotrace.offline_page.plot_style import FAINT, GOLD, INK, PREDICTED, tint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as StillFigure

EXAMPLES = 8
COLUMNS = 1500  # of the sound: about one for each pixel
LANES = 3  # as many segments overlap
_SHOWN = (2, 98)  # percentiles of what is drawn darkest and brightest


def over_time_figure(
    recording: Any,
    images: Track,
    speech: Track,
    rows: Sequence[Row],
    heading: str,
    settings: VoiceActivitySettings,
) -> "StillFigure":
    """Sound, share of speech, segments and cepstra of a recording, one below the other.

    Parameters
    ----------
    recording : PreparedRecording
    images, speech : Track
        Its MFCC images, and the region of speech in the attributes.
    rows : sequence of dict
        Its segments.
    heading : str
    settings : VoiceActivitySettings
        By which the region was found.

    Source
    ------
    Priyasad et al. (2019), Figure 1; region and segments: our choice.
    """
    from matplotlib.figure import Figure as StillFigure

    figure = StillFigure(figsize=(10, 6.4), layout="constrained")
    figure.suptitle(heading, fontsize=10, x=0.01, ha="left")
    places = figure.subplots(4, 1, sharex=True, height_ratios=(2, 1, 1, 2))
    static = np.asarray(images.values[:][:, : COEFFICIENTS * SHAPE[2]], dtype=np.float32)
    pieces = static.reshape(-1, COEFFICIENTS, SHAPE[2])
    cepstra = np.concatenate([*pieces[:-1, :, :SHIFT_FRAMES], pieces[-1]], axis=1)  # (coefficient, frame)
    title = _draw_sound(places[0], recording, cepstra)
    begins_s, votes = (np.array([row[column] for row in rows]) for column in ("begin_s", "votes"))
    shares = np.array([row["active_share"] for row in rows], dtype=float)
    places[1].plot(begins_s + SEGMENT_S / 2, shares, color=INK, marker=".", markersize=4, linewidth=1)
    places[1].set_ylim(0, 1.05)
    lanes = -(np.arange(len(rows)) % LANES)
    for vote, colour, label in ((1, PREDICTED, "votes"), (0, FAINT, "does not vote")):
        at = votes == vote
        places[2].barh(lanes[at], SEGMENT_S, 0.75, begins_s[at], color=tint(colour, 0.7), label=label)
    places[2].set_yticks([])
    darkest, brightest = np.percentile(cepstra, _SHOWN)
    places[3].imshow(
        cepstra, aspect="auto", origin="lower", interpolation="nearest", cmap="inferno", vmin=darkest,
        vmax=brightest, extent=(0, cepstra.shape[1] * HOP_S, 0, COEFFICIENTS),
    )  # fmt: skip
    titles = (title, "share of active windows in each segment", "segments", "MFCC, static")
    for place, text in zip(places, titles, strict=True):
        place.set_title(text, loc="left", fontsize=9)
        place.tick_params(labelsize=7)
        place.spines[["top", "right"]].set_visible(False)
    for place in places[:3]:
        _shade(place, speech, settings)
    handles, labels = places[2].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=4, fontsize=7, frameon=False)
    places[3].set_xlim(0, recording.duration_s)
    places[3].set_xlabel("time (s)", fontsize=8)
    return figure


def images_figure(images: Track, rows: Sequence[Row], heading: str) -> "StillFigure":
    """Static, delta and delta-delta images of a few segments that lie in the sound, evenly spread."""
    assert images.valid is not None  # a segment that goes beyond the sound is not
    there = np.flatnonzero(images.valid)[: len(rows)]
    chosen = there[sorted({(2 * at + 1) * len(there) // (2 * EXAMPLES) for at in range(EXAMPLES)})]
    pictures = np.asarray(images.values[chosen], dtype=np.float32).reshape(-1, *SHAPE)
    votes = [rows[number]["votes"] for number in chosen]
    notes = [
        f"{rows[number]['begin_s']:.1f} s" + ("" if vote else ", no vote")
        for number, vote in zip(chosen, votes, strict=True)
    ]
    strips = []
    for channel, name in enumerate(RANGES):
        darkest, brightest = np.percentile(pictures[:, channel], _SHOWN)
        shades = 2 * (pictures[:, channel] - darkest) / max(brightest - darkest, 1e-6) - 1
        shown = [as_picture(one[None], sound=True) for one in shades]
        strips.append(Strip(name, shown, notes if channel == 0 else (), votes, PREDICTED))
    return strips_figure(strips, heading)


def _draw_sound(place: "Axes", recording: Any, cepstra: np.ndarray) -> str:
    """Peaks of the wave where it is stored, else the level; what it is."""
    name = f"audio-{RATE_HZ}"
    track = recording.track(name) if name in recording.entries else None
    if track is None:
        low, high = RANGES["static"]
        level = (low + cepstra[0] * (high - low) / 255) / np.sqrt(COEFFICIENTS)  # of an orthonormal transform
        place.plot(np.arange(len(level)) * HOP_S, level, color=INK, linewidth=0.8)
        return "level of the sound, mean of 64 mel bands (dB)"
    samples = np.asarray(track.values[:])
    starts = np.arange(0, len(samples), -(-len(samples) // COLUMNS))
    lowest, highest = (edge.reduceat(samples, starts) for edge in (np.minimum, np.maximum))
    place.fill_between(starts / RATE_HZ, lowest, highest, color=INK, linewidth=0.4)
    return "sound"


def _shade(place: "Axes", speech: Track, settings: VoiceActivitySettings) -> None:
    """What is kept, with its margins in another colour; they are labelled once."""
    found = speech.attributes["speech_found"]
    before_s, after_s = (settings.before_s, settings.after_s) if found else (0.0, 0.0)
    labels = ("voiced", "margins δ1, δ2", "") if found else ("no speech found: kept whole", "", "")
    for begin_s, end_s in speech.attributes["speech_stretches_s"]:
        edges = (begin_s + before_s, end_s - after_s)
        spans = ((*edges, PREDICTED), (begin_s, edges[0], GOLD), (edges[1], end_s, GOLD))
        for (low_s, high_s, colour), label in zip(spans, labels, strict=True):
            place.axvspan(low_s, high_s, color=tint(colour, 0.2), zorder=0, label=label)
        labels = ("", "", "")
