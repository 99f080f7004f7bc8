"""aspandi2022 part by part: attention and gate by hand, what is shown, what is missing, condensed inputs."""

import pytest
import torch
from tiny_aspandi2022 import tiny, windows
from torch.nn import functional as F

from emotrace.models import build
from emotrace.models.aspandi2022.attention import Attention
from emotrace.models.aspandi2022.head import Head


def test_the_head_is_equations_9_to_12_step_by_step():
    torch.manual_seed(4)
    reads, cells, attended = 5, 3, 4
    head_, attention = Head(reads, cells, 2, attended), Attention(2 * cells)
    features = torch.randn(2, 9, reads)
    found, weights, _ = head_(features, attention)
    hidden = cell = torch.zeros(2, cells)
    past: list[torch.Tensor] = []
    for step in range(9):
        context = torch.zeros(2, 2 * cells)
        if past:
            states = torch.stack(past[-attended:], dim=1)
            scores = attention.score(torch.tanh(attention.key(states))).squeeze(2)
            share = scores.exp() / scores.exp().sum(1, keepdim=True)
            context = (share.unsqueeze(2) * states).sum(1)
            torch.testing.assert_close(weights[:, step, : share.shape[1]], share.flip(1))
        assert weights[:, step].isnan().sum(1).tolist() == [attended - min(step, attended)] * 2
        hidden, cell = head_.lstm(torch.cat([features[:, step], context], dim=1), (hidden, cell))
        past.append(torch.cat([hidden, cell], dim=1))
        torch.testing.assert_close(found[:, step], head_.output(hidden), atol=1e-6, rtol=1e-5)


def test_without_attention_the_context_is_the_latest_state():
    torch.manual_seed(4)
    alone = Head(5, 3, 2, attended=1)
    features = torch.randn(2, 6, 5)
    found = alone(features)[0]
    hidden = cell = torch.zeros(2, 3)
    for step in range(6):
        read = torch.cat([features[:, step], hidden, cell], dim=1)
        hidden, cell = alone.lstm(read, (hidden, cell))
        torch.testing.assert_close(found[:, step], alone.output(hidden), atol=1e-6, rtol=1e-5)


def test_without_sequence_each_step_starts_from_zeros():
    torch.manual_seed(4)
    alone = Head(5, 3, 2, attended=1, sequence=False)
    features = torch.randn(2, 6, 5)
    found, _, memory = alone(features)
    zeros = torch.zeros(2, 3)
    for step in range(6):
        hidden, _ = alone.lstm(torch.cat([features[:, step], torch.zeros(2, 6)], dim=1), (zeros, zeros))
        torch.testing.assert_close(found[:, step], alone.output(hidden), atol=1e-6, rtol=1e-5)
    assert memory is None


def test_what_equation_10_adds_to_11_cancels():
    """Scored with the current state or without, attention is the same."""
    torch.manual_seed(4)
    counted = Attention(6, with_current=True)
    states, current = torch.randn(2, 4, 6), torch.randn(2, 1, 6)
    keys = torch.tanh(counted.key(states))
    literal = counted.score(torch.cat([current.expand_as(keys), keys], dim=2)).squeeze(2).softmax(1)
    scores = counted.scores(states.flatten(0, 1)).unflatten(0, (2, 4))
    torch.testing.assert_close(Attention.context(states, scores)[1], literal)


def test_the_gate_is_equations_5_to_8():
    model = tiny("avi-gas")
    first, second = torch.randn(2, 12), torch.randn(2, 12)
    yes = torch.ones(2, dtype=torch.bool)
    found = model.gate(first, second, yes, yes)
    share = torch.sigmoid(torch.cat([first, second], 1) @ model.gate.share.weight.T)
    literal = share * torch.tanh(first @ model.gate.first.weight.T)
    literal = literal + (1 - share) * torch.tanh(second @ model.gate.second.weight.T)
    torch.testing.assert_close(found.fused, literal)
    torch.testing.assert_close(found.share, share)


@pytest.mark.parametrize("preset", ["full", "table11"])
def test_the_gate_takes_the_other_where_one_is_missing(preset):
    model = tiny("avi-gas", preset).eval()
    inputs = windows(model, 1, 4)
    inputs["face_mask"][0, 1:3] = False
    inputs["spectrogram_mask"][0, 2:] = False
    _, shown, _ = model.trace_shown(inputs)
    share = shown[0, :, model.shown_columns.index("gate")]  # (time,)
    assert 0 < share[0] < 1 and share[1] == 0 and share[2].isnan() and share[3] == 1
    prediction = model(inputs)["prediction"]
    assert torch.isfinite(prediction).all()
    other = {key: value.clone() for key, value in inputs.items()}
    other["face"][0, 1:3] = 0.7  # what is said to be missing does not matter
    other["spectrogram"][0, 2:] = torch.rand(2, 32, 128)
    torch.testing.assert_close(model(other)["prediction"], prediction)
    other["spectrogram"][0, 1] = 0.1  # what is there does
    assert not torch.allclose(model(other)["prediction"][0, 1], prediction[0, 1])


def test_what_is_shown_and_where_it_goes_on():
    model = tiny("avi-gas").eval()
    inputs = windows(model, 1, 7)
    traced, after = model.trace(inputs)
    prediction, shown, state = model.trace_shown(inputs)
    assert model.shown_columns == ("attention_1", "attention_2", "attention_3", "gate")
    assert shown.shape == (1, 7, 4) and shown[0, 0, :3].isnan().all()
    assert shown[0, 1].isnan().tolist() == [False, True, True, False]  # one state to look back at
    torch.testing.assert_close(shown[0, 3:, :3].sum(1), torch.ones(4))
    torch.testing.assert_close(prediction, traced)
    for left, right in zip(state, after, strict=True):
        torch.testing.assert_close(left, right)
    assert not model.trace_shown(inputs, after)[1].isnan().any()


def test_a_step_of_which_nothing_is_given_shows_nothing():
    model = tiny("avi-gas").eval()
    inputs = windows(model, 1, 7)
    whole = model.trace_shown(inputs)[1]
    inputs["face_mask"][0, 4:6] = False
    inputs["spectrogram_mask"][0, 4] = False
    shown = model.trace_shown(inputs)[1]
    assert shown[0, 4].isnan().all() and not shown[0, [3, 5, 6]].isnan().any()
    torch.testing.assert_close(shown[0, :4], whole[0, :4], equal_nan=True)
    inputs["face_mask"][:] = inputs["spectrogram_mask"][:] = False
    assert model.trace_shown(inputs)[1].isnan().all()


def test_the_gate_that_is_shown_is_the_mean_of_its_values():
    model = tiny("avi-gas").eval()
    inputs = windows(model, 1, 4)
    latent = model.condense(inputs)
    both = torch.cat([latent["condensed/face"], latent["condensed/spectrogram"]], dim=2)[0]
    literal = torch.sigmoid(both @ model.gate.share.weight.T).mean(1)
    torch.testing.assert_close(model.trace_shown(inputs)[1][0, :, 3], literal)


@pytest.mark.parametrize(
    ("variant", "columns"),
    [("vi-des", ("attention_1", "attention_2", "attention_3")), ("vi-de", ())],
)
def test_a_variant_shows_what_it_has(variant, columns):
    model = tiny(variant).eval()
    assert model.shown_columns == columns
    assert ("gate" in model.shown_meaning) == ("gate" in columns)
    assert ("attention" in model.shown_meaning) == ("attention_1" in columns)
    assert model.trace_shown(windows(model, 1, 2))[1].shape == (1, 2, len(columns))


def test_pictures_are_restored_from_every_degradation():
    model = tiny("avi-gas").eval()
    inputs = windows(model, 1, 2)
    torch.manual_seed(3)
    found = {kind: rest for kind, *rest in model.restored("face", inputs["face"][0])}
    assert list(found) == [
        "as it is", "scale down and up", "blur", "add noise", "darken", "to grey", "occlude",
    ]  # fmt: skip
    picture, degraded, restored = found["as it is"]
    torch.testing.assert_close(picture, inputs["face"][0])
    torch.testing.assert_close(degraded, picture)
    torch.testing.assert_close(restored, model(inputs)["face_restored"][0])
    for kind, (picture, degraded, restored) in found.items():
        assert degraded.shape == restored.shape == picture.shape == (2, 3, 16, 16)
        assert kind == "as it is" or not torch.equal(degraded, picture)
    sound = [kind for kind, *_ in model.restored("spectrogram", inputs["spectrogram"][0])]
    assert sound == ["as it is", "add grey noise", "blur", "mask bands"]


def test_condensed_inputs_give_the_same_prediction():
    model = tiny("avi-gas").eval()
    inputs = windows(model, 2, 5)
    inputs["face_mask"][0, 2] = False
    condensed = model.condense(inputs)
    assert condensed.keys() == {
        "condensed/face",
        "condensed/spectrogram",
        "face_mask",
        "spectrogram_mask",
    }
    assert condensed["condensed/face"].shape == (2, 5, 12) and not condensed["condensed/face"][0, 2].any()
    again = model.condense(condensed)
    assert all(again[name] is value for name, value in condensed.items())
    whole = model(inputs)
    torch.testing.assert_close(model(condensed)["prediction"], whole["prediction"], atol=1e-6, rtol=1e-5)
    assert model(condensed).keys() == {"prediction"}
    # ZQ: what the trunk gives, then each of two scores three times
    coarse = torch.tanh(whole["face_coarse"][1, 3])
    torch.testing.assert_close(condensed["condensed/face"][1, 3, 6:], coarse.repeat_interleave(3))


def test_the_coarse_estimate_may_enter_as_signs():
    model = tiny("vi-de", coarse="signs").eval()
    condensed = model.condense(windows(model, 1, 3))["condensed/face"]
    assert set(condensed[..., 6:].unique().tolist()) <= {-1.0, 1.0}


def test_pictures_of_sound_are_scaled_and_repeated():
    model = tiny("au-de")
    values = torch.rand(1, 2, 32, 128)  # columns, bands
    picture = model.picture("spectrogram", values)
    assert picture.shape == (1, 2, 3, 16, 16)
    assert torch.equal(picture[:, :, 0], picture[:, :, 2])
    literal = F.avg_pool2d(values[0].transpose(1, 2), (8, 2))
    torch.testing.assert_close(picture[0, :, 1], literal)
    same = build("aspandi2022/au-de").picture("spectrogram", torch.rand(1, 2, 128, 128))
    assert same.stride(2) == 0  # three channels, one memory
