"""Who took part in RECOLA: the dyad of each subject, and facts such as sex and age, from its user list."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from emotrace.corpora.roots import matching
from emotrace.corpora.table import DELIMITERS
from emotrace.corpora.text_cells import read_text
from emotrace.errors import DataError
from emotrace.remarks import Remarks

_NONE = "people of one call may be put into two partitions"
_SEXES = {
    "f": "female", "female": "female", "woman": "female", "0": "female",
    "m": "male", "male": "male", "man": "male", "1": "male",
}  # fmt: skip
_LANGUAGES = ("language", "mother tongue", "mothertongue", "native language")
_MISSING = ("", "?", "na", "n/a", "nan")


@dataclass(frozen=True)
class User:
    """What is known of one subject; `group` is the dyad."""

    group: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)


def read_users(folder: Path | None, subjects: Collection[str], remarks: Remarks) -> dict[str, User]:
    """Facts about subjects, from ``recola_user_info.csv``; remarks where they are missing.

    Rows whose cell in the column ``User`` is not the number of a subject are no subjects: the last three of
    the file are not. Cells of any number are tolerated in such rows.
    """
    try:
        found = matching(folder, "recola_user_info.*") if folder is not None else []
        files = [path for path in found if path.suffix.lower() == ".csv"]
        if not files:
            seen = f"{found[0]} is no CSV, save it as one" if found else "recola_user_info.csv is missing"
            remarks.note(f"dyads are not known: {seen}; {_NONE}")
            return {}
        users = _parse(files[0], remarks)
    except DataError as error:
        remarks.note(f"dyads are not known: {error}; {_NONE}")
        return {}
    for subject in subjects:
        if subject not in users or users[subject].group is None:
            remarks.add(f"no dyad in {files[0].name}", subject)
    return users


def _parse(path: Path, remarks: Remarks) -> dict[str, User]:
    lines = [line for line in read_text(path).splitlines() if line.strip()]
    delimiter = max(DELIMITERS, key=lines[0].count)
    header = [cell.strip().strip('"').lower().replace("_", " ") for cell in lines[0].split(delimiter)]
    if "user" not in header or "group id" not in header:
        raise DataError(f"{path} has the columns {', '.join(header)}; expected at least User and Group_id")
    users: dict[str, User] = {}
    for line in lines[1:]:
        cells = [cell.strip().strip('"') for cell in line.split(delimiter)]
        row = dict(zip(header, cells, strict=False))
        subject = _subject(row.get("user", ""))
        if subject is None or len(cells) < len(header):
            continue
        if subject in users:
            remarks.add(f"listed twice in {path.name}, the first row counts", subject)
            continue
        users[subject] = User(_whole_number(row["group id"]), _attributes(row, remarks))
    return users


def _attributes(row: dict[str, str], remarks: Remarks) -> dict[str, str]:
    found = {}
    sex = _whole_number(row.get("sex") or row.get("gender") or "")
    if sex is not None and sex.lower() in _SEXES:
        found["sex"] = _SEXES[sex.lower()]
        if sex.isdigit():
            remarks.note("sex is given as 0 and 1, read as female and male")
    age = _whole_number(row.get("age", ""))
    if age is not None and age.isdigit():
        found["age"] = age
    language = next((row[name] for name in _LANGUAGES if row.get(name, "").lower() not in _MISSING), None)
    if language is not None and not language.replace(".", "").isdigit():
        found["language"] = language
    return found


def _subject(cell: str) -> str | None:
    number = _whole_number(cell.upper().removeprefix("P"))
    return f"P{int(number):02d}" if number is not None and number.isdigit() else None


def _whole_number(cell: str) -> str | None:
    """A cell without the ``.0`` that spreadsheets add; None if it is empty."""
    if cell.lower() in _MISSING:
        return None
    whole, dot, rest = cell.partition(".")
    return whole if dot and whole.isdigit() and not rest.strip("0") else cell
