"""The stored form of post-processing of any kind: plain values with a version, checked when read."""

from typing import Any

from emotrace.config.base import SettingsType, validate
from emotrace.errors import CheckpointError, ConfigError

FORMAT = 1


def read_stored(kind: type[SettingsType], values: Any, where: str | None) -> SettingsType:
    """Settings of a kind from what its `to_dict` gave.

    Parameters
    ----------
    kind : subclass of Settings
        With a field `kind`, its name.
    values : dict
    where : str or None
        The file that they come from, for the message; None: the name of the kind.

    Raises
    ------
    CheckpointError
        If they are of another version, or not what `to_dict` gives.
    """
    name = str(kind.model_fields["kind"].default)
    where = where or name
    if not isinstance(values, dict):
        raise CheckpointError(
            f"{where}: holds a {type(values).__name__}; expected the values of a {name}, fit it again"
        )
    if values.get("format") != FORMAT:
        raise CheckpointError(
            f"{where}: its form is {values.get('format')!r}, written by emotrace "
            f"{values.get('emotrace', 'of unknown version')}; expected {FORMAT}, fit the {name} "
            "again or use that version"
        )
    try:
        return validate(kind, {key: value for key, value in values.items() if key != "format"}, where)
    except ConfigError as error:
        raise CheckpointError(f"{error}; expected a {name} as it was stored, fit it again") from error
