"""What a file's head says about its form, without any value in it: columns, attributes, keys, rows."""

import configparser
import gzip
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from emotrace.corpora.table import DELIMITERS

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".dat", ".arff", ".json", ".xml", ".ini", ".lab", ".tab"})
_READ = 64 << 20  # bytes of a file that are looked at
_NAME = re.compile(r"""^["']?[\w .:/%()#\[\]-]{1,60}["']?$""")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$")
_NO_VALUE = frozenset({"", "?", "nan", "na", "n/a"})
_SHOWN = 12


def file_head(path: Path) -> str | None:
    """One line on the form of a text file; None for a file of another kind.

    Column names, attribute names and keys are told, values never: where a file has no header, the
    kind of each cell of its first row is ("number", "text"). What cannot be read says why.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "P16.csv"
    >>> _ = path.write_text("time;FM1 ;FM2 \\n0;0.1;-0.2\\n0.04;0.1;-0.2\\n")
    >>> file_head(path)
    '2 rows under: time;FM1 ;FM2 '
    >>> _ = path.write_text("0 -0.25\\n0.02 -0.25\\n")
    >>> file_head(path)
    '2 rows, no header, like: number number'
    """
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix not in TEXT_SUFFIXES:
        return None
    try:
        text = _read(path)
        kinds = {".arff": _arff, ".json": _json, ".xml": _xml, ".ini": _ini}
        return kinds.get(suffix, _rows)(text)
    except (OSError, EOFError) as error:
        return f"cannot be read ({error})"
    except (ValueError, RecursionError, ElementTree.ParseError, configparser.Error) as error:
        return f"is not the {suffix} that its name says ({type(error).__name__})"


def _read(path: Path) -> str:
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
        return file.read(_READ).decode("utf-8-sig", errors="replace")


def _rows(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return "empty"
    delimiter = max(DELIMITERS, key=lines[0].count)
    if _is_header(lines, delimiter):
        return f"{len(lines) - 1} rows under: {lines[0]}"
    return f"{len(lines)} rows, no header, like: {_kinds(lines[0], delimiter)}"


def _is_header(lines: list[str], delimiter: str) -> bool:
    """Whether the first row names columns: words, with numbers below at least half of them."""
    cells = [cell.strip() for cell in lines[0].split(delimiter)]
    if len(cells) < 2 or len(lines) < 2 or not all(_NAME.match(cell) for cell in cells):
        return False
    below = [cell.strip() for cell in lines[1].split(delimiter)]
    if _NUMBER.match(cells[0]):
        return False
    # raters may be named 1, 2, 3: a column counts as named if its cell is a word, or a whole number
    named = [not _is_value(cell) or cell.isdigit() for cell in cells]
    numbers_below = sum(_is_value(cell) for cell in below)
    changes = any(not _is_value(name) and _is_value(cell) for name, cell in zip(cells, below, strict=False))
    return all(named) and changes and 2 * numbers_below >= len(below)


def _is_value(cell: str) -> bool:
    return bool(_NUMBER.match(cell)) or cell.lower() in _NO_VALUE


def _kinds(line: str, delimiter: str) -> str:
    """Each cell as "number" or "text"; what parts them is kept."""
    if delimiter not in line:
        delimiter = " "
    cells = ["number" if _is_value(cell.strip()) else "text" for cell in line.strip().split(delimiter)]
    shown = delimiter.join(cells[:_SHOWN])
    return shown + (f"{delimiter}... ({len(cells)} cells)" if len(cells) > _SHOWN else "")


def _arff(text: str) -> str:
    parts = re.split(r"(?im)^(@data\b.*)$", text, maxsplit=1)
    head, mark, data = parts if len(parts) == 3 else (text, "", "")
    names = re.findall(r"(?im)^\s*@attribute\s+('[^']*'|\"[^\"]*\"|\S+)\s+(\S+)", head)
    rows = sum(1 for line in data.splitlines() if line.strip() and not line.lstrip().startswith("%"))
    shown = ", ".join(f"{name} {kind if '{' not in kind else 'nominal'}" for name, kind in names[:_SHOWN])
    more = f", ... ({len(names)} attributes)" if len(names) > _SHOWN else ""
    header = len(head.splitlines()) + bool(mark)
    return f"{rows} rows under {header} header lines: {shown}{more}"


def _json(text: str) -> str:
    return _tree(json.loads(text))


def _tree(value: Any, depth: int = 0) -> str:
    if isinstance(value, dict):
        keys = list(value)
        if keys and all(key.isdigit() for key in keys):
            return f"{{{len(keys)} numbered keys: {_tree(value[keys[0]], depth + 1)}}}"
        if depth > 8:
            return "{...}"
        shown = ", ".join(f"{key}: {_tree(value[key], depth + 1)}" for key in keys[:_SHOWN])
        return "{" + shown + (f", ... ({len(keys)} keys)" if len(keys) > _SHOWN else "") + "}"
    if isinstance(value, list):
        return f"[{len(value)} x {_tree(value[0], depth + 1)}]" if value else "[]"
    if isinstance(value, bool) or value is None:
        return "null" if value is None else "boolean"
    return "number" if isinstance(value, int | float) else "text"


def _xml(text: str) -> str:
    paths: dict[str, int] = {}

    def walk(element: ElementTree.Element, above: str) -> None:
        attributes = "".join(f"[@{name}]" for name in element.attrib)
        path = f"{above}/{element.tag}{attributes}"
        paths[path] = paths.get(path, 0) + 1
        for child in element:
            walk(child, path)

    walk(ElementTree.fromstring(text), "")
    shown = list(paths.items())[:_SHOWN]
    return ", ".join(f"{path} x {count}" for path, count in shown) + (", ..." if len(paths) > _SHOWN else "")


def _ini(text: str) -> str:
    parser = configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True)
    parser.read_string(text if text.lstrip().startswith("[") else f"[no section]\n{text}")
    return "; ".join(f"[{section}] {', '.join(parser[section])}" for section in parser.sections())
