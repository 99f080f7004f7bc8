"""aspandi2022 is looked into variant by variant, from its own attention, gate and generator."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from seeing import Seeing

from emotrace.features import assemble
from emotrace.insight import make_insight

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))

from tiny_aspandi2022 import tiny


@pytest.mark.parametrize(
    ("variant", "analyses"),
    [
        ("avi-gas", ["attention", "gate", "occlusion", "restored"]),
        ("avi-cas", ["attention", "occlusion", "restored"]),
        ("au-des", ["attention", "occlusion", "restored"]),
        ("vi-de", ["occlusion", "restored"]),
    ],
)
def test_each_variant_is_looked_into_as_far_as_it_has_something(planted, tmp_path, variant, analyses):
    model = tiny(variant, columns=16).eval()
    page, found = make_insight(planted(Seeing(0), Seeing(1), model=model, path=tmp_path))
    assert list(found) == analyses
    facts = json.loads((page.parent / "insight.json").read_text())
    assert all(name in facts for name in analyses)
    if "attention" in analyses:
        assert facts["attention"]["states"] == 3 and facts["attention"]["steps"] == 2 * 38


def test_the_paper_s_errors_by_level_stand_beside_the_run_s(planted, tmp_path):
    model = tiny("avi-gas", columns=16).eval()
    examined = planted(Seeing(0), Seeing(1), model=model, path=tmp_path)
    named = examined.meta.model_copy(update={"name": "aspandi2022/avi-gas"})
    page, _ = make_insight(replace(examined, meta=named))
    text = page.read_text(encoding="utf-8")
    assert all(f"Table {number} of the paper, on" in text for number in (7, 8, 9, 10))
    assert "<td><b>avi-gas</b></td><td>0.41 / 0.39</td><td>0.38 / 0.37</td><td>0.33 / 0.34</td>" in text
    assert text.count("<td><b>this run</b></td>") == 4
    assert "Table 3 of the paper" not in text  # of single modalities


def test_what_is_drawn_is_what_the_model_itself_gives(planted):
    model = tiny("avi-gas", columns=16).eval()
    examined = planted(Seeing(0), model=model)
    inputs = assemble(model.declaration, Seeing(0), 0, 40)
    with torch.inference_mode():
        batch = {name: value.unsqueeze(0) for name, value in inputs.items()}
        prediction, shown, _ = model.trace_shown(batch)
    (trace,) = examined.traces
    np.testing.assert_allclose(trace.values, prediction[0].numpy(), atol=1e-6)
    for number, name in enumerate(model.shown_columns):
        np.testing.assert_allclose(trace.shown[name], shown[0, :, number].numpy(), atol=1e-6)
    np.testing.assert_allclose(trace.gold, Seeing(0).gold, atol=1e-6)
