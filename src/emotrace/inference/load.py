"""Opens a run folder or a checkpoint file as a predictor."""

import json
from pathlib import Path
from typing import Any

from emotrace.errors import CheckpointError
from emotrace.inference.predictor import Predictor
from emotrace.models import load_checkpoint

BEST = Path("checkpoints") / "best.safetensors"


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
        If nothing is there, the folder is no run, its training left no best checkpoint yet, or
        the checkpoint is damaged or of another system than the run says.
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
    return _from_checkpoint(path)


def _from_run(folder: Path) -> Predictor:
    facts = _run_facts(folder)
    name = f"{facts['system']}/{facts['variant']}"
    checkpoint = folder / BEST
    if not checkpoint.is_file():
        raise CheckpointError(
            f"{folder}: its training is {facts.get('state', 'not finished')!r} and left no "
            f"{BEST.as_posix()} yet; wait for it, or continue it with `emotrace train ... --resume`"
        )
    warnings: tuple[str, ...] = ()
    if facts.get("state") != "done":
        warnings = ("the run has not finished training: this is its best checkpoint so far",)
    predictor = _from_checkpoint(checkpoint, warnings)
    if predictor.name != name:
        raise CheckpointError(
            f"{checkpoint}: holds a model of {predictor.name}, but run.json beside it says {name}; "
            "put the run's own checkpoint back"
        )
    return predictor


def _run_facts(folder: Path) -> dict[str, Any]:
    path = folder / "run.json"
    if not path.is_file():
        raise CheckpointError(
            f"{folder}: is no run folder, it has no run.json; give one that `emotrace train ... -o` wrote"
        )
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CheckpointError(
            f"{path}: is not JSON ({error}); expected the file that `emotrace train` wrote"
        ) from error
    missing = [key for key in ("system", "variant") if not isinstance(facts, dict) or key not in facts]
    if missing:
        raise CheckpointError(
            f"{path}: is not of a run of emotrace, it lacks {' and '.join(missing)}; "
            "give a folder that `emotrace train` wrote"
        )
    return facts


def _from_checkpoint(path: Path, warnings: tuple[str, ...] = ()) -> Predictor:
    model, meta = load_checkpoint(path)
    return Predictor(model, meta, origin=path, warnings=warnings)
