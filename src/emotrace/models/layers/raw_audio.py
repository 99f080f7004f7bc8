"""Two convolutions over the raw samples of a step, with max-pooling."""

from typing import Literal

from torch import Tensor, nn
from torch.nn import functional as F

from emotrace.models.layers.same_padding import SameConv1d


class RawAudioConvolutions(nn.Module):
    """Convolution, leaky ReLU and max-pooling over time; the same again, pooled over time or filters.

    Parameters
    ----------
    filters : (int, int)
        Of the first and second convolution.
    taps, pools : (int, int)
        Samples per filter and per pool, of the first and second layer.
    pooling : "time" or "channels"
        What the second pool joins: neighbouring samples, or neighbouring filters.
    slope : float
        Of the leaky ReLU below zero; 0 is a ReLU.

    Source
    ------
    Nguyen et al. (2020), Table II ("time"); Tzirakis et al. (2017), section III.B ("channels").
    """

    def __init__(
        self,
        filters: tuple[int, int],
        taps: tuple[int, int],
        pools: tuple[int, int],
        pooling: Literal["time", "channels"],
        slope: float,
    ):
        super().__init__()
        self.pools, self.pooling, self.slope = pools, pooling, slope
        self.near = SameConv1d(1, filters[0], taps[0])
        self.far = SameConv1d(*filters, taps[1])

    def forward(self, samples: Tensor) -> Tensor:
        """(step, sample) to (step, feature), `filters[1] * sample / (pool * pool)` features."""
        coded = F.leaky_relu_(self.near(samples.unsqueeze(1)), self.slope)  # (step, filter, sample)
        coded = F.max_pool1d(coded, self.pools[0])  # (step, filter, sample / pool)
        coded = F.leaky_relu_(self.far(coded), self.slope)
        if self.pooling == "channels":
            coded = coded.transpose(1, 2)  # (step, sample / pool, filter)
        return F.max_pool1d(coded, self.pools[1]).flatten(1)  # (step, feature)
