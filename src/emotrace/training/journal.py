"""The log of a training: metrics.csv, and the same numbers for TensorBoard."""

import csv
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from lightning.pytorch.loggers import TensorBoardLogger

from emotrace.training.run_folder import RunFolder, text_written_whole


class Journal:
    """Rows of numbers by stage and step; losses are means over the steps since the row before.

    Parameters
    ----------
    folder : RunFolder
    stage : str
    columns : sequence of str
        Every number that any stage logs; an empty cell where it was not measured.
    from_step : int
        Steps that are done already: later rows of this stage are dropped, as are those of the
        stages in `later_stages`, which are trained anew.
    later_stages : sequence of str
    writes : bool
        False in all processes but the first.
    """

    def __init__(
        self,
        folder: RunFolder,
        stage: str,
        columns: Sequence[str],
        *,
        from_step: int,
        later_stages: Sequence[str] = (),
        writes: bool = True,
    ):
        self.path = folder.metrics_csv
        self.stage = stage
        self.columns = ("stage", "step", *columns)
        self.writes = writes
        self._sums: dict[str, torch.Tensor] = {}
        self._steps = 0
        if writes:
            self._keep_rows_before(from_step, later_stages)
            self._board = TensorBoardLogger(
                folder.logs, name="tensorboard", version=stage, purge_step=from_step + 1
            )

    def add(self, scalars: Mapping[str, torch.Tensor]) -> None:
        """Take the losses of a step."""
        for name, value in scalars.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value
        self._steps += 1

    def write(self, step: int, more: Mapping[str, float]) -> None:
        """Write a row: mean losses and `more`."""
        row = {name: float(total) / self._steps for name, total in self._sums.items()}
        row |= more
        self._sums, self._steps = {}, 0
        if self.writes:
            with self.path.open("a", newline="", encoding="utf-8") as file:
                self._writer(file).writerow({"stage": self.stage, "step": step, **_as_text(row)})
            self._board.log_metrics({name: value for name, value in row.items() if value == value}, step)

    def close(self) -> None:
        """Finish the TensorBoard file."""
        if self.writes:
            self._board.finalize("success")

    def _keep_rows_before(self, step: int, later_stages: Sequence[str]) -> None:
        kept = []
        if self.path.exists():
            with self.path.open(newline="", encoding="utf-8") as file:
                kept = [row for row in csv.DictReader(file) if self._is_before(row, step, later_stages)]
        with text_written_whole(self.path) as file:
            writer = self._writer(file)
            writer.writeheader()
            writer.writerows(kept)

    def _is_before(self, row: Mapping[str, Any], step: int, later_stages: Sequence[str]) -> bool:
        if row["stage"] in later_stages or not str(row["step"]).isdigit():  # a row cut short by a kill
            return False
        return row["stage"] != self.stage or int(row["step"]) <= step

    def _writer(self, file: Any) -> Any:
        return csv.DictWriter(file, self.columns, restval="", lineterminator="\n")


def _as_text(row: Mapping[str, float]) -> dict[str, str]:
    return {name: f"{value:.8g}" if value == value else "" for name, value in row.items()}
