"""Readers of small tables, in a module, so that they reach other processes; workers import it too."""

import numpy as np

from emotrace.corpora.tables import TimedTable


def read_rows(path, columns=("a", "b"), rate_hz=10.0):
    """A text file of one number per row, which every column holds."""
    values = np.array([float(line) for line in path.read_text().split()])
    times_s = np.arange(len(values)) / rate_hz
    return TimedTable(times_s, np.tile(values[:, None], len(columns)), tuple(columns))


def read_events(path):
    """The numbers are times; each row holds its own."""
    times_s = np.array([float(line) for line in path.read_text().split()])
    return TimedTable(times_s, times_s[:, None], ("when",))
