"""The machine to train on: devices, processes, and Lightning kept quiet."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lightning import Trainer
from lightning.pytorch.utilities import rank_zero_only
from lightning.pytorch.utilities.exceptions import MisconfigurationException

from emotrace.errors import ConfigError


@dataclass(frozen=True)
class Machine:
    """What to train on, in Lightning's words."""

    accelerator: str = "cpu"
    devices: int = 1
    nodes: int = 1
    progress: bool = True

    @property
    def processes(self) -> int:
        """Training processes over all nodes."""
        return self.devices * self.nodes


def process_number() -> int:
    """Number of this process among those that train together; 0 where one trains alone."""
    return getattr(rank_zero_only, "rank", 0) or 0


def is_first_process() -> bool:
    """Whether this is the process that writes the run folder; True where one trains alone."""
    return process_number() == 0


def check_machine(machine: Machine) -> None:
    """Refuse hardware that is not there, before a folder is made.

    Raises
    ------
    ConfigError
        In one sentence, where Lightning has many.
    """
    if machine.accelerator == "cpu":
        return
    try:
        with quiet_lightning():
            Trainer(accelerator=machine.accelerator, devices=machine.devices, logger=False)
    except (MisconfigurationException, ValueError, RuntimeError) as error:
        raise ConfigError(
            f"accelerator {machine.accelerator!r} with {machine.devices} devices cannot be used here "
            f"({str(error).splitlines()[0]}); use cpu, or gpu or auto on a machine with GPUs"
        ) from error


@contextmanager
def quiet_lightning() -> Iterator[None]:
    """Silence Lightning's notes, not its errors nor the warnings that matter."""
    loggers = [logging.getLogger(name) for name in ("lightning.pytorch", "lightning.fabric")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            frozen = "in eval mode at the start of training"
            for known in ("isinstance.treespec, LeafSpec", "Grad strides do not match", frozen):
                warnings.filterwarnings("ignore", message=f".*{known}.*")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
