"""The progress bar of a stage: one line over all its steps."""

from typing import Any

from lightning import LightningModule, Trainer
from lightning.pytorch.callbacks import ProgressBar
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class StageBar(ProgressBar):
    """Steps done, time left, latest loss and best development score, on standard error.

    Parameters
    ----------
    stage : str
    steps : int
    keeper : StageKeeper
        Knows the best score.
    """

    def __init__(self, stage: str, steps: int, keeper: Any):
        super().__init__()
        self.stage, self.steps, self.keeper = stage, steps, keeper
        self._enabled = True
        self._progress: Progress | None = None
        self._loss = "no step yet"
        self._console = Console(stderr=True, soft_wrap=True)

    def disable(self) -> None:
        """Show nothing, as in all processes but the first."""
        self._enabled = False

    def enable(self) -> None:
        """Show the bar."""
        self._enabled = True

    def on_train_start(self, trainer: Trainer, module: Any) -> None:
        """Show the bar at the step that training begins with."""
        if self._enabled:
            columns = (TextColumn("train"), TextColumn("{task.description}"), BarColumn(),
                       MofNCompleteColumn(), TimeRemainingColumn())  # fmt: skip
            self._progress = Progress(*columns, console=self._console)
            self._progress.start()
            self._task = self._progress.add_task(self.stage, total=self.steps, completed=module.steps_done)

    def on_train_batch_end(
        self, trainer: Trainer, module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Move on by a step."""
        if self._progress is not None:
            self._loss = f"loss {float(module.scalars['loss']):.4g}"
            self._progress.update(self._task, advance=1, description=self._describe())

    def _describe(self) -> str:
        best = f", best {self.keeper.best_score:.3f}" if self.keeper.best_score > -1e9 else ""
        return f"{self.stage}: {self._loss}{best}"

    def on_train_epoch_end(self, trainer: Trainer, module: Any) -> None:
        """Where no terminal shows the bar moving (a log file, a cluster job): a line per validation."""
        if self._progress is not None and not self._console.is_terminal and module.steps_done < self.steps:
            self._console.print(f"train {self._describe()}, step {module.steps_done} of {self.steps}")

    def on_train_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Leave the finished bar on the screen, with the score of the last validation."""
        if self._progress is not None:
            self._progress.update(self._task, description=self._describe())
        self._close()

    def on_exception(self, trainer: Trainer, module: LightningModule, exception: BaseException) -> None:
        """Leave the screen in order."""
        self._close()

    def _close(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
