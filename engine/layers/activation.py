"""Activations: functions of one number, applied to every cell on its own."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine.layers.base import Layer, Shape, neighbourhood, register, setting
from engine.layers.conv import channel_names
from engine.layers.linear import line_of
from engine.trace import Board, Cells, Partial, Phase, Trace
from engine.writing.display import number_text, rounded_decimals, shared_decimals, typographic


@dataclass(frozen=True)
class Elementwise(Layer):
    """A layer that makes each output cell from the input cell at the same place.

    symbol: the function's name in a sum, as engine.functional has it.
    """

    symbol: ClassVar[str] = ""

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def function(self, x: np.ndarray) -> np.ndarray:
        """Return f(x), cell by cell."""
        raise NotImplementedError

    def passed(self, grad_output: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return the gradient for x, given that for f(x)."""
        raise NotImplementedError

    def derivative(self, x: np.ndarray) -> np.ndarray:
        """Return f′(x), cell by cell."""
        return self.passed(np.ones(np.shape(x)), x)

    @property
    def tex(self) -> str:
        """LaTeX of f(x), with the settings put in."""
        return rf"\operatorname{{{self.symbol}}}(x)"

    def rule(self, x: float) -> str:
        """Return where x lies, if the function has parts ("below zero"); "" else."""
        return ""

    def forward(self, input: np.ndarray) -> np.ndarray:
        return self.function(input)

    def backward(self, grad_output: np.ndarray, input: np.ndarray) -> dict[str, np.ndarray]:
        return {"input": self.passed(grad_output, input)}

    def slopes(self, forward: Trace) -> np.ndarray | None:
        (phase,) = forward.phases
        return self.derivative(phase.before) if phase.finish else None

    def trace(self, input: np.ndarray, *, around: tuple[int, ...] | None = None) -> Trace:
        """Trace the layer on maps (C, H, W) or on a vector (F,), cell by cell."""
        if input.ndim not in (1, 3):
            raise ValueError(f"{type(self).__name__} is traced on (C, H, W) or (F,), got {input.shape}")
        kept = tuple(range(n) for n in input.shape)
        if around is not None:
            near = neighbourhood(around, input.shape)
            kept = (range(around[0], around[0] + 1), *near[1:]) if input.ndim == 3 else near
        view = tuple(slice(axis.start, axis.stop) for axis in kept)
        x, y = input[view].astype(np.float64), self.function(input)[view]
        place = {"axes": ("C", "H", "W"), "origin": (kept[-2].start, kept[-1].start)} if input.ndim == 3 else {
            "axes": ("F",), "origin": (0, kept[0].start), "wrap": line_of(x.size)}  # fmt: skip
        if input.ndim == 3:
            place |= {"panes": channel_names(len(input))[view[0]], "first_pane": kept[0].start}
        boards = (
            Board("input", "input", x, title="input", editable=True, **place),
            Board("output", "output", y, title="output", hidden=True, **place),
        )
        return Trace(
            layer=self,
            title=self.summary,
            boards=boards,
            phases=(_cells(self, *boards),),
            formula=f"y = {self.tex}",
            page_name="channel" if input.ndim == 3 else "",
        )


def _cells(layer: Elementwise, input: Board, output: Board) -> Phase:
    x, y, at = input.values.ravel(), output.values.ravel().astype(np.float64), np.arange(input.values.size)
    page = at // max(1, input.values[0].size) if input.values.ndim == 3 else np.zeros(len(at), int)
    decimals, exact = shared_decimals(x, y)
    if not exact:
        decimals = rounded_decimals(y)
    before, after = ([typographic(number_text(v, decimals)) for v in values.tolist()] for values in (x, y))
    equals = ["is" if exact or round(b, decimals) == b else "is about" for b in y.tolist()]
    places = [_place(input, flat) for flat in at.tolist()]
    return Phase(
        name="activation",
        factors=(Cells("input", at[:, None]),),
        operation="",
        terms=x[:, None],
        groups=np.zeros(1, int),
        group_names=("",),
        grid=(1, 1),
        partials=(Partial("x", x, group=0),),
        before=x,
        results=output.values.ravel(),
        writes=Cells("output", at),
        page=page,
        say="{cell}: {name}({before}) {equals} {after}{because}.",
        where="{cell}: the function {name} is applied.",
        finish=layer.symbol,
        fields={
            "cell": tuple(places),
            "name": (layer.symbol,) * len(at),
            "before": tuple(before),
            "equals": tuple(equals),
            "after": tuple(after),
            "because": tuple(f", because it is {rule}" if rule else "" for rule in map(layer.rule, x.tolist())),
        },
    )


def _place(board: Board, flat: int) -> str:
    index = board.outside(flat)
    if len(index) == 1:
        return f"Number {index[0]}"
    channel, row, column = index
    name = board.panes[channel - board.first_pane]
    return f"Channel {name}, row {row}, column {column}" if name else f"Row {row}, column {column}"


def _number(value: float) -> str:
    return number_text(float(value), 6)


def _beside_zero(x: float) -> str:
    return "above zero" if x > 0 else "below zero" if x < 0 else "zero"


def _between(x: float, low: float, high: float) -> str:
    low_text, high_text = typographic(_number(low)), typographic(_number(high))
    return f"below {low_text}" if x < low else f"above {high_text}" if x > high else f"from {low_text} to {high_text}"


@register
@dataclass(frozen=True)
class ReLU(Elementwise):
    r"""Keep what is above zero; make the rest zero.

    $$f(x) = \max(0, x) \qquad f'(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}$$

    A filter whose outputs are below zero for every picture gives zeros only, and its gradient is zero as well: it
    cannot come back ("dying ReLU"). There is nothing to learn: no parameters.

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.ReLU; Nair and Hinton, "Rectified linear units improve restricted
    Boltzmann machines" (2010).
    """

    summary: ClassVar[str] = "Keep what is above zero; make the rest zero."
    symbol: ClassVar[str] = "relu"

    @property
    def tex(self) -> str:
        return r"\max(0,\, x)"

    def rule(self, x):
        return _beside_zero(x)

    def function(self, x):
        return F.relu(x)

    def passed(self, grad_output, x):
        return F.relu_backward(grad_output, x)


@register
@dataclass(frozen=True)
class LeakyReLU(Elementwise):
    r"""Keep what is above zero; let a little of the rest through.

    $$f(x) = \begin{cases} x & x > 0 \\ s\,x & x \le 0 \end{cases}
    \qquad f'(x) = \begin{cases} 1 & x > 0 \\ s & x \le 0 \end{cases}$$

    $s$ is negative_slope. The gradient is never zero, so that a filter whose outputs are all negative still learns.

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.LeakyReLU; Maas, Hannun and Ng, "Rectifier nonlinearities improve neural
    network acoustic models" (2013).
    """

    summary: ClassVar[str] = "Keep what is above zero; let a little of the rest through."
    symbol: ClassVar[str] = "leaky_relu"

    negative_slope: float = setting(0.01, help="Slope below zero.", minimum=0.0, maximum=1.0)

    @property
    def tex(self) -> str:
        return rf"\begin{{cases}} x & x > 0 \\ {_number(self.negative_slope)}\,x & x \le 0 \end{{cases}}"

    def rule(self, x):
        return _beside_zero(x) + (f": times {_number(self.negative_slope)}" if x < 0 else "")

    def function(self, x):
        return F.leaky_relu(x, self.negative_slope)

    def passed(self, grad_output, x):
        return F.leaky_relu_backward(grad_output, x, self.negative_slope)


@register
@dataclass(frozen=True)
class Tanh(Elementwise):
    r"""Squeeze every number into −1 … 1.

    $$f(x) = \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}} \qquad f'(x) = 1 - \tanh^2 x$$

    Far from zero the slope is nearly zero, and learning slows down there (saturation).

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.Tanh; LeCun, Bottou, Orr and Müller, "Efficient backprop" (1998).
    """

    summary: ClassVar[str] = "Squeeze every number into −1 … 1."
    symbol: ClassVar[str] = "tanh"

    @property
    def tex(self) -> str:
        return r"\tanh x"

    def function(self, x):
        return F.tanh(x)

    def passed(self, grad_output, x):
        return F.tanh_backward(grad_output, x)


@register
@dataclass(frozen=True)
class Hardtanh(Elementwise):
    r"""Cut every number off at two limits.

    $$f(x) = \begin{cases} \text{max\_val} & x > \text{max\_val} \\ \text{min\_val} & x < \text{min\_val} \\
    x & \text{otherwise} \end{cases} \qquad f'(x) = \begin{cases} 1 & \text{min\_val} < x < \text{max\_val} \\
    0 & \text{otherwise} \end{cases}$$

    By default it is −1 below −1, x between, and 1 above 1. Some texts say that it clips to 0 … 1: that is a slip.

    - Input and output: any shape, the same.
    - Raises ValueError where max_val is not larger than min_val.

    Source: PyTorch documentation, torch.nn.Hardtanh; Collobert, "Large scale machine learning" (2004).
    """

    summary: ClassVar[str] = "Cut every number off at two limits."
    symbol: ClassVar[str] = "hardtanh"

    min_val: float = setting(-1.0, help="The smallest value that comes out.", minimum=-10.0, maximum=10.0)
    max_val: float = setting(1.0, help="The largest value that comes out.", minimum=-10.0, maximum=10.0)

    def __post_init__(self):
        if not self.min_val < self.max_val:
            raise ValueError(f"max_val {self.max_val} must be larger than min_val {self.min_val}")

    @property
    def tex(self) -> str:
        return rf"\min({_number(self.max_val)},\, \max({_number(self.min_val)},\, x))"

    def rule(self, x):
        return _between(x, self.min_val, self.max_val)

    def function(self, x):
        return F.hardtanh(x, self.min_val, self.max_val)

    def passed(self, grad_output, x):
        return F.hardtanh_backward(grad_output, x, self.min_val, self.max_val)


@register
@dataclass(frozen=True)
class ReLU6(Elementwise):
    r"""ReLU that is cut off at 6.

    $$f(x) = \min(6, \max(0, x)) \qquad f'(x) = \begin{cases} 1 & 0 < x < 6 \\ 0 & \text{otherwise} \end{cases}$$

    The upper limit keeps numbers in a range that few bits can hold.

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.ReLU6; Sandler et al., "MobileNetV2" (2018).
    """

    summary: ClassVar[str] = "ReLU that is cut off at 6."
    symbol: ClassVar[str] = "relu6"

    @property
    def tex(self) -> str:
        return r"\min(6,\, \max(0,\, x))"

    def rule(self, x):
        return _between(x, 0.0, 6.0)

    def function(self, x):
        return F.hardtanh(x, 0.0, 6.0)

    def passed(self, grad_output, x):
        return F.hardtanh_backward(grad_output, x, 0.0, 6.0)


@register
@dataclass(frozen=True)
class Identity(Elementwise):
    r"""Let every number through: a linear activation.

    $$f(x) = x \qquad f'(x) = 1$$

    Layers with nothing but identities between them come to one layer: what follows a product of matrices is one.

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.Identity.
    """

    summary: ClassVar[str] = "Let every number through (a linear activation)."
    symbol: ClassVar[str] = "identity"

    @property
    def tex(self) -> str:
        return "x"

    def function(self, x):
        return np.array(x)

    def passed(self, grad_output, x):
        return np.array(grad_output)


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

    summary: ClassVar[str] = "Squeeze every number into 0 … 1."
    symbol: ClassVar[str] = "sigmoid"

    @property
    def tex(self) -> str:
        return r"\frac{1}{1 + e^{-x}}"

    def function(self, x):
        return F.sigmoid(x)

    def passed(self, grad_output, x):
        return F.sigmoid_backward(grad_output, x)


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

    summary: ClassVar[str] = "Keep what is above zero; bend the rest towards −α."
    symbol: ClassVar[str] = "elu"

    alpha: float = setting(
        1.0, help="What large negative numbers come to, with its sign turned.", minimum=0.0, maximum=5.0
    )

    @property
    def tex(self) -> str:
        return rf"\begin{{cases}} x & x > 0 \\ {_number(self.alpha)}\,(e^x - 1) & x \le 0 \end{{cases}}"

    def rule(self, x):
        return _beside_zero(x) + (f": {_number(self.alpha)} × (exp(x) − 1)" if x < 0 else "")

    def function(self, x):
        return F.elu(x, self.alpha)

    def passed(self, grad_output, x):
        return F.elu_backward(grad_output, x, self.alpha)


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

    summary: ClassVar[str] = "Weigh every number by the normal distribution at it."
    symbol: ClassVar[str] = "gelu"

    approximate: str = setting("none", help="none: with erf; tanh: the approximation.", choices=("none", "tanh"))

    def __post_init__(self):
        if self.approximate not in ("none", "tanh"):
            raise ValueError(f"approximate must be 'none' or 'tanh', got {self.approximate!r}")

    @property
    def tex(self) -> str:
        if self.approximate == "none":
            return r"\frac{x}{2} \left( 1 + \operatorname{erf} \frac{x}{\sqrt 2} \right)"
        return r"\frac{x}{2} \left( 1 + \tanh\left( \sqrt{2 / \pi}\,(x + 0.044715\,x^3) \right) \right)"

    def function(self, x):
        return F.gelu(x, self.approximate)

    def passed(self, grad_output, x):
        return F.gelu_backward(grad_output, x, self.approximate)


@register
@dataclass(frozen=True)
class SiLU(Elementwise):
    r"""Weigh every number by its own sigmoid.

    $$f(x) = x\,\sigma(x) = \frac{x}{1 + e^{-x}} \qquad f'(x) = \sigma(x) \left( 1 + x\,(1 - \sigma(x)) \right)$$

    - Input and output: any shape, the same.

    Source: PyTorch documentation, torch.nn.SiLU; Ramachandran, Zoph and Le, "Searching for activation functions"
    (2017), where it is called swish.
    """

    summary: ClassVar[str] = "Weigh every number by its own sigmoid."
    symbol: ClassVar[str] = "silu"

    @property
    def tex(self) -> str:
        return r"\frac{x}{1 + e^{-x}}"

    def function(self, x):
        return F.silu(x)

    def passed(self, grad_output, x):
        return F.silu_backward(grad_output, x)


@register
@dataclass(frozen=True)
class Dropout(Elementwise):
    r"""In training, make some numbers zero by chance; in evaluation, change nothing.

    $$f(x) = x \quad\text{in evaluation}, \qquad f(x) = \frac{m\,x}{1 - p}, \; m \in \{0, 1\} \quad\text{in training}$$

    Each $m$ is 0 with probability $p$. Stride computes as evaluation does, so every number passes.

    - Input and output: any shape, the same.
    - Raises ValueError where p is not from 0 to 1.

    Source: PyTorch documentation, torch.nn.Dropout; Srivastava et al., "Dropout: a simple way to prevent neural
    networks from overfitting" (2014).
    """

    summary: ClassVar[str] = "In training, make some numbers zero by chance; in evaluation, change nothing."
    symbol: ClassVar[str] = "identity"

    p: float = setting(0.5, help="Share of the numbers made zero in training.", minimum=0.0, maximum=1.0)

    def __post_init__(self):
        if not 0 <= self.p <= 1:
            raise ValueError(f"p must be from 0 to 1, got {self.p}")

    @property
    def tex(self) -> str:
        return "x"

    def function(self, x):
        return np.array(x)

    def passed(self, grad_output, x):
        return np.array(grad_output)
