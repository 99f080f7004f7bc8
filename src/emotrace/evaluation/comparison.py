"""The paper's numbers beside ours, and why they may not be compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from emotrace.config.recipe import Reported, ReportedByOthers
from emotrace.evaluation.run_folder import RunFolder
from emotrace.evaluation.run_settings import AS_IN_RECIPE, RunSettings, read_recipe, settings_of
from emotrace.offline_page.words import plural

Comparable = Literal["yes", "no", "not known"]

_NAMES_OF_ONE_CORPUS = {"recola": ("recola", "avec2015", "avec2016")}
"""Names, in small letters without signs, under which papers and runs speak of the same recordings.

RECOLA has more people than the 27 of the challenges AVEC 2015 and 2016, which share them in the same three
partitions of 9; the number of subjects in a partition says whether the same part of it is meant.
"""
_OTHER_CORPUS = "the corpus is "
_OF_SCALE = ("rmse", "mae")  # metrics in the unit of the ratings
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
        What differs.
    unknown : tuple of str
        What of it the paper, or the run, does not say.
    """

    reported: Reported
    partition: str
    ours: dict[str, float | None]
    differences: tuple[str, ...]
    unknown: tuple[str, ...] = ()

    @property
    def comparable(self) -> Comparable:
        """Whether the numbers may be compared."""
        if self.differences:
            return "no"
        return "not known" if self.unknown else "yes"

    @property
    def verdict(self) -> str:
        """Whether the numbers may be compared, and why, in a sentence."""
        shared = "there as here subjects of test are learnt from (subjects shared); "
        may = shared if self.reported.scheme == "clips" else ""
        if self.differences:
            return f"Not comparable: {'; '.join(self.differences)}."
        if self.unknown:
            return f"Not known to be comparable: {may}{'; '.join(self.unknown)}."
        return (
            f"Comparable: corpus layout, partition, subjects and settings agree; {may}whether it is that "
            "corpus, its labels and who is in it cannot be told from here."
        )

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
    recipe = read_recipe(run.path)
    if recipe is None:
        return []
    rows = join_tables((*recipe.reported, *recipe.reported_by_others))
    settings = settings_of(run)
    return [compare(reported, run, partitions, settings) for reported in rows]


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


def compare(
    reported: Reported,
    run: RunFolder,
    partitions: Mapping[str, Any],
    settings: RunSettings = AS_IN_RECIPE,
) -> Comparison:
    """Lay one row of a paper beside what `evaluate` found.

    Parameters
    ----------
    reported : Reported
    run : RunFolder
    partitions : mapping
        ``partitions`` of metrics.json, at least one; the reported one is taken if it is there,
        else the first.
    settings : RunSettings
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
    own = not isinstance(reported, ReportedByOthers)
    if own:
        differences += settings.apart
    counts = {noun: scores.get(noun) for noun in ("subjects", "recordings")}
    if run.run["predicts"] == "class":
        counts["classes"] = len(run.labels)
    for noun, here in counts.items():
        there = getattr(reported, noun)
        if there not in (None, here):
            differences.append(f"there are {there} {noun} there and {here} here")
    if reported.value_range is not None and any(metric.startswith(_OF_SCALE) for metric in reported.metrics):
        differences += _scales_apart(reported.value_range, run)
    unknown = ["the paper's subjects are not counted"] if reported.subjects is None else []
    if reported.scheme in ("kfold", "clips") and reported.folds is None:
        unknown.append("the paper does not say how many folds it makes")
    if run.run.get("own_partitions") and run.partition.get("scheme", "fixed") == reported.scheme == "fixed":
        unknown.append("who is in which partition is a list of yours here")
    if own and not settings.known:
        unknown.append("which of the paper's recipes this run follows was not noted")
    ours = {metric: scores["concatenated"].get(metric, {}).get("value") for metric in reported.metrics}
    return Comparison(reported, name, ours, tuple(differences), tuple(unknown))


def _scales_apart(there: tuple[float, float], run: RunFolder) -> list[str]:
    here = run.scale
    if here is None or here == there:
        return []
    shown = [f"{low:g} to {high:g}" for low, high in (there, here)]
    return [f"ratings go from {shown[0]} there and from {shown[1]} here"]


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
        made = len(run.run.get("folds", ()))
        if made and reported.folds not in (None, made):
            differences.append(f"there are {reported.folds} folds there and {made} here")
        if run.folds is None:
            differences.append("a single fold is tested here")
        elif len(run.folds) < len(run.run["folds"]):
            differences.append(f"{len(run.folds)} of {len(run.run['folds'])} folds are finished here")
    return differences


def _recordings_of(corpus: Any) -> str:
    """A name of the recordings that a corpus consists of, the same for all its names and spellings."""
    name = "".join(sign for sign in str(corpus).lower() if sign.isalnum())
    return next((corpus for corpus, names in _NAMES_OF_ONE_CORPUS.items() if name in names), name)
