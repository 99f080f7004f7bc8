"""A trained model and the recordings on which it is looked into, read from a run and its prepared corpus."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from emotrace.errors import CheckpointError, DataError, InputError
from emotrace.insight.traced import traced
from emotrace.models import CheckpointMeta, load_checkpoint
from emotrace.models.base import Model
from emotrace.run_files import RunFiles, is_fused, read_json, refuse_folds, refuse_unfinished
from emotrace.store import open_prepared, refuse_other_corpus
from emotrace.trace import Trace

Progress = Callable[[float, float, str], None]


def _silent(done: float, total: float, name: str) -> None:
    pass


@dataclass(frozen=True)
class Examined:
    """What an analysis is given.

    Parameters
    ----------
    files : RunFiles
    model : Model
        On the CPU, in evaluation mode.
    meta : CheckpointMeta
        Name, labels and delay of the model.
    dimensions : tuple of str
        Of the gold standard, in the order of its columns.
    partition : {"train", "development", "test"}
    recordings : tuple of PreparedRecording
        Those of the partition, sorted by name.
    drawn : str or None
        The recording that figures over time show; None: the analysis chooses.
    progress : callable
        ``progress(done, total, name)``.
    against : Examined or None
        Another run, on the same recordings, whose errors analyses of thresholds compare with.
    postprocess : str
        What the run does to its predictions, in words; nothing here goes through it. Empty: nothing.
    """

    files: RunFiles
    model: Model
    meta: CheckpointMeta
    dimensions: tuple[str, ...]
    partition: str
    recordings: tuple[Any, ...]
    drawn: str | None = None
    progress: Progress = _silent
    against: "Examined | None" = None
    postprocess: str = ""

    @cached_property
    def traces(self) -> tuple[Trace, ...]:
        """What the model says of each recording, with gold standard and what decided; made once.

        Raises
        ------
        CheckpointError
            If the model gives values that are not numbers.
        """
        found = []
        for number, recording in enumerate(self.recordings):
            self.progress(number, len(self.recordings), recording.name)
            found.append(traced(self.model, self.meta, recording, self.dimensions, self.files.best))
        self.progress(len(self.recordings), len(self.recordings), "")
        return tuple(found)

    @property
    def unseen(self) -> bool:
        """Whether neither weights nor checkpoint were chosen on these recordings."""
        return self.partition == "test"


def examine(
    run_path: str | Path,
    prepared_path: str | Path | None = None,
    partition: str = "test",
    *,
    drawn: str | None = None,
    against: str | Path | None = None,
    progress: Progress = _silent,
) -> Examined:
    """Open the best checkpoint of a run and the recordings of one of its partitions.

    Parameters
    ----------
    run_path : path
    prepared_path : path or None
        The prepared corpus; None: where it was when the run was trained.
    partition : {"train", "development", "test"}
    drawn : str or None
        Name of the recording that figures over time show.
    against : path or None
        Another run that traces the same dimensions of the same recordings, opened with its own prepared
        corpus.
    progress : callable

    Raises
    ------
    InputError
        If there is no such partition, `drawn` is not in it, or `against` is the run itself or of other
        recordings.
    CheckpointError
        If the run folder is damaged or that of a cross-validation, or has no best checkpoint of its system.
    DataError
        If the partition is empty, or the prepared corpus is not there, lacks one of its recordings or is not
        what the model was trained on.
    """
    files = RunFiles(run_path)
    facts = read_json(files.run_json, ("system", "variant"))
    refuse_folds(files, facts)
    partition_facts = read_json(files.partition_json, ("parts",))
    parts = partition_facts["parts"]
    if not isinstance(parts, dict):
        raise CheckpointError(
            f"{files.partition_json}: parts is {parts!r:.80}; expected the names of each partition, put back "
            "what `emotrace train` wrote"
        )
    if partition not in parts:
        raise InputError(f"--partition is {partition!r}; expected one of: {', '.join(parts)}")
    names = sorted(parts[partition])
    if not names:
        raise DataError(f"{files.path}: the partition {partition} of this run is empty; choose another")
    if drawn is not None and drawn not in names:
        raise InputError(f"--recording is {drawn!r}; expected one of {partition}: {', '.join(names)}")
    if is_fused(facts):
        raise CheckpointError(
            f"{files.path}: is a fusion of other runs and has no network of its own; look into each of its "
            "sources, which its fusion.json lists"
        )
    refuse_unfinished(files, facts)
    model, meta = load_checkpoint(files.best, f"{facts['system']}/{facts['variant']}")
    prepared = open_prepared(prepared_path if prepared_path is not None else str(facts.get("prepared")))
    by_name = {recording.name: recording for recording in prepared.recordings}
    missing = [name for name in names if name not in by_name]
    if missing:
        raise DataError(
            f"{prepared.path}: lacks {len(missing)} recordings of the partition {partition}, the first is "
            f"{missing[0]}; give the prepared corpus that the run was trained on"
        )
    refuse_other_corpus(prepared, meta, names, partition_facts.get("subjects") or {})
    found = Examined(
        files=files,
        model=model,
        meta=meta,
        dimensions=tuple(prepared.dimensions),
        partition=partition,
        recordings=tuple(by_name[name] for name in names),
        drawn=drawn,
        progress=progress,
        postprocess=_postprocess(files),
    )
    if against is None:
        return found
    if Path(against).resolve() == files.path.resolve():
        raise InputError(
            f"--against is {against}, the run that is looked into; expected another run to compare with"
        )
    other = examine(against, partition=partition, progress=progress)
    _refuse_other(found, other)
    return replace(found, against=other)


def _postprocess(files: RunFiles) -> str:
    if not files.postprocess_json.exists():
        return ""
    return str(read_json(files.postprocess_json).get("in_words", ""))


def _refuse_other(found: Examined, other: Examined) -> None:
    """Refuse a run to compare with that says nothing of the same steps."""
    names, others = ([one.name for one in which.recordings] for which in (found, other))
    if names != others:
        differ = sorted(set(names) ^ set(others))
        raise InputError(
            f"--against is {other.files.path}, whose partition {found.partition} has other recordings "
            f"({len(differ)} differ, the first is {differ[0]}); expected a run on the same partition and fold"
        )
    scales = [tuple(one.meta.value_range) for one in (found, other)]
    if found.model.declaration.predicts == "trace" and scales[0] != scales[1]:
        learnt, theirs = ("{:g} to {:g}".format(*scale) for scale in scales)
        raise InputError(
            f"--against is {other.files.path}, which learnt ratings from {theirs}, and this run learnt them "
            f"from {learnt}; expected a run on the same scale"
        )
    kinds = [(one.model.declaration.predicts, one.model.declaration.step_s) for one in (found, other)]
    if kinds[0] != kinds[1] or not set(found.model.labels) & set(other.model.labels):
        raise InputError(
            f"--against is {other.files.path}, which predicts {', '.join(other.model.labels)} every "
            f"{kinds[1][1]:g} s; expected a run that predicts a dimension of {', '.join(found.model.labels)} "
            f"every {kinds[0][1]:g} s"
        )
