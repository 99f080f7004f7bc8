"""The base of every setting: typed, frozen, unknown keys refused."""

import hashlib
import json
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from emotrace.errors import ConfigError

SettingsType = TypeVar("SettingsType", bound="Settings")
_SHOWN = 80  # characters of a wrong value in a message


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


def flat(values: Any, prefix: str = "") -> dict[str, Any]:
    """Nested plain values by dotted key.

    Examples
    --------
    >>> flat({"a": {"b": 1}, "c": [2, {"d": 3}]})
    {'a.b': 1, 'c.0': 2, 'c.1.d': 3}
    """
    if isinstance(values, list):
        values = {str(i): value for i, value in enumerate(values)} or []
    if not isinstance(values, dict) or not values:
        return {prefix.rstrip("."): values}
    found: dict[str, Any] = {}
    for key, value in values.items():
        found |= flat(value, f"{prefix}{key}.")
    return found


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
    owner, key = _owner(kind, problem["loc"])
    if problem["type"] == "missing":
        return f"key {key!r} is missing"
    if problem["type"] == "extra_forbidden":
        known = ", ".join(sorted(getattr(owner, "model_fields", {})))
        return f"unknown key {key!r}" + (f", expected one of: {known}" if known else "")
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "value_error" and not key:
        return message
    if problem["type"] == "union_tag_not_found":
        message = f"expected a key {problem['ctx']['discriminator']} in it, which says what it is"
    if problem["type"] in ("model_type", "model_attributes_type"):
        message = f"expected keys of its own: {_keys_of(owner, key.rpartition('.')[2])}"
    got = repr(problem["input"])
    return f"{key or 'value'} is {got if len(got) <= _SHOWN else got[:_SHOWN] + '...'}: {message}"


def _owner(kind: type[Settings], place: tuple[Any, ...]) -> tuple[Any, str]:
    """The settings that hold the last part of a place, and the place as its keys are written.

    Where a field holds one of several kinds of settings, pydantic names the kind as a part of the place.
    """
    owner: Any = kind
    found: list[Any] = [kind]
    written: list[str] = []
    for part in place:
        of_kind = [one for one in found if len(found) > 1 and _is_named(one, part)]
        if of_kind:
            owner, found = of_kind[0], of_kind
            continue
        owner = found[0] if found else None
        fields = getattr(owner, "model_fields", {})
        found = _settings_in(fields[part].annotation) if part in fields else found  # else: row of a list
        written.append(str(part))
    return owner, ".".join(written)


def _keys_of(owner: Any, field: str) -> str:
    """Keys of the settings that a field holds, where those are of one kind."""
    fields = getattr(owner, "model_fields", {})
    kinds = _settings_in(fields[field].annotation) if field in fields else []
    return ", ".join(sorted(kinds[0].model_fields)) if len(kinds) == 1 else "{key: value, ...}"


def _is_named(settings: type[Settings], name: Any) -> bool:
    """Whether one of its fields has a name for a default, which tells it from others, such as ``kind``."""
    return isinstance(name, str) and any(field.default == name for field in settings.model_fields.values())


def _settings_in(annotation: Any) -> list[type[Settings]]:
    """The settings that a field may hold, also as ``X | None`` or ``tuple[X, ...]``; maybe none."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return [annotation]
    return list(dict.fromkeys(one for part in get_args(annotation) for one in _settings_in(part)))
