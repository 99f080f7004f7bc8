"""What an analysis is, and what it hands over: tables, figures, a section of the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emotrace.models.base import Model
from emotrace.offline_page.page import Page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from emotrace.insight.examined import Examined

Row = dict[str, Any]


@dataclass(frozen=True)
class Findings:
    """What an analysis found.

    Parameters
    ----------
    summary : mapping
        JSON-able; stands in ``insight.json`` under the name of the analysis.
    show : callable
        ``show(page)`` adds its section to the page.
    tables : mapping of str to list of rows
        Each becomes ``<name>.csv``; the columns are those of the first row.
    figures : mapping of str to matplotlib Figure
        Each becomes ``<name>.png`` and ``<name>.svg``.
    headline : list of rows
        What the command prints.
    warnings : tuple of str
        Plain sentences; they stand first on the page.
    """

    summary: Mapping[str, Any]
    show: Callable[[Page], None]
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    figures: Mapping[str, "Figure"] = field(default_factory=dict)
    headline: Sequence[Row] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """One way to look into a model; a module of `insight.analyses` declares it as ``ANALYSIS``.

    Parameters
    ----------
    name : str
        Lower case; its files begin with it.
    needs : str
        What a model must offer, in words: ends "a model with ...".
    offered : callable
        ``offered(model) -> bool``.
    run : callable
        ``run(examined) -> Findings``.
    compares : bool
        Whether it says something of `Examined.against`.
    claims : callable
        ``claims(column) -> bool``: whether it shows that column of `Model.shown_columns`, wherever it is
        offered; by default none. What no analysis shows, `shown` does.
    """

    name: str
    needs: str
    offered: Callable[[Model], bool]
    run: Callable[["Examined"], Findings]
    compares: bool = False
    claims: Callable[[str], bool] = lambda column: False
