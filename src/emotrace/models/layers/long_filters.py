"""Short and long filters over a whole sequence of sound, by FFT; each sees only what went before."""

import torch
from scipy.fft import next_fast_len
from torch import Tensor, nn
from torch.nn import functional as F

BLOCK = 4  # length of what is transformed at once, in filters: more takes memory, less wastes work

State = tuple[Tensor, Tensor]
"""What the two convolutions still have to remember: the last samples of what each one read."""


class LongAudioFilters(nn.Module):
    """Short filters, half-wave rectified and max-pooled over time; long filters, max-pooled over filters.

    Both convolutions are causal: a value depends on the samples up to it, before the sequence are
    zeros. So a recording in pieces, with the state handed on, gives what it gives as a whole, without
    look-ahead. A training window begins with zeros in place of what went before.

    Parameters
    ----------
    filters : (int, int)
        Of the first and second convolution.
    taps : (int, int)
        The first in samples, the second in samples after the first pool.
    pools : (int, int)
        Samples, and filters, that are joined.

    Source
    ------
    Tzirakis et al. (2017), section III.B: 20 filters of 5 ms, pool 2, 40 of 500 ms, pool 10: 48,000 x 4
    values in 6 s. The paper does not say on which side the long filters reach out: causal is our choice,
    as is no rectifier after the second convolution, where the paper names none.
    """

    def __init__(self, filters: tuple[int, int], taps: tuple[int, int], pools: tuple[int, int]):
        super().__init__()
        self.pools = pools
        self.near = nn.Conv1d(1, filters[0], taps[0])
        self.far = nn.Conv1d(*filters, taps[1])

    def forward(self, samples: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Filter a sequence, or the next piece of it.

        Parameters
        ----------
        samples : (batch, sample)
            A multiple of the first pool.
        state
            What the call for the piece before gave; None at the beginning.

        Returns
        -------
        features : (batch, sample / pool, filter / pool)
        state
        """
        batch = len(samples)
        if state is None:
            state = (
                samples.new_zeros(batch, 1, self.near.kernel_size[0] - 1),
                samples.new_zeros(batch, self.near.out_channels, self.far.kernel_size[0] - 1),
            )
        read = torch.cat([state[0], samples.unsqueeze(1)], dim=2)
        coded = F.max_pool1d(F.relu_(self.near(read)), self.pools[0])  # (batch, filter, sample / pool)
        remembered = torch.cat([state[1], coded], dim=2)
        filtered = fft_convolve(remembered, self.far.weight, self.far.bias)  # (batch, filter, sample / pool)
        features = filtered.unflatten(1, (-1, self.pools[1])).amax(dim=2).transpose(1, 2)
        return features, (_last(read, state[0]), _last(remembered, state[1]))


def fft_convolve(signal: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """What `torch.nn.functional.conv1d` gives, affordable for thousands of taps.

    Parameters
    ----------
    signal : (batch, channel_in, time)
    weight : (channel_out, channel_in, taps)
    bias : (channel_out,) or None

    Returns
    -------
    (batch, channel_out, time - taps + 1)

    Examples
    --------
    >>> fft_convolve(torch.tensor([[[1.0, 2.0, 3.0]]]), torch.tensor([[[1.0, 10.0]]])).round().tolist()
    [[[21.0, 32.0]]]
    """
    batch, taps, steps = len(signal), weight.shape[2], signal.shape[2] - weight.shape[2] + 1
    size = next_fast_len(min(signal.shape[2], BLOCK * taps), real=True)
    hop = size - taps + 1  # values of a block that do not wrap around
    count = -(-steps // hop)
    padded = F.pad(signal, (0, (count - 1) * hop + size - signal.shape[2]))
    blocks = padded.unfold(2, size, hop)  # (batch, channel_in, block, size)
    spectrum = (
        torch.fft.rfft(blocks).permute(3, 0, 2, 1).flatten(1, 2)
    )  # (frequency, batch * block, channel_in)
    filters = torch.fft.rfft(weight, size).conj().permute(2, 1, 0)  # (frequency, channel_in, channel_out)
    product = (spectrum @ filters).permute(2, 1, 0)  # (channel_out, batch * block, frequency)
    result = torch.fft.irfft(product, size)[..., :hop].unflatten(1, (batch, count)).flatten(2)
    result = result[..., :steps].transpose(0, 1)
    return result if bias is None else result + bias[:, None]


def _last(read: Tensor, like: Tensor) -> Tensor:
    """As many of the last values as `like` has, in memory of their own; their gradient ends here."""
    return read[..., read.shape[2] - like.shape[2] :].detach().clone()
