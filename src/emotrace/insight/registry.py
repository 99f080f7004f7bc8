"""Finds the analyses, and which of them a model offers."""

import importlib
import pkgutil
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


def offered(model: Model, name: str) -> list[Analysis]:
    """The analyses that a model offers, by name.

    Parameters
    ----------
    model : Model
    name : str
        Its ``system/variant``, for the message.

    Raises
    ------
    InputError
        If it offers none.
    """
    found = [analysis for analysis in available().values() if analysis.offered(model)]
    if not found:
        needs = "; ".join(f"{one.name}: a model with {one.needs}" for one in available().values())
        raise InputError(
            f"{name} shows nothing of what goes on inside it; expected a model that one of the analyses can "
            f"look into ({needs}), train such a one"
        )
    return found
