"""What the stages of a run found without gradients, in words."""

from collections.abc import Mapping, Sequence
from typing import Any


def fitted_lines(stages: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each stage of ``run.json`` that says what it found.

    Examples
    --------
    >>> found = {"complexity": {"arousal": 0.01, "valence": 1}, "rows": 900}
    >>> fitted_lines([{"name": "joint", "fitted": found}])
    ['joint: complexity arousal 0.01, valence 1; rows 900']
    >>> fitted_lines([{"name": "joint", "fitted": {}}, {"name": "other"}])
    []
    """
    found = [(stage.get("name"), stage.get("fitted")) for stage in stages]
    return [f"{name}: {_words(facts)}" for name, facts in found if isinstance(facts, dict) and facts]


def _words(facts: Mapping[str, Any]) -> str:
    return "; ".join(f"{key.replace('_', ' ')} {_value(value)}" for key, value in facts.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value)
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "undefined"}[value]
    return f"{value:.4g}" if isinstance(value, float) else str(value)
