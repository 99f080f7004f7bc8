"""One colour for each class of emotion, the same on every page, that colour-blind people tell apart."""

from collections.abc import Sequence

OF_EMOTIONS = {  # Okabe and Ito (2008) for the six basic emotions and calm; the rest is darker or duller
    "anger": "#d55e00",
    "disgust": "#009e73",
    "fear": "#cc79a7",
    "happiness": "#e69f00",
    "sadness": "#0072b2",
    "surprise": "#56b4e9",
    "calm": "#e3d84a",
    "neutral": "#44505c",
    "boredom": "#8c564b",
    "contempt": "#6a51a3",
    "excitement": "#a50f15",
    "frustration": "#5b3a1e",
    "other": "#1c2530",
}
UNDECIDED = "#d5dbe0"
"""Where nothing is decided: no class has this grey."""

_OTHERS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6a51a3", "#8c564b", "#e3d84a",
           "#44505c", "#a50f15", "#1c2530")  # fmt: skip


def class_colours(labels: Sequence[str]) -> tuple[str, ...]:
    """Colours of classes: emotions have their own, other names those that are left, in order.

    Parameters
    ----------
    labels : sequence of str

    Returns
    -------
    tuple of str
        ``#rrggbb`` for each; from the thirteenth on they come again.

    Examples
    --------
    >>> class_colours(("anger", "growl", "hum"))
    ('#d55e00', '#0072b2', '#009e73')
    """
    taken = {OF_EMOTIONS[label] for label in labels if label in OF_EMOTIONS}
    left = [colour for colour in _OTHERS if colour not in taken] or list(_OTHERS)
    others = [label for label in dict.fromkeys(labels) if label not in OF_EMOTIONS]
    own = OF_EMOTIONS | {label: left[i % len(left)] for i, label in enumerate(others)}
    return tuple(own[label] for label in labels)
