"""Slips in what an activation makes of one number."""

from collections.abc import Iterator

import numpy as np

from engine.slips.at import At
from engine.slips.form import Slip, text


def result(at: At) -> Iterator[Slip]:
    """Yield the slips of a function of one number, such as ReLU, also behind a neuron's sum."""
    x, finish = at.before, at.phase.finish
    with np.errstate(all="ignore"):
        if finish == "relu":
            yield from _relu(x)
        elif finish == "leaky_relu":
            yield from _leaky(x, float(at.layer.negative_slope))
        else:
            yield from _curve(x, finish)


def _relu(x: float) -> Iterator[Slip]:
    zero = f"ReLU makes every number below zero 0, and {text(x)} is below zero."
    if x < 0:
        yield Slip("relu-forgotten", x, f"kept the negative number {text(x)}", zero)
        yield Slip("relu-size", -x, "took its minus sign away", zero)
    elif x > 0:
        kept = "ReLU keeps a number above zero as it is."
        yield Slip("relu-turned", 0.0, "made a positive number 0", kept)
        yield Slip("relu-one", 1.0, "took ReLU's slope for its value", kept)


def _leaky(x: float, slope: float) -> Iterator[Slip]:
    look = f"Below zero it is {text(slope)} × x, which stays negative."
    if x < 0:
        yield Slip("leaky-sign", -slope * x, "lost the sign", look)
        yield Slip("leaky-as-relu", 0.0, "made it 0, as ReLU does", look)
        yield Slip("leaky-slope-forgotten", x, "kept it whole", look)
        yield Slip("leaky-slope-alone", slope, "took the slope for the value", look)
    elif x > 0:
        kept = "Above zero a number stays as it is."
        yield Slip("leaky-everywhere", slope * x, "multiplied a positive number by the slope", kept)


def _curve(x: float, finish: str) -> Iterator[Slip]:
    sigmoid, tanh = 1 / (1 + np.exp(-x)), np.tanh(x)
    look = {
        "sigmoid": f"sigmoid(x) = 1 ÷ (1 + exp(−x)), with x = {text(x)}; it lies between 0 and 1.",
        "tanh": f"tanh(x) lies between −1 and 1 and has the sign of x, {text(x)}.",
    }.get(finish, f"The function {finish} is applied to {text(x)}.")
    if finish == "sigmoid":
        yield Slip("exponent-sign", 1 - sigmoid, "lost the minus in exp(−x)", look)
        yield Slip("tanh-for-sigmoid", tanh, "applied tanh", look)
        yield Slip("exponential-undivided", np.exp(-x), "stopped at exp(−x)", look)
        yield Slip("divided-forgotten", 1 + np.exp(-x), "did not divide 1 by the sum", look)
    elif finish == "tanh":
        yield Slip("sigmoid-for-tanh", sigmoid, "applied the sigmoid", look)
        yield Slip("sign", -tanh, "lost a sign", look)
    yield Slip("function-forgotten", x, "left the number as it was", look)
    yield Slip("relu-for-other", max(x, 0.0), "applied ReLU", look)
