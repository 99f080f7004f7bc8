"""The eight stimuli of CASE, and when each was shown, for the raw files that do not say so."""

from dataclasses import dataclass
from pathlib import Path

from emotrace.corpora.table import Table, read_table
from emotrace.errors import DataError

CONTENTS = {1: "amusing", 2: "amusing", 3: "boring", 4: "boring"}
CONTENTS |= {5: "relaxing", 6: "relaxing", 7: "scary", 8: "scary"}
_NAMES = {
    f"{word}-{i}": 2 * k + i
    for k, word in enumerate(("amusing", "boring", "relaxed", "scary"))
    for i in (1, 2)
}
_NAMES |= {f"relaxing-{i}": 4 + i for i in (1, 2)}


@dataclass(frozen=True)
class Shown:
    """A stimulus was shown from `first_ms` (included) to `last_ms` (excluded), since the session began."""

    video: int
    first_ms: float
    last_ms: float


class Schedule:
    """When each subject saw each stimulus, from ``seqs_order.txt`` and ``videos_duration.txt``.

    Raises
    ------
    DataError
        If one of them is missing or broken.

    Source
    ------
    The corpus's own script ``f_labelData.m``: the clips follow each other without gaps from 0 ms.
    """

    def __init__(self, metadata: Path) -> None:
        self.orders = read_table(metadata / "seqs_order.txt")
        durations = read_table(metadata / "videos_duration.txt")
        names, values = list(durations.columns)[:2] if len(durations.columns) > 1 else ("", "")
        if not names:
            raise DataError(f"{durations.path} has one column; expected the name and the duration in ms")
        lengths = durations.numbers(values)
        self.durations_ms = {
            name: float(length) for name, length in zip(durations.columns[names], lengths, strict=True)
        }

    def of(self, subject: int) -> list[Shown]:
        """The stimuli that a subject saw, in order.

        Raises
        ------
        DataError
            If the subject has no column, or a clip has no duration.
        """
        start, shown = 0.0, []
        for name in _column_of(self.orders, subject):
            if name not in self.durations_ms:
                raise DataError(
                    f"{self.orders.path} names {name!r}, which has no duration in videos_duration.txt"
                )
            stop = start + self.durations_ms[name]
            if name in _NAMES:
                shown.append(Shown(_NAMES[name], start, stop))
            start = stop
        return shown


def _column_of(table: Table, subject: int) -> list[str]:
    for name, cells in table.columns.items():
        if name.lower().replace("_", "").replace(" ", "") == f"sub{subject}":
            return [cell for cell in cells if cell]
    raise DataError(f"{table.path} has the columns {', '.join(table.columns)}; expected sub_{subject}")
