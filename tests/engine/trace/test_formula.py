"""A step in numbers: what is written, and that = stands exactly where the digits that are written close."""

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.facts import examples
from engine.layers import (
    ELU,
    GELU,
    LAYERS,
    Hardswish,
    LeakyReLU,
    Linear,
    MaxPool2d,
    Mish,
    ReLU,
    Sigmoid,
    Softmax,
    Softplus,
    Tanh,
)
from engine.trace.finish import finish_closes
from engine.trace.formula import numbers_formula
from tests.depth import cases
from tests.engine.layers.cases import CASES


def formula(example, step):
    names = (*example.layer.arguments, *example.layer.options)
    given = {name: value for name, value in example.extras.items() if name in names}
    return numbers_formula(example.layer.trace(example.input, **example.parameters, **given), step)


@pytest.mark.parametrize(
    ("lesson", "name", "step", "written"),
    [
        ("CONVOLUTION", "one-channel", 0, r"y_{0,0,0} = \underbrace{-2}_{\text{sum}} + \underbrace{2}_{b_{0}} = 0"),
        (
            "CONVOLUTION",
            "three-channels-three-filters",
            47,
            r"y_{2,3,3} = \underbrace{-3}_{\text{R}} + \underbrace{(-3)}_{\text{G}} + \underbrace{(-3)}_{\text{B}}"
            r" + \underbrace{3}_{b_{2}} = -6",
        ),
        ("ACTIVATION", "relu", 1, r"y_{0,0,1} = \mathrm{relu}(-2) = 0"),
        ("ACTIVATION", "leaky-relu", 1, r"y_{0,0,1} = \mathrm{leaky\_relu}(-2) = -0.02"),
        ("POOLING", "max", 2, r"y_{0,1,0} = \max(7,\; 20,\; 6,\; 2) = 20"),
        ("POOLING", "average", 3, r"y_{0,1,1} = \frac{5 + 1 + 3 + 0}{4} = \frac{9}{4} = 2.25"),
        ("POOLING", "global", 0, r"y = \frac{15 + 3 + 8 + 2 + 1 + 9 + 0 + \cdots + 0}{16} = \frac{86}{16} = 5.375"),
        (
            "FULLY_CONNECTED",
            "hidden",
            0,
            r"y_{0} = \mathrm{relu}(15 \cdot 0.5 + 8 \cdot 0.8 + 20 \cdot 0.1 + 5 \cdot 0.1 + \underbrace{0.2}_{b_{0}})"
            r" = \mathrm{relu}(16.6) = 16.6",
        ),
        ("FULLY_CONNECTED", "flatten", 2, r"y_{2} = 20"),
        ("OUTPUT", "softmax", 0, r"\text{largest} = \max(7.86,\; 8.78,\; 9.64) = 9.64"),
        ("OUTPUT", "softmax", 1, r"\text{exponentials}_{0} = \exp(7.86 - 9.64) = \exp(-1.78) \approx 0.1686"),
        ("OUTPUT", "softmax", 3, r"\text{exponentials}_{2} = \exp(9.64 - 9.64) = \exp(0) = 1"),
        ("OUTPUT", "softmax", 7, r"y_{2} = 1 \div 1.5918 \approx 0.6282"),
        ("OUTPUT", "loss", 8, r"y = -\log(0.6282) \approx 0.4649"),
        ("BATCH_NORM", "training", 9, r"\text{squares}_{0,0,0} = (-3)^2 = 9"),
        ("BATCH_NORM", "training", 16, r"\text{squares}_{0,1,3} = 3^2 = 9"),
    ],
)
def test_worked_examples(lesson, name, step, written):
    assert formula(getattr(examples, lesson)[name], step) == written


def test_a_step_of_a_neighbourhood_has_the_index_that_its_cell_has_outside():
    trace = ReLU().trace(np.full((3, 9, 9), -1.5), around=(2, 4, 8))
    assert numbers_formula(trace, trace.step_at((2, 4, 8))) == r"y_{2,4,8} = \mathrm{relu}(-1.5) = 0"


def test_a_step_beyond_the_last_is_refused():
    with pytest.raises(IndexError, match="step 4"):
        formula(examples.POOLING["max"], 4)


@pytest.mark.parametrize(
    ("layer", "x", "end"),
    [
        (ReLU(), 1 / 3, r"\mathrm{relu}(0.333) = 0.333"),
        (ReLU(), -1 / 3, r"\mathrm{relu}(-0.333) = 0"),
        (LeakyReLU(), -1 / 3, r"\mathrm{leaky\_relu}(-0.333) = -0.00333"),
        (LeakyReLU(0.3), -1 / 3, r"\mathrm{leaky\_relu}(-0.333) \approx -0.1"),
        (GELU(), 7.0, r"\mathrm{gelu}(7) \approx 7"),
        (Tanh(), 40.0, r"\mathrm{tanh}(40) \approx 1"),
        (Tanh(), 0.0, r"\mathrm{tanh}(0) = 0"),
        (Sigmoid(), 0.0, r"\mathrm{sigmoid}(0) = 0.5"),
        (Hardswish(), 1.5, r"\mathrm{hardswish}(1.5) = 1.125"),
        (Hardswish(), 2.0, r"\mathrm{hardswish}(2) \approx 1.667"),
        (Mish(), 2.0, r"\mathrm{mish}(2) \approx 1.944"),
        (Softplus(), 30.0, r"\mathrm{softplus}(30) = 30"),
        (ELU(), 2.0, r"\mathrm{elu}(2) = 2"),
        (ELU(), -1.0, r"\mathrm{elu}(-1) \approx -0.632"),
    ],
)
def test_a_function_is_exact_only_where_its_digits_are(layer, x, end):
    assert numbers_formula(layer.trace(np.array([x])), 0).endswith(f"= {end}")


def test_what_is_no_finite_number_is_written_so():
    assert numbers_formula(MaxPool2d(1, stride=2, padding=0).trace(np.full((1, 1, 1), -np.inf)), 0) == (
        r"y = \max(-\infty) = -\infty"
    )
    huge = Linear(1, 1, bias=False).trace(np.array([1e10]), weight=np.array([[3e10]]))
    assert numbers_formula(huge, 0) == r"y = 10000000000 \cdot 30000000000 = 3.000 \cdot 10^{20}"
    lost = Softmax(dim=-1).trace(np.array([1000.0, 0.0]), subtract_largest=False)
    assert numbers_formula(lost, 3).endswith(r"\infty \div \infty \approx \mathrm{NaN}")


@pytest.mark.parametrize(
    ("finish", "before", "after", "closes"),
    [("÷ 4", 9, "2.25", True), ("÷ 3", 2, "0.667", False), ("sqrt", 2, "1.414", False), ("square", "1.5", "2.25", True),
     ("relu", -2, 0, True), ("exp", 0, 1, True), ("exp", 1, "2.718", False), ("− 1", 3, 2, True), ("× 3", 2, 6, True)],
)  # fmt: skip
def test_when_a_finish_closes(finish, before, after, closes):
    assert finish_closes(Linear(1, 1), finish, float(before), float(after)) == closes


# The formula read back: LaTeX → the value of its digits


def group(text: str, start: int) -> int:
    """Where the group in braces or parentheses that opens at `start` ends."""
    depth = 0
    for k in range(start, len(text)):
        depth += (text[k] in "{(") - (text[k] in "})")
        if not depth:
            return k
    raise ValueError(text)


def without_labels(text: str) -> str:
    while (at := text.find(r"\underbrace{")) >= 0:
        end = group(text, at + len(r"\underbrace"))
        number = text[at + len(r"\underbrace{") : end]
        text = f"{text[:at]}({number}){text[group(text, end + 2) + 1 :]}"
    return text


def value_of(text: str, names: dict) -> Fraction:
    """The value of the digits of a side of a formula, exactly."""
    text = without_labels(text)
    while (at := text.find(r"\frac{")) >= 0:
        top = group(text, at + 5)
        bottom = group(text, top + 1)
        text = f"{text[:at]}(({text[at + 6 : top]})/({text[top + 2 : bottom]})){text[bottom + 1 :]}"
    while (at := text.find(r"\sqrt{")) >= 0:
        end = group(text, at + 5)
        text = f"{text[:at]}sqrt({text[at + 6 : end]}){text[end + 1 :]}"
    text = re.sub(r"\\mathrm\{([a-z0-9_\\]+)\}", lambda m: m[1].replace("\\", ""), text)
    text = re.sub(r" \\cdot 10\^\{(\d+)\}", r"e\1", text).replace(r"-\log(", "minus_log(").replace(r"\log(", "log(")
    for tex, python in ((r"\max", "max"), (r"\;", " "), (r"\cdot", "*"), (r"\div", "/"), ("^2", "**2"), ("\\", "")):
        text = text.replace(tex, python)
    text = re.sub(r"(?<![\w.*])(\d+(\.\d+)?(e\d+)?)", r"F('\1')", text).replace("max(F", "largest(F")
    text = text.replace("max(-F", "largest(-F")
    return eval(text, {"F": Fraction, "largest": lambda *numbers: max(numbers), **names})


def functions(layer) -> dict:
    """Functions by the names that formulas have, on floats; the exact ones on what is written."""
    own = getattr(layer, "symbol", "") or "relu"
    cell = getattr(layer, "function", None) or (lambda x: np.maximum(x, 0))
    return {
        own: lambda x: float(cell(np.array([float(x)]))[0]),
        "exp": lambda x: float(np.exp(float(x))),
        "log": lambda x: float(np.log(float(x))) if x > 0 else -np.inf,
        "minus_log": lambda x: -float(np.log(float(x))) if x > 0 else np.inf,
        "sqrt": lambda x: float(np.sqrt(float(x))),
    }


def test_the_reader_of_formulas_reads():
    text = r"\frac{\underbrace{1.5}_{\text{sum}} + \underbrace{(-3)}_{b_{0}}}{4} + \max(2 \cdot 3,\; -1) + (-3)^2"
    assert value_of(text, {}) == Fraction(-3, 8) + 6 + 9


@pytest.mark.parametrize("name", sorted(LAYERS))
@settings(max_examples=cases(60))
@given(data=st.data())
def test_equals_stands_exactly_where_the_digits_close(name, data):
    layer, x, rest = data.draw(CASES[name])
    trace = layer.trace(x, **rest)
    k = data.draw(st.integers(0, len(trace.steps) - 1))
    written = numbers_formula(trace, k)
    # A cut sum cannot be read back; what goes on is checked by its last sides.
    _, *sides = re.split(r" (=|\\approx) ", written)
    signs, sides = sides[2::2], sides[1::2]
    # The last number is the step's own, rounded.
    last = float(value_of(sides[-1], {}))
    places = len(sides[-1].partition(".")[2])
    assert abs(last - trace.steps[k].result) <= 0.51 * 10.0**-places + 1e-9 * abs(last), written
    for left, sign, right in zip(sides[:-1], signs, sides[1:], strict=True):
        if r"\cdots" in left:
            continue
        try:
            one, other = (value_of(side, functions(layer)) for side in (left, right))
        except ZeroDivisionError:  # digits that are all below what is written: 0 ÷ 0 equals nothing
            assert sign == r"\approx", written
            continue
        if isinstance(one, Fraction) and isinstance(other, Fraction):
            assert (sign == "=") == (one == other), written
        else:  # a function: its digits close only where they are exact
            near = abs(float(one) - float(other)) <= 1e-12 * max(1.0, abs(float(other)))
            assert near or sign == r"\approx", written


def test_the_same_form_of_step_closes_or_does_not():
    signs = {}
    for share in (1 / 4, 1 / 3):
        trace = Linear(3, 1, bias=False).trace(np.array([0.5, 2.0, 0.7]), weight=np.full((1, 3), share))
        signs[share] = numbers_formula(trace, 0)
    assert signs == {
        1 / 4: r"y = 0.5 \cdot 0.25 + 2 \cdot 0.25 + 0.7 \cdot 0.25 = 0.8",
        1 / 3: r"y = 0.5 \cdot 0.333 + 2 \cdot 0.333 + 0.7 \cdot 0.333 \approx 1.067",
    }
