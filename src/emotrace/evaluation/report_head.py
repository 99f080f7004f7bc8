"""The head of the report: what was run, on what, and what to beware of."""

from html import escape
from typing import Any

from emotrace.evaluation.fitted import fitted_lines
from emotrace.evaluation.run_folder import RunFolder
from emotrace.offline_page.words import plural
from emotrace.run_files import is_fused


def lead(run: RunFolder, partitions: dict[str, Any]) -> str:
    """The line under the title."""
    name, scores = next(iter(partitions.items()))
    preset = f"{run.run['preset']} preset, " if run.run.get("preset") else ""
    made = "a fusion of systems trained on" if is_fused(run.run) else "trained on"
    corpus = f"{made} {run.run['corpus']}, " if run.run.get("corpus") else ""
    text = f"{preset}{corpus}scored on {plural(scores['subjects'], 'subject')} of the {name} partition"
    if run.folds is not None:
        text += f", pooled over {len(run.folds)} of {plural(len(run.run['folds']), 'fold')}"
    text += ", subjects shared with training" if run.subjects_shared else ""
    return escape(text[0].upper() + text[1:])


def step_kept(facts: dict[str, Any]) -> str | None:
    """The step whose weights were kept, and of several stages that it is the last one's; None without one."""
    step = (facts.get("best") or {}).get("step")
    if step is None:
        return None
    stages = facts.get("stages") or []
    return f"{step:,}".replace(",", " ") + (f" of {stages[-1]['name']}" if len(stages) > 1 else "")


def facts_list(run: RunFolder) -> str:
    """What was run, on what and with what, as entries of a definition list."""
    facts, best = run.run, run.run.get("best") or {}
    fold = "" if facts.get("fold") is None else f", fold {facts['fold']}"
    if run.folds is not None:
        fold = f", {plural(len(facts['folds']), 'fold')}"
    shared = ", subjects shared" if run.subjects_shared else ""
    by = f" by {run.partition['by']}" if "by" in run.partition else ""
    split = f"{run.partition.get('scheme', 'fixed')}{by}{fold}{shared}"
    rows = [("Preset", facts.get("preset")), ("Corpus", facts.get("corpus")), ("Split", split)]
    for name, recordings in run.partition["parts"].items():
        if run.folds is not None and not recordings:
            continue  # each fold has its own
        people = len({run.partition["subjects"].get(recording, recording) for recording in recordings})
        rows.append(
            (name.capitalize(), f"{plural(len(recordings), 'recording')}, {plural(people, 'subject')}")
        )
    stages = ", ".join(str(stage["name"]) for stage in facts.get("stages") or [])
    rows += [("Seed", facts.get("seed")), ("Stages", stages)]
    kept = step_kept(facts)
    if kept is not None:
        rows.append(("Step kept", kept + _score(best.get("score"))))
    rows.append(("Fitted", " | ".join(fitted_lines(facts.get("stages") or []))))
    rows += [("Commit", _commit(facts.get("commit"))), ("Recipe", _recipe(facts))]
    html = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(str(value))}</dd></div>"
        for name, value in rows
        if value not in (None, "")
    )
    versions = ", ".join(f"{name} {version}" for name, version in (facts.get("versions") or {}).items())
    return html + (
        f'<div class="wide"><dt>Versions</dt><dd>{escape(versions)}</dd></div>' if versions else ""
    )


def _commit(commit: str | None) -> str | None:
    """The first 12 digits, and whether files were changed since."""
    return commit and commit.removesuffix("-dirty")[:12] + (" with changes" if "-dirty" in commit else "")


def _recipe(facts: dict[str, Any]) -> str | None:
    """Its name, if the run is not older than that, and its digest."""
    name, digest = facts.get("recipe"), facts.get("recipe_digest")
    return f"{name} (digest {digest})" if name and digest else name or digest


def _score(score: float | None) -> str:
    return "" if score is None else f" (development score {score:.3f})"
