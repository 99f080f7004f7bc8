"""Whether a fused run is of its sources as they are now; its predictions made anew from theirs."""

from collections.abc import Sequence
from pathlib import Path

from emotrace.errors import CheckpointError, DataError, InputError
from emotrace.evaluation.run_folder import RunFolder
from emotrace.fusion.folder_sources import read_folders
from emotrace.fusion.make import fuse_clips, trace_of
from emotrace.fusion.run_sources import read_runs
from emotrace.fusion.sources import Sources
from emotrace.postprocess.fitted_fusion import FittedFusion
from emotrace.run_files import RunFiles, is_fused, read_json
from emotrace.writing import written_whole

_ADVICE = "run `emotrace fuse` again"


def is_of(run_path: str | Path, sources: Sequence[Path]) -> bool:
    """Whether a run was fused of the trained models that lie in some run folders now, in their order.

    Raises
    ------
    CheckpointError
        If the fused run or a source is damaged.
    """
    stored = read_json(RunFiles(run_path).fusion_json, ("sources",), _ADVICE)["sources"]
    then = [{key: one[key] for key in one if key not in ("name", "path", "commit")} for one in stored]
    return then == [RunFolder.read(path).identity for path in sources]


def refresh(run_path: str | Path, partition: str = "test") -> list[Path]:
    """Apply the stored weights to the predictions that the sources have now; nothing is fitted.

    Parameters
    ----------
    run_path : path
        A run that `emotrace fuse` wrote.
    partition : {"train", "development", "test"}

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    CheckpointError
        If it is no fused run, or is damaged.
    DataError
        If a source is gone or has other systems or recordings than then.
    InputError
        If the part is empty.
    """
    run = RunFolder.read(run_path)
    if not is_fused(run.run):
        raise CheckpointError(f"{run.path}: is a run of {run.run['system']}, no fusion; evaluate it as it is")
    where = run.files.fusion_json
    stored = read_json(where, ("systems", "sources", "predicts"), _ADVICE)
    names = run.recordings(partition)
    sources = _sources(stored, run)
    found = {one.name: one for part in sources.parts.values() for one in part}
    lacking = [name for name in names if name not in found]
    if lacking:
        raise DataError(
            f"{run.path}: its sources have no predictions of {lacking[0]} any more; evaluate each of them on "
            f"{partition}, or {_ADVICE}"
        )
    if stored["predicts"] == "class":
        traces = fuse_clips(sources)
    else:
        traces = {}
        for index, fit in enumerate(stored.get("fits") or ()):
            fitted = FittedFusion.from_dict(fit, f"{where}: fits.{index}")
            todo = [found[name] for name in fit.get("applied_to", ()) if name in found and name in names]
            for recording, values in zip(todo, fitted.apply([one.values for one in todo]), strict=True):
                traces[recording.name] = trace_of(recording, values, sources.labels)
    unfitted = [name for name in names if name not in traces]
    if unfitted:
        raise InputError(
            f"{run.path}: {unfitted[0]} of {partition} was not predicted by every source when it was "
            f"fused; {_ADVICE}"
        )
    paths = []
    for name in names:
        path = run.files.predictions / f"{name}.csv"
        with written_whole(path) as part:
            traces[name].to_csv(part)
        paths.append(path)
    return paths


def _sources(stored: dict, run: RunFolder) -> Sources:
    paths = [Path(one["path"]) for one in stored["sources"]]
    gone = [path for path in paths if not path.is_dir()]
    if gone:
        raise DataError(
            f"{gone[0]}: a source of {run.path} is not there any more; put it back, score the predictions "
            "that are "
            f"there with --csv-only, or {_ADVICE}"
        )
    if "gold" in stored:
        return read_folders(paths, Path(stored["gold"]), run.labels, run.partition["subjects"])
    labels = run.labels if stored["predicts"] == "trace" else None
    return read_runs(paths, labels)
