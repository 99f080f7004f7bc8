"""Frame rates of the SEWA database's videos, given by the user where metadata.ini says nothing."""

import math
from dataclasses import dataclass, field
from pathlib import Path

from emotrace.corpora.table import read_table
from emotrace.errors import ConfigError

USUAL = (20.0, 30.0)


@dataclass(frozen=True)
class FrameRates:
    """What the option ``fps`` says: one number for all, or one per recording.

    Parameters
    ----------
    everywhere : float or None
    by_recording : dict of folder name to float
    """

    everywhere: float | None = None
    by_recording: dict[str, float] = field(default_factory=dict)

    def of(self, folder: str) -> float | None:
        """Frames per second of a recording; None if not said."""
        return self.by_recording.get(folder, self.everywhere)


def parse_frame_rates(fps: str | float | Path | None) -> FrameRates:
    """Read the option: a number, or the path of a CSV with the columns ``recording`` and ``fps``.

    Raises
    ------
    ConfigError
        If it is neither, or a rate is no positive number.
    DataError
        If the CSV is broken.

    Examples
    --------
    >>> parse_frame_rates("25").of("any")
    25.0
    """
    if fps is None:
        return FrameRates()
    try:
        return FrameRates(everywhere=_checked(float(str(fps)), f"fps is {fps!r}"))
    except ValueError:
        path = Path(str(fps)).expanduser()
    if not path.is_file():
        raise ConfigError(
            f"fps is {str(fps)!r}; expected a number such as 25, or a CSV with the columns recording and fps"
        )
    table = read_table(path, lower_case_header=True)
    table.require("recording", "fps")
    rates = table.numbers("fps")
    rows = zip(table.columns["recording"], rates, table.lines, strict=True)
    return FrameRates(
        by_recording={
            name: _checked(rate, f"{path}, line {line}: fps is {rate:g}") for name, rate, line in rows
        }
    )


def _checked(rate: float, what: str) -> float:
    if not (math.isfinite(rate) and rate > 0):
        raise ConfigError(f"{what}; expected a positive number of frames per second")
    return float(rate)
