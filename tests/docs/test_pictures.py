"""Pictures of systems: what feeds what is found by running a model, and drawn from inputs down."""

import xml.etree.ElementTree as ElementTree

import pytest

from drawing import draw
from emotrace.models.registry import build_without_weights, configure
from flow import Box, find_flow


def flow(name: str) -> dict[str, Box]:
    return {box.name: box for box in find_flow(build_without_weights(name, configure(name)))}


def test_parts_of_an_auto_encoder_are_found_with_what_feeds_them():
    boxes = flow("nguyen2020/2d1dconv-ae-lstm")
    assert boxes["encoders.face"].sources == {"input face"}
    assert boxes["recurrent.fused"].sources == {"encoders.face", "encoders.audio"}
    assert boxes["recurrent.fused"].shape == (512,)
    assert boxes["head"].parameters == 512 * 2 + 2
    assert boxes["decoders.audio"].kind == "training"
    assert boxes["prediction"].sources == {"head"}
    assert boxes["encoders.face"].shape == (2048,)


def test_what_is_looked_back_at_is_found():
    boxes = flow("aspandi2022/vi-des")
    assert {"head", "trunks.face"} <= boxes["attention"].sources
    assert "attention" in boxes["head"].sources


@pytest.mark.parametrize("name", ["baselines/constant", "baselines/svr"])
def test_a_model_without_parts_is_one_box(name):
    boxes = flow(name)
    assert boxes["prediction"].sources == {"model"}
    assert boxes["model"].sources == {each for each, box in boxes.items() if box.kind == "input"}


def test_a_model_that_must_see_values_is_refused_by_torch_and_told_without_arrows():
    name = "priyasad2019/attention"
    model = build_without_weights(name, configure(name))
    with pytest.raises(NotImplementedError, match=r"torch\.nonzero"):
        find_flow(model)
    assert not any(box.sources for box in find_flow(model, run=False))


def test_each_part_stands_below_what_feeds_it():
    boxes = [
        Box("input face", "input", "face <96>"),
        Box("input late", "input", "row"),
        Box("first", "part", "Linear", 3, (4,), {"input face"}),
        Box("looks", "part", "Attention", 5, (4,), {"first", "head"}),
        Box("head", "part", "LSTM", 7, (2,), {"looks", "input late"}),
        Box("prediction", "output", "arousal", 0, (2,), {"head"}),
    ]
    picture = draw(boxes, "a title")
    root = ElementTree.fromstring(picture)
    space = "{http://www.w3.org/2000/svg}"
    tops = [float(each.get("y", 0)) for each in root.findall(f"{space}rect")[1:]]
    face, late, first, looks, head, prediction = tops
    assert face < first < looks < head < prediction
    assert late == looks, "an input stands just above what it feeds"
    texts = [each.text for each in root.iter(f"{space}text")]
    assert "face <96>" in texts and "7 parameters" in texts and "gives 2" in texts
    assert len(root.findall(f"{space}path")) == 6
    assert sum("stroke-dasharray" in each.attrib for each in root.findall(f"{space}path")) == 1
