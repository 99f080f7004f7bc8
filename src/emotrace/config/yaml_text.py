"""Reads YAML text strictly: 1e-4 is a number, a key twice is an error, and errors name the line."""

import re
from typing import Any

import yaml

from emotrace.errors import ConfigError


class _Loader(yaml.SafeLoader):
    """YAML's safe loader with the two repairs."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = key_node.value
            if key in seen and key != "<<":
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver(  # YAML 1.1 takes 1e-4, without a point, for a word
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+[eE][-+]?[0-9]+$"), list("-+0123456789")
)


def parse_yaml(text: str, where: str) -> Any:
    """Value of a YAML text.

    Parameters
    ----------
    text : str
    where : str
        The file or option that it comes from, named in the message.

    Raises
    ------
    ConfigError
        If it is not YAML, or a mapping has a key twice; the message names the line.

    Examples
    --------
    >>> parse_yaml("{learning_rate: 1e-4, steps: [1, 2]}", "example")
    {'learning_rate': 0.0001, 'steps': [1, 2]}
    """
    try:
        return yaml.load(text, Loader=_Loader)  # _Loader is a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ConfigError(f"{where}: is not YAML{line} ({error.problem}); mend it there") from error
    except (yaml.YAMLError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{where}: is not YAML ({reason}); expected plain text") from error
