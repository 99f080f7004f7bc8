"""What a scheme never tears apart: people, people who share sessions, sessions, or single clips."""

from collections.abc import Sequence

from emotrace.config.recipe import PartitionSettings
from emotrace.corpora.partitions.item import Item, attributes_of
from emotrace.errors import ConfigError


def units(items: Sequence[Item], settings: PartitionSettings) -> dict[str, str]:
    """The unit of each item, by its name.

    "kfold" and "loso": the subject, or the first in sorted order of all who are linked to it by sessions.
    "session": the session, or the first in sorted order of all that are linked to it by subjects.
    "clips": the clip. Where `settings.by` is not the subject: the value of that attribute.

    Raises
    ------
    ConfigError
        If the scheme is "session" and an item has none, or an item lacks the attribute.
    """
    if settings.by != "subject":
        (values,) = attributes_of(items, [settings.by], "partition.by")
        return {item.name: value for item, value in zip(items, values, strict=True)}
    if settings.scheme == "clips":
        return {item.name: item.name for item in items}
    if settings.scheme == "session":
        without = [item.name for item in items if item.session is None]
        if without:
            raise ConfigError(
                f"{len(without)} of {len(items)} recordings belong to no session, the first is {without[0]}; "
                "expected a session for each, split by subject with --set partition.scheme=loso or kfold"
            )
        first = _first_linked([(str(item.session), item.subject) for item in items])
        return {item.name: first[str(item.session)] for item in items}
    linked = [(item.subject, item.session if settings.sessions_together else None) for item in items]
    first = _first_linked(linked)
    return {item.name: first[item.subject] for item in items}


def described(settings: PartitionSettings) -> str:
    """The units of a scheme in words, for messages."""
    if settings.scheme == "session":
        return "sessions (those that share a subject counted as one)"
    if settings.scheme == "clips":
        return "clips"
    if settings.by != "subject":
        return f"values of {settings.by}"
    together = " (those who share a session counted as one)" if settings.sessions_together else ""
    return f"subjects{together}"


def _first_linked(pairs: Sequence[tuple[str, str | None]]) -> dict[str, str]:
    """By member, the first in sorted order of all members that common links join to it."""
    leader = {member: member for member, _ in pairs}

    def find(member: str) -> str:
        while leader[member] != member:
            member = leader[member]
        return member

    first_with: dict[str, str] = {}
    for member, link in pairs:
        if link is not None:
            first, other = find(first_with.setdefault(link, member)), find(member)
            leader[max(first, other)] = min(first, other)
    return {member: find(member) for member in leader}
