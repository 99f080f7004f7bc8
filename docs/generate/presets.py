"""Which preset a row of a table names: none where it makes no difference."""

from functools import cache

from emotrace.config.load import list_recipes, load_recipe
from emotrace.models import available
from emotrace.models.registry import build_without_weights, configure, find


def preset_shown(recipe: str, system: str, variant: str, preset: str) -> str:
    """The preset of a run; empty where all presets of its system give the same model.

    A preset may size parts that a variant lacks: `priyasad2019/attention-tables` holds no VGG.

    Parameters
    ----------
    recipe, system, variant, preset : str
        As in a summary. The recipe's own sizes count, if it is a packaged one.

    Examples
    --------
    >>> preset_shown("baselines/svm", "baselines", "svm", "default")
    ''
    >>> preset_shown("nguyen2020/demo", "nguyen2020", "2d1dconv-ae-lstm", "small")
    'small'
    """
    return preset if _matters(recipe, f"{system}/{variant}") else ""


@cache
def _matters(recipe: str, model: str) -> bool:
    """Whether any preset gives layers, weights or inputs of its own; True for a model that is not here."""
    if model not in available():
        return True
    own = load_recipe(recipe).model if recipe in list_recipes() else {}
    return len({_looks(model, preset, own) for preset in find(model)[0].presets}) > 1


def _looks(name: str, preset: str, own: dict[str, object]) -> tuple[str, ...]:
    """Layers with their settings, names and shapes of weights, and what is declared, as text."""
    model = build_without_weights(name, configure(name, preset, own))
    shapes = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    return str(model), str(shapes), repr(model.declaration)
