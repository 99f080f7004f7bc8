"""The folder of a cross-validation: one run folder per fold, and facts of the whole beside them."""

from pathlib import Path
from typing import Any

from emotrace.errors import CheckpointError
from emotrace.run_files import finished_folds
from emotrace.training.run_folder import RunFolder


class FoldsFolder(RunFolder):
    """A cross-validation as training writes it.

    ``run.json`` has ``folds``: of each its number, its state (waiting, done, failed), its best step and
    score, and the error of a failed one. ``partition.json`` has the recordings of all folds' tests as
    ``test``, and ``fold_of``, the fold that tests each.
    """

    @property
    def subfolders(self) -> tuple[Path, ...]:
        """None of its own: checkpoints and logs are those of the folds."""
        return ()

    def facts(self) -> dict[str, Any]:
        """What run.json says.

        Raises
        ------
        CheckpointError
            If it is missing, damaged, or of a single training.
        """
        facts = super().facts()
        if finished_folds(facts) is None:
            raise CheckpointError(
                f"{self.path}: holds the run of a single training; name another folder to cross-validate"
            )
        return facts

    def finish(self, fold: int, **outcome: Any) -> None:
        """Note what became of a fold."""
        facts = self.facts()
        folds = [entry | outcome if entry["fold"] == fold else entry for entry in facts["folds"]]
        done = all(entry["state"] == "done" for entry in folds)
        self.update(folds=folds, state="done" if done else "running")

    def is_done(self, fold: int) -> bool:
        """Whether a fold is trained and the predictions of its test are there."""
        if fold not in (finished_folds(self.facts()) or ()):
            return False
        run = RunFolder(self.fold(fold))
        try:
            needed = [run.best, *(run.predictions / f"{name}.csv" for name in run.parts()["test"])]
            return run.facts().get("state") == "done" and all(file.is_file() for file in needed)
        except CheckpointError:  # working on it tells what is wrong
            return False
