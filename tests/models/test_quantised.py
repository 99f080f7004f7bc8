"""Models in int8: near the float ones, state carried, the original untouched."""

import pytest
import torch
from tiny_aspandi2022 import tiny, windows

from emotrace import models
from emotrace.errors import InputError
from emotrace.models.layers.int8 import Int8Conv2d, Int8Linear, check_int8
from emotrace.models.quantised import quantised


@pytest.fixture(autouse=True)
def only_where_int8_is():
    try:
        check_int8()
    except InputError as error:
        pytest.skip(str(error))


def in_int8(model):
    return [name for name, part in model.named_modules() if isinstance(part, Int8Conv2d | Int8Linear)]


def test_a_tiny_model_is_near_the_float_one():
    model = tiny(
        "avi-gas", generator_widths=(8, 8, 16), discriminator_widths=(8, 8, 16), trunk_widths=(8, 16)
    )
    before = {name: value.clone() for name, value in model.state_dict().items()}
    other, layers = quantised(model, small=True)
    inputs = windows(model, 1, 5)
    with torch.inference_mode():
        wanted, got = model.eval().trace(inputs)[0], other.trace(inputs)[0]
    assert len(layers) > 15
    assert not torch.equal(got, wanted)
    assert (got - wanted).abs().max() < 0.02 * wanted.abs().max()  # about 1 % per layer, partly cancelling
    after = model.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert not in_int8(model)


def test_state_is_carried_and_pieces_give_what_the_whole_gives():
    model = tiny(
        "avi-gas", generator_widths=(8, 8, 16), discriminator_widths=(8, 8, 16), trunk_widths=(8, 16)
    )
    other, _ = quantised(model, small=True)
    inputs = windows(model, 1, 7)
    with torch.inference_mode():
        whole, _ = other.trace(inputs)
        first, state = other.trace({name: value[:, :3] for name, value in inputs.items()})
        second, _ = other.trace({name: value[:, 3:] for name, value in inputs.items()}, state)
    assert torch.allclose(torch.cat([first, second], dim=1), whole, atol=1e-5)


@pytest.mark.parametrize("name", ["nguyen2020/2d1dconv-ae-lstm", "aspandi2022/avi-gas"])
def test_large_layers_alone_are_in_int8(name):
    model = models.build(name)
    _, layers = quantised(model)
    assert layers
    assert not any(layer.startswith(tuple(f"{only}." for only in model.training_only)) for layer in layers)
    sizes = dict(model.named_parameters())
    assert all(sizes[f"{layer}.weight"].numel() >= 2**15 for layer in layers)


def test_a_small_model_has_no_layer_for_it():
    model = models.build("tzirakis2017/multimodal", preset="small")
    other, layers = quantised(model)
    assert layers == () and not in_int8(other)


def test_a_layer_with_several_names_stays_one():
    model = tiny("avi-gas", "table11", cells=12, coarse_width=12, trunk_widths=(5, 12))
    other, _ = quantised(model, small=True)
    assert other.generators["face"] is other.generators["spectrogram"]
    model.also = model.generators["face"].encoder[0]
    other, layers = quantised(model, small=True)
    assert isinstance(other.also, Int8Conv2d) == ("also" in layers or "generators.face.encoder.0" in layers)
    assert other.also is other.generators["face"].encoder[0]


def test_a_model_elsewhere_than_on_the_cpu_is_told():
    model = tiny("avi-gas").to("meta")
    with pytest.raises(InputError, match=r"int8: the model is on meta; expected the CPU"):
        quantised(model)
