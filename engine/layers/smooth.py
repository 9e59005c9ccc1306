"""Activations that are curves: made of exponentials, so that hardly any result has finitely many digits."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.layers.base import register
from engine.layers.elementwise import Elementwise, cell_number, digits
from engine.writing.display import typographic
from engine.writing.setting import setting

__all__ = ["ELU", "GELU", "Mish", "SiLU", "Sigmoid", "Softplus", "Tanh"]

DIPS = "A ReLU with a round corner; it dips a little below zero, where its slope is negative."


@register
@dataclass(frozen=True)
class Tanh(Elementwise):
    r"""Squeeze every number into −1 … 1.

    $$f(x) = \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}} \qquad f'(x) = 1 - \tanh^2 x$$

    Far from zero the slope is nearly zero, and learning slows down there (saturation).

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.Tanh; LeCun, Bottou, Orr and Müller, "Efficient backprop" (1998).
    """

    functional: ClassVar[str] = "tanh"
    about: ClassVar[str] = (
        "Far from zero the curve is flat: the number hardly changes there, and hardly any gradient passes."
    )
    slope: ClassVar[str] = "1 − tanh²(x)"
    tex: ClassVar[str] = r"\tanh x"
    cell: ClassVar[str] = "TANH({x})"


@register
@dataclass(frozen=True)
class Sigmoid(Elementwise):
    r"""Squeeze every number into 0 … 1.

    $$f(x) = \sigma(x) = \frac{1}{1 + e^{-x}} \qquad f'(x) = \sigma(x)\,(1 - \sigma(x))$$

    The slope is 1/4 at most, so that gradients shrink with every such layer.

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.Sigmoid; Rumelhart, Hinton and Williams, "Learning representations by
    back-propagating errors" (1986).
    """

    functional: ClassVar[str] = "sigmoid"
    about: ClassVar[str] = (
        "The slope is 1/4 at most: each sigmoid on the way back passes at most a quarter of a gradient."
    )
    slope: ClassVar[str] = "σ(x) (1 − σ(x))"
    tex: ClassVar[str] = r"\frac{1}{1 + e^{-x}}"
    cell: ClassVar[str] = "1/(1+EXP(MIN(700,-{x})))"


@register
@dataclass(frozen=True)
class ELU(Elementwise):
    r"""Keep what is above zero; bend the rest towards −α.

    $$f(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases}
    \qquad f'(x) = \begin{cases} 1 & x > 0 \\ \alpha\,e^x & x \le 0 \end{cases}$$

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.ELU; Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network
    learning by exponential linear units" (2016).
    """

    functional: ClassVar[str] = "elu"
    signature: ClassVar[tuple[str, ...]] = ("alpha", "inplace")
    corners: ClassVar[tuple[float, ...]] = (0.0,)
    about: ClassVar[str] = (
        "Below zero it bends towards −alpha: large negative numbers give nearly the same result, and nearly no "
        "gradient passes there."
    )
    slope: ClassVar[str] = "1 where x > 0 and α × exp(x) elsewhere"

    alpha: float = setting(1.0, help="Large negative numbers give about minus this.", minimum=0.0, maximum=5.0)

    @property
    def tex(self) -> str:
        return rf"\begin{{cases}} x & x > 0 \\ {digits(self.alpha)}\,(e^x - 1) & x \le 0 \end{{cases}}"

    @property
    def cell(self) -> str:
        return f"IF({{x}}>0,{{x}},{cell_number(self.alpha)}*(EXP({{x}})-1))"

    def ends(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(x) >= 0

    def where(self, x: float) -> str:
        return super().where(x) + (f": {typographic(digits(self.alpha))} × (exp(x) − 1)" if x < 0 else "")


@register
@dataclass(frozen=True)
class Softplus(Elementwise):
    r"""Round ReLU's corner off: always a little above it.

    $$f(x) = \begin{cases} x & \beta x > \text{threshold} \\ \frac{1}{\beta} \log(1 + e^{\beta x}) &
    \text{otherwise} \end{cases}
    \qquad f'(x) = \begin{cases} 1 & \beta x > \text{threshold} \\ \sigma(\beta x) & \text{otherwise} \end{cases}$$

    The larger $\beta$, the nearer it is to ReLU. Above the threshold the two hardly differ, and x itself is taken, as
    the exponential of a large number is too large to be held.

    - Input and output: any shape, the same.
    - Raises ValueError where beta is 0.

    Source: PyTorch documentation, torch.nn.Softplus; Dugas et al., "Incorporating second-order functional knowledge
    for better option pricing" (2000).
    """

    functional: ClassVar[str] = "softplus"
    about: ClassVar[str] = (
        "A ReLU with a round corner that never reaches 0; its slope is a sigmoid, so some gradient passes everywhere."
    )
    slope: ClassVar[str] = "σ(β x), and 1 beyond the threshold"

    beta: float = setting(1.0, help="How sharp the corner is.", minimum=0.5, maximum=10.0)
    threshold: float = setting(
        20.0, help="Where beta × x is larger than this, x itself comes out.", minimum=0.0, maximum=50.0
    )

    def __post_init__(self):
        if self.beta == 0:
            raise ValueError(f"beta must not be 0, got {self.beta}")

    @property
    def corners(self) -> tuple[float, ...]:
        return (self.threshold / self.beta,)

    @property
    def tex(self) -> str:
        beta, edge = digits(self.beta), digits(self.threshold)
        scaled, over = ("x", "") if self.beta == 1 else (rf"{beta}\,x", rf"\frac{{1}}{{{beta}}}\,")
        curve = rf"{over}\log(1 + e^{{{scaled}}})"
        return rf"\begin{{cases}} x & {scaled} > {edge} \\ {curve} & {scaled} \le {edge} \end{{cases}}"

    @property
    def cell(self) -> str:
        beta, edge = cell_number(self.beta), cell_number(self.threshold)
        scaled, over = ("{x}", "") if self.beta == 1 else (f"{beta}*{{x}}", f"/{beta}")
        return f"IF({scaled}>{edge},{{x}},LN(1+EXP({scaled})){over})"

    def ends(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(x) * self.beta > self.threshold

    def where(self, x: float) -> str:
        return f"above {typographic(digits(self.corners[0]))}, where x itself comes out" if self.ends(x) else ""


@register
@dataclass(frozen=True)
class GELU(Elementwise):
    r"""Weigh every number by the normal distribution at it.

    $$f(x) = x\,\Phi(x) = \frac{x}{2} \left( 1 + \operatorname{erf} \frac{x}{\sqrt 2} \right)
    \qquad f'(x) = \Phi(x) + x\,\varphi(x)$$

    With approximate "tanh": $\frac{x}{2} \left( 1 + \tanh\left( \sqrt{2 / \pi}\,(x + 0.044715\,x^3) \right) \right)$.

    - Input and output: any shape, the same.
    - Raises ValueError where approximate is neither "none" nor "tanh".

    Source: PyTorch documentation, torch.nn.GELU; Hendrycks and Gimpel, "Gaussian error linear units" (2016).
    """

    functional: ClassVar[str] = "gelu"
    about: ClassVar[str] = DIPS
    slope: ClassVar[str] = "Φ(x) + x φ(x)"

    approximate: str = setting("none", help="none: with erf; tanh: the approximation.", choices=("none", "tanh"))

    def __post_init__(self):
        if self.approximate not in ("none", "tanh"):
            raise ValueError(f"approximate must be 'none' or 'tanh', got {self.approximate!r}")

    @property
    def tex(self) -> str:
        if self.approximate == "none":
            return r"\frac{x}{2} \left( 1 + \operatorname{erf} \frac{x}{\sqrt 2} \right)"
        return r"\frac{x}{2} \left( 1 + \tanh\left( \sqrt{2 / \pi}\,(x + 0.044715\,x^3) \right) \right)"

    @property
    def cell(self) -> str:
        if self.approximate == "none":
            return "{x}*NORMSDIST({x})"
        return "{x}/2*(1+TANH(SQRT(2/PI())*({x}+0.044715*{x}^3)))"


@register
@dataclass(frozen=True)
class SiLU(Elementwise):
    r"""Weigh every number by its own sigmoid.

    $$f(x) = x\,\sigma(x) = \frac{x}{1 + e^{-x}} \qquad f'(x) = \sigma(x) \left( 1 + x\,(1 - \sigma(x)) \right)$$

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.SiLU; Ramachandran, Zoph and Le, "Searching for activation functions"
    (2017), where it is called swish.
    """

    functional: ClassVar[str] = "silu"
    signature: ClassVar[tuple[str, ...]] = ("inplace",)
    about: ClassVar[str] = DIPS
    slope: ClassVar[str] = "σ(x) (1 + x (1 − σ(x)))"
    tex: ClassVar[str] = r"\frac{x}{1 + e^{-x}}"
    cell: ClassVar[str] = "{x}/(1+EXP(MIN(700,-{x})))"


@register
@dataclass(frozen=True)
class Mish(Elementwise):
    r"""Weigh every number by the hyperbolic tangent of its softplus.

    $$f(x) = x \tanh(\operatorname{sp} x), \quad \operatorname{sp} x = \log(1 + e^x)
    \qquad f'(x) = \tanh(\operatorname{sp} x) + x\,\sigma(x) \left( 1 - \tanh^2(\operatorname{sp} x) \right)$$

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.Mish; Misra, "Mish: a self regularized non-monotonic activation function"
    (2019).
    """

    functional: ClassVar[str] = "mish"
    signature: ClassVar[tuple[str, ...]] = ("inplace",)
    about: ClassVar[str] = DIPS
    slope: ClassVar[str] = "tanh(sp) + x σ(x) (1 − tanh²(sp)), sp = log(1 + exp(x))"
    tex: ClassVar[str] = r"x \tanh(\log(1 + e^x))"
    cell: ClassVar[str] = "{x}*TANH(LN(1+EXP(MIN(700,{x}))))"
