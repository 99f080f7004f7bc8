"""Both searches, and the moments they search in, against literal second implementations."""

from itertools import product

import numpy as np
import pytest
from made_signals import ccc_literal, joined, late, slow, spiky

from emotrace.metrics import Moments, ccc
from emotrace.postprocess import Chain
from emotrace.postprocess.lagged_moments import moment_tables


def median(values, frames, looks):
    reach = (frames // 2, frames // 2) if looks == "around" else (frames - 1, 0)
    return np.array([np.median(values[max(0, t - reach[0]) : t + reach[1] + 1]) for t in range(len(values))])


def shifted(values, frames):
    return np.concatenate([np.full(frames, values[0]), values])[: len(values)]


def grids(fps):
    windows = [frames for frames in range(3, 1000) if frames % 2 and 0.4 * fps <= frames <= 20 * fps]
    shifts = [frames for frames in range(1, 1000) if 0.04 * fps <= frames <= 10 * fps]
    return windows, shifts


def rated_moments(gold, prediction):
    rated = ~np.isnan(joined(gold))
    target, values = joined(gold)[rated], joined(prediction)[rated]
    return target.mean(), values.mean(), target.std(), values.std()


def literal_stepwise(gold, prediction, fps, looks):
    """The paper's sentence, written out: each step in turn, kept if CCC rises."""

    def best(candidates):
        scores = [ccc_literal(gold, candidate) for candidate in candidates]
        return int(np.argmax(scores)), max(scores)

    kept = []
    windows, shifts = grids(fps)
    score = ccc_literal(gold, prediction)
    filtered = [[median(values, frames, looks) for values in prediction] for frames in windows]
    index, found = best(filtered)
    if found > score:
        prediction, score = filtered[index], found
        kept.append(("median_filter", windows[index]))
    target, mean, _, _ = rated_moments(gold, prediction)
    moved = [values + (target - mean) for values in prediction]
    if ccc_literal(gold, moved) > score:
        prediction, score = moved, ccc_literal(gold, moved)
        kept.append(("centring", target - mean))
    _, mean, deviation, own = rated_moments(gold, prediction)
    scaled = [(values - mean) * (deviation / own) + mean for values in prediction]
    if ccc_literal(gold, scaled) > score:
        prediction, score = scaled, ccc_literal(gold, scaled)
        kept.append(("scaling", deviation / own))
    later = [[shifted(values, frames) for values in prediction] for frames in shifts]
    index, found = best(later)
    if found > score:
        prediction, score = later[index], found
        kept.append(("shift", shifts[index]))
    return kept, prediction, score


def literal_joint(gold, prediction, fps, looks):
    """Every choice of steps, every window, every shift; of equals the fewest steps."""
    windows, shifts = grids(fps)
    chains = []
    for window in [None, *windows]:
        filtered = prediction if window is None else [median(values, window, looks) for values in prediction]
        for shift in [None, *shifts]:
            moved = filtered if shift is None else [shifted(values, shift) for values in filtered]
            for centred, scaled in product((False, True), repeat=2):
                values, kept = moved, [] if window is None else [("median_filter", window)]
                target, mean, deviation, own = rated_moments(gold, values)
                if centred:
                    values, mean = [part + (target - mean) for part in values], target
                    kept.append(("centring", target - rated_moments(gold, moved)[1]))
                if scaled:
                    values = [(part - mean) * (deviation / own) + mean for part in values]
                    kept.append(("scaling", deviation / own))
                if shift is not None:
                    kept.append(("shift", shift))
                chains.append((kept, values, ccc_literal(gold, values)))
    highest = max(score for _, _, score in chains)
    return min((one for one in chains if one[2] >= highest - 1e-9), key=lambda one: len(one[0]))


@pytest.mark.parametrize("looks", ["around", "back"])
@pytest.mark.parametrize("case", range(5))
@pytest.mark.parametrize(("search", "literal"), [("joint", literal_joint), ("stepwise", literal_stepwise)])
def test_fit_is_its_literal_form(case, looks, search, literal):
    rng = np.random.default_rng([case, 7])
    gold, prediction = [], []
    for length in rng.integers(10, 60, size=3):
        signal = slow(rng, int(length), 8)
        gold.append(late(signal, int(rng.integers(0, 6))))
        prediction.append(rng.uniform(0.2, 2) * spiky(rng, signal) + rng.uniform(-1, 1))
        if case != 4:
            gold[-1][rng.random(length) < 0.1] = np.nan
    chain = Chain.fit(gold, prediction, fps=2, search=search)
    chain = chain if looks == "around" else chain.online()
    kept, expected, score = literal(gold, prediction, 2, looks)
    found = [
        (step.step, getattr(step, {"centring": "offset", "scaling": "gain"}.get(step.step, "frames")))
        for step in chain.dimensions[0].whole.steps
    ]
    assert [name for name, _ in found] == [name for name, _ in kept]
    assert [value for _, value in found] == pytest.approx([value for _, value in kept], abs=1e-9)
    given = chain.apply(prediction)
    for one, other in zip(given, expected, strict=True):
        assert one == pytest.approx(other, abs=1e-9)
    assert ccc(joined(gold), joined(given)) == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize("rated", ["all", "some", "one recording not"])
def test_every_moment_of_the_table_is_that_of_the_applied_steps(rated, rng):
    prediction = [100 + rng.normal(size=length) for length in (40, 3, 17, 60)]
    gold = [rng.normal(size=len(part)) for part in prediction]
    if rated == "some":
        gold = [np.where(rng.random(len(part)) < 0.3, np.nan, part) for part in gold]
    elif rated == "one recording not":
        gold[3][:] = np.nan
    tables = moment_tables(gold, prediction, range(3, 30, 6), range(1, 50, 7))
    for looks, table in tables.items():
        for row, column in product(range(len(table.windows)), range(len(table.shifts))):
            window, shift = table.windows[row], table.shifts[column]
            values = [shifted(median(part, window, looks) if window else part, shift) for part in prediction]
            exact = Moments.of(joined(gold), joined(values))
            for name in (
                "count",
                "target_mean",
                "prediction_mean",
                "target_variance",
                "prediction_variance",
                "covariance",
            ):
                found = getattr(table.moments, name)[row, column]
                assert found == pytest.approx(float(getattr(exact, name)), abs=1e-9)
