"""Opens a run folder or a checkpoint file as a predictor."""

from pathlib import Path

from emotrace.errors import CheckpointError
from emotrace.inference.predictor import Predictor
from emotrace.models import load_checkpoint
from emotrace.run_files import RunFiles, read_json, refuse_folds


def load(run_or_checkpoint: str | Path) -> Predictor:
    """Open a trained model.

    Parameters
    ----------
    run_or_checkpoint : path
        A run folder that ``emotrace train`` wrote (its best checkpoint is taken), or a
        ``.safetensors`` checkpoint.

    Returns
    -------
    Predictor

    Raises
    ------
    CheckpointError
        If nothing is there, the folder is no run or that of a cross-validation, its training left no best
        checkpoint yet, or the checkpoint is damaged or of another system than the run says.
    """
    path = Path(run_or_checkpoint)
    if not path.exists():
        raise CheckpointError(
            f"{path}: there is no such run folder or checkpoint; give a folder that `emotrace train` wrote, "
            "or a .safetensors file"
        )
    if path.is_dir():
        return _from_run(path)
    if path.suffix != ".safetensors":
        raise CheckpointError(
            f"{path}: is a file named *{path.suffix}; expected a run folder or a .safetensors checkpoint"
        )
    model, meta = load_checkpoint(path)
    return Predictor(model, meta, origin=path)


def _from_run(folder: Path) -> Predictor:
    run = RunFiles(folder)
    if not run.run_json.is_file():
        raise CheckpointError(
            f"{folder}: is no run folder, it has no run.json; give one that `emotrace train ... -o` wrote"
        )
    facts = read_json(run.run_json, ("system", "variant"))
    refuse_folds(run, facts)
    if not run.best.is_file():
        raise CheckpointError(
            f"{folder}: its training is {facts.get('state', 'not finished')!r} and left no "
            f"{run.best.relative_to(folder).as_posix()} yet; wait for it, or continue it with "
            "`emotrace train ... --resume`"
        )
    warnings: tuple[str, ...] = ()
    if facts.get("state") != "done":
        warnings = ("the run has not finished training: this is its best checkpoint so far",)
    model, meta = load_checkpoint(run.best, f"{facts['system']}/{facts['variant']}")
    return Predictor(model, meta, origin=run.best, warnings=warnings)
