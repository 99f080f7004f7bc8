"""Published weights for the trunk of a model, e.g. torchvision's ResNet-50, from a file that the user has."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from emotrace.errors import CheckpointError

CLASSIFIER = ("fc.", "classifier.")  # of ImageNet's 1000 classes; a trunk may lack all or part of it
COUNTER = "num_batches_tracked"  # of batch normalisation: older files lack it, and nothing here needs it
_SHOWN = 3  # wrong names of a kind in a message


def load_trunk(trunk: nn.Module, path: str | Path) -> None:
    """Start a trunk from a file of published weights.

    Parameters
    ----------
    trunk : Module
        On any device, e.g. `model.visual.trunk` of tzirakis2017.
    path : path
        A state dict under torchvision's names, as ``torch.save`` writes it (``.pth``, ``.pt``; read without
        running code), or ``.safetensors``. Classifier layers that the trunk lacks are left out.

    Raises
    ------
    CheckpointError
        If the file is missing or damaged, holds other than weights by name, or its names and shapes are not
        those of the trunk; the message counts them and names the first. The trunk is then as it was.

    Notes
    -----
    The path is no setting of a model: a checkpoint holds the weights, whichever they began from.

    Examples
    --------
    >>> import tempfile
    >>> trunk, path = nn.Sequential(nn.Linear(2, 1)), Path(tempfile.mkdtemp(), "published.pth")
    >>> torch.save({"0.weight": torch.ones(1, 2), "0.bias": torch.ones(1), "fc.bias": torch.ones(9)}, path)
    >>> load_trunk(trunk, path)
    >>> trunk(torch.ones(1, 2)).tolist()
    [[3.0]]
    """
    path = Path(path)
    wanted, found = trunk.state_dict(), _read(path)
    found = {
        name: value for name, value in found.items() if name in wanted or not name.startswith(CLASSIFIER)
    }
    _check(path, type(trunk).__name__, wanted, found)
    trunk.load_state_dict(found, strict=False)  # checked above, but for counters


def _read(path: Path) -> dict[str, Tensor]:
    """Weights by name."""
    if not path.is_file():
        raise CheckpointError(f"{path}: there is no such file; give a state dict under torchvision's names")
    held: Any
    try:
        if path.suffix == ".safetensors":
            held = load_file(path)
        else:
            held = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:  # not its own words: they advise to run what it holds
        raise CheckpointError(
            f"{path}: is no file of weights, or holds code, which is not run; save its state_dict() alone"
        ) from error
    except (OSError, RuntimeError, LookupError, TypeError, ValueError, EOFError, SafetensorError) as error:
        why = (str(error).splitlines() or [type(error).__name__])[0]
        raise CheckpointError(f"{path}: is damaged or no file of weights ({why}); fetch it again") from error
    if not isinstance(held, Mapping) or not all(isinstance(value, Tensor) for value in held.values()):
        kind = type(held).__name__
        if isinstance(held, Mapping):
            kind += f" of {', '.join(map(str, list(held)[:_SHOWN]))}"
        raise CheckpointError(f"{path}: holds a {kind}; expected a state dict, weights by name and no more")
    return dict(held)


def _check(path: Path, trunk: str, wanted: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> None:
    problems = {
        "missing": [name for name in wanted if name not in found and not name.endswith(COUNTER)],
        "unknown": [name for name in found if name not in wanted and not name.endswith(COUNTER)],
        "of another shape": [
            f"{name} is {tuple(found[name].shape)}, not {tuple(wanted[name].shape)}"
            for name in wanted
            if name in found and found[name].shape != wanted[name].shape
        ],
    }
    told = [f"{len(names)} {what} ({_few(names)})" for what, names in problems.items() if names]
    if told:
        raise CheckpointError(
            f"{path}: its weights are not those of this {trunk}: {'; '.join(told)}; check the file, the "
            "preset and the part that it is for"
        )


def _few(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
