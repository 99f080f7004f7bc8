"""A feature that emotrace computes: which track it is made of, its columns, how, and from where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from emotrace.config.feature_settings import FeatureSettings
from emotrace.errors import InputError
from emotrace.features.track import Track


@dataclass(frozen=True)
class Feature:
    """One feature, as a module in `features.derived` declares it in its tuple ``FEATURES``.

    Parameters
    ----------
    name : str
        Lower case, such as ``egemaps-lld``; its track is ``feature-<name>``.
    needs : str
        Track that it is made of: ``audio-16000``, ``face-96-aligned``, ``faces``, ``table-ECG``, or that of
        another feature, ``feature-landmarks-68``.
    compute : callable
        ``compute(track) -> Track`` with float32 values (time, column) and a time grid of its own; NaN
        where a value is not defined, ``valid`` False for a row that holds no observation. Values that are
        never NaN may be uint8, uint16 or float16 (a model is given float32 all the same) and may be made as
        rows are asked for, so that a feature of very many columns takes less room. The same for the same
        input, whatever the machine. It imports what is heavy or optional inside.
    blocks : mapping of str to int
        Named groups of columns and their widths, in order.
    version : int, >= 1
        Raised when what it computes changes: prepared corpora make it again.
    summary : str
        What it is, in a line.
    source : str
        Paper and section, or tool.
    extra : str or None
        Extra of emotrace that it needs, as in ``pip install emotrace[opensmile]``.
    columns : sequence of str
        A name for each column; left out: block and number.
    parts : mapping of str to sequence of int
        Columns that speak of one part of what is seen, such as the mouth, where blocks go across such parts.
    settings : FeatureSettings or None
        What `compute` is told as ``settings`` where a name goes on with others than these, the defaults, such
        as ``speech-segments-threshold-0.5``. None: there is nothing to set.
    """

    name: str
    needs: str
    compute: Callable[..., Track]
    blocks: Mapping[str, int]
    version: int
    summary: str
    source: str
    extra: str | None = None
    columns: Sequence[str] = field(default=())
    parts: Mapping[str, Sequence[int]] = field(default_factory=dict)
    settings: FeatureSettings | None = None

    def __post_init__(self) -> None:
        if not self.columns:
            names = tuple(
                f"{block}-{number}" for block, width in self.blocks.items() for number in range(width)
            )
            object.__setattr__(self, "columns", names)
        if len(self.columns) != self.width:
            raise InputError(
                f"feature {self.name} names {len(self.columns)} columns; expected {self.width}, the sum of "
                "its blocks"
            )

    @property
    def width(self) -> int:
        """Number of columns."""
        return sum(self.blocks.values())

    @property
    def track(self) -> str:
        """Name of its track."""
        return f"feature-{self.name}"

    @property
    def plain_name(self) -> str:
        """Its name at the defaults of its settings."""
        return self.name if self.settings is None else self.name.removesuffix(self.settings.suffix())

    def with_settings(self, settings: FeatureSettings) -> "Feature":
        """The same with other settings, which its name tells."""
        made = partial(self.compute, settings=settings)
        return replace(self, name=self.plain_name + settings.suffix(), compute=made, settings=settings)
