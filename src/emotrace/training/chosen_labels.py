"""A prepared corpus of which a recipe learns some rated dimensions and not the others."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from emotrace.errors import DataError
from emotrace.features.track import Track


def choose_labels(prepared: Any, labels: Sequence[str]) -> Any:
    """The same corpus with the rated dimensions `labels` alone, in that order.

    Parameters
    ----------
    prepared : PreparedCorpus
    labels : sequence of str
        Names of dimensions of the corpus, each once.

    Returns
    -------
    PreparedCorpus
        Its recordings give `Track` labels of (time, label); all else is theirs.

    Raises
    ------
    DataError
        If the corpus has no such dimension, or one is named twice.
    """
    labels, there = tuple(labels), tuple(prepared.dimensions)
    if labels == there:
        return prepared
    if not labels or len(set(labels)) < len(labels) or not set(labels) <= set(there):
        raise DataError(
            f"{prepared.path}: the labels to learn are {', '.join(labels) or 'none'}; expected one or more "
            f"of the corpus' rated dimensions, each once: {', '.join(there) or 'it has none'}"
        )
    columns = [there.index(label) for label in labels]
    chosen = tuple(_OneOfFewerLabels(recording, columns) for recording in prepared.recordings)
    return replace(prepared, dimensions=labels, recordings=chosen)


class _OneOfFewerLabels:
    """A recording but for its labels, of which some columns are shown."""

    def __init__(self, recording: Any, columns: list[int]):
        self._recording, self._columns = recording, columns

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_recording":  # asked for by pickle before there is anything
            raise AttributeError(name)
        return getattr(self._recording, name)

    @property
    def labels(self) -> Track | None:
        """Gold standard of the chosen dimensions."""
        labels: Track | None = self._recording.labels
        if labels is None:
            return None
        values = np.asarray(labels.values)
        return replace(labels, values=values[:, self._columns] if values.shape[0] else values)
