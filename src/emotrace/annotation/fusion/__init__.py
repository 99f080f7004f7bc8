"""From the ratings of many recordings to gold standards on disk: steps, fusion, delay, agreement, page."""

from emotrace.annotation.fusion.make import make_gold
from emotrace.annotation.fusion.rated import Rated
from emotrace.annotation.fusion.results import DimensionGold, GoldResult, RecordingGold
from emotrace.annotation.fusion.settings import AUTO, GoldSettings
from emotrace.annotation.fusion.write import write_gold

__all__ = [
    "AUTO",
    "DimensionGold",
    "GoldResult",
    "GoldSettings",
    "Rated",
    "RecordingGold",
    "make_gold",
    "write_gold",
]
