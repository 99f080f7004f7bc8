"""Writes the results table of the README from `results/`; with --check it only says whether it is current.

python docs/generate/results.py [--check]
"""

import sys
from pathlib import Path

from emotrace.errors import DataError
from summaries import RESULTS, read_all, table

README = Path(__file__).resolve().parents[2] / "README.md"
BEGIN = "<!-- results: made by docs/generate/results.py from results/*.json -->"
END = "<!-- results: end -->"


def renewed(readme: str, made: str) -> str:
    """The README with another table between its two marks.

    Raises
    ------
    DataError
        If a mark is missing or there twice.
    """
    for mark in (BEGIN, END):
        if readme.count(mark) != 1:
            raise DataError(f"README.md holds {mark!r} {readme.count(mark)} times; expected it once")
    before, _, rest = readme.partition(BEGIN)
    return f"{before}{BEGIN}\n{made}\n{END}{rest.partition(END)[2]}"


def main(arguments: list[str] | None = None, readme: Path = README, folder: Path = RESULTS) -> int:
    """Write or check; 1 if the README is not current, 2 if it or a summary cannot be read as such."""
    given = sys.argv[1:] if arguments is None else arguments
    text = readme.read_text(encoding="utf-8")
    try:
        wanted = renewed(text, table(read_all(folder)))
    except DataError as error:
        print(f"results.py: {error}", file=sys.stderr)
        return 2
    if given == ["--check"]:
        if text != wanted:
            print(f"{readme.name} is not current; run `python docs/generate/results.py`", file=sys.stderr)
            return 1
    elif given:
        print(f"results.py: {given} is not understood; expected --check or nothing", file=sys.stderr)
        return 2
    elif text != wanted:
        readme.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
