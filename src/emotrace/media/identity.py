"""Follows faces over time: which detections are the same face, which face counts, where it is between."""

from dataclasses import dataclass, field

import numpy as np

from emotrace.media.detector import Detections, intersection_over_union

_LEAST_OVERLAP = 0.2  # intersection over union of two detections of one face
_FARTHEST = 0.6  # share of a face's side that its centre may move between detections instead
_FARTHEST_BACK = 1.0  # the same for a face that comes back after an absence
_SIZES_APART = 2.0  # factor by which its side may change


@dataclass
class Identity:
    """One face over time: its detections, rows rising.

    Parameters
    ----------
    frames : list of int
        Frames it was detected in.
    rows : list of float array, shape (15,)
        Box, landmarks (x, y of five points), score of each detection; px of the full picture.
    weight : float
        Sum of area and time: px**2 s.
    """

    frames: list[int] = field(default_factory=list)
    rows: list[np.ndarray] = field(default_factory=list)
    weight: float = 0.0

    @property
    def box(self) -> np.ndarray:
        """Where it was last."""
        return self.rows[-1][:4]


class Follower:
    """Gathers detections into identities, frame after frame.

    A detection continues the identity of the detection before that it overlaps most (intersection
    over union of at least 0.2), or whose centre lies within 0.6 of a side; then one that was lost
    earlier, if it comes back within one side of where it was left and with a side of at most twice or
    half the size; else it starts a new identity. Nothing is compared but place and size, so after a cut
    somebody else in the same place passes for the same face.

    Source
    ------
    Our choice: greedy association by overlap is common practice (SORT without a motion model).
    """

    def __init__(self) -> None:
        self.identities: list[Identity] = []
        self._present: list[Identity] = []

    def add(self, frame: int, found: Detections, lasts_s: float) -> None:
        """Take in the detections of one frame, which stand for `lasts_s` seconds."""
        flat = found.landmarks.reshape(len(found.boxes), 10)
        rows = np.concatenate([found.boxes, flat, found.scores[:, None]], axis=1).astype(np.float64)
        owners = self._owners(found.boxes.astype(np.float64))
        for row, owner in zip(rows, owners, strict=True):
            owner.frames.append(frame)
            owner.rows.append(row)
            owner.weight += _area(row[:4]) * lasts_s
        self._present = owners

    def ranked(self, looks: int) -> list[Identity]:
        """Identities, the largest and most persistent first (sum of area and time).

        A face seen in only one of `looks` > 2 looked-at frames is taken as a false alarm.
        """
        least = 2 if looks > 2 else 1
        kept = [identity for identity in self.identities if len(identity.frames) >= least]
        return sorted(kept, key=lambda identity: -identity.weight)

    def _owners(self, boxes: np.ndarray) -> list[Identity]:
        owners: dict[int, Identity] = {}
        lost = [each for each in self.identities if not any(each is here for here in self._present)]
        for candidates, farthest in ((self._present, _FARTHEST), (lost, _FARTHEST_BACK)):
            pairs = [
                (_closeness(candidate.box, box, farthest), row, number)
                for row, box in enumerate(boxes)
                for number, candidate in enumerate(candidates)
            ]
            taken = set()
            for closeness, row, number in sorted(pairs, key=lambda pair: -pair[0]):
                if closeness > 0 and row not in owners and number not in taken:
                    owners[row] = candidates[number]
                    taken.add(number)
        for row in range(len(boxes)):
            if row not in owners:
                owners[row] = Identity()
                self.identities.append(owners[row])
        return [owners[row] for row in range(len(boxes))]


def _closeness(last: np.ndarray, box: np.ndarray, farthest: float) -> float:
    """How likely two boxes are one face: 1 and more for overlap, (0, 1) for nearness, 0 for neither."""
    overlap = float(intersection_over_union(last, box[None])[0])
    if overlap >= _LEAST_OVERLAP:
        return 1.0 + overlap
    sides = np.sqrt([max(_area(last), 1e-9), max(_area(box), 1e-9)])
    if sides.max() > _SIZES_APART * sides.min():
        return 0.0
    distance = float(np.hypot(*((last[:2] + last[2:]) - (box[:2] + box[2:])) / 2)) / float(sides.mean())
    return max(0.0, 1.0 - distance / farthest)


def _area(box: np.ndarray) -> float:
    return float(max(box[2] - box[0], 0) * max(box[3] - box[1], 0))


def fill_between(
    identity: Identity, looked: np.ndarray, times_s: np.ndarray, max_gap_s: float
) -> tuple[np.ndarray, np.ndarray]:
    """Where one face is in every frame: interpolated between detections, never invented.

    Between two detections at most `max_gap_s` apart, values are interpolated linearly in time. At
    the ends of such a run a frame counts where the nearest looked-at frame shows the face. Detections
    of a run are smoothed over three (weights 1, 2, 1), which takes the jitter of the detector away.

    Parameters
    ----------
    identity : Identity
    looked : int array, rising
        Frames that were looked at.
    times_s : float64 array, shape (frame,), s
    max_gap_s : float, s

    Returns
    -------
    rows : float32 array, shape (frame, 15)
        Box, landmarks, score; NaN where the face is not found.
    found : bool array, shape (frame,)

    Source
    ------
    Our choice.
    """
    rows = np.full((len(times_s), 15), np.nan, np.float32)
    frames, values = np.array(identity.frames), np.array(identity.rows)
    breaks = np.flatnonzero(np.diff(times_s[frames]) > max_gap_s + 1e-9) + 1
    for run in np.split(np.arange(len(frames)), breaks):
        at, smooth = frames[run], _smoothed(values[run])
        first, last = _reach(int(at[0]), int(at[-1]), looked, len(times_s))
        inside = np.arange(first, last)
        for column in range(rows.shape[1]):
            rows[inside, column] = np.interp(times_s[inside], times_s[at], smooth[:, column])
    return rows, np.isfinite(rows[:, 0])


def _smoothed(values: np.ndarray) -> np.ndarray:
    smooth = values.copy()
    smooth[1:-1, :14] = (values[:-2, :14] + 2 * values[1:-1, :14] + values[2:, :14]) / 4
    return smooth


def _reach(start: int, end: int, looked: np.ndarray, length: int) -> tuple[int, int]:
    """First frame, and the frame after the last, whose nearest looked-at frame is in the run."""
    before = looked[looked < start]
    after = looked[looked > end]
    first = (int(before[-1]) + start) // 2 + 1 if len(before) else 0
    last = (end + int(after[0]) + 1) // 2 if len(after) else length
    return first, last
