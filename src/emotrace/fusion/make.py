"""Fuses the predictions of several systems into a run folder, which evaluate and report read as any other."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import emotrace
from emotrace.commit import current_commit
from emotrace.config.base import digest
from emotrace.config.fusion import FusionSettings
from emotrace.errors import CheckpointError, ConfigError
from emotrace.fusion.align import Aligned
from emotrace.fusion.plan import make_plan
from emotrace.fusion.sources import Sources
from emotrace.metrics import ccc, uar
from emotrace.model_card import write_card
from emotrace.postprocess.class_fusion import fuse_classes
from emotrace.postprocess.fitted_fusion import FittedFusion
from emotrace.postprocess.majority_vote import majority_vote
from emotrace.remarks import Remarks
from emotrace.run_files import FUSION, RunFiles
from emotrace.trace import Trace
from emotrace.writing import written_whole

NO_CLASS = ""
Scores = dict[str, dict[str, dict[str, float | None]]]
"""By what the recordings are to the fusion, by system, by metric."""


def fuse(sources: Sources, out: str | Path, settings: FusionSettings | None = None) -> dict[str, Any]:
    """Fit, apply and write the run folder of a fusion.

    Parameters
    ----------
    sources : Sources
        From `read_runs` or `read_folders`.
    out : path
        A new or empty folder.
    settings : FusionSettings or None
        None: the default. Classes are fused by the mean of their log-probabilities, and nothing is fitted.

    Returns
    -------
    dict
        What RUN/fusion.json holds: settings, sources, the fits, and scores of each system beside the fusion.

    Raises
    ------
    CheckpointError
        If the folder is not empty.
    ConfigError
        If the settings do not suit the sources.
    InputError
        If nothing can be fitted.
    """
    settings = settings or FusionSettings()
    run = RunFiles(out)
    if run.path.exists() and (not run.path.is_dir() or any(run.path.iterdir())):
        raise CheckpointError(f"{run.path}: is not an empty folder; expected a new one for the fused run")
    if sources.predicts == "class":
        _refuse_settings_of_traces(settings)
        return _write(run, sources, settings, fuse_clips(sources), {}, sources.partition["parts"], ())
    plan = make_plan(sources, settings)
    fits, fused = [], {}
    for one in plan.fits:
        groups = [sources.groups[recording.name] for recording in one.on]
        fitted = FittedFusion.fit(
            [recording.name for recording in one.on],
            [recording.gold for recording in one.on],
            [recording.values for recording in one.on],
            _rate(one.on),
            sources.systems,
            sources.labels,
            settings,
            groups,
        )
        fits.append({"applied_to": [recording.name for recording in one.to], **fitted.to_dict()})
        for recording, values in zip(
            one.to, fitted.apply([recording.values for recording in one.to]), strict=True
        ):
            fused[recording.name] = trace_of(recording, values, sources.labels)
    scores = {
        title: _score(recordings, fused, sources) for title, recordings in plan.scored.items() if recordings
    }
    extra = {"fits": fits, "scores": scores}
    warnings = (*plan.warnings, *_still(fits))
    return _write(run, sources, settings, fused, extra, plan.parts, warnings)


def _rate(recordings: Sequence[Aligned]) -> float:
    steps = [float(np.median(np.diff(one.times_s))) for one in recordings if len(one.times_s) > 1]
    return 1 / float(np.median(steps)) if steps else 1.0


def _still(fits: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Which systems never move, by what was fitted."""
    remarks = Remarks()
    for fusion in (fit["fusion"] for fit in fits):
        for dimension in fusion["dimensions"]:
            for name, deviation in zip(fusion["systems"], dimension["deviation"], strict=False):
                if deviation == 0:
                    label = dimension["label"]
                    remarks.note(
                        f"{name} never moves in {label} where the fusion was fitted: it has no weight"
                    )
    return remarks.texts()


def trace_of(recording: Aligned, values: np.ndarray, labels: Sequence[str]) -> Trace:
    return Trace(
        recording.times_s, values.astype(np.float32), tuple(labels), recording.face_found, recording.gold
    )


def _score(recordings: Sequence[Aligned], fused: Mapping[str, Trace], sources: Sources) -> dict[str, Any]:
    """CCC of each system, where it says something, and of the fusion; all recordings joined."""
    gold = np.concatenate([one.gold for one in recordings])
    values = {
        name: np.concatenate([one.values[:, index] for one in recordings])
        for index, name in enumerate(sources.systems)
    }
    values[FUSION] = np.concatenate([fused[one.name].values for one in recordings])
    return {
        name: {
            f"ccc_{label}": _number(_ccc(gold[:, j], said[:, j])) for j, label in enumerate(sources.labels)
        }
        for name, said in values.items()
    }


def _ccc(gold: np.ndarray, said: np.ndarray) -> float:
    known = np.isfinite(said)
    return ccc(gold[known], said[known]) if known.any() else float("nan")


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def fuse_clips(sources: Sources) -> dict[str, Trace]:
    """A trace of one row for each clip: its probabilities by all systems together."""
    fused = {}
    for one in (one for part in sources.parts.values() for one in part):
        shares = fuse_classes([one.values[:, index] for index in range(len(sources.systems))])
        seen = np.array([one.face_found.mean() >= 0.5])
        fused[one.name] = Trace(one.times_s[:1], shares[None].astype(np.float32), sources.labels, seen, None)
    return fused


def _refuse_settings_of_traces(settings: FusionSettings) -> None:
    default = FusionSettings()
    changed = [
        f"{name} {getattr(settings, name)}"
        for name in FusionSettings.model_fields
        if getattr(settings, name) != getattr(default, name)
    ]
    if changed:
        raise ConfigError(
            f"{', '.join(changed)}: is for traces, and these runs predict classes, which are fused by the "
            "mean of "
            "their log-probabilities with nothing to fit; leave it out"
        )


def _write(
    run: RunFiles,
    sources: Sources,
    settings: FusionSettings,
    fused: Mapping[str, Trace],
    extra: dict[str, Any],
    parts: dict[str, Any],
    warnings: Sequence[str],
) -> dict[str, Any]:
    """Write the folder; run.json, which makes it one, last."""
    variant = "log-probabilities" if sources.predicts == "class" else settings.regression
    for name, trace in fused.items():
        with written_whole(run.predictions / f"{name}.csv") as part:
            trace.to_csv(part)
    steps = [np.median(np.diff(trace.times_s)) for trace in fused.values() if len(trace.times_s) > 1]
    facts = dict(sources.facts)
    told = list(dict.fromkeys([*facts.pop("warnings", ()), *warnings]))
    fusion: dict[str, Any] = {
        "settings": settings.model_dump(mode="json"),
        "systems": list(sources.systems),
        "predicts": sources.predicts,
        **{key: facts[key] for key in ("sources", "gold") if key in facts},
        "warnings": told,
        **extra,
    }
    if sources.predicts == "class":
        fusion["scores"] = _score_clips(sources, fused)
    _write_json(run.fusion_json, fusion)
    _write_json(run.partition_json, {**sources.partition, "parts": parts})
    run_facts = {
        "system": FUSION,
        "variant": variant,
        "preset": None,
        "labels": list(sources.labels),
        "predicts": sources.predicts,
        "step_s": round(float(np.median(steps)), 9) if steps else None,
        "recipe_digest": digest([fusion["settings"], fusion["sources"], fusion.get("fits")]),
        "partition_digest": digest({part: sorted(names) for part, names in parts.items()}),
        **facts,
        "commit": current_commit(),
        "versions": {"emotrace": emotrace.__version__, "numpy": np.__version__},
        "seed": None,
        "fold": None,
        "state": "done",
        "stages": [],
        "best": None,
        "warnings": told,
    }
    _write_json(run.run_json, run_facts)
    write_card(run.path)
    return fusion


def _score_clips(sources: Sources, fused: Mapping[str, Trace]) -> Scores:
    """Unweighted average recall of each system and of the fusion, by part."""
    classes = sources.partition.get("classes") or {}
    scores: Scores = {}
    for part, recordings in sources.parts.items():
        known = [one for one in recordings if classes.get(one.name) in sources.labels]
        if not known:
            continue
        gold = [classes[one.name] for one in known]
        said = {
            name: [_decided(one.values[:, index], sources.labels) for one in known]
            for index, name in enumerate(sources.systems)
        }
        said[FUSION] = [_decided(fused[one.name].values, sources.labels) for one in known]
        scores[part] = {name: {"uar": _number(uar(gold, predicted))} for name, predicted in said.items()}
    return scores


def _decided(probabilities: np.ndarray, labels: Sequence[str]) -> str:
    """The class that most steps vote for, as `evaluate` has it; a word that is none where no step votes."""
    vote = majority_vote(probabilities)
    return NO_CLASS if vote.winner is None else labels[vote.winner]


def _write_json(path: Path, value: Any) -> None:
    with written_whole(path) as part:
        part.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
