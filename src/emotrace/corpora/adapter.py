"""What an adapter declares about the corpus that it reads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emotrace.corpora.recording import Corpus
from emotrace.errors import ConfigError

NO_LICENCE = "none is needed, it is made by a program"  # of demo corpora


@dataclass(frozen=True)
class Adapter:
    """A corpus layout that emotrace reads; a module of `adapters` with ``ADAPTER`` is found by itself.

    Parameters
    ----------
    name : str
        As given on the command line, e.g. ``"avec2016"``.
    title : str
    modalities : tuple of str
        Of "video", "audio", "physiology", "behaviour".
    labels : str
        What is rated, at which rate, by how many raters.
    subjects : str
        How many people, and how they are partitioned.
    licence : str
    ask : str
        Where to ask for the corpus.
    tree : str
        The layout on disk that is expected, as text.
    read : callable (root: Path, **options) -> Corpus
        Gets a folder that exists, and only options that `options` names. What concerns all corpora
        is done after it, in `account`: recordings without labels, without media, out of range.
    options : mapping of str to str
        Options that `read` understands, and what they mean; values may arrive as text.
    gold : str
        Method of `emotrace.annotation` that makes the gold standard of recordings that have raters only;
        the option ``gold`` that every adapter has names another.
    """

    name: str
    title: str
    modalities: tuple[str, ...]
    labels: str
    subjects: str
    licence: str
    ask: str
    tree: str
    read: Callable[..., Corpus]
    options: Mapping[str, str] = field(default_factory=dict)
    gold: str = "mean"

    def describe(self) -> dict[str, Any]:
        """Everything but `read`, as plain JSON-able values."""
        texts = ("name", "title", "labels", "subjects", "licence", "ask", "tree")
        plain: dict[str, Any] = {key: getattr(self, key) for key in texts}
        return plain | {
            "modalities": list(self.modalities),
            "options": {**self.options, **self._gold_option()},
        }

    def check_options(self, options: Iterable[str], *also: str) -> None:
        """Refuse options that neither `read` nor, by the names in `also`, its caller understands.

        Raises
        ------
        ConfigError
            Naming the first of them, and those that there are.
        """
        understood = [*self.options, *also]
        for option in options:
            if option not in understood:
                known = ", ".join(understood) or "none"
                raise ConfigError(f"corpus {self.name} has no option {option!r}; its options are: {known}")

    def _gold_option(self) -> dict[str, str]:
        meaning = f"makes a gold standard where there are raters only; {self.gold} if not given"
        return {"gold": f"method of `emotrace gold` that {meaning}"}
