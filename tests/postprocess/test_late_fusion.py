"""Late fusion: the regression against scikit-learn's, the choice, missing systems, refusals."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, Ridge

from emotrace.config.fusion import FusionSettings
from emotrace.errors import CheckpointError, InputError
from emotrace.metrics import ccc
from emotrace.postprocess.class_fusion import fuse_classes
from emotrace.postprocess.fusion_choice import PENALTIES, choose, left_out_ccc
from emotrace.postprocess.fusion_weights import standard_weights
from emotrace.postprocess.joint_moments import JointMoments
from emotrace.postprocess.late_fusion import LateFusion

PLAIN = FusionSettings(regression="linear", scale=False)
NAMES = ("a", "b", "c")


@pytest.fixture
def said(rng):
    """Gold (time, 2) and predictions (time, 3, 2) of six recordings; system c is noise."""
    golds, predictions = [], []
    for steps in (150, 200, 90, 160, 120, 140):
        gold = np.stack([np.convolve(rng.normal(size=steps), np.ones(9) / 3, "same") for _ in range(2)], 1)
        noise = rng.normal(size=(steps, 3, 2))
        truth = np.array([0.5, 0.3, 0.0])[:, None]
        predictions.append(truth * gold[:, None] + 0.4 * noise + 0.2)
        golds.append(gold)
    return golds, predictions


def joined(parts):
    return np.concatenate(parts)


@pytest.mark.parametrize("kind", ["linear", "nonnegative"])
def test_the_weights_are_those_of_scikit_learn_on_all_steps(said, kind):
    gold, values = said
    fusion = LateFusion.fit(gold, values, NAMES, ("x", "y"), FusionSettings(regression=kind, scale=False))
    for j, dimension in enumerate(fusion.dimensions):
        reference = LinearRegression(positive=kind == "nonnegative")
        reference.fit(joined(values)[:, :, j], joined(gold)[:, j])
        weights = [dimension.weights[name] for name in NAMES]
        np.testing.assert_allclose(weights, reference.coef_, atol=1e-10)
        assert dimension.intercept == pytest.approx(reference.intercept_, abs=1e-10)
        np.testing.assert_allclose(
            joined(fusion.apply(values))[:, j], reference.predict(joined(values)[:, :, j]), atol=1e-10
        )


@pytest.mark.parametrize("penalty", [0.01, 1.0, 100.0])
def test_ridge_is_that_of_scikit_learn_on_standardised_steps(rng, penalty):
    x = rng.normal(size=(400, 3)) @ rng.normal(size=(3, 3))
    y = x @ [0.4, 0.0, 0.2] + rng.normal(size=400)
    z, v = (x - x.mean(0)) / x.std(0), (y - y.mean()) / y.std()
    reference = Ridge(alpha=penalty * len(y), fit_intercept=False).fit(z, v).coef_
    correlation = JointMoments.of(np.column_stack([x, y])).correlation
    settings = FusionSettings(scale=False)
    ours = standard_weights(correlation, [0, 1, 2], penalty, settings)
    np.testing.assert_allclose(ours, reference, atol=1e-10)


def test_scaled_to_the_deviation_of_the_gold_standard_ccc_is_the_correlation(said):
    gold, values = said
    settings = FusionSettings(regression="linear", scale=True)
    fused = joined(LateFusion.fit(gold, values, NAMES, ("x", "y"), settings).apply(values))
    plain = joined(LateFusion.fit(gold, values, NAMES, ("x", "y"), PLAIN).apply(values))
    for j in range(2):
        target = joined(gold)[:, j]
        assert fused[:, j].std() == pytest.approx(target.std())
        assert ccc(target, fused[:, j]) == pytest.approx(np.corrcoef(target, fused[:, j])[0, 1])
        assert ccc(target, fused[:, j]) > ccc(target, plain[:, j])


def test_the_left_out_ccc_is_that_of_a_literal_cross_fit(said):
    gold, values = said
    tables = [np.column_stack([p[:, :, 0], g[:, 0]]) for g, p in zip(gold, values, strict=True)]
    folds = [JointMoments.of(table) for table in tables]
    others = [JointMoments.total(folds[:i] + folds[i + 1 :]) for i in range(len(folds))]
    said_out = []
    for i, table in enumerate(tables):
        rest = np.concatenate(tables[:i] + tables[i + 1 :])
        said_out.append(LinearRegression().fit(rest[:, :2], rest[:, -1]).predict(table[:, :2]))
    expected = ccc(joined(tables)[:, -1], joined(said_out))
    assert left_out_ccc(folds, others, [0, 1], 0.0, PLAIN) == pytest.approx(expected, abs=1e-10)


def test_forward_choice_leaves_noise_out_and_the_penalty_is_of_the_list(said):
    gold, values = said
    fusion = LateFusion.fit(gold, values, NAMES, ("x", "y"), FusionSettings(choose="forward"))
    for dimension in fusion.dimensions:
        assert {"a", "b"} <= set(dimension.weights)
        assert abs(dimension.weights.get("c", 0.0)) < 0.1
        assert dimension.penalty in PENALTIES
        assert dimension.left_out_ccc is not None
    folds = [JointMoments.of(np.column_stack([g[:, :1], g[:, 1:] * 0, g[:, :1]])) for g in gold]
    assert choose(folds, [0], FusionSettings(choose="forward"))[:2] == ((0,), 0.0)


def test_a_step_without_a_system_is_the_regression_of_the_others(said, rng):
    gold, values = said
    fusion = LateFusion.fit(gold, values, NAMES, ("x", "y"), PLAIN)
    part = values[0].copy()
    part[:40, 1] = np.nan
    part[40:50] = np.nan
    reference = LinearRegression().fit(joined(values)[:, [0, 2], 0], joined(gold)[:, 0])
    given = fusion.apply([part])[0]
    np.testing.assert_allclose(given[:40, 0], reference.predict(part[:40, [0, 2], 0]), atol=1e-10)
    np.testing.assert_allclose(given[40:50, 0], joined(gold)[:, 0].mean())
    np.testing.assert_allclose(given[50:], fusion.apply([values[0]])[0][50:])


def test_a_constant_system_gets_no_weight_and_equal_ones_share_it(said):
    gold, values = said
    values = [np.stack([v[:, 0], v[:, 0], v[:, 2] * 0 + 0.3], axis=1) for v in values]
    dimension = LateFusion.fit(gold, values, NAMES, ("x", "y"), PLAIN).dimensions[0]
    assert "c" not in dimension.weights
    assert dimension.weights["a"] == pytest.approx(dimension.weights["b"])


def test_values_far_from_zero_lose_no_digits(said):
    gold, values = said
    near = LateFusion.fit(gold, values, NAMES, ("x", "y"), PLAIN)
    far = LateFusion.fit(gold, [v + 1e5 for v in values], NAMES, ("x", "y"), PLAIN)
    for name in NAMES:
        assert far.dimensions[0].weights[name] == pytest.approx(near.dimensions[0].weights[name], abs=1e-7)


def test_stored_and_read_back_it_is_the_same(said):
    gold, values = said
    fusion = LateFusion.fit(gold, values, NAMES, ("x", "y"))
    again = LateFusion.from_dict(fusion.to_dict(), "fusion.json")
    assert again == fusion
    np.testing.assert_array_equal(again.apply(values)[0], fusion.apply(values)[0])
    with pytest.raises(CheckpointError, match=r"fusion.json: key 'systems' is missing.*run it again"):
        LateFusion.from_dict({"settings": {}, "dimensions": []}, "fusion.json")


def test_refusals_say_what_to_do(said):
    gold, values = said
    fusion = LateFusion.fit(gold, values, NAMES, ("x", "y"))
    with pytest.raises(InputError, match=r"recording 0 has predictions of shape \(150, 2, 2\).*a, b, c"):
        fusion.apply([values[0][:, :2]])
    with pytest.raises(InputError, match="gold has 6 recordings and predictions 5"):
        LateFusion.fit(gold, values[1:], NAMES, ("x", "y"))
    with pytest.raises(InputError, match=r"recording 0 has gold of shape \(9, 2\)"):
        LateFusion.fit([gold[0][:9]], values[:1], NAMES, ("x", "y"))
    with pytest.raises(InputError, match=r"one recording .or subject. to fit on, and the penalty must be"):
        LateFusion.fit(gold[:1], values[:1], NAMES, ("x", "y"))
    with pytest.raises(InputError, match="and the systems must be"):
        LateFusion.fit(gold[:1], values[:1], NAMES, ("x", "y"), FusionSettings(choose="forward"))
    with pytest.raises(InputError, match="x: the gold standard never moves in the 6 recordings"):
        LateFusion.fit([part * 0 for part in gold], values, NAMES, ("x", "y"))
    with pytest.raises(InputError, match="x: the prediction of every system never moves"):
        LateFusion.fit(gold, [part * 0 for part in values], NAMES, ("x", "y"))
    gone = [np.where(np.arange(3)[:, None] == i % 3, np.nan, part) for i, part in enumerate(values)]
    with pytest.raises(InputError, match=r"x: no rated step .* \(a \d+%, b \d+%, c \d+%\); leave out"):
        LateFusion.fit(gold, gone, NAMES, ("x", "y"))
    with pytest.raises(InputError, match="none is rated"):
        LateFusion.fit([part * np.nan for part in gold], values, NAMES, ("x", "y"))


def test_classes_by_the_mean_of_logarithms():
    one, other = np.array([[0.8, 0.2], [0.6, 0.4], [0.5, 0.5]]), np.array([[0.2, 0.8]])  # the third abstains
    by_hand = np.sqrt(np.array([0.7 * 0.2, 0.3 * 0.8]))
    np.testing.assert_allclose(fuse_classes([one, other]), by_hand / by_hand.sum())
    silent = np.full((3, 2), np.nan)
    np.testing.assert_allclose(fuse_classes([one, silent]), [0.7, 0.3])
    np.testing.assert_allclose(fuse_classes([one, one[2:]]), [0.7, 0.3])
    np.testing.assert_allclose(fuse_classes([one[2:], silent]), [0.5, 0.5])
    assert fuse_classes([np.array([[0.0, 1.0]]), np.array([[0.9, 0.1]])]).sum() == pytest.approx(1)
    with pytest.raises(InputError, match="a probability is -2 to 3"):
        fuse_classes([np.array([[-2.0, 3.0]])])
    with pytest.raises(InputError, match="no system says anything about the clip"):
        fuse_classes([silent])
