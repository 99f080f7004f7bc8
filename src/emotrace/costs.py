"""What a run costs: seconds, parameters, memory."""

import sys


def peak_memory_mb() -> int | None:
    """The most memory that this process has held so far, MB; None where the system does not tell.

    Examples
    --------
    >>> (peak_memory_mb() or 10) > 1
    True
    """
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(most // (1024 * 1024 if sys.platform == "darwin" else 1024))
