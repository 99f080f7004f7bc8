"""The share of steps that a budget allowed, as the folder of the runs keeps it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from emotrace.errors import ConfigError
from emotrace.reproduction.budget import seconds_of
from emotrace.writing import written_whole


@dataclass(frozen=True)
class KeptShare:
    """What a budget allowed.

    Parameters
    ----------
    share : float
        Of every recipe's steps.
    budget : str
        As it was given.
    tables : tuple of str
        That it was planned for.
    """

    share: float
    budget: str
    tables: tuple[str, ...]


def read_share(folder: Path, budget: str | None = None) -> KeptShare | None:
    """What an earlier call found for this folder; None: there was none.

    Raises
    ------
    ConfigError
        If the file is damaged, or the share was chosen for another `budget` than this, if one is given.
    """
    path = folder / "budget.json"
    if not path.is_file():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        tables = tuple(map(str, values["tables"]))
        kept = KeptShare(float(values["share"]), str(values["budget"]), tables)
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path}: is damaged ({error}); remove it, or name another folder") from error
    if budget is not None and seconds_of(budget) != seconds_of(kept.budget):
        raise ConfigError(
            f"{folder}: was begun with --budget {kept.budget}, not {budget}; give that again, or name "
            "another folder"
        )
    return kept


def write_share(folder: Path, kept: KeptShare) -> None:
    """Keep it for calls that go on.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    with written_whole(folder / "budget.json") as part:
        part.write_text(json.dumps(asdict(kept)), encoding="utf-8")


def refuse_runs_without(folder: Path, names: Sequence[str]) -> None:
    """Refuse a budget for runs that were begun without one.

    Raises
    ------
    ConfigError
        Naming the first.
    """
    begun = [name for name in names if (folder / name / "run.json").is_file()]
    if begun:
        raise ConfigError(
            f"{folder}: {begun[0]} was begun there without --budget; leave it out, or name another folder"
        )
