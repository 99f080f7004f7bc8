"""What a run costs in memory."""

import ctypes
import gc
import re
from pathlib import Path

_RESET = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")
_RESET_PEAK = "5"  # what Linux wants to be told


class PeakMemory:
    """The most memory that this process holds from now on, with all its libraries and mapped files.

    What was freed before is given back first, so that what the process did earlier counts as little as can
    be. Processes that it starts do not count. Only one can measure at a time: the next one begins anew.

    Source
    ------
    Linux, proc(5): clear_refs and VmHWM.

    Examples
    --------
    >>> memory = PeakMemory()
    >>> (memory.mb() or 10) > 1
    True
    """

    def __init__(self) -> None:
        _give_back()
        try:
            _RESET.write_text(_RESET_PEAK, encoding="ascii")
        except OSError:
            self._reset = False
        else:
            self._reset = True

    def mb(self) -> int | None:
        """MB; None where the system cannot measure from a given moment on, as all but Linux."""
        if not self._reset:
            return None
        peak = re.search(r"^VmHWM:\s+(\d+) kB", _STATUS.read_text(encoding="utf-8"), re.MULTILINE)
        return None if peak is None else int(peak[1]) // 1024


def _give_back() -> None:
    """Give freed memory back to the system, where the C library can."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # not the C library of GNU
        return
