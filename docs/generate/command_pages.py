"""One page per command, from the command line itself."""

import inspect
from typing import Any

from typer.main import get_command

from cells import code, markdown_table, plain
from emotrace.cli.app import app


def command_pages() -> dict[str, str]:
    """Pages by their path in the site, one per command."""
    group: Any = get_command(app)  # typer brings a click of its own, so its classes are not named here
    return {f"commands/{name}.md": _page(name, command) for name, command in group.commands.items()}


def _page(name: str, command: Any) -> str:
    context = command.make_context(f"emotrace {name}", [], resilient_parsing=True)
    rows: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and parameter.name != "help":
            rows[parameter.param_type_name].append((code(record[0]), plain(record[1])))
    sections = [
        f"# emotrace {name}",
        plain(inspect.cleandoc(command.help or "")),
        f"```text\nemotrace {name} {' '.join(command.collect_usage_pieces(context))}\n```",
    ]
    for kind, found in rows.items():
        if found:
            sections += [f"## {kind.title()}s", markdown_table((kind, "meaning"), found)]
    return "\n\n".join(sections) + "\n"
