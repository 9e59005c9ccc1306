"""The Activation lesson."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from engine import functional as F
from engine.facts import activation as activation_facts
from engine.facts import examples
from engine.facts.activation import MOST_STEPS
from engine.layers import LeakyReLU, ReLU, elementwise
from engine.writing.display import typographic
from pages.states import codec
from pages.states.lesson.figures import activation as figures
from pages.states.sheet import Sheet, grids

RATE = 0.1


def below(page: Sheet, state) -> None:
    """Draw the function and its slope, every cell of the map a point, the present one marked; and it in words."""
    trace, step = state.trace, state.shown_step
    layer = state.layer
    point = activation_facts.point(trace, step)
    left, right = page.columns([3, 2])
    left.heading("The curve and its slope")
    curve, output = activation_facts.curve(layer, state.input), trace.board("output").values
    name = type(layer).__name__
    left.plot(figures.curves(name, curve, state.input, output, point), "activation.curve")
    left.gives("step")
    x, y, slope = point.x, point.y, point.slope
    right.heading("This cell")
    right.text(
        f"Cell {', '.join(map(str, point.where))}: **x {x.equals} {x.text}, f(x) {y.equals} {y.text}, "
        f"f′(x) {slope.equals} {slope.text}**. "
        + ("The curve has a corner here, so it has no one slope; this is the one that PyTorch takes. " * point.on_kink)
        + layer.about
    )
    right.gives("step")


@lru_cache(maxsize=64)
def response(layer):
    """Return what comes back to the dying filter through an activation."""
    example = examples.DYING
    return activation_facts.response(layer, example.layer, example.input, example.parameters, RATE)


def dying(page: Sheet, state) -> None:
    """Draw a filter whose outputs are all below zero, and what comes back to it under ReLU and leaky ReLU."""
    leaky = state.layer if isinstance(state.layer, LeakyReLU) else LeakyReLU()
    dead, alive = response(ReLU()), response(leaky)
    bias = typographic(codec.decimal_text(examples.DYING.parameters["bias"][0]))
    page.text(
        f"The worked 3×3 filter with a bias of {bias}: **all its outputs are below zero.** They should rise: a "
        "gradient of −1 arrives from the loss for every activated output."
    )
    page.html(
        grids.row(
            grids.Grid("the filter", dead.sums[0], "outputs"), grids.Grid("gradient", dead.arriving[0], "from the loss")
        )
    )
    for name, found in (("ReLU", dead), ("Leaky ReLU", alive)):
        page.html(
            grids.row(
                grids.Grid(name, found.outputs[0], "outputs"),
                grids.Grid("gradient", found.gradient[0], "for the filter's outputs"),
                grids.Grid("gradient", found.gradients["weight"][0, 0], "for its weights"),
            )
        )
        what_follows(page, found)
    start = state.kind.from_example("dying")
    for name, there in (("ReLU", start), ("leaky ReLU", replace(start, layer=leaky, example=""))):
        query = there.query()
        page.link(f"Step through it with {name}", query)


def what_follows(page: Sheet, found) -> None:
    """Draw one sentence: what learning does with such a filter."""
    if found.steps is not None:
        page.text(
            f"With slope {found.layer.negative_slope:g} the gradients are small, not zero: **after {found.steps} "
            f"steps** (learning rate {RATE:g}) the first output is above zero, and the filter is alive again."
        )
    elif any(gradient.any() for gradient in found.gradients.values()):
        page.text(f"The gradients are so small that {MOST_STEPS} steps do not bring one output above zero.")
    else:
        page.text(
            "**Every gradient is 0**: no step of learning changes the weights or the bias, so the filter stays dead."
        )


def end(page: Sheet, state) -> None:
    """Draw what a learner can follow who knows what a gradient is: folded, but where that is what was opened."""
    title = "After Backpropagation: a ReLU that dies"
    if np.array_equal(state.input, examples.ACTIVATION["dying"].input):
        page.heading(title)
        dying(page, state)
    else:
        page.fold("dying", title, lambda inner: dying(inner, state))


def source(state):
    """Return the engine's code behind a state."""
    function = getattr(F, state.layer.functional, None)
    return (elementwise.cell_steps, *([function] if function else []))
