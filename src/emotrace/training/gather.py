"""Joins a tensor of all training processes, with gradient."""

from typing import Any

import torch
import torch.distributed
from torch import Tensor


class _Gather(torch.autograd.Function):
    """All processes' tensors joined along the first axis; backwards their gradients are summed."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        parts = [torch.empty_like(values) for _ in range(torch.distributed.get_world_size())]
        torch.distributed.all_gather(parts, values.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        summed = gradients[0].contiguous()
        torch.distributed.all_reduce(summed)
        share = len(summed) // torch.distributed.get_world_size()
        return summed.narrow(0, torch.distributed.get_rank() * share, share)


def everyone(values: Tensor) -> Tensor:
    """A tensor of all processes, joined along its first axis in the order of their ranks.

    DDP averages the gradients of all processes, and the backward pass sums them here, so a loss that every
    process computes from joined values has the gradient of one process on the whole batch.

    Parameters
    ----------
    values : Tensor
        Of the same shape in every process.

    Returns
    -------
    Tensor
        `values` itself where one process trains alone.
    """
    if not torch.distributed.is_available() or not torch.distributed.is_initialized():
        return values
    return values if torch.distributed.get_world_size() == 1 else _Gather.apply(values)
