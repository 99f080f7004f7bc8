"""What the page of a check says of speech: a tile, two cells of each recording, and what they mean."""

from collections.abc import Sequence

import numpy as np

from emotrace.offline_page.tables import percent
from emotrace.quality.views import View

HEAD = ["speech", "kept"]
NOBODY_LOOKED = "–"
HINT = (
    " Speech: share of the kept part in which somebody speaks. Kept: share of the recording from a little "
    "before the first to a little after the last speech, without pauses of 3 s and more; bands in its figure "
    "show it."
)


def speech_tile(views: Sequence[View]) -> tuple[str, str, str] | None:
    """Title, number and note on what is kept of recordings; None if nobody looked for speech."""
    speech = [(view.speech, view.duration_s) for view in views if view.speech is not None]
    if not speech:
        return None
    kept = [one.kept_share(seconds) for one, seconds in speech if one.found and seconds]
    without = len(speech) - sum(one.found for one, _ in speech)
    note = f"no speech found in {without}" if without else "mean over recordings"
    return "Kept by speech", percent(float(np.mean(kept))) if kept else "all", note


def speech_cells(view: View) -> list[str]:
    """Share of speech in the kept part, and share of the recording that is kept."""
    if view.speech is None:
        return [NOBODY_LOOKED, NOBODY_LOOKED]
    if not view.speech.found:
        return ["none found", "all"]
    kept = view.speech.kept_share(view.duration_s) if view.duration_s else 1.0
    return [percent(view.speech.active_share), percent(kept)]
