"""The paper's numbers beside ours, and why they may not be compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emotrace.config.base import validate
from emotrace.config.recipe import Recipe, Reported, ReportedByOthers
from emotrace.errors import ConfigError
from emotrace.evaluation.run_folder import RunFolder
from emotrace.offline_page.words import plural
from emotrace.run_files import RunFiles

_NAMES_OF_ONE_CORPUS = {"recola": ("recola", "avec2015", "avec2016")}
"""Names, in small letters without signs, under which papers and runs speak of the same recordings.

RECOLA has more people than the 27 of the challenges AVEC 2015 and 2016, which share them in the same three
partitions of 9; the number of subjects in a partition says whether the same part of it is meant.
"""
_OTHER_CORPUS = "the corpus is "
_SPLITS = {
    "fixed": "the corpus's own partitions",
    "kfold": "k-fold over subjects",
    "loso": "leave one subject out",
    "session": "leave one session out",
    "clips": "k-fold over clips",
}


@dataclass(frozen=True)
class Comparison:
    """One row of a paper's table, and this run's numbers of the same name.

    Parameters
    ----------
    reported : Reported
    partition : str
        The partition of this run that stands beside it.
    ours : dict of metric to float or None
        Of all recordings end to end; None: not measured here.
    differences : tuple of str
        What differs; empty: corpus, partition and number of subjects are the same.
    """

    reported: Reported
    partition: str
    ours: dict[str, float | None]
    differences: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """Whether the numbers may be compared, in a sentence."""
        if self.differences:
            return f"Not comparable: {'; '.join(self.differences)}."
        may = "whether it is that corpus, its labels and who is in it cannot be told from here."
        if self.reported.scheme in ("kfold", "clips"):
            may = f"how many folds the paper makes is not looked at, and {may}"
        if self.reported.scheme == "clips":
            may = f"there as here subjects of test are learnt from (subjects shared); {may}"
        if self.reported.subjects is None:
            return f"Corpus layout and partition agree, the paper's subjects are not counted; {may}"
        return f"Corpus layout, partition and number of subjects agree; {may}"

    @property
    def of_this_corpus(self) -> bool:
        """Whether the row is of the corpus of this run, by its name."""
        return not any(text.startswith(_OTHER_CORPUS) for text in self.differences)

    @property
    def method(self) -> str:
        """The other method that the row is of, and what it takes; empty: the row is of this system."""
        row = self.reported
        return f"{row.method} on {row.features}" if isinstance(row, ReportedByOthers) else ""

    @property
    def origin(self) -> str:
        """Corpus, partition and number of subjects of the paper."""
        people = "" if self.reported.subjects is None else f", {plural(self.reported.subjects, 'subject')}"
        return f"{self.reported.corpus}, {self.reported.partition}{people}"


def compare_all(run: RunFolder, partitions: Mapping[str, Any]) -> list[Comparison]:
    """Every row of the paper that the run's recipe names, beside what `evaluate` found.

    Parameters
    ----------
    run : RunFolder
    partitions : mapping
        As for `compare`.

    Raises
    ------
    ConfigError
        If RUN/recipe.yaml is not a recipe.
    """
    return [compare(reported, run, partitions) for reported in join_tables(read_reported(run.path))]


def read_reported(run_path: Path) -> tuple[Reported, ...]:
    """The paper's rows in RUN/recipe.yaml, those of other methods last; none if there is no such file.

    Raises
    ------
    ConfigError
        If the file is not a recipe.
    """
    import yaml

    path = RunFiles(run_path).recipe_yaml
    if not path.is_file():
        return ()
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{path}: not readable YAML ({reason}); expected the recipe of the run") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: holds {type(values).__name__}; expected the keys of a recipe")
    recipe = validate(Recipe, values, str(path))
    return (*recipe.reported, *recipe.reported_by_others)


def join_tables(rows: Iterable[Reported]) -> list[Reported]:
    """Rows that say the same in several tables of a paper as one row that names them all.

    Examples
    --------
    >>> row = {"corpus": "C", "partition": "test", "metrics": {"ccc_mean": 0.5}}
    >>> [joined.table for joined in join_tables([Reported(table=name, **row) for name in ("III", "IV")])]
    ['III, IV']
    """
    joined: dict[str, Reported] = {}
    for row in rows:
        key = row.model_copy(update={"table": ""}).digest()
        there = joined.get(key)
        joined[key] = row.model_copy(update={"table": f"{there.table}, {row.table}"}) if there else row
    return list(joined.values())


def compare(reported: Reported, run: RunFolder, partitions: Mapping[str, Any]) -> Comparison:
    """Lay one row of a paper beside what `evaluate` found.

    Parameters
    ----------
    reported : Reported
    run : RunFolder
    partitions : mapping
        ``partitions`` of metrics.json, at least one; the reported one is taken if it is there,
        else the first.
    """
    name = reported.partition if reported.partition in partitions else next(iter(partitions))
    scores = partitions[name]
    differences = []
    corpus = run.run.get("corpus")
    if _recordings_of(reported.corpus) != _recordings_of(corpus):
        differences.append(f"{_OTHER_CORPUS}{reported.corpus} there and {corpus} here")
    if reported.partition != name:
        differences.append(f"the partition is {reported.partition} there and {name} here")
    differences += _splits_apart(reported, run)
    if run.run.get("preset") == "small":
        differences.append("the preset is small here")
    for noun in ("subjects", "recordings"):
        there = getattr(reported, noun)
        if there is not None and there != scores.get(noun):
            differences.append(f"there are {there} {noun} there and {scores.get(noun)} here")
    ours = {metric: scores["concatenated"].get(metric, {}).get("value") for metric in reported.metrics}
    return Comparison(reported, name, ours, tuple(differences))


def _splits_apart(reported: Reported, run: RunFolder) -> list[str]:
    """What differs in who is tested by a model that learnt from whom."""
    scheme, by = run.partition.get("scheme", "fixed"), run.partition.get("by")
    differences = []
    if by:
        differences.append(f"recordings are split by {by} here")
    elif scheme != reported.scheme and reported.scheme == "fixed":
        differences.append(
            "clips are split at random here" if scheme == "clips" else f"subjects are split by {scheme} here"
        )
    elif scheme != reported.scheme:
        differences.append(f"the split is {_SPLITS[reported.scheme]} there and {_SPLITS[scheme]} here")
    if run.subjects_shared and reported.scheme != "clips":
        differences.append("subjects of test are learnt from here (subjects shared)")
    if scheme == reported.scheme != "fixed":
        if run.folds is None:
            differences.append("a single fold is tested here")
        elif len(run.folds) < len(run.run["folds"]):
            differences.append(f"{len(run.folds)} of {len(run.run['folds'])} folds are finished here")
    return differences


def _recordings_of(corpus: Any) -> str:
    """A name of the recordings that a corpus consists of, the same for all its names and spellings."""
    name = "".join(sign for sign in str(corpus).lower() if sign.isalnum())
    return next((corpus for corpus, names in _NAMES_OF_ONE_CORPUS.items() if name in names), name)
