"""The card of a run: what it was made of, how good it is for whom, and what it must not be used for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emotrace.offline_page.words import estimate_in_words, plural
from emotrace.run_files import RunFiles, identity, is_fused, read_json
from emotrace.writing import written_whole

HEADLINES = ("ccc_", "uar", "accuracy")
"""How the names of the metrics begin that the card shows."""

INTENDED = (
    "Research on how people express emotion, and tracing recordings of people who have agreed to it. It "
    "estimates what raters would say of a face and a voice; it does not read what a person feels. Not for "
    "judging, selecting or watching people (work, school, policing, border control, medical triage)."
)
CONSENT = (
    "What the people of the corpus agreed to, and what its licence allows, holds for this model too: look it "
    "up before you pass it on."
)


def first_line(facts: Mapping[str, Any], partition: Mapping[str, Any], metrics: Mapping[str, Any]) -> str:
    """What a run is, in a sentence.

    Parameters
    ----------
    facts, partition, metrics : mapping
        Of run.json, partition.json and metrics.json; `metrics` is empty if the run has not been evaluated.
    """
    preset = f" ({facts['preset']})" if facts.get("preset") else ""
    labels = _listed(facts.get("labels") or ())
    if facts.get("predicts") == "class":
        gives = f"tells {len(facts['labels'])} classes ({labels})"
    else:
        scale = facts.get("value_range")
        gives = f"gives {labels}" + (" in [{:g}, {:g}]".format(*scale) if scale else "")
    step = f" every {1000 * facts['step_s']:g} ms" if facts.get("step_s") else ""
    people = _people(partition, "train")
    made = "a fusion of systems trained on" if is_fused(facts) else "trained on"
    corpus = facts.get("corpus") or "an unknown corpus"
    of = f"{people} of {corpus}" if people else corpus
    score = _score(metrics, partition)
    name = f"{facts['system']}/{facts['variant']}{preset}"
    return f"{name} {gives}{step}, {made} {of}{'; ' + score if score else ''}."


def write_card(run_path: str | Path) -> Path:
    """Write ``RUN/card.md`` from what the folder says; after training, and anew after evaluation.

    Raises
    ------
    CheckpointError
        If it is no run folder.
    DataError
        If the file cannot be written.
    """
    files = RunFiles(run_path)
    facts, partition, metrics = _read(files)
    lines = [
        first_line(facts, partition, metrics),
        "",
        *_section("What it was trained on", _origin(facts, partition)),
        *_section("How good it is", _scores(metrics, partition)),
        *_section("Known limits", _limits(facts, partition, metrics)),
        *_section("Intended use, consent", [INTENDED, *([] if _is_made(facts) else [CONSENT])]),
    ]
    with written_whole(files.card_md) as part:
        part.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    return files.card_md


def card_line(run_path: str | Path) -> str:
    """The first line of a run's card, made anew from what its folder says.

    Raises
    ------
    CheckpointError
        If it is no run folder.
    """
    return first_line(*_read(RunFiles(run_path)))


def _read(files: RunFiles) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    facts = read_json(files.run_json, ("system", "variant", "labels", "predicts"))
    partition = read_json(files.partition_json, ("parts", "subjects"))
    return facts, partition, _metrics(files, facts)


def _metrics(files: RunFiles, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Of metrics.json, if there is one and it is of these weights."""
    if not files.metrics_json.is_file():
        return {}
    metrics = read_json(files.metrics_json, ("run", "partitions"))
    return metrics if metrics["run"] == identity(facts) else {}


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"## {title}", "", *(lines if len(lines) == 1 else [f"- {line}" for line in lines]), ""]


def _origin(facts: Mapping[str, Any], partition: Mapping[str, Any]) -> list[str]:
    scheme = partition.get("scheme", "fixed")
    if facts.get("folds"):
        scheme += f", {plural(len(facts['folds']), 'fold')}, each tested by a model of the others"
    by = f" by {partition['by']}" if "by" in partition else ""
    split = "; ".join(f"{name}: {people}" for name in ("train", "development", "test")
                      if (people := _people(partition, name)))  # fmt: skip
    lines = [
        f"Corpus: {facts.get('corpus') or 'unknown'}; its licence: {facts.get('licence') or 'not noted'}.",
        f"Partition: {scheme}{by}{', subjects shared' if partition.get('subjects_shared') else ''}; {split}.",
        _labels(facts),
        _made_by(facts),
    ]
    if facts.get("delay"):
        lines.append(f"Labels were moved {facts['delay'].get('seconds')} s earlier for training.")
    return lines


def _made_by(facts: Mapping[str, Any]) -> str:
    if not is_fused(facts):
        return f"Recipe {_recipe(facts)}, commit {facts.get('commit')}, seed {facts.get('seed')}."
    names = [str(one.get("name")) for one in facts.get("sources") or ()]
    settings = facts.get("recipe_digest")
    cards = "" if "gold" in facts else ", which have cards of their own"  # anyone's CSVs have none
    return f"Fused from {_listed(names)}{cards}; commit {facts.get('commit')}, settings {settings}."


def _recipe(facts: Mapping[str, Any]) -> str:
    """Its name, if the run is not older than that, and its digest."""
    digest = facts.get("recipe_digest")
    return f"{facts['recipe']} (digest {digest})" if facts.get("recipe") else str(digest)


def _labels(facts: Mapping[str, Any]) -> str:
    if facts["predicts"] == "class":
        return f"Classes: {_listed(facts['labels'])}."
    scale = facts.get("value_range")
    return f"Labels: {_listed(facts['labels'])}; range {'not known' if scale is None else scale}."


def _scores(metrics: Mapping[str, Any], partition: Mapping[str, Any]) -> list[str]:
    lines = []
    for name, scores in (metrics.get("partitions") or {}).items():
        shown = [
            f"{metric} {estimate_in_words(cell)}"
            for metric, cell in scores["concatenated"].items()
            if metric.startswith(HEADLINES)
        ]
        people = plural(scores["subjects"], "subject") + _shared(partition)
        lines.append(f"{name}, {plural(scores['recordings'], 'recording')} of {people}: {', '.join(shown)}")
    if not lines:
        return ["Not evaluated yet: run `emotrace evaluate` on this folder."]
    return [*lines, "In brackets: 95 % over subjects."] if any("[" in line for line in lines) else lines


def _limits(facts: Mapping[str, Any], partition: Mapping[str, Any], metrics: Mapping[str, Any]) -> list[str]:
    lines = [
        "It carries culture, language, age range and recording conditions of its corpus; on other people it "
        "is worse, and worse for some than for others."
    ]
    lines += [f"{text.rstrip('.')}." for text in facts.get("warnings") or ()]
    if facts.get("state", "done") != "done":
        lines.append(f"Training is not finished ({facts['state']}).")
    for name, scores in (metrics.get("partitions") or {}).items():
        lines += [f"{name}: {text}" for text in scores.get("warnings") or ()]
    if _is_made(facts):
        lines.append("Its corpus is made by a program: it knows no person.")
    return lines


def _is_made(facts: Mapping[str, Any]) -> bool:
    """Whether the corpus is one of the demo."""
    return str(facts.get("corpus", "")).startswith("demo corpus of ")


def _people(partition: Mapping[str, Any], name: str) -> str:
    names = partition["parts"].get(name) or ()
    subjects = {partition["subjects"].get(recording, recording) for recording in names}
    return plural(len(subjects), "subject") if names else ""


def _shared(partition: Mapping[str, Any]) -> str:
    """Said of every score for which people may have been trained on."""
    return " (subjects shared)" if partition.get("subjects_shared") else ""


def _score(metrics: Mapping[str, Any], partition: Mapping[str, Any]) -> str:
    """The headline of the test, or of development."""
    partitions = metrics.get("partitions") or {}
    name = next((name for name in ("test", "development") if name in partitions), None)
    if name is None:
        return ""
    cells = partitions[name]["concatenated"]
    shown = [metric for metric in cells if metric.startswith("ccc_") and metric != "ccc_mean"] or [
        metric for metric in ("uar",) if metric in cells
    ]
    told = ", ".join(f"{metric.replace('_', ' ')} {estimate_in_words(cells[metric])}" for metric in shown)
    return f"{name}{_shared(partition)} {told}" if told else ""


def _listed(names: Any) -> str:
    names = list(names)
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
