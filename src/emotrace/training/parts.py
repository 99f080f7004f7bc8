"""Parts of a model by name: which parameters and buffers lie in ``visual.trunk``."""

from collections.abc import Iterable

SHOWN = 3  # names in a message


def lies_in(name: str, part: str) -> bool:
    """Whether a name is that of a part, or of something in it.

    Examples
    --------
    >>> lies_in("encoder.weight", "encoder"), lies_in("encoder2.weight", "encoder")
    (True, False)
    """
    return name == part or name.startswith(f"{part}.")


def names_in(part: str, names: Iterable[str]) -> list[str]:
    """Those of `names` that lie in a part."""
    return [name for name in names if lies_in(name, part)]


def siblings(part: str, names: Iterable[str]) -> list[str]:
    """Parts that there are where `part` was looked for, for a message: one level below what is there of it.

    Examples
    --------
    >>> siblings("visual.trnk", ["visual.trunk.weight", "visual.lstm.bias", "head.bias"])
    ['visual.trunk', 'visual.lstm']
    >>> siblings("sound", ["visual.trunk.weight", "head.bias"])
    ['visual', 'head']
    """
    names = list(names)
    above = part
    while above:
        above = above.rpartition(".")[0]
        if not above or names_in(above, names):
            break
    depth = above.count(".") + 2 if above else 1
    there = names_in(above, names) if above else names
    return list(dict.fromkeys(".".join(name.split(".")[:depth]) for name in there))


def listed(names: Iterable[str]) -> str:
    """The first few names, and how many more there are.

    Examples
    --------
    >>> listed("abcde")
    'a, b, c and 2 more'
    """
    names = list(names)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
