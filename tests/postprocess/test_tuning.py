"""A chain finds what was done to a signal, and never lowers CCC of development."""

import numpy as np
import pytest
from made_signals import joined, late, slow, spiky

from emotrace.metrics import ccc
from emotrace.postprocess import Centring, Chain, MedianFilter, Scaling
from emotrace.postprocess.grids import shift_grid, window_grid
from emotrace.postprocess.tuned import Trial, Tuned
from emotrace.postprocess.tuning import _checked


def steps_of(chain):
    return {step.step: step for step in chain.dimensions[0].whole.steps}


@pytest.fixture
def truth(rng):
    return [slow(rng, 3000, 300) for _ in range(4)]


def test_recovers_a_bias(truth):
    chain = Chain.fit(truth, [signal + 0.4 for signal in truth])
    assert list(steps_of(chain)) == ["centring"]
    assert steps_of(chain)["centring"].offset == pytest.approx(-0.4, abs=1e-9)


def test_recovers_a_gain(truth):
    middle = joined(truth).mean()
    chain = Chain.fit(truth, [middle + 0.25 * (signal - middle) for signal in truth])
    assert list(steps_of(chain)) == ["scaling"]
    assert steps_of(chain)["scaling"].gain == pytest.approx(4.0, abs=1e-9)


def test_recovers_a_gain_that_is_too_large(truth):
    chain = Chain.fit(truth, [3.0 * signal for signal in truth])
    assert steps_of(chain)["scaling"].gain == pytest.approx(1 / 3, abs=1e-9)


@pytest.mark.parametrize("frames", [1, 37, 100, 250])
@pytest.mark.parametrize("fps", [25, 50])
def test_recovers_a_delay(truth, frames, fps):
    frames *= fps // 25  # at 50 Hz every second frame is tried, as many seconds
    chain = Chain.fit([late(signal, frames) for signal in truth], truth, fps=fps)
    assert list(steps_of(chain)) == ["shift"]
    assert steps_of(chain)["shift"].frames == frames


def test_does_not_move_a_prediction_back(truth):
    # one that comes too late cannot be mended: the paper shifts forward only
    chain = Chain.fit(truth, [late(signal, 50) for signal in truth])
    assert "shift" not in steps_of(chain)


def test_stepwise_does_not_recover_what_joint_does(truth):
    # why joint is the default: a median shrinks what is too large, and is kept
    chain = Chain.fit(truth, [3.0 * signal for signal in truth], search="stepwise")
    assert "median_filter" in steps_of(chain)
    assert ccc(joined(truth), joined(chain.apply([3.0 * signal for signal in truth]))) < 0.97


def test_recovers_noise(truth, rng):
    prediction = [spiky(rng, signal) for signal in truth]
    chain = Chain.fit(truth, prediction)
    assert isinstance(steps_of(chain)["median_filter"], MedianFilter)
    before, after = (ccc(joined(truth), joined(part)) for part in (prediction, chain.apply(prediction)))
    assert before < 0.8 and after > 0.99


def test_recovers_all_of_them_together_also_on_other_recordings(rng):
    def made(count):
        signals = [slow(rng, 3000, 300) for _ in range(count)]
        gold = [late(signal, 50) for signal in signals]
        return gold, [0.3 * spiky(rng, signal, share=0.2, size=2.0) + 0.5 for signal in signals]

    chain = Chain.fit(*made(6))
    found = steps_of(chain)
    assert list(found) == ["median_filter", "centring", "scaling", "shift"]
    assert isinstance(found["centring"], Centring) and isinstance(found["scaling"], Scaling)
    assert found["shift"].frames == pytest.approx(50, abs=5)
    assert found["centring"].offset == pytest.approx(-0.5, abs=0.05)
    assert found["scaling"].gain == pytest.approx(1 / 0.3, rel=0.1)
    gold, prediction = made(3)  # not seen by the fit
    assert ccc(joined(gold), joined(prediction)) < 0.4
    assert ccc(joined(gold), joined(chain.apply(prediction))) > 0.95
    assert ccc(joined(gold), joined(chain.online().apply(prediction))) > 0.95


@pytest.mark.parametrize("seed", range(40))
def test_never_lowers_ccc_of_development(seed):
    rng = np.random.default_rng([seed, 2017])
    fps = float(rng.choice([2.0, 5.0, 10.0, 25.0]))
    gold, prediction = [], []
    for length in rng.integers(1, 400, size=rng.integers(1, 5)):
        signal = slow(rng, int(length), int(rng.integers(3, 60))) if length > 3 else rng.normal(size=length)
        gold.append(rng.normal() + rng.uniform(0, 2) * signal)
        kind = rng.integers(0, 6)
        prediction.append(
            [
                np.full(length, rng.normal()),
                rng.normal(size=length),
                -signal,
                spiky(rng, signal) + rng.normal(),
                np.round(signal),
                1e3 + 1e-3 * signal,
            ][kind]
        )
        gold[-1][rng.random(length) < rng.choice([0.0, 0.3])] = np.nan
    if np.isfinite(joined(gold)).sum() < 2:
        gold[0][:], gold[-1][-1] = 0.0, 1.0
    before = ccc(joined(gold), joined(prediction))
    chains = [Chain.fit(gold, prediction, fps=fps, search=search) for search in ("joint", "stepwise")]
    for one in [*chains, *(chain.online() for chain in chains)]:
        after = ccc(joined(gold), joined(one.apply(prediction)))
        steps = one.dimensions[0].whole.steps
        assert after > before if steps else (after == before or np.isnan(before))


def test_a_perfect_prediction_is_left_as_it_is(truth):
    chain = Chain.fit(truth, truth)
    assert chain.dimensions[0].whole.steps == chain.dimensions[0].online.steps == ()
    assert all(np.array_equal(one, other) for one, other in zip(chain.apply(truth), truth, strict=True))


RAMP, LOW, HIGH = np.linspace(-1, 1, 300), np.full(300, 0.1), np.full(300, 0.7)


@pytest.mark.parametrize("search", ["joint", "stepwise"])
@pytest.mark.parametrize(("gold", "prediction"), [(RAMP, LOW), (LOW, RAMP), (LOW, LOW), (LOW, HIGH)])
def test_where_nothing_helps_nothing_is_done(gold, prediction, search):
    chain = Chain.fit([gold, gold], [prediction, prediction], search=search)
    assert chain.dimensions[0].whole.steps == chain.dimensions[0].online.steps == ()
    assert not any(trial.kept for trial in chain.dimensions[0].whole.trials)
    assert np.array_equal(chain.apply([prediction])[0], prediction)


def test_a_prediction_against_gold_is_not_turned_round(rng):
    gold = [slow(rng, 400) for _ in range(2)]
    chain = Chain.fit(gold, [-signal for signal in gold])
    scaling = steps_of(chain).get("scaling")
    assert scaling is None or scaling.gain > 0


@pytest.mark.parametrize("search", ["joint", "stepwise"])
def test_a_large_offset_costs_no_accuracy(truth, search):
    chain = Chain.fit(truth, [1e4 + 1e-2 * signal for signal in truth], search=search)
    (given,) = chain.apply([1e4 + 1e-2 * truth[0]])
    assert given == pytest.approx(truth[0], abs=1e-6)  # 1e4 of float64 has steps of 2e-12, times 100


def test_a_gain_that_is_only_rounding_is_given_back(truth):
    found = Tuned(
        steps=(Centring(offset=0.5),),
        trials=(Trial(name="centring", step=Centring(offset=0.5), ccc_without=0.5, ccc_with=0.6, kept=True),),
    )
    checked = _checked(found, truth, truth)
    assert checked.steps == () and not checked.trials[0].kept
    assert _checked(found, truth, [signal - 0.5 for signal in truth]) == found


def test_constants_that_differ_between_recordings_are_no_reason_to_stop():
    # means of recordings that agree with gold: centring and scaling apply, a median or shift cannot
    gold = [np.full(50, 0.0), np.full(50, 1.0), np.full(50, 0.5)]
    chain = Chain.fit(gold, [0.5 * part + 2 for part in gold])
    assert list(steps_of(chain)) == ["centring", "scaling"]
    assert joined(chain.apply([0.5 * part + 2 for part in gold])) == pytest.approx(joined(gold), abs=1e-9)


@pytest.mark.parametrize("search", ["joint", "stepwise"])
def test_steps_without_gold_do_not_count(truth, rng, search):
    gold = [signal.copy() for signal in truth]
    gold[0][500:900], gold[2][:] = np.nan, np.nan
    prediction = [
        np.where(np.isnan(part), 50.0, 0.5 * one + 1) for part, one in zip(gold, truth, strict=True)
    ]
    found = steps_of(Chain.fit(gold, prediction, search=search))
    rated = joined(gold)[~np.isnan(joined(gold))]
    assert list(found) == ["centring", "scaling"]
    assert found["centring"].offset == pytest.approx(rated.mean() - (0.5 * rated + 1).mean(), abs=1e-9)
    assert found["scaling"].gain == pytest.approx(2.0, abs=1e-9)


def test_gold_of_what_is_applied_to_has_no_way_in(truth, rng):
    # the chain of four recordings is the same whatever the test recordings are: it never meets them
    prediction = [spiky(rng, signal) for signal in truth]
    chain = Chain.fit(truth, prediction)
    stored = chain.to_dict()
    for _ in range(3):
        chain.apply([rng.normal(size=500) * 100])
    assert chain.to_dict() == stored == Chain.fit(truth, prediction).to_dict()


@pytest.mark.parametrize("fps", [0.05, 0.5, 1, 2, 10, 24.99, 25, 1 / 0.04, 29.97, 50, 100, 1000])
def test_grids_lie_in_the_ranges_of_the_paper(fps):
    windows, shifts = window_grid(fps), shift_grid(fps)
    assert all(frames % 2 == 1 and frames >= 3 for frames in windows)
    for grid, first, last in ((windows, 0.4, 20.0), (shifts, 0.04, 10.0)):
        assert all(first - 1e-6 <= frames / fps <= last + 1e-6 for frames in grid)
    assert len(windows) <= 500 and len(shifts) <= 500
    if fps >= 1:
        assert windows[-1] / fps > 20 - max(0.1, 2 / fps) and shifts[-1] / fps > 10 - max(0.05, 1 / fps)


def test_grids_by_hand():
    assert list(window_grid(2)) == list(range(3, 41, 2))  # 1.5 to 19.5 s
    assert list(shift_grid(2)) == list(range(1, 21))  # 0.5 to 10 s
    assert (window_grid(25)[0], window_grid(25)[-1], len(window_grid(25))) == (11, 499, 245)
    assert (shift_grid(25)[0], shift_grid(25)[-1]) == (1, 250)
    assert list(window_grid(50))[:2] == [21, 25] and list(shift_grid(50))[:2] == [2, 4]


def test_a_rate_too_low_for_any_window_tries_none():
    chain = Chain.fit([[0.0, 1.0, 0.0, 1.0]], [[0.0, 0.5, 0.0, 0.5]], fps=0.05)
    trials = {trial.name: trial for trial in chain.dimensions[0].whole.trials}
    assert trials["median_filter"].step is None and trials["shift"].step is None
    assert trials["median_filter"].ccc_with is None and not trials["median_filter"].kept
    assert list(steps_of(chain)) == ["centring", "scaling"]


def test_real_predictions_gain_on_what_the_chain_was_tuned_on(shared_data):
    folder = shared_data / "sewa_ces_devel_de"
    rows = {
        name: [
            np.loadtxt(path, delimiter=";", skiprows=1, usecols=(2, 3))
            for path in sorted((folder / name).glob("*.csv"))
        ]
        for name in ("labels", "visual-func")
    }
    assert len(rows["labels"]) == 14
    prediction = [part[: len(gold)] for part, gold in zip(rows["visual-func"], rows["labels"], strict=True)]
    chain = Chain.fit(rows["labels"], prediction, fps=10, labels=["arousal", "valence"])
    for one in (chain, chain.online()):
        after = joined(one.apply(prediction))
        for index, known in enumerate((0.606, 0.639)):  # as the data's README has them
            before = ccc(joined(rows["labels"])[:, index], joined(prediction)[:, index])
            assert before == pytest.approx(known, abs=5e-4)
            assert ccc(joined(rows["labels"])[:, index], after[:, index]) > before
