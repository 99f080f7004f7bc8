"""Which recordings a fusion is fitted on, and which it is applied to."""

from collections.abc import Sequence
from dataclasses import dataclass

from emotrace.config.fusion import FusionSettings
from emotrace.errors import ConfigError
from emotrace.fusion.align import Aligned
from emotrace.fusion.sources import Sources


@dataclass(frozen=True)
class Fit:
    """One fitting.

    Parameters
    ----------
    on : tuple of Aligned
    to : tuple of Aligned
        What it is applied to.
    """

    on: tuple[Aligned, ...]
    to: tuple[Aligned, ...]


@dataclass(frozen=True)
class Plan:
    """All fittings, and what their results are called.

    Parameters
    ----------
    fits : tuple of Fit
        Every recording is applied to by one of them.
    scored : dict of str to tuple of Aligned
        Recordings that are scored together, by what they are to the fusion.
    parts : dict of str to list of str
        Of the fused run: names of the recordings in each part.
    warnings : tuple of str
    """

    fits: tuple[Fit, ...]
    scored: dict[str, tuple[Aligned, ...]]
    parts: dict[str, list[str]]
    warnings: tuple[str, ...] = ()


def make_plan(sources: Sources, settings: FusionSettings) -> Plan:
    """Decide what is fitted on what.

    Of runs, the fusion is fitted on development and applied to the rest, and parts stay as they are. Of
    folders, what it is fitted on becomes development and what it is tested on becomes test.

    Raises
    ------
    ConfigError
        If split and cross-fitting are both asked for, there are too few recordings for either, or a
        cross-validation is to be fitted on what it tests.
    """
    recordings = sources.parts[sources.fit_on]
    rest = tuple(one for part, found in sources.parts.items() if part != sources.fit_on for one in found)
    from_runs = bool(sources.partition["parts"])
    if settings.split is not None and settings.cross_fit is not None:
        raise ConfigError("split and cross-fit are two ways of testing a fusion; choose one")
    if settings.cross_fit is not None:
        fits = _crossed(recordings, sources, settings.cross_fit)
        here = f"{'' if not from_runs else sources.fit_on + ', '}cross-fitted in {settings.cross_fit} parts"
        scored, found = {here: recordings}, {"test": recordings}
        if rest:
            fits = (*fits, Fit(recordings, rest))
        warnings: tuple[str, ...] = ()
    elif sources.fit_on == "test":
        raise ConfigError(
            "these runs are cross-validations, whose every recording is tested; expected --cross-fit with a "
            f"number of parts, such as --cross-fit {min(10, len(set(sources.groups.values())))}, so that no "
            "recording is fused by weights that were fitted on it"
        )
    else:
        count = len(recordings) if settings.split is None else settings.split
        if settings.split is not None and count >= len(recordings):
            raise ConfigError(
                f"split is {count}, but there are {len(recordings)} recordings to fit on; expected fewer, "
                "so that "
                "some are left to test the fusion"
            )
        on, left = recordings[:count], recordings[count:]
        fits = (Fit(on, (*recordings, *rest)),)
        scored = {f"fitted on, {len(on)} of {sources.fit_on}" if from_runs else "fitted on": on}
        if left:
            scored[f"left out, {len(left)} of {sources.fit_on}" if from_runs else "left out"] = left
        found = {"development": on, "test": left}
        warnings = _in_sample(on, left, sources)
    for part, others in sources.parts.items():
        if part != sources.fit_on:
            scored[part] = others
    parts = sources.partition["parts"] or {
        part: [one.name for one in found.get(part, ())] for part in ("train", "development", "test")
    }
    return Plan(fits, scored, parts, warnings)


def _crossed(recordings: Sequence[Aligned], sources: Sources, count: int) -> tuple[Fit, ...]:
    """Each part of the recordings by what the others say; those of a group stay together, in their order."""
    groups = list(dict.fromkeys(sources.groups[one.name] for one in recordings))
    if count > len(groups):
        raise ConfigError(
            f"cross-fit is {count}, but there are {len(groups)} recordings or subjects that can be parted; "
            "expected 2 "
            f"to {len(groups)}"
        )
    number = {group: index * count // len(groups) for index, group in enumerate(groups)}
    fits = []
    for part in range(count):
        to = tuple(one for one in recordings if number[sources.groups[one.name]] == part)
        fits.append(Fit(tuple(one for one in recordings if one.name not in {other.name for other in to}), to))
    return tuple(fits)


def _in_sample(on: Sequence[Aligned], left: Sequence[Aligned], sources: Sources) -> tuple[str, ...]:
    shared = {sources.groups[one.name] for one in on} & {sources.groups[one.name] for one in left}
    warnings = [
        f"the fusion was fitted on {len(on)} recordings of development: its scores there say how well it "
        "fits, "
        "not how well it does on others"
    ]
    if shared:
        warnings.append(f"{len(shared)} of the subjects it was fitted on are among those left to test it")
    return tuple(warnings)
