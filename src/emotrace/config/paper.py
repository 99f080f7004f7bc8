"""A paper's tables: which there are, what makes each of them, and how to try it in minutes."""

from typing import Any

from pydantic import Field, model_validator

from emotrace.config.base import Settings, validate
from emotrace.config.fusion import FusionSettings
from emotrace.config.load import PAPER, RECIPES, list_recipes
from emotrace.config.recipe import Part, Reported
from emotrace.config.yaml_text import parse_yaml
from emotrace.errors import ConfigError


class PaperTable(Settings):
    """A table or figure of a paper."""

    table: str  # its number as recipes write it; or as in "Figure 4"
    title: str
    shown_by: str | None = None  # a command that shows it; None: the runs of the recipes that report it


class PaperFusion(Settings):
    """A row that is the late fusion of other rows' runs."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    sources: tuple[str, ...] = Field(min_length=2)  # recipes of the same paper, without its name
    labels: tuple[str, ...] | None = None
    settings: FusionSettings = FusionSettings()
    reported: tuple[Reported, ...]


Pairs = tuple[tuple[float, ...], ...]  # by threshold, then by label


class PaperErrors(Settings):
    """Of one variant."""

    rmse: Pairs
    correlation: Pairs


class PaperLevels(Settings):
    """A table of errors on the steps at which a measure of the model is beyond thresholds."""

    table: str
    analysis: str  # of `emotrace insight`, which shows it
    corpus: str
    thresholds: tuple[float, ...]
    labels: tuple[str, ...]
    rows: dict[str, PaperErrors]  # by variant

    @model_validator(mode="after")
    def _whole(self) -> "PaperLevels":
        for variant, errors in self.rows.items():
            for numbers in (errors.rmse, errors.correlation):
                if [len(row) for row in numbers] != [len(self.labels)] * len(self.thresholds):
                    raise ValueError(
                        f"table {self.table}: numbers of {variant} are {numbers}; expected "
                        f"{len(self.labels)} for each of {len(self.thresholds)} thresholds"
                    )
        return self

    @property
    def numbers(self) -> int:
        """How many it holds."""
        return 2 * len(self.rows) * len(self.thresholds) * len(self.labels)


class PaperWeights(Settings):
    """Weights of another task that a part of the paper's models starts from; here `--weights PART=FILE`."""

    part: Part
    learnt_on: str  # such as ImageNet
    variants: tuple[str, ...] = Field(min_length=1)  # whose models have that part


class Paper(Settings):
    """What `emotrace reproduce` and `emotrace insight` know of a paper."""

    title: str
    tables: tuple[PaperTable, ...]
    fusions: tuple[PaperFusion, ...] = ()
    levels: tuple[PaperLevels, ...] = ()
    pretrained: tuple[PaperWeights, ...] = ()
    in_minutes: tuple[str, ...] = ()  # ``key=value`` for recipes under a budget, as `--set` takes them

    def weights_of(self, variant: str) -> dict[str, str]:
        """What the parts of a variant's model start from in the paper, such as visual.trunk from ImageNet."""
        return {one.part: one.learnt_on for one in self.pretrained if variant in one.variants}

    @model_validator(mode="after")
    def _each_once(self) -> "Paper":
        names = [one.table for one in self.tables]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"tables are listed twice: {', '.join(sorted(twice))}; expected each once")
        return self


def papers() -> tuple[str, ...]:
    """Names of the papers whose tables are known, sorted.

    Examples
    --------
    >>> "nguyen2020" in papers()
    True
    """
    return tuple(sorted(file.parent.name for file in RECIPES.glob(f"*/{PAPER}.yaml")))


def load_paper(name: str) -> Paper:
    """The tables of a paper, from ``recipes/<name>/paper.yaml``.

    Raises
    ------
    ConfigError
        If there is no such paper, or its file is not one.
    """
    if name not in papers():
        raise ConfigError(f"no paper is named {name!r}; expected one of: {', '.join(papers())}")
    file = RECIPES / name / f"{PAPER}.yaml"
    values: Any = parse_yaml(file.read_text(encoding="utf-8"), str(file))
    if not isinstance(values, dict):
        raise ConfigError(f"{file}: holds {type(values).__name__}; expected the tables of a paper")
    return validate(Paper, values, str(file))


def recipes_of(paper: str) -> list[str]:
    """Names of a paper's recipes."""
    return [name for name in list_recipes() if name.startswith(f"{paper}/")]


def find_table(paper: str, wanted: str) -> PaperTable:
    """A table by its number, written as the paper does or in other figures; `3` is `III`.

    Raises
    ------
    ConfigError
        If the paper has no such table.

    Examples
    --------
    >>> find_table("nguyen2020", "Table 3").table, find_table("nguyen2020", "iii").table
    ('III', 'III')
    """
    tables = load_paper(paper).tables
    for one in tables:
        if _plain(one.table) == _plain(wanted):
            return one
    raise ConfigError(
        f"{paper} has no table {wanted!r}; expected one of: {', '.join(one.table for one in tables)}"
    )


def _plain(number: str) -> str:
    text = number.strip().lower().removeprefix("table").strip()
    return str(_ROMAN.get(text, text))


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
