"""An activation's figure: the curve and its slope, every cell on it, the present one marked with its numbers."""

import json
import re

import numpy as np
import pytest

from engine.facts import activation as activation_facts
from engine.facts.examples import ACTIVATION
from engine.layers import Hardtanh
from pages.states.lesson.figures.activation import curves
from pages.states.sheet.colors import colors


def drawn(name="leaky-relu", step=1, layer=None, input=None):
    layer = layer or ACTIVATION[name].layer
    input = ACTIVATION[name].input if input is None else input
    trace = layer.trace(input)
    point = activation_facts.point(trace, step)
    curve = activation_facts.curve(layer, input)
    return curves(type(layer).__name__, curve, input, trace.output, point), curve


def named(figure, name):
    return [trace for trace in figure["data"] if trace.get("name") == name]


def test_the_function_stands_above_its_slope_on_one_axis_of_x():
    figure, curve = drawn()
    (f,), (slope,) = named(figure, "f(x)"), named(figure, "f′(x)")
    np.testing.assert_array_equal(f["y"], curve.y)
    np.testing.assert_array_equal(np.array(slope["y"], float), curve.slope)
    assert slope["y"].count(None) == 1, "the slope's line is broken at its kink"
    layout = figure["layout"]
    assert layout["yaxis"]["domain"][0] > layout["yaxis2"]["domain"][1]
    assert layout["xaxis"]["range"] == layout["xaxis2"]["range"] == [curve.x[0], curve.x[-1]]
    assert layout["title"]["text"] == "LeakyReLU, 1×4×4 cells"


def test_every_cell_is_a_dot_on_the_curve():
    figure, _ = drawn("tanh")
    (cells,) = named(figure, "cells")
    x = ACTIVATION["tanh"].input.ravel()
    np.testing.assert_array_equal(cells["x"], x)
    np.testing.assert_allclose(cells["y"], np.tanh(x), rtol=1e-12)


@pytest.mark.parametrize(("step", "texts"), [
    (1, ("<b>f(−2) = −0.02</b>", "<b>f′(−2) = 0.01</b>")),
    (3, ("<b>f(7) = 7</b>", "<b>f′(7) = 1</b>")),
])  # fmt: skip
def test_the_present_cell_is_marked_on_both_with_its_numbers(step, texts):
    figure, curve = drawn(step=step)
    x = ACTIVATION["leaky-relu"].input.ravel()[step]
    f, slope = named(figure, "present")
    assert f["x"] == slope["x"] == [x]
    assert (f["y"][0], slope["y"][0]) == (x if x > 0 else 0.01 * x, 1 if x > 0 else 0.01)
    found = {a["text"]: a for a in figure["layout"]["annotations"]}
    for text in texts:
        note = found[text]
        assert note["x"] == x and (note["xanchor"] == "right") == (x > 0.7 * curve.x[0] + 0.3 * curve.x[-1])


def test_every_colour_is_one_of_the_table():
    figure, _ = drawn()
    named = set(re.findall(r"var\(--([a-z0-9-]+)\)", json.dumps(figure)))
    assert {"positive-line", "gradient", "accent", "ink"} <= named <= set(colors())
    assert not re.search(r"#[0-9a-f]{3}", json.dumps(figure))


def test_both_axes_hold_zero_and_everything_that_is_drawn():
    figure, curve = drawn(layer=Hardtanh(2.0, 9.0), input=np.array([[[255.0, -3.0]]]), step=0)
    for axis, heights in ((figure["layout"]["yaxis"], curve.y), (figure["layout"]["yaxis2"], curve.slope)):
        low, high = axis["range"]
        assert low < min(0, np.nanmin(heights)) and max(0, np.nanmax(heights)) < high
    assert figure["layout"]["xaxis"]["range"][0] < -4 and figure["layout"]["xaxis"]["range"][1] > 255
