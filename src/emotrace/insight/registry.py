"""Finds the analyses, and which of them a model offers."""

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache

from emotrace.errors import InputError
from emotrace.insight.analysis import Analysis
from emotrace.models.base import Model


@cache
def available() -> dict[str, Analysis]:
    """Every analysis by name: each module or package of `insight.analyses` that declares ``ANALYSIS``.

    Examples
    --------
    >>> "cells" in available()
    True
    """
    room = importlib.import_module("emotrace.insight.analyses")
    found = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(room.__path__)):
        analysis = getattr(importlib.import_module(f"{room.__name__}.{module}"), "ANALYSIS", None)
        if isinstance(analysis, Analysis):
            found[analysis.name] = analysis
    return found


def unclaimed(model: Model) -> tuple[str, ...]:
    """The columns of `Model.shown_columns` that no analysis which the model offers claims."""
    others = [one for one in available().values() if one.name != "shown" and one.offered(model)]
    return tuple(column for column in model.shown_columns if not any(one.claims(column) for one in others))


def offered(model: Model, name: str, only: Sequence[str] | None = None) -> list[Analysis]:
    """The analyses that a model offers, by name.

    Parameters
    ----------
    model : Model
    name : str
        Its ``system/variant``, for the message.
    only : sequence of str or None
        Names of those that are wanted; None: all.

    Raises
    ------
    InputError
        If it offers none, or not one that is wanted.
    """
    found = [analysis for analysis in available().values() if analysis.offered(model)]
    if not found:
        needs = "; ".join(f"{one.name}: a model with {one.needs}" for one in available().values())
        raise InputError(
            f"{name} shows nothing of what goes on inside it; expected a model that one of the analyses can "
            f"look into ({needs}), train such a one"
        )
    if only is None:
        return found
    names = [one.name for one in found]
    if not only or not set(only) <= set(names):
        raise InputError(
            f"--only is {', '.join(only) or 'empty'}; expected one or more of the analyses that {name} "
            f"offers: {', '.join(names)}"
        )
    return [one for one in found if one.name in only]


def refuse_unused(analyses: Sequence[Analysis], against: str) -> None:
    """Refuse another run to compare with where no analysis compares.

    Parameters
    ----------
    analyses : sequence of Analysis
        Those that will be made.
    against : str
        The other run, for the message.

    Raises
    ------
    InputError
        Naming the analyses that compare.
    """
    if not any(one.compares for one in analyses):
        able = ", ".join(one.name for one in available().values() if one.compares)
        made = ", ".join(one.name for one in analyses)
        raise InputError(
            f"--against is {against}, but of the analyses to be made ({made}) "
            f"none compares two runs, as {able} do; leave it out, or compare scores by `emotrace compare`"
        )
