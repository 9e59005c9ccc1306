"""What all activations share: a function of one number, applied to every cell on its own."""

from dataclasses import astuple, dataclass
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine.layers.base import Layer, Shape
from engine.layers.steps.axes import cell_name, line_of, neighbourhood
from engine.trace import Board, Phase, Trace
from engine.trace.build import phase
from engine.writing.display import (
    channel_names,
    number_text,
    plain_number,
    rounded_decimals,
    shared_decimals,
    typographic,
)

BESIDE = 1e-9  # the slopes beside a corner are taken so far to its left and right
JUMP = 1e-6  # a corner is a kink where the two slopes differ by more


@dataclass(frozen=True)
class Elementwise(Layer):
    """A layer that makes each output cell from the input cell at the same place.

    functional: the function and its gradient ("…_backward") in engine.functional, called with the `values` of the
    settings. corners: where it changes its form, in order. about: what a learner should see in its curve.
    slope: its derivative in words. cell: f(x) as a spreadsheet's formula, of the cell {x}; what both Excel and
    LibreOffice know without add-ins.
    """

    corners: ClassVar[tuple[float, ...]] = ()
    about: ClassVar[str] = ""
    slope: ClassVar[str] = "f′(x)"
    cell: ClassVar[str] = ""

    @property
    def symbol(self) -> str:
        """The function's name in a sum."""
        return self.functional

    @property
    def values(self) -> tuple:
        """What the function takes beside x."""
        return astuple(self)

    @property
    def tex(self) -> str:
        """LaTeX of f(x), with the settings put in."""
        raise NotImplementedError

    def function(self, x: np.ndarray) -> np.ndarray:
        """Return f(x), cell by cell."""
        return getattr(F, self.functional)(x, *self.values)

    def passed(self, grad_output: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return the gradient for x, given that for f(x)."""
        return getattr(F, f"{self.functional}_backward")(grad_output, x, *self.values)

    def derivative(self, x: np.ndarray) -> np.ndarray:
        """Return f′(x), cell by cell."""
        return self.passed(np.ones(np.shape(x)), x)

    @property
    def kinks(self) -> tuple[float, ...]:
        """The corners at which the slope jumps, in order."""
        beside = [self.derivative(np.array([at - BESIDE, at + BESIDE])) for at in self.corners]
        return tuple(at for at, (left, right) in zip(self.corners, beside, strict=True) if abs(left - right) > JUMP)

    def ends(self, x: np.ndarray) -> np.ndarray:
        """Return where f of a number with finitely many digits can have finitely many: only there may = stand."""
        return np.asarray(x) == 0

    def where(self, x: float) -> str:
        """Return where x lies, if the function has parts ("below zero"); "" else."""
        if not self.corners:
            return ""
        if self.corners == (0.0,):
            return "above zero" if x > 0 else "below zero" if x < 0 else "zero"
        low, high = self.corners
        below, above = typographic(digits(low)), typographic(digits(high))
        return f"below {below}" if x < low else f"above {above}" if x > high else f"from {below} to {above}"

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def forward(self, input: np.ndarray) -> np.ndarray:
        return self.function(input)

    def backward(self, grad_output: np.ndarray, input: np.ndarray) -> dict[str, np.ndarray]:
        return {"input": self.passed(grad_output, input)}

    def gradient_rule(self, of: str) -> str:
        return f"local derivative {self.slope}, times the incoming gradient"

    def slopes(self, forward: Trace) -> np.ndarray | None:
        (phase,) = forward.phases
        return self.derivative(phase.before)

    def trace(self, input: np.ndarray, *, around: tuple[int, ...] | None = None) -> Trace:
        """Trace the layer on maps (C, H, W) or on a vector (F,), cell by cell."""
        if input.ndim not in (1, 3):
            raise ValueError(f"{type(self).__name__} is traced on (C, H, W) or (F,), got {input.shape}")
        maps = input.ndim == 3
        near = tuple(range(n) for n in input.shape)
        if around is not None:
            near = neighbourhood(around, input.shape)
            near = (range(around[0], around[0] + 1), *near[1:]) if maps else near
        view = tuple(slice(axis.start, axis.stop) for axis in near)
        x, y = input[view].astype(np.float64), self.function(input)[view]
        if maps:
            place = {"axes": ("C", "H", "W"), "origin": (near[1].start, near[2].start)}
            place |= {"panes": channel_names(len(input))[view[0]], "first_pane": near[0].start}
        else:
            place = {"axes": ("F",), "origin": (0, near[0].start), "wrap": line_of(x.size)}
        place["whole"] = input.shape
        boards = (
            Board("input", "input", x, title="input", editable=True, **place),
            Board("output", "output", y, title="output", hidden=True, **place),
        )
        return Trace(
            layer=self,
            title=self.summary,
            boards=boards,
            phases=(cell_steps(self, *boards),),
            formula=f"y = {self.tex}",
            page_name="channel" if maps else "",
        )


def cell_steps(layer: Elementwise, input: Board, output: Board) -> Phase:
    """Return one step a cell: the number that is read, the function, and the number that is written."""
    x, y, at = input.values.ravel(), output.values.ravel().astype(np.float64), np.arange(input.values.size)
    page = at // max(1, input.values[0].size) if input.values.ndim == 3 else np.zeros(len(at), int)
    decimals, exact = shared_decimals(x, y)
    if not exact:
        decimals = rounded_decimals(y)
    whole = layer.ends(x) & (exact | (np.round(y, decimals) == y))
    before, after = ([number_text(v, decimals) for v in values.tolist()] for values in (x, y))
    return phase(
        {"input": input, "output": output},
        "activation",
        (("input", at[:, None]),),
        "output",
        partial="x",
        page=page,
        say="{cell}: {name}({before}) {equals} {after}{because}.",
        where="{cell}.",
        finish=layer.symbol,
        fields={
            "cell": tuple(cell_name(input, flat) for flat in at.tolist()),
            "name": (layer.symbol,) * len(at),
            "before": tuple(before),
            "equals": tuple("is" if one else "is about" for one in whole.tolist()),
            "after": tuple(after),
            "because": tuple(f", because it is {where}" if where else "" for where in map(layer.where, x.tolist())),
        },
    )


def digits(value: float) -> str:
    """Return a setting's number as formulas write it."""
    return plain_number(float(value), 6)


def cell_number(value: float) -> str:
    """Return a setting's number as a spreadsheet's formula has it, exactly."""
    return repr(float(value)).removesuffix(".0")
