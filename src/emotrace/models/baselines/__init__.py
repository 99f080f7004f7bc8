"""baselines: what a system must beat: a constant, support vectors and a plain BLSTM on rows of features."""

from collections.abc import Callable

from emotrace.config.declaration import FeatureInput
from emotrace.models.base import Model, System, Variant
from emotrace.models.baselines.blstm import BidirectionalLSTM
from emotrace.models.baselines.config import BaselineConfig
from emotrace.models.baselines.constant import Constant
from emotrace.models.baselines.svm import SupportVectorClassifier
from emotrace.models.baselines.svr import SupportVectorRegression

OF_A_CLIP = (FeatureInput(name="egemaps-functionals", columns=88),)
SIX_EMOTIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")

METHODS: dict[str, Callable[[BaselineConfig, tuple[str, ...]], Model]] = {
    "constant": Constant,
    "svr": SupportVectorRegression,
    "blstm": BidirectionalLSTM,
    "svm": SupportVectorClassifier,
}


def _build(config: BaselineConfig, labels: tuple[str, ...]) -> Model:
    return METHODS[config.method](config, labels)


SYSTEM = System(
    name="baselines",
    source="baselines of Tzirakis et al. (2017)",
    config=BaselineConfig,
    variants={
        "constant": Variant(
            "the mean of the training gold standard, whatever comes in",
            {"method": "constant", "features": ()},
            "and our choice",
        ),
        "svr": Variant(
            "linear support vector regression on each step's features", {"method": "svr"}, "Table III"
        ),
        "blstm": Variant("bidirectional LSTM on features", {"method": "blstm"}, "Table III"),
        "svm": Variant(
            "linear support vector machine on features of a clip",
            {"method": "svm", "features": OF_A_CLIP},
            "and our choice",
            SIX_EMOTIONS,
        ),
    },
    presets={"default": {}},
    build=_build,
)
