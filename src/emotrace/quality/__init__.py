"""How good a corpus is: media, labels, raters, partitions and duplicates, as tables and a page."""

from emotrace.quality.check import Check, check_corpus, check_prepared
from emotrace.quality.report import write_check

__all__ = ["Check", "check_corpus", "check_prepared", "write_check"]
