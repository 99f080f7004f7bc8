"""The base of every setting: typed, frozen, unknown keys refused."""

import hashlib
import json
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from emotrace.errors import ConfigError

SettingsType = TypeVar("SettingsType", bound="Settings")


class Settings(BaseModel):
    """A frozen group of settings that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def digest(self) -> str:
        """Hash of all values: equal settings have equal digests, in any process."""
        return digest(self.model_dump(mode="json"))


def digest(value: Any) -> str:
    """A 16-character hash of any JSON-able value.

    Examples
    --------
    >>> digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def validate(kind: type[SettingsType], values: dict[str, Any], where: str) -> SettingsType:
    """Build settings from plain values.

    Parameters
    ----------
    kind : subclass of Settings
    values : dict
    where : str
        Named in the message: the file or option that the values come from.

    Raises
    ------
    ConfigError
        One sentence that lists each wrong key, what it got and what was expected.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(_describe(kind, problem) for problem in error.errors())
        raise ConfigError(f"{where}: {problems}") from error


def _describe(kind: type[Settings], problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        owner: Any = kind
        for part in problem["loc"][:-1]:
            field = getattr(owner, "model_fields", {}).get(str(part))
            owner = getattr(field, "annotation", None)
        known = ", ".join(sorted(getattr(owner, "model_fields", {})))
        return f"unknown key {key!r}" + (f", expected one of: {known}" if known else "")
    return f"{key or 'value'} is {problem['input']!r}: {problem['msg']}"
