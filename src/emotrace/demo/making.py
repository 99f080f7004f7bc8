"""Makes the files of a demo corpus in a folder that remembers its settings; a second call continues."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from emotrace.errors import DataError, InputError
from emotrace.writing import written_whole

__all__ = ["Progress", "check", "claim", "make_all"]

Progress = Callable[[int, int, str], None]


def check(seed: int, jobs: int) -> None:
    """Refuse what no corpus can be made with.

    Raises
    ------
    InputError
        If the seed is negative, there is no process, or either is no whole number.
    """
    if not isinstance(seed, int) or seed < 0:
        raise InputError(f"seed is {seed!r}; expected a whole number that is not negative")
    if not isinstance(jobs, int) or jobs < 1:
        raise InputError(f"jobs is {jobs!r}; expected a whole number of processes, at least 1")


def claim(root: Path, settings: Mapping[str, Any]) -> None:
    """Leave the settings in `demo.json`, or compare with those that are there.

    Raises
    ------
    DataError
        If other settings are there.
    """
    file = root / "demo.json"
    text = json.dumps(settings, sort_keys=True)
    wanted = {**settings, "hash": hashlib.sha256(text.encode()).hexdigest()[:16]}
    if file.exists():
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            found = None
        if found != wanted:
            raise DataError(
                f"{file} tells of a demo corpus made with other settings ({found}), but {wanted} "
                "were asked for; use the same settings, choose another folder, or delete this one"
            )
        return
    with written_whole(file) as part:
        part.write_text(json.dumps(wanted, indent=1) + "\n", encoding="utf-8")


def make_all(
    names: Sequence[str],
    there: Callable[[str], bool],
    make: Callable[[str], str],
    jobs: int,
    progress: Progress | None,
) -> None:
    """Make what is not there yet.

    Parameters
    ----------
    names : sequence of str
    there : callable
        Whether all files of a name are there.
    make : callable
        Writes them and gives the name; it must be picklable.
    jobs : int
        Processes.
    progress : callable or None
        Called with (done, all, what became of one) for each name.
    """
    missing = [name for name in names if not there(name)]
    done = 0

    def tell(name: str, what: str) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, len(names), f"{name} {what}")

    for name in names:
        if name not in missing:
            tell(name, "was there")
    if jobs == 1 or len(missing) < 2:
        for name in missing:
            tell(make(name), "written")
        return
    with ProcessPoolExecutor(min(jobs, len(missing)), mp_context=get_context("spawn")) as pool:
        try:
            pending = [pool.submit(make, name) for name in missing]
            for job in as_completed(pending):
                tell(job.result(), "written")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
