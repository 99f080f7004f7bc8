"""One page per system: picture, inputs, variants, recipes, and tables of the paper's numbers and ours."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from cells import code, markdown_table
from drawing import draw
from emotrace.cli.systems import recipe_lines
from emotrace.config.feature_settings import FeatureSettings
from emotrace.config.load import list_recipes
from emotrace.config.paper import papers
from emotrace.models import System, describe
from emotrace.models.registry import build, build_without_weights, configure, systems
from flow import Box, find_flow, told
from paper_tables import paper_tables
from summaries import Summary
from summaries import table as summary_table

MADE = (
    "The corpus `demo` is made by a program: such a row tells that a system learns, not how well it would do "
    "with people."
)


def system_pages(summaries: list[Summary]) -> dict[str, str]:
    """Pages and pictures by their path in the site.

    Parameters
    ----------
    summaries : list of Summary
        Of our runs; each stands on the page of the system whose recipe it is of.
    """
    described = describe()
    pages: dict[str, str] = {}
    for name, system in systems().items():
        own = [one for one in summaries if one.recipe.partition("/")[0] == name]
        pictures = _pictures(system)
        pages |= {f"systems/{name}-{variant}.svg": picture for variant, picture in pictures.items()}
        recipes = recipe_lines([each for each in list_recipes() if each.startswith(f"{name}/")], width=88)
        sections = [
            f"# {name}",
            _first_line(name),
            f"Source: {system.source}.",
            *_shown(name, list(pictures)),
            "## Inputs and output",
            _inputs(system),
            "## Variants and sizes",
            _variants(name, described),
            "## Recipes",
            "For `emotrace train`; `-x` in brackets is added to the name before them.",
            "\n".join(["```text", *recipes, "```"]),
            *(paper_tables(name, own) if name in papers() else []),
            *(["## Our runs", summary_table(own), MADE] if own else []),
        ]
        pages[f"systems/{name}.md"] = "\n\n".join(sections) + "\n"
    return pages


def _first_line(name: str) -> str:
    """What the system's file says of it, without its name."""
    text = importlib.import_module(f"emotrace.models.{name}").__doc__ or ""
    line = text.partition("\n")[0].removeprefix(f"{name}: ")
    return line[:1].upper() + line[1:]


def _pictures(system: System) -> dict[str, str]:
    """A picture of the first variant, and of each other whose parts hang together in another way."""
    drawn: dict[str, str] = {}
    seen: list[Any] = []
    for variant in system.variants:
        boxes = _flow(system, variant)
        kinds = {box.name: "input" if box.kind == "input" else box.name for box in boxes}
        form = {
            (box.name, box.what, frozenset(kinds[source] for source in box.sources))
            for box in boxes
            if box.kind in ("part", "training")
        }
        if form not in seen:
            seen.append(form)
            drawn[variant] = draw(boxes, f"Parts of {system.name}/{variant}")
    return drawn


def _flow(system: System, variant: str) -> list[Box]:
    """Boxes of a variant; one that must see values to go on lends its arrows from its smallest preset."""
    name = f"{system.name}/{variant}"
    model = build_without_weights(name, configure(name))
    try:
        return find_flow(model)
    except NotImplementedError:
        boxes = find_flow(model, run=False)
    smallest = {box.name: box for box in find_flow(build(name, preset=list(system.presets)[-1]))}
    for box in boxes:
        box.sources = smallest[box.name].sources if box.name in smallest else set()
    return boxes


def _shown(name: str, variants: list[str]) -> list[str]:
    """The first picture, and the others folded away."""
    first, *others = variants
    parts = [
        f"![Parts of {name}/{first}]({name}-{first}.svg)",
        f"`{name}/{first}` in its first preset: what each part gives for a step, and its parameters. A "
        "dashed box is there in training only, a dashed arrow brings what was found at earlier steps, and an "
        "input without an arrow chooses what is looked at.",
    ]
    for variant in others:
        parts.append(f'??? note "{variant}"\n    ![Parts of {name}/{variant}]({name}-{variant}.svg)')
    return parts


def _inputs(system: System) -> str:
    """What the first variant sees and when, and what it gives."""
    variant = next(iter(system.variants))
    name = f"{system.name}/{variant}"
    model = build_without_weights(name, configure(name))
    grid = model.declaration
    lines = [f"- **{key}**: {told(spec)}" for key, spec in grid.inputs.items()] or ["- none"]
    step = f"a step of {1000 * grid.step_s:g} ms"
    if grid.whole:
        sees = "the whole recording"
    elif grid.context_steps or grid.look_ahead_steps:
        sees = f"{grid.context_steps} steps before it and {grid.look_ahead_steps} after it"
    else:
        sees = "itself, and what the model remembers of steps before"
    lines += _feature_settings(system)
    gives = "a class" if grid.predicts == "class" else "a value of each label"
    lines.append(f"- Predicts {gives} ({', '.join(model.labels)}); {step} sees {sees}.")
    return f"Of `{name}`; `emotrace systems --json` tells those of every variant.\n\n" + "\n".join(lines)


def _feature_settings(system: System) -> list[str]:
    """A line for each field of the configuration by which a feature among the inputs is computed."""
    lines = []
    for name, field in system.config.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, FeatureSettings):
            values = kind().model_dump(mode="json")
            defaults = ", ".join(f"{code(key)} {value}" for key, value in values.items())
            lines.append(
                f"- `model.{name}` says how the feature of **{name}** is made: {defaults} by default. Give "
                f"`prepare --for` and `train` the same `--set model.{name}.KEY=VALUE`; a feature by other "
                "settings is a track of its own, and `predict` makes it as the model had it."
            )
    return lines


def _variants(name: str, described: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (
            code(entry["name"].partition("/")[2]),
            entry["preset"],
            entry["summary"],
            " + ".join(entry["inputs"]),
            f"{entry['parameters_training']:,}",
            f"{entry['parameters_inference']:,}",
        )
        for entry in described
        if entry["name"].startswith(f"{name}/")
    ]
    columns = ("variant", "preset", "what", "inputs", "parameters in training", "in inference")
    return markdown_table(columns, rows)
