"""A copy of a model whose large layers compute in int8, for prediction on a CPU."""

import copy

from torch import nn

from emotrace.errors import InputError
from emotrace.models.base import Model
from emotrace.models.layers.int8 import check_int8, in_int8, suits


def quantised(model: Model, small: bool = False) -> tuple[Model, tuple[str, ...]]:
    """Copy a model, of any system, with its large convolutions and linear layers in int8.

    Recurrent layers, layers that are small and outputs stay in float32, and so does what goes from layer to
    layer: what is off is about 1 % of what each of these layers gives. A model may have none that is large
    enough; it then computes as before. The copy is for prediction alone: its layers in int8 have no weights
    to train, save or move to another device.

    Parameters
    ----------
    model : Model
        On the CPU; left as it is.
    small : bool
        Take small layers too, which are slower then: to see what int8 costs a small model in accuracy.

    Returns
    -------
    copy : Model
        In evaluation mode.
    layers : tuple of str
        Names of those in int8.

    Raises
    ------
    InputError
        If the model is not on the CPU, or torch or the processor cannot compute in int8.

    Source
    ------
    Our choice; no paper does it. `benchmarks/int8.py` says what it costs and saves.

    Examples
    --------
    >>> from emotrace.models import build
    >>> quantised(build("nguyen2020/1dconv-lstm"))[1]  # doctest: +SKIP
    ('encoders.audio.squeeze', 'encoders.audio.features')
    """
    devices = sorted({parameter.device.type for parameter in model.parameters()} - {"cpu"})
    if devices:
        raise InputError(f"int8: the model is on {devices[0]}; expected the CPU, move it with model.cpu()")
    check_int8()
    copied = copy.deepcopy(model).eval()
    done: dict[nn.Module, nn.Module] = {}  # one layer may bear several names
    names = []
    only = tuple(f"{name}." for name in model.training_only)
    for name, layer in list(copied.named_modules(remove_duplicate=False)):
        if name.startswith(only) or not suits(layer, small):
            continue
        if layer not in done:
            done[layer] = in_int8(layer)
            names.append(name)
        copied.set_submodule(name, done[layer])
    return copied, tuple(names)
