"""Least squares on simplices against a general solver."""

import numpy as np
from scipy.optimize import minimize

from emotrace.annotation.warping.simplex import fit_on_simplices


def test_as_a_general_solver(rng):
    for _ in range(5):
        groups, size = 2, 3
        a, b = rng.standard_normal((9, 6)), rng.standard_normal(9)
        start = np.full((groups, size), 1 / 3)
        hessian, gradient = a.T @ a, a.T @ b

        def cost(w, hessian=hessian, gradient=gradient):
            d = w - 1 / 3
            return 0.5 * d @ hessian @ d + gradient @ d

        sums = [{"type": "eq", "fun": lambda w, i=i: w.reshape(2, 3)[i].sum() - 1} for i in range(groups)]
        other = minimize(cost, start.ravel(), bounds=[(0, 1)] * 6, constraints=sums, tol=1e-12)
        found = fit_on_simplices(hessian, gradient, start)
        assert (found >= 0.0).all() and np.allclose(found.sum(axis=1), 1.0, atol=1e-12)
        # both solvers hold the sums to about 1e-6 only
        assert cost(found.ravel()) <= other.fun + 1e-5


def test_no_gradient_stays_and_no_hessian_stays():
    start = np.array([[0.5, 0.25, 0.25]])
    assert np.allclose(fit_on_simplices(np.eye(3), np.zeros(3), start), start, atol=1e-6)
    assert np.array_equal(fit_on_simplices(np.zeros((3, 3)), np.zeros(3), start), start)
