"""Prepares a corpus: one folder per recording, and corpus.json that lists them, written last."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from emotrace.config.declaration import InputSpec
from emotrace.config.media import FaceSettings
from emotrace.corpora.recording import Corpus, Recording
from emotrace.errors import DataError, EmotraceError, InputError
from emotrace.lock import locked
from emotrace.store.build import find_prepared, prepare_recording
from emotrace.store.engines import Engine, open_engine
from emotrace.store.files import PART, remove_leftovers, write_json
from emotrace.store.record import (
    CORPUS,
    CORPUS_KEYS,
    FORMAT,
    RECORDINGS,
    SKIPPED,
    keys_of,
    read_json,
    read_record,
)
from emotrace.store.skipped import write_skipped
from emotrace.store.sources import open_media_tracks, with_detector
from emotrace.store.tables import wanted_tables
from emotrace.store.task import Outcome, Progress, SourceFactory, Task
from emotrace.writing import DiskFullError, explain_write_errors


@dataclass
class PrepareResult:
    """What became of every recording.

    Parameters
    ----------
    prepared : list of str
        Recordings of which something was made.
    reused : list of str
        Recordings that were up to date.
    skipped : list of (str, str)
        Recordings that hold nothing to prepare, and why.
    failed : list of (str, str)
        Recordings that could not be prepared, and why.
    warnings : list of str
        "recording: what", for recordings that were prepared all the same.
    """

    prepared: list[str] = field(default_factory=list)
    reused: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def prepare(
    corpus: Corpus,
    out: str | Path,
    *,
    inputs: Sequence[InputSpec],
    settings: FaceSettings,
    tables: Sequence[str] = (),
    jobs: int | None = None,
    engine: str = "local",
    ray_address: str | None = None,
    progress: Progress | None = None,
    source_factory: SourceFactory | None = None,
) -> PrepareResult:
    """Make the tracks that models need of every recording, once; a second call makes what is missing.

    A track is made again only if its settings, its source file, a track that it depends on, or the
    code that makes it changed; touching a file without changing it does not count. A killed job is
    continued: tracks that it finished are reused. Folders of recordings that left the corpus stay,
    unlisted.

    Parameters
    ----------
    corpus : Corpus
    out : path
        Folder of the prepared corpus; made if missing. It may hold an earlier state of the same
        corpus: the same name, and the same root or, where the corpus was moved, the same
        recording names.
    inputs : sequence of InputSpec
        What models declare; equal tracks are made once.
    settings : FaceSettings
        How faces are found; the hash of the detector is filled in.
    tables : sequence of str
        Feature tables of the corpus to store, by name or pattern of `fnmatch`. Raw signals are stored
        always, and so is what `inputs` declare.
    jobs : int >= 1 or None
        Recordings at a time, each in a process of its own with one thread. Files are equal, byte by
        byte, for any number. None: 1, or all processors of a Ray cluster.
    engine : {"local", "ray"}
        "ray": a Ray cluster whose machines see `corpus` and `out` under the same paths.
    ray_address : str or None
        See `open_engine`.
    progress : callable or None
        See `Progress`.
    source_factory : callable or None
        See `SourceFactory`; None decodes the media files. Given one, `settings` are kept as they are.

    Returns
    -------
    PrepareResult
        A recording that fails is listed and the others are finished.

    Raises
    ------
    InputError
        If `jobs` is not positive, `inputs` is empty, or one of `tables` matches none.
    DataError
        If the corpus has no recordings or two of one name, none has media or tables, `out` holds
        something else or another corpus, another process prepares into it, or the disk is full.
    ConfigError
        If the face detector is missing, there is no such engine, or no Ray cluster answers.
    MissingExtraError
        If Ray is asked for and not installed.
    """
    out = Path(out)
    _check_arguments(corpus, out, inputs, jobs)
    workers = None if engine == "local" and jobs in (None, 1) else open_engine(engine, jobs, ray_address)
    observed = [one for one in corpus.recordings if one.is_observed]
    names = wanted_tables(observed, inputs, tables)
    if source_factory is None:
        settings, source_factory = with_detector(settings), open_media_tracks
    frame = replace(corpus, recordings=())
    tasks = [
        Task(one, frame, out / RECORDINGS / one.name, tuple(inputs), settings, source_factory, names)
        for one in observed
    ]
    _make_folder(out)
    with explain_write_errors(out), locked(out):
        remove_leftovers(out)
        result, done = _prepare_all(tasks, workers, progress)
        result.skipped = [(one.name, _unobserved(one)) for one in corpus.recordings if not one.is_observed]
        ready = [one for one in observed if one.name in done]
        write_skipped(out, [*corpus.excluded, *corpus.skipped, *result.skipped, *result.failed])
        write_json(out / CORPUS, _describe(corpus, ready, out, settings, result))
    return result


def _make_folder(out: Path) -> None:
    try:
        (out / RECORDINGS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"{out}: cannot be made ({error.strerror}); choose a folder that can be written"
        ) from error


def _prepare_all(
    tasks: list[Task], workers: Engine | None, progress: Progress | None
) -> tuple[PrepareResult, dict[str, Outcome]]:
    done: dict[str, Outcome] = {}
    failed: dict[str, str] = {}
    for count, (task, future) in enumerate(_outcomes(tasks, workers, progress), start=1):
        name = task.recording.name
        error = future.exception()
        if error is None:
            done[name] = future.result()
        elif isinstance(error, (DataError, InputError, OSError)) and not isinstance(error, DiskFullError):
            failed[name] = _reason(error)
        else:
            raise error
        if progress is not None:
            progress("recording", count, len(tasks), name)
    names = [task.recording.name for task in tasks]
    result = PrepareResult(
        prepared=[name for name in names if name in done and done[name].made],
        reused=[name for name in names if name in done and not done[name].made],
        failed=[(name, failed[name]) for name in names if name in failed],
        warnings=[f"{name}: {text}" for name in names if name in done for text in done[name].warnings],
    )
    return result, done


def _outcomes(
    tasks: list[Task], workers: Engine | None, progress: Progress | None
) -> Iterator[tuple[Task, Future]]:
    if workers is None:  # in this process
        for task in tasks:
            yield task, _attempt(prepare_recording, task, progress)
        return
    left = []
    for task in tasks:  # no process is started for what is there already
        found = _attempt(find_prepared, task)
        if found.exception() is None and found.result() is None:
            left.append(task)
        else:
            yield task, found
    left.sort(key=_source_bytes, reverse=True)  # the longest first, so that none is left alone at the end
    if left:
        for number, future in workers.run(prepare_recording, left):
            yield left[number], future


def _source_bytes(task: Task) -> int:
    files = (task.recording.video, task.recording.audio)
    return sum(file.stat().st_size for file in files if file is not None and file.is_file())


def _attempt(work: Callable[..., Any], *arguments: Any) -> Future:
    future: Future = Future()
    try:
        future.set_result(work(*arguments))
    except (EmotraceError, OSError) as error:
        future.set_exception(error)
    return future


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError):
        return (
            f"{error.filename}: cannot be read or written ({error.strerror}); check the disk, prepare again"
        )
    return str(error)


def _describe(
    corpus: Corpus, ready: list[Recording], out: Path, settings: FaceSettings, result: PrepareResult
) -> dict[str, Any]:
    recordings = [
        {
            "name": one.name,
            "subject": one.subject,
            "partition": one.partition,
            "session": one.session,
            "attributes": dict(one.attributes),
            "keys": keys_of(read_record(out / RECORDINGS / one.name)),
        }
        for one in ready
    ]
    return {
        "format": FORMAT,
        "name": corpus.name,
        "licence": corpus.licence,
        "own_partitions": corpus.own_partitions,
        "root": str(Path(corpus.root).resolve()),
        "dimensions": list(corpus.dimensions),
        "classes": list(corpus.classes),
        "value_range": list(corpus.value_range),
        "settings": settings.model_dump(mode="json"),
        "skipped": [list(item) for item in (*corpus.excluded, *corpus.skipped, *result.skipped)],
        "failed": [list(item) for item in result.failed],
        "warnings": list(corpus.warnings),
        "recordings": recordings,
    }


def _unobserved(recording: Recording) -> str:
    return f"{recording.name} has labels but neither media nor tables; expected a video, a sound or a table"


def _check_arguments(corpus: Corpus, out: Path, inputs: Sequence[InputSpec], jobs: int | None) -> None:
    if jobs is not None and jobs < 1:
        raise InputError(f"jobs is {jobs}; expected at least 1")
    if not inputs:
        raise InputError("inputs is empty; expected what a model declares, e.g. a FaceInput")
    names = [one.name for one in corpus.recordings]
    if not names:
        raise DataError(f"{corpus.root}: the corpus {corpus.name} has no recordings; check the folder")
    if not any(one.is_observed for one in corpus.recordings):
        raise DataError(
            f"{corpus.root}: its {len(names)} recordings have labels but neither media nor tables; expected "
            "something to prepare, put the corpus's media beside its labels"
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(
            f"{corpus.root}: two recordings are named {', '.join(twice)}; expected each once, rename files"
        )
    if out.exists() and not out.is_dir():
        raise DataError(f"{out}: is a file; expected a folder for the prepared corpus, choose another")
    if not out.exists():
        return
    parts = [name + PART for name in (CORPUS, SKIPPED)]
    if (out / CORPUS).exists():
        _check_same_corpus(corpus, out)
    elif any(entry.name not in (RECORDINGS, SKIPPED, ".lock", *parts) for entry in out.iterdir()):
        raise DataError(f"{out}: holds other files and no {CORPUS}; expected an empty or a prepared folder")


def _check_same_corpus(corpus: Corpus, out: Path) -> None:
    earlier = read_json(out / CORPUS, CORPUS_KEYS)
    same_root = earlier["root"] == str(Path(corpus.root).resolve())
    known = {one["name"] for one in earlier["recordings"]} | {name for name, _ in earlier.get("failed", ())}
    same_names = known == {one.name for one in corpus.recordings if one.is_observed}
    if earlier["name"] != corpus.name or not (same_root or same_names):
        again = f", or read it as {earlier['name']} again" if same_root else ""
        raise DataError(
            f"{out}: holds the corpus {earlier['name']} of {earlier['root']}; expected {corpus.name} of "
            f"{corpus.root}, prepare into another folder{again}"
        )
