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


def warn(messages: Iterable[str]) -> None:
    """Print each warning once, on standard error."""
    for message in dict.fromkeys(messages):
        err.print(f"warning: {message}", markup=False, style="yellow")


@contextmanager
def progress(what: str, total: float | None = None) -> Iterator["Bar"]:
    """A progress bar on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as bars:
        yield Bar(bars, what, total)


class Bar:
    """One line of progress; call it with what was done so far."""

    def __init__(self, bars: Progress, what: str, total: float | None):
        self._bars = bars
        self._what = what
        self._task = bars.add_task(what, total=total)

    def __call__(self, done: float, total: float, name: str = "") -> None:
        label = f"{self._what} {name}" if name else self._what
        self._bars.update(self._task, completed=done, total=total, description=label[:48])

    def advance(self, name: str = "") -> None:
        """One more item is done."""
        label = f"{self._what} {name}" if name else self._what
        self._bars.update(self._task, advance=1, description=label[:48])

    def recordings(self, event: str, done: float, total: float, name: str) -> None:
        """Progress of `store.prepare`, which also tells of the tracks inside a recording."""
        if event == "recording":
            self(done, total, name)
