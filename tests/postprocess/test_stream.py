"""Streamed is the whole recording, to the bit, whatever the blocks."""

import numpy as np
import pytest
from made_signals import late, slow, spiky

from emotrace.errors import InputError
from emotrace.postprocess import Chain, Stream


@pytest.fixture(scope="module")
def tuned():
    rng = np.random.default_rng(3)
    signals = [slow(rng, 800), slow(rng, 600)]
    gold = [late(signal, 40) for signal in signals]
    prediction = [0.5 * spiky(rng, signal) + 0.2 for signal in signals]
    chain = Chain.fit(gold, prediction)
    assert len(chain.online().dimensions[0].whole.steps) == 4
    return chain, prediction


@pytest.mark.parametrize("block", [1, 7, 100, 5000])
def test_blocks_give_what_the_whole_recording_gives(tuned, block):
    chain, prediction = tuned
    for recording in prediction:
        stream = chain.online().stream()
        given = [stream.push(recording[at : at + block]) for at in range(0, len(recording), block)]
        assert np.array_equal(np.concatenate(given), chain.online().apply([recording])[0])


def test_columns_stream_side_by_side(tuned):
    _, prediction = tuned
    tables = [np.stack([part, part[::-1]], axis=1) for part in prediction]
    chain = Chain.fit([late(table[:, 0], 30)[:, None] * [1.0, 2.0] for table in tables], tables).online()
    stream = Stream(chain)
    given = np.concatenate([stream.push(row[None]) for row in tables[0]])
    assert np.array_equal(given, chain.apply(tables[:1])[0])


def test_a_chain_that_looks_ahead_is_refused(tuned):
    chain, _ = tuned
    with pytest.raises(
        InputError, match=r"chain looks [\d.]+ s ahead, and a stream has no future; .*online\(\)"
    ):
        chain.stream()


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ([[0.0, 1.0]], r"shape \(1, 2\); expected \(time,\)"),
        ([0.0, float("nan")], "holds 1 NaN among 2 values"),
        (0.5, r"has shape \(\); expected"),
    ],
)
def test_a_block_of_another_kind_is_refused(tuned, block, message):
    stream = tuned[0].online().stream()
    with pytest.raises(InputError, match=message):
        stream.push(block)
