"""Normalisation by groups of channels, as PyTorch's nn.GroupNorm."""

from dataclasses import dataclass, replace
from math import gcd, prod
from typing import ClassVar

import numpy as np

from engine.functional import shapes
from engine.layers.base import Shape, register
from engine.layers.norm import AFFINE, EPS, Normalisation
from engine.writing.setting import setting


@register
@dataclass(frozen=True)
class GroupNorm(Normalisation):
    r"""Shift and scale each group of channels to mean 0 and variance 1, then each channel by two learned numbers.

    $$y_{c,i,j} = \gamma_c \frac{x_{c,i,j} - \mu_g}{\sqrt{v_g + \epsilon}} + \beta_c,\qquad
    g = \left\lfloor \frac{c}{C / G} \right\rfloor$$

    The channels fall into num_groups (G) equal runs. $\mu_g$ and $v_g$ are the mean and the variance (divided by the
    count m) of all numbers in a group of one picture:

    $$\mu_g = \frac{1}{m} \sum x_{g} \qquad v_g = \frac{1}{m} \sum (x_{g} - \mu_g)^2$$

    No other picture of a batch counts, so that there are no running statistics: training and evaluation are the same.
    With num_groups = num_channels each channel is a group of its own: that is nn.InstanceNorm2d. With num_groups = 1
    all channels are one group: layer norm over C, H and W (nn.LayerNorm then has a γ and a β for each number, not for
    each channel).

    - Input: (C, H, W) or (N, C, H, W), where PyTorch takes the latter only. Output: the same shape.
    - weight γ, bias β: (num_channels,), with affine.
    - Raises ValueError where num_groups does not divide num_channels, the channels do not match, eps is not above 0,
      or a group is a single number.

    Source: PyTorch documentation, torch.nn.GroupNorm; Wu and He, "Group normalization" (2018); Ulyanov, Vedaldi and
    Lempitsky, "Instance normalization" (2016); Ba, Kiros and Hinton, "Layer normalization" (2016).
    """

    summary: ClassVar[str] = "Shift and scale each group of channels to mean 0 and variance 1, then by learned numbers."
    functional: ClassVar[str] = "group_norm"
    unit: ClassVar[str] = "group"
    fresh: ClassVar[dict[str, int]] = {"num_groups": 1}

    num_groups: int = setting(
        help="Groups that the channels fall into; each has its own mean and variance.", minimum=1, maximum=4
    )
    num_channels: int = setting(help="Channels of the input (C).", minimum=1, maximum=4, arriving=-3)
    eps: float = setting(1e-5, help=EPS, minimum=0.0, maximum=1.0)
    affine: bool = setting(True, help=AFFINE)

    def __post_init__(self):
        shapes.whole(self.num_groups, "num_groups", 1)
        if shapes.whole(self.num_channels, "num_channels", 1) % self.num_groups:
            raise ValueError(f"num_groups {self.num_groups} does not divide num_channels {self.num_channels}")
        super().__post_init__()

    def with_arriving(self, num_channels: int) -> "GroupNorm":
        """Return the layer for other channels; one group a channel stays so, else as many groups as divide both."""
        groups = num_channels if self.num_groups == self.num_channels > 1 else gcd(self.num_groups, num_channels)
        return replace(self, num_groups=groups, num_channels=num_channels)

    @property
    def channels(self) -> int:
        return self.num_channels

    @property
    def units(self) -> int:
        return self.num_groups

    def output_shape(self, input_shape: Shape) -> Shape:
        self.check_maps(input_shape, "num_channels")
        if prod(input_shape) // self.num_groups < 2:
            raise ValueError(f"a group's own statistics need more than 1 number, got {tuple(input_shape)}")
        return tuple(input_shape)

    def _options(self) -> dict:
        return {"num_groups": self.num_groups, "eps": self.eps}

    def statistics(self, input: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        groups = input.reshape(self.num_groups, -1)
        mean = groups.mean(axis=1, dtype=np.float64)
        return mean, np.square(groups - mean[:, None]).mean(axis=1)
