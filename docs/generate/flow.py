"""Which parts of a model feed which: its boxes and arrows, found by running it without weights."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from emotrace.config.declaration import InputSpec
from emotrace.models.base import Model
from emotrace.timing import sample_count

STEPS = 8  # of the window that is run, or as many as one prediction sees


@dataclass
class Box:
    """An input, a part or the output of a model.

    Parameters
    ----------
    name : str
        As the model names it, such as ``encoders.face``; ``input face`` for an input, which a part may share
        its name with.
    kind : str
        ``input``, ``part``, ``training`` (a part that only training needs) or ``output``.
    what : str
        Its class, or what the input is.
    parameters : int
    shape : tuple of int or None
        What it gives, without the batch axis; of a step if it gives one for each.
    sources : set of str
        Boxes that feed it.
    """

    name: str
    kind: str
    what: str
    parameters: int = 0
    shape: tuple[int, ...] | None = None
    sources: set[str] = field(default_factory=set)


def find_flow(model: Model, run: bool = True) -> list[Box]:
    """Boxes of a model in the order in which it holds them: inputs, parts with parameters, output.

    Parameters
    ----------
    model : Model
        On the meta device, as `emotrace.models.registry.build_without_weights` makes it, or on another.
    run : bool
        False: boxes without arrows and shapes.

    Raises
    ------
    NotImplementedError
        By torch, if the model must see values to go on and there are none on the meta device.

    Notes
    -----
    What feeds what is read from the graph that autograd keeps of one pass, back from what a part gave to
    what other parts or inputs gave.
    """
    model = model.eval()
    boxes = {
        f"input {name}": Box(f"input {name}", "input", told(spec))
        for name, spec in model.declaration.inputs.items()
    }
    parts = dict(_parts(model))
    for name, part in parts.items():
        only = any(f"{name}.".startswith(f"{own}.") for own in model.training_only)
        count = sum(parameter.numel() for parameter in part.parameters())
        boxes[name] = Box(name, "training" if only else "part", type(part).__name__, count)
    output = Box("prediction", "output", ", ".join(model.labels), shape=(len(model.labels),))
    if not parts:
        count = sum(parameter.numel() for parameter in model.parameters())
        boxes["model"] = Box("model", "part", type(model).__name__, count, sources=set(boxes))
        output.sources = {"model"}
    if not run or not parts:
        return [*boxes.values(), output]
    steps = max(STEPS, model.declaration.window_steps)
    inputs = _inputs(model, steps)
    made: dict[Any, str] = {}  # node of the graph: the box that gave it
    given: dict[str, list[Any]] = {name: [] for name in boxes}  # nodes that a box gave
    hooks = [
        inner.register_forward_hook(_note(boxes, made, given, name, inner is part))
        for name, part in parts.items()
        for inner in part.modules()
    ]
    leaves = {id(value): f"input {name}" for name, value in inputs.items()}
    with torch.enable_grad():
        prediction = model(inputs)["prediction"]
    for hook in hooks:
        hook.remove()
    for box in boxes.values():
        if box.kind != "input":
            box.sources = _sources(box.name, given[box.name], made, leaves)
        if box.shape is not None:
            box.shape = _of_a_step(box.shape, steps)
    if prediction.grad_fn in made:
        output.sources = {made[prediction.grad_fn]}
    elif prediction.grad_fn is not None:
        output.sources = _sources(output.name, [prediction.grad_fn], made, leaves)
    return [*boxes.values(), output]


def told(spec: InputSpec) -> str:
    """An input in a few words.

    Examples
    --------
    >>> from emotrace.config.declaration import FaceInput
    >>> told(FaceInput(size=96))
    'face, 3 x 96 x 96 a step'
    """
    match spec.kind:
        case "face":
            return f"face, 3 x {spec.size} x {spec.size} a step"
        case "audio":
            return f"sound at {spec.rate_hz} Hz"
        case "spectrogram":
            return f"spectrogram, {spec.columns} x 128 a step"
        case _:
            return f"{spec.name}, {spec.columns:,} numbers a step"


def _inputs(model: Model, steps: int) -> dict[str, Tensor]:
    """A window of the declared inputs, each a leaf of the graph."""
    declaration = model.declaration
    device = next((parameter.device for parameter in model.parameters()), None)
    made: dict[str, Tensor] = {}
    for name, spec in declaration.inputs.items():
        if spec.kind == "face":
            shape: tuple[int, ...] = (3, spec.size, spec.size)
        elif spec.kind == "audio":
            shape = (sample_count(declaration.step_s, spec.rate_hz),)
        elif spec.kind == "spectrogram":
            shape = (spec.columns, 128)
        else:
            shape = (spec.columns,)
        made[name] = torch.ones(1, steps, *shape, device=device, requires_grad=True)
        made[f"{name}_mask"] = torch.ones(1, steps, dtype=torch.bool, device=device)
    return made


def _parts(module: nn.Module, prefix: str = "") -> Iterator[tuple[str, nn.Module]]:
    """Children that have parameters; what is in a list or dictionary stands for itself."""
    for name, child in module.named_children():
        if isinstance(child, nn.ModuleDict | nn.ModuleList):
            yield from _parts(child, f"{prefix}{name}.")
        elif any(True for _ in child.parameters()):
            yield f"{prefix}{name}", child


def _note(boxes: dict[str, Box], made: dict[Any, str], given: dict[str, list[Any]], name: str, whole: bool):
    """A hook that remembers which nodes of the graph a part gave, and the shape of the part's first."""

    def note(module: nn.Module, arguments: Any, output: Any) -> None:
        tensors = list(_tensors(output))
        for tensor in tensors:
            if tensor.grad_fn is not None:
                made[tensor.grad_fn] = name
                given[name].append(tensor.grad_fn)
        if tensors and (whole or boxes[name].shape is None):
            boxes[name].shape = tuple(tensors[0].shape)

    return note


def _of_a_step(shape: tuple[int, ...], steps: int) -> tuple[int, ...]:
    """A shape without the axes of batch and time, joined or apart."""
    for expected in (1, steps):
        if len(shape) > 1 and shape[0] == expected:
            shape = shape[1:]
    return shape


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _tensors(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _tensors(each)


def _sources(own: str, nodes: list[Any], made: dict[Any, str], leaves: dict[int, str]) -> set[str]:
    """Names of other boxes that the nodes come from, each by the shortest way back."""
    found, seen, waiting = set(), set(nodes), list(nodes)
    while waiting:
        node = waiting.pop()
        for before, _ in node.next_functions:
            if before is None or before in seen:
                continue
            seen.add(before)
            if made.get(before, own) != own:
                found.add(made[before])
            elif hasattr(before, "variable"):
                if id(before.variable) in leaves:
                    found.add(leaves[id(before.variable)])
            else:
                waiting.append(before)
    return found
