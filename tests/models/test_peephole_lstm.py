"""The peephole LSTM against its equations step by step, torch's LSTM, finite differences; stacks of it."""

import pytest
import torch
from torch import nn

from emotrace.errors import InputError
from emotrace.models.layers.peephole_lstm import PeepholeLSTM
from emotrace.models.layers.peephole_stack import PeepholeStack

KINDS = [
    {"peepholes": peepholes, "cell_clip": clip} for peepholes in (True, False) for clip in (None, 0.3)
]  # 0.3: some cells are clipped, some are not


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20210)


def layer_of(kind, width=3, cells=4, **more):
    layer = PeepholeLSTM(width, cells, **kind, **more).double()
    with torch.no_grad():
        for parameter in layer.parameters():  # far from zero, so that no term goes unseen
            parameter.copy_(torch.randn_like(parameter))
    return layer


def literal(layer, inputs, state=None):
    """The equations, a cell at a time, on numbers; gates are those of the last step."""
    wx, wh, b = layer.weight_input.tolist(), layer.weight_hidden.tolist(), layer.bias.tolist()
    size = layer.cells
    p = layer.peephole.tolist() if layer.peephole is not None else [[0.0] * size] * 3

    def sigmoid(value):
        return 1 / (1 + torch.tensor(-value, dtype=torch.float64).exp().item())

    def tanh(value):
        return torch.tensor(value, dtype=torch.float64).tanh().item()

    rows = []
    for number, sequence in enumerate(inputs.tolist()):
        h = state[0][number].tolist() if state else [0.0] * size
        c = state[1][number].tolist() if state else [0.0] * size
        steps = []
        for x in sequence:
            new_h, new_c, gates = [], [], []
            for k in range(size):
                row_i, row_f, row_g, row_o = k, size + k, 2 * size + k, 3 * size + k

                def drive(row, x=x, h=h):
                    seen = sum(w * value for w, value in zip(wx[row], x, strict=True))
                    return seen + sum(w * value for w, value in zip(wh[row], h, strict=True)) + b[row]

                i = sigmoid(drive(row_i) + p[0][k] * c[k])
                f = sigmoid(drive(row_f) + p[1][k] * c[k])
                g = tanh(drive(row_g))
                cell = f * c[k] + i * g
                if layer.cell_clip is not None:
                    cell = max(-layer.cell_clip, min(layer.cell_clip, cell))
                o = sigmoid(drive(row_o) + p[2][k] * cell)
                new_h.append(o * tanh(cell))
                new_c.append(cell)
                gates.append((i, f, g, o))
            h, c = new_h, new_c
            steps.append((h, c, gates))
        rows.append(steps)
    hidden = torch.tensor([[step[0] for step in steps] for steps in rows], dtype=torch.float64)
    cells = torch.tensor([[step[1] for step in steps] for steps in rows], dtype=torch.float64)
    gates = torch.tensor([[step[2] for step in steps] for steps in rows], dtype=torch.float64)
    return hidden, cells, gates


def random_state(batch, cells):
    return tuple(torch.randn(2, batch, cells, dtype=torch.float64) * 0.2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("carried", [False, True])
@pytest.mark.parametrize("learning", [False, True])
def test_it_is_its_equations(kind, carried, learning):
    layer, inputs = layer_of(kind), torch.randn(2, 6, 3, dtype=torch.float64)
    state = random_state(2, 4) if carried else None
    hidden, cells, _ = literal(layer, inputs, state)
    with torch.set_grad_enabled(learning):
        output, (last_hidden, last_cell) = layer(inputs, state)
    torch.testing.assert_close(output, hidden, atol=1e-12, rtol=0)
    torch.testing.assert_close(last_hidden, hidden[:, -1], atol=1e-12, rtol=0)
    torch.testing.assert_close(last_cell, cells[:, -1], atol=1e-12, rtol=0)
    if kind["cell_clip"]:
        assert (cells.abs() == 0.3).any() and (cells.abs() < 0.3).any()


@pytest.mark.parametrize("kind", KINDS)
def test_activations_are_those_of_the_equations(kind):
    layer, inputs, state = layer_of(kind), torch.randn(2, 6, 3, dtype=torch.float64), random_state(2, 4)
    hidden, cells, gates = literal(layer, inputs, state)
    shown, after = layer.activations(inputs, state)
    for name, expected in zip(shown._fields, [*gates.unbind(-1), cells, hidden], strict=True):
        torch.testing.assert_close(getattr(shown, name), expected, atol=1e-12, rtol=0)
    assert torch.equal(after[0], shown.hidden[:, -1]) and torch.equal(after[1], shown.cell[:, -1])
    assert not shown.cell.requires_grad


def test_without_peepholes_it_is_torchs():
    layer, own = layer_of({"peepholes": False}, 5, 7), nn.LSTM(5, 7, batch_first=True).double()
    with torch.no_grad():
        own.weight_ih_l0[:], own.weight_hh_l0[:] = layer.weight_input, layer.weight_hidden
        own.bias_ih_l0[:], own.bias_hh_l0[:] = layer.bias, 0
    inputs = torch.randn(3, 11, 5, dtype=torch.float64)
    results = []
    for each in (layer, own):
        read = inputs.clone().requires_grad_()
        output, last = each(read)
        (output.sin().sum() + sum(value.cos().sum() for value in last)).backward()
        results.append([output, read.grad, *last])
    weights = [layer.weight_input.grad, layer.weight_hidden.grad, layer.bias.grad]
    theirs = [own.weight_ih_l0.grad, own.weight_hh_l0.grad, own.bias_ih_l0.grad]
    for mine, expected in zip([*results[0], *weights], [*results[1], *theirs], strict=True):
        torch.testing.assert_close(mine.reshape(expected.shape), expected, atol=1e-10, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_finite_differences(kind):
    layer, inputs, state = layer_of(kind), torch.randn(2, 5, 3, dtype=torch.float64), random_state(2, 4)
    names = [name for name, _ in layer.named_parameters()]
    leaves = [inputs, *state, *layer.parameters()]
    leaves = [leaf.detach().requires_grad_() for leaf in leaves]

    def run(inputs, hidden, cell, *parameters):
        given = dict(zip(names, parameters, strict=True))
        output, last = torch.func.functional_call(layer, given, (inputs, (hidden, cell)))
        return output, *last

    assert torch.autograd.gradcheck(run, leaves)


def test_a_clipped_cell_hands_no_gradient_on():
    layer = PeepholeLSTM(1, 1, peepholes=False, cell_clip=0.5, forget_bias=0.0)
    with torch.no_grad():
        layer.weight_input[:] = torch.tensor([[9.0], [0.0], [9.0], [9.0]])
    inputs = torch.ones(1, 1, 1, requires_grad=True)  # the cell would be sigmoid(9) * tanh(9) = 0.9999
    _, (_, cell) = layer(inputs)
    assert cell.item() == 0.5
    cell.sum().backward()
    assert inputs.grad.item() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_streamed_is_whole_and_a_batch_of_two_is_two(kind):
    layer, inputs = layer_of(kind), torch.randn(2, 20, 3, dtype=torch.float64)
    with torch.no_grad():
        whole, (_, last) = layer(inputs)
        pieces, state = [], None
        for piece in inputs.split([1, 7, 12], dim=1):
            output, state = layer(piece, state)
            pieces.append(output)
        singles = torch.cat([layer(row)[0] for row in inputs.split(1)])
    torch.testing.assert_close(torch.cat(pieces, dim=1), whole, atol=1e-12, rtol=0)
    torch.testing.assert_close(state[1], last, atol=1e-12, rtol=0)
    torch.testing.assert_close(singles, whole, atol=1e-12, rtol=0)


def test_gradients_flow_through_the_state_that_is_carried():
    layer, inputs = layer_of(KINDS[0]), torch.randn(2, 9, 3, dtype=torch.float64)
    grads = []
    for cut in (9, 4):
        layer.zero_grad()
        outputs, state = [], None
        for piece in inputs.split(cut, dim=1):
            output, state = layer(piece, state)
            outputs.append(output)
        torch.cat(outputs, dim=1).square().sum().backward()
        grads.append([parameter.grad for parameter in layer.parameters()])
    for whole, pieces in zip(*grads, strict=True):
        torch.testing.assert_close(pieces, whole, atol=1e-10, rtol=0)


def test_only_what_requires_a_gradient_gets_one():
    layer = layer_of(KINDS[0])
    layer.weight_hidden.requires_grad_(False)
    layer.peephole.requires_grad_(False)
    layer(torch.randn(2, 4, 3, dtype=torch.float64))[0].sum().backward()
    assert layer.weight_hidden.grad is None and layer.peephole.grad is None
    assert layer.weight_input.grad.any()


def test_fresh_weights_are_tensorflows():
    layer = PeepholeLSTM(300, 100, forget_bias=2.0)
    bound = (6 / (300 + 100 + 400)) ** 0.5
    for weight in (layer.weight_input, layer.weight_hidden):
        assert bound * 0.98 < weight.abs().max() <= bound
    assert 0.9 * (3 / 100) ** 0.5 < layer.peephole.abs().max() <= (3 / 100) ** 0.5
    assert layer.bias.tolist() == [0.0] * 100 + [2.0] * 100 + [0.0] * 200
    assert sum(p.numel() for p in layer.parameters()) == 4 * 100 * (300 + 100 + 1) + 3 * 100
    assert "300, 100, peepholes=True, cell_clip=None, reverse=False" in repr(layer)


@pytest.mark.parametrize("shape", [(2, 5, 4), (2, 0, 3), (5, 3)])
def test_inputs_that_do_not_fit_are_told(shape):
    with pytest.raises(InputError, match=r"inputs has shape .*; expected \(batch, time, 3\) with one step"):
        PeepholeLSTM(3, 4)(torch.zeros(shape))


def test_reverse_runs_from_the_end():
    layer, back = layer_of(KINDS[1]), layer_of(KINDS[1], reverse=True)
    back.load_state_dict(layer.state_dict())
    inputs = torch.randn(2, 6, 3, dtype=torch.float64)
    expected, last = layer(inputs.flip(1))
    output, state = back(inputs)
    torch.testing.assert_close(output, expected.flip(1))
    torch.testing.assert_close(state, last)
    torch.testing.assert_close(back.activations(inputs)[0].hidden, expected.flip(1))


def test_a_stack_feeds_each_layer_with_the_one_below():
    stack, inputs = PeepholeStack(3, (5, 4), cell_clip=1.0), torch.randn(2, 6, 3)
    low, low_state = stack.layers[0](inputs)
    high, high_state = stack.layers[1](low)
    output, state = stack(inputs)
    assert torch.equal(output, high) and stack.width_out == 4
    torch.testing.assert_close(state, (low_state, high_state))
    shown, after = stack.activations(inputs)
    assert list(shown)[:2] == ["layer1/input_gate", "layer1/forget_gate"] and len(shown) == 12
    torch.testing.assert_close(shown["layer1/hidden"], low.detach())
    torch.testing.assert_close(shown["layer2/hidden"], high.detach())
    torch.testing.assert_close(after, state)
    with torch.no_grad():
        first, carried = stack(inputs[:, :2])
        second, _ = stack(inputs[:, 2:], carried)
    torch.testing.assert_close(torch.cat([first, second], dim=1), output.detach())


def test_a_stack_of_both_directions_joins_them():
    stack, inputs = PeepholeStack(3, (5, 4), bidirectional=True), torch.randn(2, 6, 3)
    low = torch.cat([stack.layers[0](inputs)[0], stack.reversed[0](inputs)[0]], dim=2)
    high = torch.cat([stack.layers[1](low)[0], stack.reversed[1](low)[0]], dim=2)
    output, state = stack(inputs)
    assert torch.equal(output, high) and stack.width_out == 8 and state is None
    shown, _ = stack.activations(inputs)
    assert len(shown) == 24
    torch.testing.assert_close(shown["layer2-reversed/hidden"], high[..., 4:].detach())
    with pytest.raises(InputError, match=r"state is given to a bidirectional LSTM.*the whole recording"):
        stack(inputs, [(torch.zeros(2, 5), torch.zeros(2, 5))] * 2)
