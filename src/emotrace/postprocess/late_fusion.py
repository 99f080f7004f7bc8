"""Late fusion: a regression of the traces of several systems, fitted on development for each dimension."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from emotrace.config.base import Settings, validate
from emotrace.config.fusion import FusionSettings
from emotrace.errors import CheckpointError, ConfigError, InputError
from emotrace.postprocess.fusion_choice import choose
from emotrace.postprocess.fusion_weights import plain_weights, standard_weights
from emotrace.postprocess.joint_moments import JointMoments

INNER_FOLDS = 10  # at most, for the choice of systems and penalty


class DimensionFusion(Settings):
    """What was fitted for one dimension.

    Parameters
    ----------
    label : str
    weights : dict of str to float
        By system, for a step that all of them say something about; systems that were not chosen are not in
        it.
    intercept : float
    penalty : float
        Of the ridge; 0: none.
    left_out_ccc : float or None
        CCC of the recordings it was fitted on, each part of them predicted by what the others say; None:
        there was one recording, or subject, alone.
    steps : int
        That all systems said something about, and that were rated.
    mean, deviation : tuple of float
        Of each system and, last, the gold standard, in those steps.
    correlation : tuple of tuple of float
        Of each two of these: from it come the weights where a system has nothing to say.
    """

    label: str
    weights: dict[str, float]
    intercept: float
    penalty: float
    left_out_ccc: float | None
    steps: int
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    correlation: tuple[tuple[float, ...], ...]


class LateFusion(Settings):
    """A weighted sum of the traces of several systems, of each dimension its own.

    In a step where some chosen systems say nothing (NaN) the regression is that of the others alone,
    with the same penalty; where none says anything, the result is the mean of the gold standard.

    Parameters
    ----------
    systems : tuple of str
    settings : FusionSettings
    dimensions : tuple of DimensionFusion

    Source
    ------
    chen2015, section 5.7: linear regression for each dimension. Penalty, scale, choice and missing systems:
    our choice.

    Examples
    --------
    >>> gold = [np.sin(np.arange(300) / 20), np.sin(np.arange(200) / 30)]
    >>> noise = [np.cos(np.arange(len(part)) * 2.5) for part in gold]
    >>> said = [np.stack([g + n, g - n], axis=1)[..., None] for g, n in zip(gold, noise, strict=True)]
    >>> fusion = LateFusion.fit([part[:, None] for part in gold], said, ["a", "b"], ["arousal"])
    >>> print(fusion.describe())
    arousal: 0.50 a + 0.50 b + 0.00
    >>> bool(np.allclose(fusion.apply(said)[0][:, 0], gold[0], atol=0.01))
    True
    """

    systems: tuple[str, ...]
    settings: FusionSettings
    dimensions: tuple[DimensionFusion, ...]

    @classmethod
    def fit(
        cls,
        gold: Sequence[np.ndarray],
        predictions: Sequence[np.ndarray],
        systems: Sequence[str],
        labels: Sequence[str],
        settings: FusionSettings | None = None,
        groups: Sequence[str] | None = None,
    ) -> "LateFusion":
        """Fit the weights.

        Parameters
        ----------
        gold : list of float array, shape (time, label)
            One for each recording. NaN: not rated, left out.
        predictions : list of float array, shape (time, system, label)
            NaN: the system says nothing; such steps are left out of the fitting.
        systems, labels : sequence of str
        settings : FusionSettings or None
            None: the default.
        groups : sequence of str or None
            Of each recording, such as its subject: what is left out together for choosing systems and
            penalty. None: each recording by itself.

        Raises
        ------
        InputError
            If the shapes do not match, no step has all systems and a rating, the gold standard never
            moves, no system moves, or there is one group where a choice must be made.
        """
        settings = settings or FusionSettings()
        _check(gold, predictions, systems, labels)
        groups = [str(index) for index in range(len(gold))] if groups is None else list(groups)
        dimensions = tuple(
            _fit_dimension(
                [np.column_stack([p[:, :, j], g[:, j]]) for p, g in zip(predictions, gold, strict=True)],
                systems, label, settings, groups,
            )
            for j, label in enumerate(labels)
        )  # fmt: skip
        return cls(systems=tuple(systems), settings=settings, dimensions=dimensions)

    def apply(self, predictions: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Fuse recordings.

        Parameters
        ----------
        predictions : list of float array, shape (time, system, label) as in `fit`

        Returns
        -------
        list of float64 array, shape (time, label)
            Without NaN.

        Raises
        ------
        InputError
            If a shape is another.
        """
        wanted = (len(self.systems), len(self.dimensions))
        for index, recording in enumerate(predictions):
            if recording.ndim != 3 or recording.shape[1:] != wanted:
                raise InputError(
                    f"recording {index} has predictions of shape {recording.shape}; expected (time, "
                    f"{wanted[0]}, {wanted[1]}): the systems {', '.join(self.systems)} and their dimensions"
                )
        return [
            np.stack([self._apply(part[:, :, j], j) for j in range(wanted[1])], axis=1)
            for part in predictions
        ]

    def _apply(self, said: np.ndarray, index: int) -> np.ndarray:
        """One dimension of a recording, (time, system) to (time,)."""
        dimension = self.dimensions[index]
        chosen = [i for i, name in enumerate(self.systems) if name in dimension.weights]
        there = np.isfinite(said[:, chosen])  # (time, chosen)
        fused = np.empty(len(said))
        for pattern in np.unique(there, axis=0):
            rows = (there == pattern).all(axis=1)
            systems = [system for system, known in zip(chosen, pattern, strict=True) if known]
            weights, intercept = _weights(dimension, systems, self.settings)
            fused[rows] = said[np.ix_(rows, systems)] @ weights + intercept
        return fused

    def describe(self) -> str:
        """The weighted sums in words."""
        return "; ".join(
            f"{one.label}: "
            + " + ".join(f"{weight:.2f} {name}" for name, weight in one.weights.items())
            + f" + {one.intercept:.2f}"
            for one in self.dimensions
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON."""
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, values: Any, where: str) -> "LateFusion":
        """The fusion that `to_dict` gave, equal in every value.

        Parameters
        ----------
        values : dict
        where : str
            The file that they come from, for the message.

        Raises
        ------
        CheckpointError
            If they are not what `to_dict` gives.
        """
        try:
            return validate(cls, values, where)
        except ConfigError as error:
            raise CheckpointError(f"{error}; expected what `emotrace fuse` wrote, run it again") from error


def _fit_dimension(
    tables: list[np.ndarray],
    systems: Sequence[str],
    label: str,
    settings: FusionSettings,
    groups: Sequence[str],
) -> DimensionFusion:
    """`tables`: of each recording the systems and, last, the gold standard, (time, system + 1)."""
    rated = [table[np.isfinite(table[:, -1])] for table in tables]
    whole = [table[np.isfinite(table).all(axis=1)] for table in rated]
    if not sum(map(len, whole)):
        shares = np.isfinite(np.concatenate(rated)[:, :-1]).mean(axis=0) if sum(map(len, rated)) else []
        said = ", ".join(f"{name} {share:.0%}" for name, share in zip(systems, shares, strict=False))
        raise InputError(
            f"{label}: no rated step of {len(tables)} recordings has a prediction of every system "
            f"({said or 'none is rated'}); leave out the system that says least"
        )
    origin = np.concatenate(whole).mean(axis=0)  # sums of squares about it lose no digits
    parts = [JointMoments.of(table - origin) for table in whole]
    total = JointMoments.total(parts)
    size = np.abs(origin) + np.sqrt(np.diag(total.products) / total.count)
    deviation = np.where(total.deviation > 1e-9 * size, total.deviation, 0.0)
    moving = [i for i in range(len(systems)) if deviation[i] > 0]
    if deviation[-1] == 0 or not moving:
        what = "the gold standard" if deviation[-1] == 0 else "the prediction of every system"
        raise InputError(
            f"{label}: {what} never moves in the {len(tables)} recordings to fit on, so there is nothing "
            "to fit; "
            "give recordings in which it does, or leave the dimension out"
        )
    folds = _inner_folds(parts, groups)
    chosen, penalty, left_out = tuple(moving), 0.0, None
    if len(folds) > 1:
        chosen, penalty, left_out = choose(folds, moving, settings)
    elif settings.regression == "ridge" or settings.choose == "forward":
        raise InputError(
            f"{label}: there is one recording (or subject) to fit on, and the "
            f"{'penalty' if settings.choose == 'all' else 'systems'} must be chosen on others than the "
            "weights "
            "are fitted on; give more, or use regression linear and all systems"
        )
    dimension = DimensionFusion(
        label=label,
        weights={systems[i]: 0.0 for i in chosen},
        intercept=0.0,
        penalty=penalty,
        left_out_ccc=left_out,
        steps=int(total.count),
        mean=tuple((total.mean + origin).tolist()),
        deviation=tuple(deviation.tolist()),
        correlation=tuple(tuple(row) for row in total.correlation.tolist()),
    )
    weights, intercept = _weights(dimension, chosen, settings)
    named = {systems[i]: float(weight) for i, weight in zip(chosen, weights, strict=True)}
    return dimension.model_copy(update={"weights": named, "intercept": intercept})


def _weights(
    dimension: DimensionFusion, systems: Sequence[int], settings: FusionSettings
) -> tuple[np.ndarray, float]:
    standard = standard_weights(np.array(dimension.correlation), systems, dimension.penalty, settings)
    return plain_weights(standard, systems, np.array(dimension.mean), np.array(dimension.deviation))


def _inner_folds(parts: Sequence[JointMoments], groups: Sequence[str]) -> list[JointMoments]:
    """Recordings of a group together, groups dealt out in turn; folds without a complete step fall away."""
    number = {group: index % INNER_FOLDS for index, group in enumerate(dict.fromkeys(groups))}
    folds: dict[int, list[JointMoments]] = {}
    for part, group in zip(parts, groups, strict=True):
        if part.count:
            folds.setdefault(number[group], []).append(part)
    return [JointMoments.total(fold) for fold in folds.values()]


def _check(
    gold: Sequence[np.ndarray],
    predictions: Sequence[np.ndarray],
    systems: Sequence[str],
    labels: Sequence[str],
) -> None:
    if len(gold) != len(predictions) or not gold:
        raise InputError(
            f"gold has {len(gold)} recordings and predictions {len(predictions)}; expected the same, at "
            "least 1"
        )
    for index, (one, said) in enumerate(zip(gold, predictions, strict=True)):
        wanted = (len(one), len(systems), len(labels))
        if said.shape != wanted or one.shape != (len(one), len(labels)):
            raise InputError(
                f"recording {index} has gold of shape {one.shape} and predictions of shape {said.shape}; "
                f"expected (time, {len(labels)}) and (time, {len(systems)}, {len(labels)})"
            )
