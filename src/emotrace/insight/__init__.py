"""A trained model and unseen recordings to what the model learned inside: one analysis per module."""

from emotrace.insight.examined import Examined, examine
from emotrace.insight.write import make_insight

__all__ = ["Examined", "examine", "make_insight"]
