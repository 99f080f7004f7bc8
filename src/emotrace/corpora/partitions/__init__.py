"""Splits recordings into train, development and test: official lists and folds of every kind."""

from emotrace.corpora.partitions.item import PARTITION_NAMES, Item
from emotrace.corpora.partitions.splitting import fold_count, partition_digest, split, split_all

__all__ = ["PARTITION_NAMES", "Item", "fold_count", "partition_digest", "split", "split_all"]
