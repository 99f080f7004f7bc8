"""A paper's table, trained anew on a prepared corpus: our numbers beside the reported ones."""

from emotrace.reproduction.make import Reproduced, reproduce
from emotrace.reproduction.overview import table_states

__all__ = ["Reproduced", "reproduce", "table_states"]
