"""Run folders as sources of a fusion: the same partition, subjects and labels, or what differs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from emotrace.errors import DataError, InputError
from emotrace.evaluation.run_folder import RunFolder
from emotrace.fusion.align import align
from emotrace.fusion.series import read_series
from emotrace.fusion.sources import Sources, named_apart
from emotrace.remarks import Remarks, counted

_COPIED = (
    "corpus",
    "licence",
    "value_range",
    "prepared",
    "own_partitions",
)  # of the first run, where all say the same


def read_runs(paths: Sequence[Path], labels: Sequence[str] | None = None) -> Sources:
    """The predictions of runs, for every part of the partition of which all have them.

    Parameters
    ----------
    paths : sequence of path
        Run folders of `emotrace train`, `crossval` or `fuse`.
    labels : sequence of str or None
        Dimensions to fuse; None: those of the runs.

    Raises
    ------
    InputError
        If there are fewer than 2, labels are asked for that a run lacks, or the runs differ in what they
        predict, labels, scale, recordings or subjects.
    CheckpointError
        If one is no run.
    DataError
        If the predictions to fit on are missing or damaged, or files of a recording do not fit together.
    """
    names = named_apart(paths)
    runs = dict(zip(names, map(RunFolder.read, paths), strict=True))
    first = runs[names[0]]
    for name in names[1:]:
        _check_same(names[0], first, name, runs[name])
    lacking = [label for label in labels or () if label not in first.labels]
    if lacking:
        raise InputError(
            f"labels names {', '.join(lacking)}, but {names[0]} predicts {', '.join(first.labels)}; choose "
            "of these"
        )
    if labels and first.run["predicts"] == "class":
        raise InputError("labels chooses dimensions, but these runs predict classes; leave it out")
    wanted = tuple(labels or first.labels)
    fit_on = "development" if first.folds is None else "test"
    fits = first.run["predicts"] == "trace"
    remarks, parts = Remarks(), {}
    for part in [fit_on, *(part for part in first.partition["parts"] if part != fit_on)]:
        recordings = _available(runs, part, required=fits and part == fit_on, remarks=remarks)
        if recordings:
            parts[part] = tuple(
                align(
                    recording,
                    {
                        name: read_series(run.files.predictions / f"{recording}.csv", wanted)
                        for name, run in runs.items()
                    },
                    None,
                    remarks,
                )
                for recording in recordings
            )
    if not parts:
        raise DataError(
            f"there is no part of the partition of which all of {', '.join(names)} have predictions; run "
            "`emotrace evaluate` on each of them"
        )
    subjects = first.partition["subjects"]
    fold_of = first.partition.get("fold_of", {}) if first.folds is not None else {}
    every = [one.name for part in parts.values() for one in part]
    groups = {name: str(fold_of.get(name, subjects.get(name, name))) for name in every}
    return Sources(
        systems=names,
        labels=wanted,
        predicts=first.run["predicts"],
        parts=parts,
        partition=_partition(first, parts),
        groups=groups,
        fit_on=fit_on,
        facts=_facts(runs, list(remarks.texts())),
    )


def _check_same(one_name: str, one: RunFolder, other_name: str, other: RunFolder) -> None:
    """Say what differs."""
    pair = f"{one_name} and {other_name}"
    if one.run["predicts"] != other.run["predicts"]:
        raise InputError(
            f"{one_name} predicts a {one.run['predicts']} and {other_name} a {other.run['predicts']}; "
            "expected runs "
            "of one kind"
        )
    if one.labels != other.labels:
        raise InputError(
            f"{one_name} predicts {', '.join(one.labels)} and {other_name} {', '.join(other.labels)}; "
            "expected the "
            "same labels in the same order"
        )
    scales = one.scale, other.scale
    if None not in scales and scales[0] != scales[1]:
        learnt, others = ("{:g} to {:g}".format(*scale) for scale in scales if scale is not None)
        raise InputError(
            f"{one_name} learnt ratings from {learnt} and {other_name} from {others}; expected the same "
            "scale, train them on the same prepared corpus"
        )
    if (one.folds is None) != (other.folds is None):
        raise InputError(
            f"of {pair} one is a cross-validation and the other is not; expected runs of the same partition"
        )
    parts, others = one.partition["parts"], other.partition["parts"]
    for part in dict.fromkeys([*parts, *others]):
        apart = sorted(set(parts.get(part, ())) ^ set(others.get(part, ())))
        if apart:
            raise InputError(
                f"{pair} are runs of other partitions: {counted(f'{part} of one alone has', apart)}; "
                "expected the "
                "same recordings in each part"
            )
    for what, mine, yours in (
        ("subject", one.partition["subjects"], other.partition["subjects"]),
        ("fold", one.partition.get("fold_of", {}), other.partition.get("fold_of", {})),
    ):
        apart = sorted(name for name in mine if str(mine[name]) != str(yours.get(name)))
        if apart:
            raise InputError(
                f"{pair} differ in the {what} of {apart[0]}: {mine[apart[0]]} and {yours.get(apart[0])}; "
                "expected "
                "runs of the same partition"
            )


def _available(runs: dict[str, RunFolder], part: str, required: bool, remarks: Remarks) -> tuple[str, ...]:
    """Recordings of a part that every run has predicted; none, remarked on, where one has not."""
    members = next(iter(runs.values())).partition["parts"].get(part)
    if not members and not required:
        return ()
    recordings = next(iter(runs.values())).recordings(part)  # refuses an empty part
    without = {
        name: [one for one in recordings if not (run.files.predictions / f"{one}.csv").is_file()]
        for name, run in runs.items()
    }
    lacking = {name: missing for name, missing in without.items() if missing}
    if not lacking:
        return tuple(recordings)
    name, missing = next(iter(lacking.items()))
    flag = f" --partition {part}" if part != "test" else ""
    text = (
        f"{name} has no prediction of {len(missing)} of {len(recordings)} recordings, the first is "
        f"{missing[0]}; "
        f"run `emotrace evaluate {runs[name].path}{flag}`"
    )
    if required:
        raise DataError(f"the fusion is fitted on {part}, but {text}")
    if any(len(gone) < len(recordings) for gone in without.values()):
        remarks.note(f"{part} is not fused: {text}")
    return ()


def _partition(first: RunFolder, parts: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in first.partition.items() if key != "fold_of"}
    if first.folds is None:
        return kept
    members = {part: [one.name for one in parts.get(part, ())] for part in ("train", "development", "test")}
    return kept | {"parts": members}


def _facts(runs: dict[str, RunFolder], warnings: list[str]) -> dict[str, Any]:
    every = [run.run for run in runs.values()]
    same = {
        key: every[0].get(key) for key in _COPIED if all(one.get(key) == every[0].get(key) for one in every)
    }
    inputs: dict[str, Any] = {}
    for one in every:
        inputs |= one.get("inputs") or {}
    for name, run in runs.items():
        warnings += [f"{name}: {text}" for text in run.run.get("warnings") or ()]
        if run.run.get("state", "done") != "done":
            warnings.append(f"{name} is not finished (state: {run.run['state']})")
    sources = [
        {
            "name": name,
            "path": str(run.path.resolve()),
            **run.identity,
            "commit": run.run.get("commit"),
        }
        for name, run in runs.items()
    ]
    known_inputs = {"inputs": inputs} if all("inputs" in one for one in every) else {}
    return same | known_inputs | {"sources": sources, "warnings": warnings}
