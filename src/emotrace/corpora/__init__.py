"""Corpora: their layouts on disk, read into recordings, ratings and partitions."""

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.partitions import fold_count, partition_digest, split
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.corpora.registry import describe, names, read

__all__ = [
    "Adapter",
    "Corpus",
    "Recording",
    "Series",
    "describe",
    "fold_count",
    "names",
    "partition_digest",
    "read",
    "split",
]
