"""`emotrace gold`: the ratings of several raters become one gold standard, with their agreement."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from emotrace.cli import options
from emotrace.errors import ConfigError, DataError


def run(
    ratings: Annotated[
        Path,
        typer.Argument(
            metavar="RATINGS",
            help="A CSV file (a time column, one column per rater), a folder of them, or of folders named by "
            "dimension; with --corpus the root of a corpus.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT", help="Folder to write.")],
    method: Annotated[str, typer.Option(help="How raters are fused; a wrong name lists all.")] = "ewe",
    corpus: Annotated[
        str | None, typer.Option(metavar="NAME", help="Read RATINGS as this corpus (see `emotrace corpora`).")
    ] = None,
    option: options.ReaderOptions = None,
    lengths: Annotated[
        str,
        typer.Option(help="Raters of unequal length: shortest (cut to what all rated) or union (keep all)."),
    ] = "shortest",
    rate: Annotated[float | None, typer.Option(metavar="HZ", help="Resample to this rate.")] = None,
    smooth: Annotated[
        str | None,
        typer.Option(
            metavar="NAME:SECONDS", help="Smooth each rater: moving_average, savitzky_golay or median."
        ),
    ] = None,
    standardise: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Scale each rater: z or min_max in each recording, z_all or min_max_all over all of them.",
        ),
    ] = None,
    delay: Annotated[
        str | None,
        typer.Option(
            metavar="SECONDS|auto",
            help="Move gold standard and raters earlier; auto: by the lag of best agreement with "
            "--reference, or without one each rater to the time of the earliest.",
        ),
    ] = None,
    delay_rule: Annotated[
        str, typer.Option(help="What becomes of the end then: drop, hold (repeat the last) or zero.")
    ] = "hold",
    reference: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH", help="CSV file or folder with signals without delay, laid out as RATINGS is."
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="An option of the method; may be repeated."),
    ] = None,
) -> None:
    """Fuse raters into a gold standard, and tell how well they agree.

    Steps are done in this order: lengths, resampling, smoothing, standardising, fusion, delay; only --delay
    auto without --reference moves the raters before they are fused. OUT gets a CSV per recording and
    dimension, agreement.csv, gold.json with all settings, and the page gold.html.
    """
    from emotrace.annotation.fusion import AUTO, GoldSettings, make_gold, write_gold
    from emotrace.cli import screen
    from emotrace.corpora.rating_files import read_reference_files

    wanted = GoldSettings(
        method=method,
        options=method_options(method, options.pairs(settings, "--set")),
        lengths=lengths,
        rate_hz=rate,
        smooth=None if smooth is None else _smoothing(smooth),
        standardise=standardise,
        delay_s=delay if delay in (None, AUTO) else _seconds(delay, "--delay"),
        delay_rule=delay_rule,
    )
    if reference is not None and wanted.delay_s != AUTO:
        raise ConfigError(f"--reference {reference} is for --delay auto; give both, or neither")
    found = _read(ratings, corpus, options.pairs(option, "--option"))
    references = None if reference is None else read_reference_files(reference, found.recordings)
    result = make_gold(found.recordings, wanted, references)
    result = replace(
        result,
        failed=(*found.failed, *result.failed),
        warnings=(*found.warnings, *result.warnings),
    )
    screen.warn(result.warnings)
    for name, reason in result.failed:
        screen.fail(f"left out: {name}: {reason}")
    if not result.dimensions:
        raise DataError(f"{ratings}: no gold standard could be made of any recording; see what is said above")
    write_gold(result, out, str(ratings) if corpus is None else f"{corpus} at {ratings}")
    _show(result)
    made = sum(len(part.recordings) for part in result.dimensions)
    screen.out.print(
        f"{made} gold standards made by {method}, {len(result.failed)} left out; in {out}, "
        f"page {out / 'gold.html'}",
        markup=False,
    )
    if result.failed:
        raise typer.Exit(1)


def method_options(method: str, texts: dict[str, str]) -> dict[str, Any]:
    """Options of a method from their text, in the type of the default.

    Raises
    ------
    ConfigError
        If the method has no such option, or the text is no such value.
    """
    from emotrace.annotation.methods import method_named

    defaults = method_named(method, dict(texts)).options
    return {name: _value(name, text, defaults[name]) for name, text in texts.items()}


def _value(name: str, text: str, default: Any) -> Any:
    if isinstance(default, bool):
        if text.lower() not in ("true", "false"):
            raise ConfigError(f"--set {name}={text}: expected true or false")
        return text.lower() == "true"
    if isinstance(default, int | float):
        kind = type(default)
        try:
            return kind(text)
        except ValueError:
            what = "a whole number" if kind is int else "a number"
            raise ConfigError(f"--set {name}={text}: expected {what} such as {default}") from None
    return text


def _smoothing(text: str) -> tuple[str, float]:
    name, colon, window = text.rpartition(":")
    if not colon:
        raise ConfigError(f"--smooth {text}: expected NAME:SECONDS, such as moving_average:1")
    return name, _seconds(window, "--smooth")


def _seconds(text: str, flag: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ConfigError(f"{flag} {text}: expected a number of seconds, such as 2") from None


def _read(ratings: Path, corpus: str | None, reader_options: dict[str, str]):
    from emotrace.corpora import names
    from emotrace.corpora.rating_files import read_corpus_ratings, read_rating_files
    from emotrace.corpora.registry import adapters

    if corpus is None:
        if reader_options:
            raise ConfigError("--option needs a corpus; name it with --corpus")
        return read_rating_files(ratings)
    if corpus not in adapters():
        raise ConfigError(f"no corpus is named {corpus!r}; there are: {', '.join(names())}")
    return read_corpus_ratings(adapters()[corpus], ratings, **reader_options)


def _show(result) -> None:
    """Agreement of each dimension, over all recordings."""
    from emotrace.annotation.fusion.results import IN_WORDS
    from emotrace.cli import screen

    rows = []
    for part in result.dimensions:
        for kind, found in part.agreement.items():
            numbers = (found.ccc, found.pcc, found.rmse, found.icc["icc_2_1"], found.alpha)
            cells = ("-" if number != number else f"{number:.3f}" for number in numbers)
            rows.append((part.dimension, IN_WORDS[kind], len(part.raters), *cells))
    columns = ("dimension", "ratings", "raters", "CCC", "PCC", "RMSE", "ICC(2,1)", "alpha")
    screen.table("agreement of raters, all recordings end to end (pairs: mean)", columns, rows)
