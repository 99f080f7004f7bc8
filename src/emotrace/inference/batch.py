"""Traces many files: CSV and page of each, the failures listed, nothing half-written."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from emotrace.errors import DataError, EmotraceError, InputError
from emotrace.inference.files import SHOWN, media_files, outputs_of, refuse_foreign
from emotrace.inference.fused import FusedPredictor
from emotrace.inference.page import write_page
from emotrace.inference.predictor import Predictor, Progress
from emotrace.writing import written_whole


@dataclass(frozen=True)
class FileResult:
    """What became of one media file.

    Parameters
    ----------
    path : Path
        The media file.
    csv, html : Path or None
        What was written; None where it was not.
    error : str or None
        One sentence that names the file, None if all went well.
    decision : str
        The class of the whole file, with its confidence; empty for a trace.
    warnings : tuple of str
    profile : mapping of str to float, s
        As in `Prediction`, and ``preview`` and ``page``.
    """

    path: Path
    csv: Path | None = None
    html: Path | None = None
    error: str | None = None
    decision: str = ""
    warnings: tuple[str, ...] = ()
    profile: dict[str, float] | None = None


def predict_files(
    predictor: Predictor | FusedPredictor,
    paths: Iterable[str | Path],
    out_dir: str | Path,
    *,
    html: bool = True,
    face: int | None = None,
    detector: str | Path | None = None,
    raw: bool = False,
    progress: Progress | None = None,
) -> list[FileResult]:
    """Write ``<stem>.csv`` and ``<stem>.html`` for each file; one failing file stops no other.

    What decided about each step stands in ``<stem>_shown.csv``, if the model tells it.

    Parameters
    ----------
    predictor : Predictor or FusedPredictor
    paths : files or folders
        Folders are searched at any depth for files with a media suffix, without hidden ones and
        without previews that an earlier call wrote.
    out_dir : path
        Folder to write, made if missing. A CSV or page of an earlier call is overwritten. Of two
        files with the same stem the second is written as ``<stem>-2``.
    html : bool
        Whether to write pages.
    face, detector, raw
        As in `Predictor.predict`.
    progress : callable or None
        Called with (files done, all files, name of the current one).

    Returns
    -------
    list of FileResult
        In the order of `paths`; a path that is missing or a folder without media is a result with
        an error too.

    Raises
    ------
    InputError
        If `paths` is empty.
    DataError
        If `out_dir` is a file or cannot be made.
    """
    wanted = [Path(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
    if not wanted:
        raise InputError("paths is empty; give at least one media file or folder")
    out = _make_folder(Path(out_dir))
    found = list(media_files(wanted))
    stems = outputs_of(path for path, problem in found if not problem)
    results = []
    for number, (path, problem) in enumerate(found):
        if problem:
            results.append(FileResult(path, error=problem))
            continue
        report = _within(progress, number, len(found), path.name)
        report(0.0, 1.0)
        results.append(
            _predict_one(
                predictor,
                path,
                out,
                stems[path],
                html,
                face=face,
                detector=detector,
                raw=raw,
                progress=report,
            )
        )
    if progress is not None:
        progress(len(found), len(found), "")
    return results


def _predict_one(
    predictor: Predictor | FusedPredictor, path: Path, out: Path, stem: str, html: bool, **settings
) -> FileResult:
    result = FileResult(path)
    try:
        prediction = predictor.analyse(path, **settings)
        result = replace(result, warnings=prediction.warnings, profile=prediction.profile)
        if prediction.decision is not None:
            result = replace(result, decision=prediction.decision.describe(prediction.trace.labels))
        csv = out / f"{stem}.csv"
        refuse_foreign(csv, "time_s,face_found,")
        with written_whole(csv) as part:
            prediction.trace.to_csv(part)
        if prediction.trace.shown:
            shown = out / f"{stem}{SHOWN}.csv"
            refuse_foreign(shown, f"time_s,{next(iter(prediction.trace.shown))}")
            with written_whole(shown) as part:
                prediction.trace.shown_to_csv(part)
        result = replace(result, csv=csv)
        if html:
            began = time.perf_counter()
            page = write_page(prediction, out / f"{stem}.html")
            spent = time.perf_counter() - began - prediction.profile.get("preview", 0.0)
            prediction.profile["page"] = spent
            result = replace(result, html=page)
    except (EmotraceError, OSError) as error:
        result = replace(result, error=_sentence(path, error))
    return result


def _sentence(path: Path, error: Exception) -> str:
    message = " ".join(str(error).split())
    if isinstance(error, OSError) and not isinstance(error, EmotraceError):
        message = f"{error.strerror or message}" + (f" ({error.filename})" if error.filename else "")
    return message if str(path) in message else f"{path}: {message}"


def _make_folder(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"{out}: cannot be made a folder ({error.strerror}); give a folder that can be written"
        ) from error
    if not os.access(out, os.W_OK):
        raise DataError(f"{out}: is not writable; give a folder that can be written")
    return out


def _within(progress: Progress | None, number: int, files: int, name: str):
    def report(done: float, total: float, what: str = "") -> None:
        if progress is not None:
            progress(number + done / total, files, name)

    return report
