"""Opens a run folder or a checkpoint file as a predictor."""

from pathlib import Path
from typing import Any

from emotrace.errors import CheckpointError
from emotrace.features.derived import versions_of
from emotrace.inference.fused import FusedPredictor
from emotrace.inference.predictor import Predictor
from emotrace.models import CheckpointMeta, Model, load_checkpoint
from emotrace.models.quantised import quantised
from emotrace.postprocess import Fitted, RunPostprocess
from emotrace.postprocess.fitted_fusion import FittedFusion
from emotrace.postprocess.of_run import wanted
from emotrace.run_files import RunFiles, is_fused, read_json, refuse_folds, refuse_unfinished


def load(run_or_checkpoint: str | Path, *, int8: bool = False) -> Predictor | FusedPredictor:
    """Open a trained model.

    Parameters
    ----------
    run_or_checkpoint : path
        A run folder that ``emotrace train`` wrote: its best checkpoint is taken, and its post-processing if
        it has any. Or a ``.safetensors`` checkpoint, which has none. Or a run that ``emotrace fuse`` made of
        others, which must lie where they did.
    int8 : bool
        Compute the large layers in 8-bit integers, as `models.quantised` does: quicker on a CPU, and a little
        off; every prediction warns of it.

    Returns
    -------
    Predictor, or FusedPredictor of a fused run

    Raises
    ------
    CheckpointError
        If nothing is there, the folder is no run or that of a cross-validation, its training left no best
        checkpoint yet, the checkpoint or the post-processing is damaged or of another system than the run
        says, or the model learnt from features of another version than those made now.
    InputError
        If int8 is asked for, and torch or the processor cannot compute in it.
    """
    path = Path(run_or_checkpoint)
    if not path.exists():
        raise CheckpointError(
            f"{path}: there is no such run folder or checkpoint; give a folder that `emotrace train` wrote, "
            "or a .safetensors file"
        )
    if path.is_dir():
        return _from_run(path, int8)
    if path.suffix != ".safetensors":
        raise CheckpointError(
            f"{path}: is a file named *{path.suffix}; expected a run folder or a .safetensors checkpoint"
        )
    model, meta = load_checkpoint(path)
    _refuse_other_versions(path, meta)
    model, warnings = _in_int8(model, meta.name, int8)
    return Predictor(model, meta, origin=path, warnings=warnings)


def _refuse_other_versions(path: Path, meta: CheckpointMeta) -> None:
    """Refuse a model that learnt from features which are other numbers today."""
    for track, version in versions_of(meta.declaration.inputs.values()).items():
        learnt = meta.feature_versions.get(track, version)
        if learnt != version:
            raise CheckpointError(
                f"{path}: learnt from version {learnt} of {track}, and this emotrace makes {version}; train "
                f"it again, or use emotrace {meta.emotrace_version}"
            )


def _in_int8(model: Model, name: str, asked: bool) -> tuple[Model, tuple[str, ...]]:
    """The model as it is or quantised, and what a person must know of that."""
    if not asked:
        return model, ()
    model, layers = quantised(model)
    if not layers:
        return model, (f"int8: no layer of {name} is large enough to gain by it here, so none is in int8",)
    which = f"{len(layers)} large layers" if len(layers) > 1 else "a large layer"
    return model, (
        f"int8: {which} of {name} in 8-bit integers: values differ slightly from those that `emotrace "
        "evaluate` scores",
    )


def _from_run(folder: Path, int8: bool) -> Predictor | FusedPredictor:
    run = RunFiles(folder)
    if not run.run_json.is_file():
        raise CheckpointError(
            f"{folder}: is no run folder, it has no run.json; give one that `emotrace train ... -o` wrote"
        )
    facts = read_json(run.run_json, ("system", "variant"))
    refuse_folds(run, facts)
    if is_fused(facts):
        return _fused(folder, facts, int8)
    refuse_unfinished(run, facts)
    warnings: tuple[str, ...] = ()
    if facts.get("state") != "done":
        warnings = ("the run has not finished training: this is its best checkpoint so far",)
    model, meta = load_checkpoint(run.best, f"{facts['system']}/{facts['variant']}")
    _refuse_other_versions(run.best, meta)
    model, rounded = _in_int8(model, meta.name, int8)
    postprocess, missing = _postprocess_of(run, facts)
    warnings += rounded + missing
    return Predictor(model, meta, origin=run.best, warnings=warnings, postprocess=postprocess)


def _fused(folder: Path, facts: dict[str, Any], int8: bool) -> FusedPredictor:
    where = RunFiles(folder).fusion_json
    stored = read_json(where, ("systems", "sources", "predicts"), "run `emotrace fuse` again")
    if "gold" in stored:
        raise CheckpointError(
            f"{folder}: was fused from folders of CSVs, which cannot trace media; give a fusion of runs"
        )
    fitted = None
    if stored["predicts"] == "trace":
        fits = stored.get("fits") or []
        if len(fits) != 1:
            raise CheckpointError(
                f"{folder}: has {len(fits)} sets of weights, for it was cross-fitted; expected one, run "
                "`emotrace fuse` without --cross-fit to trace media"
            )
        fitted = FittedFusion.from_dict(fits[0], str(where))
    try:
        sources = [(str(one["name"]), Path(one["path"]), one.get("best")) for one in stored["sources"]]
    except (TypeError, KeyError) as error:
        raise CheckpointError(
            f"{where}: its sources are damaged ({error}); run `emotrace fuse` again"
        ) from error
    systems = [load(path, int8=int8) for _, path, _ in sources]
    warnings = tuple(
        f"{name} was trained anew since it was fused: the weights of the fusion are not for it, fuse again"
        for name, path, best in sources
        if read_json(RunFiles(path).run_json).get("best") != best
    )
    return FusedPredictor(f"{facts['system']}/{facts['variant']}", systems, fitted, folder, warnings)


def _postprocess_of(run: RunFiles, facts: dict[str, Any]) -> tuple[Fitted | None, tuple[str, ...]]:
    """The run's post-processing, and a warning where it should have one and has not."""
    if wanted(facts, run.run_json) is None:
        return None, ()
    kept = RunPostprocess.current(run, facts)
    if kept is None:
        return None, (
            "the run's post-processing is not fitted for these weights: the trace is as the model gives it; "
            "`emotrace evaluate` on the run fits it",
        )
    return kept.fitted, () if kept.reason is None else (kept.reason,)
