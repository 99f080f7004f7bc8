"""Tables of a comparison as CSV and LaTeX."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from emotrace.writing import written_whole

Row = dict[str, Any]

MOST_ROWS = 40  # that a page of LaTeX holds; a longer table breaks across pages

_DIGITS = {"p": 4, "p_holm": 4}  # after the point, as on the page; of other columns 3

_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{",
    "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}",
}  # fmt: skip


def write_table(folder: Path, name: str, rows: Sequence[Row], caption: str) -> tuple[Path, Path]:
    """Write ``<name>.csv`` and ``<name>.tex`` (with booktabs' rules).

    Raises
    ------
    DataError
        If one cannot be written.
    """
    columns = list(rows[0]) if rows else []
    table, tex = folder / f"{name}.csv", folder / f"{name}.tex"
    with written_whole(table) as part, part.open("w", encoding="utf-8", newline="") as file:
        cells = ([_plain(row[column]) for column in columns] for row in rows)
        csv.writer(file, lineterminator="\n").writerows([columns, *cells])
    with written_whole(tex) as part:
        part.write_text(latex(columns, rows, caption), encoding="utf-8")
    return table, tex


def latex(columns: Sequence[str], rows: Sequence[Row], caption: str) -> str:
    """A LaTeX table; needs the package booktabs, and with more than 40 rows longtable.

    Examples
    --------
    >>> print(latex(["run", "ccc_a"], [{"run": "x_1", "ccc_a": 0.5}], "Scores"))
    % needs \\usepackage{booktabs}
    \\begin{table}
    \\caption{Scores}
    \\begin{tabular}{lr}
    \\toprule
    run & ccc\\_a \\\\
    \\midrule
    x\\_1 & 0.500 \\\\
    \\bottomrule
    \\end{tabular}
    \\end{table}
    <BLANKLINE>
    """
    numeric = [all(isinstance(row[column], int | float | None) for row in rows) for column in columns]
    kinds, told = "".join("r" if number else "l" for number in numeric), rf"\caption{{{_escaped(caption)}}}"
    head = [r"\toprule", " & ".join(map(_escaped, columns)) + r" \\", r"\midrule"]
    body = [
        " & ".join(_cell(row[column], _DIGITS.get(column, 3)) for column in columns) + r" \\" for row in rows
    ]
    if len(rows) > MOST_ROWS:  # no float is longer than a page
        lines = [
            r"% needs \usepackage{booktabs,longtable}",
            rf"\begin{{longtable}}{{{kinds}}}",
            rf"{told} \\",
            *head,
            r"\endfirsthead",
            *head,
            r"\endhead",
            r"\bottomrule",
            r"\endlastfoot",
            *body,
            r"\end{longtable}",
        ]
    else:
        lines = [
            r"% needs \usepackage{booktabs}",
            r"\begin{table}",
            told,
            rf"\begin{{tabular}}{{{kinds}}}",
            *head,
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
        ]
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> str:
    """A cell of the CSV; undefined is empty."""
    if value is None or value != value:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _cell(value: Any, digits: int) -> str:
    if value is None or value != value:
        return "--"
    if isinstance(value, float):
        return f"{value:.{digits}f}" if value >= 0 else f"$-${-value:.{digits}f}"
    return f"{value:,}".replace(",", r"\,") if isinstance(value, int) else _escaped(str(value))


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in text)
