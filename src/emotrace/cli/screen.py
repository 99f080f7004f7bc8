"""What the commands share on the terminal: a console, tables, a progress bar."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

PIPE_WIDTH = 180  # columns, where the output is no terminal

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
for console in (out, err):
    if not console.is_terminal:
        console.width = PIPE_WIDTH


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print rows under named columns."""
    grid = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        grid.add_row(*(str(cell) for cell in row))
    out.print(grid)


def one_line(text: object) -> str:
    """Text as one printable line: names of files may hold line breaks and codes that terminals obey.

    Examples
    --------
    >>> one_line("new" + chr(10) + "line" + chr(27) + "[2J")
    'new line?[2J'
    """
    return "".join(sign if sign.isprintable() else "?" for sign in " ".join(str(text).split()))


def warn(messages: Iterable[str]) -> None:
    """Print each warning once, on standard error."""
    for message in dict.fromkeys(messages):
        err.print(f"warning: {one_line(message)}", markup=False, style="yellow")


def fail(message: str) -> None:
    """Print what went wrong with one item of a batch, on standard error."""
    err.print(one_line(message), markup=False)


@contextmanager
def progress(what: str) -> Iterator["Bar"]:
    """A progress bar on standard error; an error takes it away and is told alone."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as bars:
        try:
            yield Bar(bars, what)
        except Exception:
            bars.live.transient = True
            raise


class Bar:
    """One line of progress; call it with what was done so far."""

    def __init__(self, bars: Progress, what: str):
        self._bars = bars
        self._what = what
        self._task = bars.add_task(what, total=None)

    def __call__(self, done: float, total: float, name: str = "") -> None:
        label = f"{self._what} {name}" if name else self._what
        self._bars.update(self._task, completed=done, total=total, description=label[:48])

    def recordings(self, event: str, done: float, total: float, name: str) -> None:
        """Progress of `store.prepare`, which also tells of the tracks inside a recording."""
        if event == "recording":
            self(done, total, name)
