"""Keeps parts of a model as they are while the rest is trained."""

from collections.abc import Iterable

from torch import nn

from emotrace.training.parts import lies_in


def freeze(model: nn.Module, frozen: Iterable[str]) -> list[nn.Module]:
    """Take parts of a model out of training and put them into evaluation mode.

    Batch norms in them keep their statistics, and dropout in them drops nothing.

    Parameters
    ----------
    model : Module
        Its parameters in the parts no longer require a gradient.
    frozen : iterable of str
        Dotted names of modules or single parameters. A parameter that bears several names is frozen if
        any of them is.

    Returns
    -------
    list of Module
        Those that lie in the parts, for `rest`.
    """
    frozen = tuple(frozen)
    for name, parameter in model.named_parameters(remove_duplicate=False):
        if any(lies_in(name, part) for part in frozen):
            parameter.requires_grad_(False)
    at_rest = [
        module
        for name, module in model.named_modules(remove_duplicate=False)
        if any(lies_in(name, part) for part in frozen)
    ]
    rest(at_rest)
    return at_rest


def rest(modules: Iterable[nn.Module]) -> None:
    """Put modules into evaluation mode.

    A recurrent layer without dropout, which is alike in both modes, is left in training mode: cuDNN gives
    no gradient through one in evaluation mode to what lies before it.
    """
    for module in modules:
        module.training = isinstance(module, nn.RNNBase) and not module.dropout
