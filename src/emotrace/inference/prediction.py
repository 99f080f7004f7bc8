"""What prediction found in one media file: the trace, and all that its page shows."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from emotrace.postprocess.majority_vote import Vote
from emotrace.trace import Trace


@dataclass(frozen=True)
class Prediction:
    """A trace with its circumstances.

    Parameters
    ----------
    path : Path
        The media file.
    trace : Trace
    duration_s : float, s
        Latest end of the decoded streams.
    model : str
        ``"system/variant"``.
    corpus : str
        Name of the corpus that the model was trained on; empty if unknown.
    predicts : {"trace", "class"}
    value_range : (float, float)
        Lowest and highest value of the rating scale the model was trained on.
    audio : Path or None
        A sound file that was given beside a video.
    decision : Vote or None
        Of a model that predicts classes: the class of the whole file, its votes and its confidence.
    boxes : float32 array, shape (time, 4), or None
        Face box of each step: left, top, right, bottom as shares of the upright picture's width and
        height; NaN: no face. None: faces were not looked for.
    frames : int
        Decoded video frames; 0 if faces were not looked for.
    frames_with_face : int
        Frames with the face that was followed.
    identities : int
        Different faces that were seen; one of them was followed.
    face : int
        Which one, 0 being the largest and most persistent.
    shown_meaning : str
        What the numbers of the trace's `shown` mean; empty without any.
    postprocess : str
        What was done to the trace after the model, and what of it looks ahead; empty: nothing.
    warnings : tuple of str
        What a person must know to read the trace.
    profile : mapping of str to float, s
        Seconds spent: decode, detect, crop, audio, assemble, model.
    """

    path: Path
    trace: Trace
    duration_s: float
    model: str
    corpus: str = ""
    predicts: str = "trace"
    value_range: tuple[float, float] = (-1.0, 1.0)
    audio: Path | None = None
    decision: Vote | None = None
    boxes: np.ndarray | None = None
    frames: int = 0
    frames_with_face: int = 0
    identities: int = 0
    face: int = 0
    shown_meaning: str = ""
    postprocess: str = ""
    warnings: tuple[str, ...] = ()
    profile: dict[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Prediction({self.path.name} by {self.model}: {self.trace!r})"

    @property
    def face_share(self) -> float | None:
        """Share of the frames with a face, in [0, 1]; None if faces were not looked for."""
        return self.frames_with_face / self.frames if self.frames else None
