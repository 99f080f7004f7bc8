"""How good a corpus is: media, labels, raters, partitions and duplicates, as tables and a page."""

from emotrace.quality.check import Check, check_corpus, check_prepared
from emotrace.quality.report import make_writable, write_check

__all__ = ["Check", "check_corpus", "check_prepared", "make_writable", "write_check"]
