"""`emotrace check`: how good a corpus is, before anything is trained on it."""

from pathlib import Path
from typing import Annotated

import typer

from emotrace.cli import options


def run(
    corpus: Annotated[
        str,
        typer.Argument(
            metavar="PREPARED|CORPUS",
            help="A prepared corpus, or a layout (`emotrace corpora`) and its ROOT.",
        ),
    ],
    root: Annotated[
        Path | None, typer.Argument(metavar="[ROOT]", help="Where the corpus lies, if CORPUS is a layout.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder to write.")] = Path("check"),
    labels_only: Annotated[
        bool, typer.Option("--labels-only", help="Decode no video and sound of a corpus on disk.")
    ] = False,
    option: options.ReaderOptions = None,
) -> None:
    """Write a data-quality report: media, labels, raters, partitions and duplicates, warnings first.

    A prepared corpus also tells in how many frames a face was found.
    """
    from emotrace.cli import screen
    from emotrace.corpora import names, read
    from emotrace.errors import ConfigError
    from emotrace.quality import check_corpus, check_prepared, make_writable, write_check
    from emotrace.store import PreparedCorpus, open_prepared

    if root is None and (option or labels_only):
        raise ConfigError("--option and --labels-only need a corpus on disk; give CORPUS and ROOT")
    if root is None and corpus in names() and not Path(corpus).is_dir():
        raise ConfigError(f"{corpus} is a layout; give its ROOT too: emotrace check {corpus} ROOT")
    found = open_prepared(corpus) if root is None else read(corpus, root, **options.pairs(option, "--option"))
    make_writable(out)
    with screen.progress("check") as bar:
        if isinstance(found, PreparedCorpus):
            check = check_prepared(found, bar)
        else:
            check = check_corpus(found, decode=not labels_only, progress=bar)
    page = write_check(check, out)
    for one in check.findings:
        if one.severity == "error":
            screen.fail(f"error: {one.text}")
    screen.warn(one.text for one in check.findings if one.severity == "warning")
    screen.out.print(f"{_counts(check)}\n{page}", markup=False)


def _counts(check) -> str:
    found = [one.severity for one in check.findings]
    said = ", ".join(f"{found.count(name)} {name}s" for name in ("error", "warning", "note"))
    return f"{len(check.recordings)} recordings checked, {len(check.skipped)} left out; {said}"
