"""What decided, in the page: numbers that read back, columns that belong together, nothing untold."""

import base64
import json
import re
from dataclasses import replace

import numpy as np

from emotrace.inference import write_page
from emotrace.inference.told import told, told_words


def values_of(part):
    """As the page reads them."""
    raw = np.frombuffer(base64.b64decode(part["values"]), "<u2").reshape(-1, part["columns"]).astype(float)
    scaled = part["low"] + raw / 65534 * (part["high"] - part["low"])
    return np.where(raw == 65535, np.nan, scaled)


def test_shares_read_back(rng):
    weights = rng.dirichlet(np.ones(3), 20)
    weights[0] = np.nan
    gate = rng.uniform(0.4, 0.6, 20)
    shown = {f"attention_{i + 1}": weights[:, i] for i in range(3)} | {"gate": gate}
    attention, curve = told(shown)
    assert (attention["name"], attention["columns"]) == ("attention", 3)
    np.testing.assert_allclose(values_of(attention), weights, atol=1e-4)
    assert (curve["name"], curve["low"], curve["high"]) == ("gate", 0.0, 1.0)
    np.testing.assert_allclose(values_of(curve)[:, 0], gate, atol=1e-4)


def test_other_numbers_are_drawn_as_far_as_they_reach():
    (part,) = told({"pull": np.array([-2.0, 3.0])})
    assert (part["low"], part["high"]) == (-2.0, 3.0)
    np.testing.assert_allclose(values_of(part)[:, 0], [-2, 3], atol=1e-3)


def test_nothing_known_and_nothing_told():
    (part,) = told({"gate": np.full(3, np.nan)})
    assert np.isnan(values_of(part)).all() and (part["low"], part["high"]) == (0.0, 1.0)
    (still,) = told({"a_1": np.zeros(2), "a_2": np.zeros(2)})
    assert (still["columns"], still["low"], still["high"]) == (2, 0.0, 1.0)


def test_incomplete_rows_do_not_set_the_contrast_of_a_map():
    (part,) = told({"a_1": np.array([1.0, 0.4, 0.45]), "a_2": np.array([np.nan, 0.6, 0.55])})
    assert (part["low"], part["high"]) == (0.4, 0.6)
    assert values_of(part)[0, 0] == 0.6  # drawn in full colour


def test_nothing_told_is_nothing():
    assert told(None) == told({}) == []
    assert told_words(None) == told_words({"gate": np.full(3, np.nan)}) == ""


def test_the_page_carries_what_decided(make_prediction, tmp_path):
    prediction = make_prediction()
    plain = write_page(prediction, tmp_path / "plain.html").read_text(encoding="utf-8")
    gate = np.linspace(0.2, 0.8, len(prediction.trace.times_s))
    shown = replace(prediction, trace=replace(prediction.trace, shown={"gate": gate}))
    page = write_page(shown, tmp_path / "x.html").read_text(encoding="utf-8")
    found = [
        json.loads(re.search(r'<script id="trace" type="application/json">(.*?)</script>', text, re.S)[1])
        for text in (plain, page)
    ]
    assert found[0]["told"] == [] and found[1]["told"][0]["name"] == "gate"
    np.testing.assert_allclose(values_of(found[1]["told"][0])[:, 0], gate, atol=1e-4)
    assert 'aria-label="what decided, mean of the rows: gate 0.50"' in page
