"""Formulas as MathML: the numbers that are put into a formula's shape are where the converter puts them."""

import pytest
from latex2mathml.converter import convert

from engine.trace.formula import numbers_formula
from pages.states.registry import KINDS
from pages.states.sheet import writing

SHAPES = [
    *(r"x_12 + \frac12 + \frac{3.5}{2}", r"\text{map 3, 4 of 5} + a_{12.5} = 1.5e3", r"2 \cdot 10^{15}, 10^5, 3.14."),
    *(r"\begin{aligned}& 3 + 4 \\[4pt] & = 7\end{aligned}", r"\hspace{0.3em} 0.25 + \sqrt[3]{8}", "7077 + 70770001"),
    *("x + y", r"\mathrm{relu6}(6.01)", r"-0.5 - (-12) \approx \infty"),
]


@pytest.mark.parametrize("latex", SHAPES)
def test_a_formula_is_what_the_converter_makes_of_it(latex):
    assert writing.mathml(latex) == convert(latex.replace("{aligned}", "{align*}"), display="block")


@pytest.mark.parametrize("page", KINDS)
def test_the_formulas_of_all_examples_are_what_the_converter_makes_of_them(page):
    kind = KINDS[page]
    for name in kind.examples:
        trace = kind.from_example(name).trace
        last = len(trace.steps) - 1
        for latex in (trace.formula, *(numbers_formula(trace, step) for step in {0, last // 2, last})):
            assert writing.mathml(latex) == convert(latex.replace("{aligned}", "{align*}"), display="block")
