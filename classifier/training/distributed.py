"""Several processes, one training run: what `torchrun` started, or this process alone."""

import os
from collections.abc import Sequence
from typing import TypeVar

import torch
from torch import distributed

T = TypeVar("T")


def start() -> None:
    """Join the other processes of a `torchrun` call, if there are any."""
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not distributed.is_initialized():
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def rank() -> int:
    """Return the number of this process; 0 writes the files."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def size() -> int:
    """Return the number of processes."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def device() -> torch.device:
    """Return where this process computes: its own GPU where there is one."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))


def share(groups: Sequence[T]) -> list[T]:
    """Return this process's part of the batches; all parts are of one length, or the others would wait."""
    groups = [*groups] * (1 if len(groups) >= size() else size())
    return groups[: len(groups) - len(groups) % size()][rank() :: size()]


def average_gradients(model: torch.nn.Module) -> None:
    """Replace every gradient by its mean over the processes."""
    if not distributed.is_initialized():
        return
    for parameter in model.parameters():
        if parameter.grad is not None:
            distributed.all_reduce(parameter.grad)
            parameter.grad /= size()
