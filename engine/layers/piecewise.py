"""Activations made of pieces: straight lines, and hard swish's curve between two of them."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.layers.base import register
from engine.layers.elementwise import Elementwise, cell_number, digits
from engine.writing.display import typographic
from engine.writing.setting import setting

__all__ = ["Dropout", "Dropout2d", "Hardswish", "Hardtanh", "Identity", "LeakyReLU", "ReLU", "ReLU6"]


@dataclass(frozen=True)
class Piecewise(Elementwise):
    """An activation whose pieces need sums and products of x only."""

    def ends(self, x: np.ndarray) -> np.ndarray:
        return np.ones(np.shape(x), bool)


@register
@dataclass(frozen=True)
class ReLU(Piecewise):
    r"""Keep what is above zero; make the rest zero.

    $$f(x) = \max(0, x) \qquad f'(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}$$

    A filter whose outputs are below zero for every picture gives zeros only, and its gradient is zero as well: it
    cannot come back ("dying ReLU"). There is nothing to learn: no parameters.

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.ReLU; Nair and Hinton, "Rectified linear units improve restricted
    Boltzmann machines" (2010).
    """

    functional: ClassVar[str] = "relu"
    signature: ClassVar[tuple[str, ...]] = ("inplace",)
    corners: ClassVar[tuple[float, ...]] = (0.0,)
    about: ClassVar[str] = "Above zero the slope is 1: a gradient passes as it is. Below zero nothing passes."
    slope: ClassVar[str] = "1 where x > 0, else 0"
    tex: ClassVar[str] = r"\max(0,\, x)"
    cell: ClassVar[str] = "MAX(0,{x})"


@register
@dataclass(frozen=True)
class LeakyReLU(Piecewise):
    r"""Keep what is above zero; let a little of the rest through.

    $$f(x) = \begin{cases} x & x > 0 \\ s\,x & x \le 0 \end{cases}
    \qquad f'(x) = \begin{cases} 1 & x > 0 \\ s & x \le 0 \end{cases}$$

    $s$ is negative_slope. The gradient is never zero, so that a filter whose outputs are all negative still learns.

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.LeakyReLU; Maas, Hannun and Ng, "Rectifier nonlinearities improve neural
    network acoustic models" (2013).
    """

    functional: ClassVar[str] = "leaky_relu"
    signature: ClassVar[tuple[str, ...]] = ("negative_slope", "inplace")
    corners: ClassVar[tuple[float, ...]] = (0.0,)
    about: ClassVar[str] = "Below zero the slope is small, but it is not zero: something of the gradient always passes."
    slope: ClassVar[str] = "1 where x > 0 and the slope of the leak elsewhere"

    negative_slope: float = setting(0.01, help="Slope below zero.", minimum=0.0, maximum=1.0)

    @property
    def tex(self) -> str:
        return rf"\begin{{cases}} x & x > 0 \\ {digits(self.negative_slope)}\,x & x \le 0 \end{{cases}}"

    @property
    def cell(self) -> str:
        return f"IF({{x}}>0,{{x}},{cell_number(self.negative_slope)}*{{x}})"

    def where(self, x: float) -> str:
        return super().where(x) + (f": times {typographic(digits(self.negative_slope))}" if x < 0 else "")


@register
@dataclass(frozen=True)
class Hardtanh(Piecewise):
    r"""Cut every number off at two limits.

    $$f(x) = \begin{cases} \text{max\_val} & x > \text{max\_val} \\ \text{min\_val} & x < \text{min\_val} \\
    x & \text{otherwise} \end{cases} \qquad f'(x) = \begin{cases} 1 & \text{min\_val} < x < \text{max\_val} \\
    0 & \text{otherwise} \end{cases}$$

    By default it is −1 below −1, x between, and 1 above 1. Some texts say that it clips to 0 … 1: that is a slip.

    - Input and output: any shape, the same.
    - Raises ValueError where max_val is not larger than min_val.

    Source: PyTorch documentation, torch.nn.Hardtanh; Collobert, "Large scale machine learning" (2004).
    """

    functional: ClassVar[str] = "hardtanh"
    signature: ClassVar[tuple[str, ...]] = ("min_val", "max_val", "inplace")
    about: ClassVar[str] = (
        "By default it is −1 below −1, x between, and 1 above 1. **Some texts say that hard tanh clips to 0…1: that is "
        "a slip.** Clipping to 0…1 is `nn.Hardtanh(0, 1)`."
    )
    slope: ClassVar[str] = "1 between the limits and 0 outside"

    min_val: float = setting(-1.0, help="The smallest value that comes out.", minimum=-10.0, maximum=10.0)
    max_val: float = setting(1.0, help="The largest value that comes out.", minimum=-10.0, maximum=10.0)

    def __post_init__(self):
        if not self.min_val < self.max_val:
            raise ValueError(f"max_val {self.max_val} must be larger than min_val {self.min_val}")

    @property
    def corners(self) -> tuple[float, ...]:
        return float(self.min_val), float(self.max_val)

    @property
    def tex(self) -> str:
        return rf"\min({digits(self.max_val)},\, \max({digits(self.min_val)},\, x))"

    @property
    def cell(self) -> str:
        return f"MIN({cell_number(self.max_val)},MAX({cell_number(self.min_val)},{{x}}))"


@register
@dataclass(frozen=True)
class ReLU6(Piecewise):
    r"""ReLU that is cut off at 6.

    $$f(x) = \min(6, \max(0, x)) \qquad f'(x) = \begin{cases} 1 & 0 < x < 6 \\ 0 & \text{otherwise} \end{cases}$$

    The upper limit keeps numbers in a range that few bits can hold.

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.ReLU6; Sandler et al., "MobileNetV2" (2018).
    """

    functional: ClassVar[str] = "hardtanh"
    symbol: ClassVar[str] = "relu6"
    signature: ClassVar[tuple[str, ...]] = ("inplace",)
    corners: ClassVar[tuple[float, ...]] = (0.0, 6.0)
    values: ClassVar[tuple[float, ...]] = (0.0, 6.0)
    about: ClassVar[str] = "As ReLU, but from 6 on nothing more comes out, and no gradient passes."
    slope: ClassVar[str] = "1 between 0 and 6 and 0 outside"
    tex: ClassVar[str] = r"\min(6,\, \max(0,\, x))"
    cell: ClassVar[str] = "MIN(6,MAX(0,{x}))"


@register
@dataclass(frozen=True)
class Hardswish(Piecewise):
    r"""Weigh every number by a straight line from 0 to 1, in place of its sigmoid.

    $$f(x) = \begin{cases} 0 & x \le -3 \\ x\,(x + 3) / 6 & -3 < x < 3 \\ x & x \ge 3 \end{cases}
    \qquad f'(x) = \begin{cases} 0 & x \le -3 \\ x / 3 + 1 / 2 & -3 < x < 3 \\ 1 & x \ge 3 \end{cases}$$

    It is near SiLU, and costs no exponential.

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.Hardswish; Howard et al., "Searching for MobileNetV3" (2019).
    """

    functional: ClassVar[str] = "hardswish"
    signature: ClassVar[tuple[str, ...]] = ("inplace",)
    corners: ClassVar[tuple[float, ...]] = (-3.0, 3.0)
    about: ClassVar[str] = (
        "Nearly SiLU, made of a parabola between two straight lines. Its slope jumps at −3 and at 3, and is negative "
        "from −3 to −1.5."
    )
    slope: ClassVar[str] = "0 up to −3, x ÷ 3 + 0.5 between, and 1 from 3 on"
    tex: ClassVar[str] = r"\begin{cases} 0 & x \le -3 \\ x\,(x + 3) / 6 & -3 < x < 3 \\ x & x \ge 3 \end{cases}"
    cell: ClassVar[str] = "{x}*MIN(6,MAX(0,{x}+3))/6"

    def where(self, x: float) -> str:
        return super().where(x) + (": x × (x + 3) ÷ 6" if -3 <= x <= 3 else "")


@register
@dataclass(frozen=True)
class Identity(Piecewise):
    r"""Let every number through (a linear activation).

    $$f(x) = x \qquad f'(x) = 1$$

    Linear layers with only identities between them are one linear layer: a product of matrices is one matrix.

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.Identity.
    """

    signature: ClassVar[None] = None
    symbol: ClassVar[str] = "identity"
    about: ClassVar[str] = "Nothing happens, so two layers with only this between them are one linear layer."
    slope: ClassVar[str] = "1"
    tex: ClassVar[str] = "x"
    cell: ClassVar[str] = "{x}"

    def function(self, x: np.ndarray) -> np.ndarray:
        return np.array(x)

    def passed(self, grad_output: np.ndarray, x: np.ndarray) -> np.ndarray:
        return np.array(grad_output)


@register
@dataclass(frozen=True)
class Dropout(Identity):
    r"""In training, make some numbers zero by chance; in evaluation, change nothing.

    $$f(x) = x \quad\text{in evaluation}, \qquad f(x) = \frac{m\,x}{1 - p}, \; m \in \{0, 1\} \quad\text{in training}$$

    Each $m$ is 0 with probability $p$. Stride computes as evaluation does, so every number passes.

    - Input and output: any shape, the same.
    - Raises ValueError where p is not from 0 to 1.

    Source: PyTorch documentation, torch.nn.Dropout; Srivastava et al., "Dropout: a simple way to prevent neural
    networks from overfitting" (2014).
    """

    signature: ClassVar[tuple[str, ...]] = ("p", "inplace")
    other_in_training: ClassVar[bool] = True

    p: float = setting(0.5, help="Share of the numbers made zero in training.", minimum=0.0, maximum=1.0)

    def __post_init__(self):
        if not 0 <= self.p <= 1:
            raise ValueError(f"p must be from 0 to 1, got {self.p}")

    def gradient_rule(self, of: str) -> str:
        return "what was let through passes its gradient, what was dropped passes none"


@register
@dataclass(frozen=True)
class Dropout2d(Dropout):
    r"""In training, make whole maps zero by chance; in evaluation, change nothing.

    $$f(x_c) = x_c \quad\text{in evaluation}, \qquad f(x_c) = \frac{m_c\,x_c}{1 - p}, \; m_c \in \{0, 1\}
    \quad\text{in training}$$

    Each channel's $m_c$ is 0 with probability $p$: neighbouring pixels tell nearly the same, so that single ones
    would not be missed. Stride computes as evaluation does, so every number passes.

    - Input and output: (C, H, W) or (N, C, H, W), the same.
    - Raises ValueError where p is not from 0 to 1.

    Source: PyTorch documentation, torch.nn.Dropout2d; Tompson, Goroshin, Jain, LeCun and Bregler, "Efficient object
    localization using convolutional networks" (2015).
    """

    p: float = setting(0.5, help="Share of the maps made zero in training.", minimum=0.0, maximum=1.0)
