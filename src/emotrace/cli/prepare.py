"""`emotrace prepare`: a corpus in its original layout becomes a prepared corpus."""

from pathlib import Path
from typing import Annotated

import typer

from emotrace.cli import options
from emotrace.errors import ConfigError


def run(
    corpus: Annotated[
        str,
        typer.Argument(
            metavar="CORPUS",
            help="Which corpus it is, or `folder` for recordings of your own; `emotrace corpora` lists all.",
        ),
    ],
    root: Annotated[Path, typer.Argument(metavar="ROOT", help="Folder that the corpus lies in.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="PREPARED", help="Folder to write.")],
    recipes: Annotated[
        list[str] | None,
        typer.Option(
            "--for",
            metavar="RECIPE",
            help="Make only what this recipe takes, such as priyasad2019/audio; may be repeated. Without "
            "it: what all systems take at their default presets, but no computed features.",
        ),
    ] = None,
    tables: Annotated[
        list[str] | None,
        typer.Option(
            "--tables",
            metavar="NAME",
            help="Also store this feature table of the corpus (a pattern such as 'egemaps*' or '*'); may be "
            "repeated. Physiology is stored always.",
        ),
    ] = None,
    partitions: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="Your own partitions in place of the official ones: columns recording or subject, and "
            "partition (train, development, test). Who is not listed is left out.",
        ),
    ] = None,
    classes: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="What the classes of the corpus mean: columns label (as in the corpus) and emotion (as it "
            "shall be named; empty: leave its clips out).",
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            help="Recordings worked on at the same time, one processor each.  [default: 1; with ray all of "
            "the cluster]",
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            metavar="local|ray",
            help="ray: on a Ray cluster (pip install 'emotrace[ray]') whose machines see ROOT and PREPARED "
            "under the same paths.",
        ),
    ] = "local",
    ray_address: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            envvar="RAY_ADDRESS",
            help="Of a running cluster; without it Ray is started on this machine.",
        ),
    ] = None,
    detector: options.Detector = None,
    face: Annotated[
        int, typer.Option(min=0, help="Which face to follow: 0 the largest and most persistent, 1 the next.")
    ] = 0,
    option: options.ReaderOptions = None,
    settings_of_recipe: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Change one field of the recipes that --for names, as `train` will; may be repeated.",
        ),
    ] = None,
) -> None:
    """Find faces, cut crops, resample sound and store labels, once for all systems.

    Run it again after a kill or a change: only what is missing or changed is made.
    """
    from emotrace.cli import screen
    from emotrace.config.media import FaceSettings
    from emotrace.corpora import read
    from emotrace.corpora.class_names import apply_class_names, warn_of_unknown_names
    from emotrace.corpora.partition_list import apply_partition_list

    settings = FaceSettings(face=face, **({"detector": str(detector)} if detector else {}))
    found = read(corpus, root, **options.pairs(option, "--option"))
    if partitions is not None:
        found = apply_partition_list(found, partitions)
    if classes is not None:
        found = apply_class_names(found, classes)
    screen.warn(found.warnings if classes else [*found.warnings, *warn_of_unknown_names(found)])
    broken = prepare_corpus(
        found,
        out,
        wanted_inputs(recipes, settings_of_recipe),
        settings,
        tables=tables or (),
        jobs=jobs,
        engine=engine,
        ray_address=ray_address if engine == "ray" else None,
    )
    if broken:
        raise typer.Exit(1)


def wanted_inputs(recipes: list[str] | None, changes: list[str] | None = None) -> tuple:
    """Inputs that the named recipes declare, once each; of none, all systems' inputs but computed features.

    Features take long and may need extras, so they are made for who asks for them.

    Raises
    ------
    ConfigError
        If a recipe is not there, or settings are to be changed and no recipe is named.
    """
    from emotrace.config.load import load_recipe, stage_model
    from emotrace.models import available, declare

    if changes and not recipes:
        raise ConfigError(f"--set {changes[0]} changes no recipe; name the recipe with --for")
    if recipes:
        chosen = [load_recipe(name, changes or []) for name in recipes]
        declarations = [
            declare(name, recipe.preset, overrides)
            for recipe in chosen
            for name, overrides in (stage_model(recipe, stage) for stage in recipe.stages)
        ]
    else:
        declarations = [declare(name) for name in available()]
    specs = {spec.track: spec for each in declarations for spec in each.inputs.values()}
    return tuple(spec for spec in specs.values() if recipes or spec.kind != "feature")


def prepare_corpus(found, out: Path, inputs: tuple, settings, **how) -> bool:
    """Prepare with a progress bar and print the counts; whether any was left out but those on purpose.

    `how` goes to `store.prepare`.
    """
    from emotrace.cli import screen
    from emotrace.cli.reasons import grouped
    from emotrace.store import prepare
    from emotrace.store.record import SKIPPED

    with screen.progress("prepare") as bar:
        result = prepare(
            found,
            out,
            inputs=inputs,
            settings=settings,
            progress=bar.recordings,
            **how,
        )
    screen.warn(grouped(text.partition(": ")[::2] for text in result.warnings))
    broken = [*found.skipped, *result.skipped, *result.failed]
    left_out = [*found.excluded, *broken]
    used = len(result.prepared) + len(result.reused)
    listed = f" (all reasons in {out / SKIPPED})" if left_out else ""
    screen.out.print(
        f"{used} recordings used ({len(result.prepared)} prepared, {len(result.reused)} reused), "
        f"{len(left_out)} left out{listed}; in {out}",
        markup=False,
    )
    for line in grouped(left_out):
        screen.fail(f"left out: {line}")
    screen.warn(_lacking(out, inputs))
    return bool(broken)


def _lacking(out: Path, inputs: tuple) -> list[str]:
    """What recordings have not, counted: tracks for lack of that modality, any face, any speech."""
    from emotrace.remarks import counted
    from emotrace.store import open_prepared
    from emotrace.store.table_remarks import signal_faults, want_of

    recordings = open_prepared(out).recordings
    said = []
    specs = {spec.track: spec for spec in inputs}
    for lacking, names in _alike(specs, recordings):
        want = want_of(lacking, recordings)
        made = ", ".join(spec.track for spec in lacking if spec.kind != "table")
        said.append(counted(f"without {made}, for want of {want}" if made else f"without {want}", names))
    said += signal_faults(recordings, sorted(specs))
    faceless = [one.name for one in recordings if _no_face(one)]
    if faceless:
        said.append(counted("no face was found in any frame", faceless))
    silent = [
        one.name
        for one in recordings
        if any(entry.get("attributes", {}).get("speech_found") is False for entry in one.entries.values())
    ]
    if silent:
        said.append(counted("no speech was found, so all of the sound is kept", silent))
    return said


def _alike(specs: dict, recordings) -> list[tuple[list, tuple[str, ...]]]:
    """Inputs that are missing for want of the same, in the same recordings; and the names of those."""
    from emotrace.features.derived import medium_of

    groups: dict[tuple, list] = {}
    for track in sorted(specs):
        names = tuple(one.name for one in recordings if one.entries.get(track, {}).get("missing"))
        if names:
            kind = medium_of(track), specs[track].kind == "table"
            groups.setdefault((*kind, names), []).append(specs[track])
    return [(lacking, names) for (*_, names), lacking in groups.items()]


def _no_face(recording) -> bool:
    """Whether faces were looked for, and none was found."""
    if "faces" not in recording.track_names:
        return False
    valid = recording.track("faces").valid
    return valid is not None and not valid.any()
