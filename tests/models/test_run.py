"""Running a model over a recording: chunks of any size, context, look-ahead, classes."""

import numpy as np
import pytest
import torch
from torch import nn

from emotrace.config.declaration import AudioInput, Declaration
from emotrace.errors import InputError
from emotrace.models import build
from emotrace.models.base import Model
from emotrace.models.run import trace_and_show, trace_recording


class Weighing(Model):
    """Predicts a weighted sum of the window's samples; one column per label."""

    def __init__(self, context=2, look_ahead=3, predicts="trace"):
        declaration = Declaration(
            inputs={"audio": AudioInput(rate_hz=1000)},
            context_steps=context,
            look_ahead_steps=look_ahead,
            predicts=predicts,
        )
        super().__init__(declaration, ("a", "b"))
        self.map = nn.Linear(1, 2)
        self.dropout = nn.Dropout(0.5)

    def forward(self, inputs):
        window = self.dropout(inputs["audio"])  # (batch, time, sample)
        places = torch.arange(1.0, window.shape[1] + 1)
        total = (window.sum(-1) * places).sum(1, keepdim=True)  # (batch, 1)
        return {"prediction": self.map(total[:, None].expand(-1, window.shape[1], 1))}


class Telling(Weighing):
    """Tells the greatest of its two values beside them."""

    shown_columns = ("greatest",)

    def trace_shown(self, inputs, state=None):
        prediction, state = self.trace(inputs, state)
        return prediction, prediction.amax(-1, keepdim=True), state


class SayingNothing(Telling):
    trace_shown = Model.trace_shown


class TooShort(Weighing):
    def trace(self, inputs, state=None):
        return super().trace(inputs)[0][:, 1:], None


def recording(steps, samples, rng):
    """A recording as `assemble_chunk`: edge steps are repeated; also the calls that were made."""
    audio = torch.from_numpy(rng.standard_normal((steps, samples)).astype(np.float32))
    calls = []

    def assemble_chunk(first, last):
        calls.append((first, last))
        rows = torch.arange(first, last).clamp(0, steps - 1)
        return {"audio": audio[rows], "audio_mask": torch.ones(last - first, dtype=torch.bool)}

    return assemble_chunk, calls


def test_chunks_come_with_context_and_look_ahead(rng):
    chunk, calls = recording(10, 4, rng)
    values = trace_recording(Weighing(), chunk, 10, chunk_steps=4)
    assert calls == [(-2, 7), (2, 11), (6, 13)]
    assert values.shape == (10, 2)
    assert values.dtype == np.float32


def test_values_by_hand():
    model = Weighing(context=1, look_ahead=1)
    with torch.no_grad():
        model.map.weight[:] = torch.tensor([[1.0], [-1.0]])
        model.map.bias[:] = 0

    def chunk(first, last):
        steps = torch.arange(first, last).clamp(0, 2) + 1.0  # 1 2 3, edges repeated
        return {"audio": steps[:, None], "audio_mask": torch.ones(last - first, dtype=torch.bool)}

    # windows 1 1 2, 1 2 3, 2 3 3, weighed 1 2 3
    assert trace_recording(model, chunk, 3).tolist() == [[9, -9], [14, -14], [17, -17]]


@pytest.mark.parametrize("chunk_steps", [1, 3, 7, 22, 23, 100])
@pytest.mark.parametrize("name", ["base", "2d1dconv-ae-lstm", "2d1dconv-2slstm"])
def test_the_chunk_size_changes_nothing(name, chunk_steps, rng):
    torch.manual_seed(20205)
    if name == "base":
        model, samples = Weighing(), 4
        chunk, _ = recording(23, samples, rng)
    else:
        model = build(f"nguyen2020/{name}", "small")
        audio, _ = recording(23, 640, rng)
        size = model.config.face_size
        faces = torch.from_numpy(rng.uniform(-1, 1, (23, 3, size, size)).astype(np.float32))

        def chunk(first, last):
            rows = torch.arange(first, last).clamp(0, 22)
            return audio(first, last) | {"face": faces[rows], "face_mask": torch.ones(last - first) > 0}

    whole = trace_recording(model, chunk, 23, chunk_steps=23)
    # float32 matrix products of other sizes add in another order
    np.testing.assert_allclose(trace_recording(model, chunk, 23, chunk_steps), whole, atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", ["2d1dconv-ae-lstm", "2d1dconv-2slstm"])
def test_a_batch_of_two_is_two_batches_of_one(name):
    torch.manual_seed(20206)
    model = build(f"nguyen2020/{name}", "small").eval()
    size = model.config.face_size
    inputs = {"face": torch.rand(2, 5, 3, size, size) * 2 - 1, "audio": torch.randn(2, 5, 640)}
    with torch.inference_mode():
        both = model(inputs)
        one_by_one = [model({key: value[i : i + 1] for key, value in inputs.items()}) for i in range(2)]
    for key, value in both.items():
        expected = torch.cat([single[key] for single in one_by_one])
        torch.testing.assert_close(value, expected, atol=1e-5, rtol=0)


def test_first_steps_see_the_first_step_repeated(rng):
    torch.manual_seed(20207)
    model = build("nguyen2020/1dconv-lstm", "small").eval()
    chunk, _ = recording(6, 640, rng)
    values = trace_recording(model, chunk, 6)
    window = chunk(0, 1)["audio"].expand(5, 640)[None]
    with torch.inference_mode():
        expected = model({"audio": window})["prediction"][0, -1]
    np.testing.assert_allclose(values[0], expected.numpy(), atol=1e-5)


def test_a_class_system_gives_probabilities(rng):
    chunk, _ = recording(9, 4, rng)
    values = trace_recording(Weighing(predicts="class"), chunk, 9, chunk_steps=4)
    np.testing.assert_allclose(values.sum(axis=1), 1, atol=1e-6)
    assert (values >= 0).all()


def test_the_mode_of_every_part_is_put_back(rng):
    chunk, _ = recording(5, 4, rng)
    model = Weighing().train()
    model.map.eval()
    trace_recording(model, chunk, 5)
    assert model.training
    assert model.dropout.training
    assert not model.map.training


class Backwards(Model):
    """Every step says the sum of itself and all steps after it."""

    def __init__(self, **inputs):
        super().__init__(Declaration(inputs=inputs, whole=True), ("a",))

    def forward(self, inputs):
        return {"prediction": inputs["audio"].flip(1).cumsum(1).flip(1)}


def test_a_model_that_declares_whole_gets_the_recording_in_one_piece(rng):
    chunk, calls = recording(9, 1, rng)
    values = trace_recording(Backwards(audio=AudioInput(rate_hz=1000)), chunk, 9, chunk_steps=4)
    assert calls == [(0, 9)]
    np.testing.assert_allclose(values, np.cumsum(chunk(0, 9)["audio"].numpy()[::-1], axis=0)[::-1], rtol=1e-5)


class Counting(Model):
    """Reads nothing and says the number of the step."""

    def __init__(self):
        super().__init__(Declaration(inputs={}), ("a",))

    def forward(self, inputs):
        return {"prediction": inputs["step"].float().unsqueeze(-1)}


def test_a_model_without_inputs_is_given_the_numbers_of_the_steps():
    values = trace_recording(Counting(), lambda first, last: {}, 7, chunk_steps=3)
    assert values[:, 0].tolist() == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(("n_steps", "chunk_steps"), [(0, 250), (5, 0), (-1, -1)])
def test_counts_below_one_are_refused(n_steps, chunk_steps):
    with pytest.raises(
        InputError, match=f"n_steps is {n_steps}, chunk_steps is {chunk_steps}; expected at least 1"
    ):
        trace_recording(Weighing(), lambda first, last: {}, n_steps, chunk_steps)


def test_long_steps_come_10_seconds_at_a_time(rng):
    model = Weighing()
    model.declaration = model.declaration.model_copy(update={"step_s": 2.0})
    chunk, _ = recording(30, 4, rng)
    asked = []

    def counted(first, last):
        asked.append(last - first)
        return chunk(first, last)

    trace_recording(model, counted, 30)
    beside = model.declaration.window_steps - 1
    assert set(asked) == {max(5, model.declaration.window_steps) + beside}


def test_a_model_that_gives_too_few_steps_is_told(rng):
    chunk, _ = recording(5, 4, rng)
    with pytest.raises(
        InputError, match=r"TooShort.trace gave prediction of shape \(1, 4, 2\); expected \(1, 5, 2\)"
    ):
        trace_recording(TooShort(), chunk, 5)


@pytest.mark.parametrize("chunk_steps", [4, 10])
def test_what_decided_stands_beside_the_values(rng, chunk_steps):
    chunk, _ = recording(10, 4, rng)
    values, shown = trace_and_show(Telling(), chunk, 10, chunk_steps)
    assert list(shown) == ["greatest"]
    np.testing.assert_array_equal(shown["greatest"], values.max(axis=1))
    assert trace_and_show(Weighing(), chunk, 10).shown == {}


def test_a_model_that_does_not_tell_what_it_names_is_told(rng):
    chunk, _ = recording(5, 4, rng)
    with pytest.raises(InputError, match=r"gave shown of shape \(1, 5, 0\); .* columns greatest"):
        trace_and_show(SayingNothing(), chunk, 5)
