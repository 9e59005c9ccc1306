"""The Activation lesson."""

from dataclasses import replace
from functools import lru_cache

import streamlit as st

from engine import functional as F
from engine.facts import activation as activation_facts
from engine.facts import examples
from engine.facts.activation import MOST_STEPS
from engine.layers import LeakyReLU, ReLU, elementwise
from engine.writing.display import typographic
from pages.states import codec
from pages.states.registry import KINDS
from pages.ui.draw import grids
from pages.ui.draw.figure import plot
from pages.ui.draw.theme import theme
from pages.ui.lesson import parts as lesson
from pages.ui.lesson.figures import activation as figures_activation
from pages.ui.lesson.page import lesson_page

ACTIVATION = KINDS["activation"]

PAGE = "activation.py"
RATE = 0.1


def on_the_curve(state, trace, step: int) -> None:
    """Draw the function and its slope, every cell of the map as a point, the present one marked."""
    layer = state.layer
    point = activation_facts.point(trace, step)
    st.markdown("##### The curve and its slope")
    curve, output = activation_facts.curve(layer, state.input), trace.board("output").values
    name = type(layer).__name__
    plot(figures_activation.curves(name, curve, state.input, output, point, theme()), "activation.curve")
    x, y, slope = point.x, point.y, point.slope
    st.markdown(
        f"Cell {', '.join(map(str, point.where))}: **x {x.equals} {x.text}, f(x) {y.equals} {y.text}, "
        f"f′(x) {slope.equals} {slope.text}**. "
        + ("The curve has a corner here, so it has no one slope; this is the one that PyTorch takes. " * point.on_kink)
        + layer.about
    )


@lru_cache(maxsize=64)
def response(layer):
    """Return what comes back to the dying filter through an activation."""
    example = examples.DYING
    return activation_facts.response(layer, example.layer, example.input, example.parameters, RATE)


def dying(state) -> None:
    """Draw a filter whose outputs are all below zero, and what comes back to it under ReLU and leaky ReLU."""
    leaky = state.layer if isinstance(state.layer, LeakyReLU) else LeakyReLU()
    dead, alive = response(ReLU()), response(leaky)
    bias = typographic(codec.decimal_text(examples.DYING.parameters["bias"][0]))
    st.markdown("##### A dying ReLU")
    st.markdown(
        f"The worked 3×3 filter with a bias of {bias}: **all its outputs are below zero.** They should rise: a "
        "gradient of −1 arrives from the loss for every activated output."
    )
    st.html(
        grids.row(
            grids.Grid("the filter", dead.sums[0], "outputs"), grids.Grid("gradient", dead.arriving[0], "from the loss")
        )
    )
    for name, found in (("ReLU", dead), ("Leaky ReLU", alive)):
        st.html(
            grids.row(
                grids.Grid(name, found.outputs[0], "outputs"),
                grids.Grid("gradient", found.gradient[0], "for the filter's outputs"),
                grids.Grid("gradient", found.gradients["weight"][0, 0], "for its weights"),
            )
        )
        what_follows(found)
    start = ACTIVATION.from_example("dying")
    for name, there in (("ReLU", start), ("leaky ReLU", replace(start, layer=leaky, example=""))):
        query = there.query()
        st.page_link(PAGE, label=f"Step through it with {name}", icon=":material/arrow_forward:", query_params=query)


def what_follows(found) -> None:
    """Draw one sentence: what learning does with such a filter."""
    if found.steps is not None:
        st.markdown(
            f"With slope {found.layer.negative_slope:g} the gradients are small, not zero: **after {found.steps} "
            f"steps** (learning rate {RATE:g}) the first output is above zero, and the filter is alive again."
        )
    elif any(gradient.any() for gradient in found.gradients.values()):
        st.markdown(f"The gradients are so small that {MOST_STEPS} steps do not bring one output above zero.")
    else:
        st.markdown(
            "**Every gradient is 0**: no step of learning changes the weights or the bias, so the filter stays dead."
        )


def below(state, trace, step: int) -> None:
    """Draw the parts that only this lesson has."""
    left, right = st.columns(2, gap="large")
    with left:
        on_the_curve(state, trace, step)
    with right:
        dying(state)


def source(state):
    """Return the engine's code behind a state."""
    function = getattr(F, state.layer.functional, None)
    return (elementwise.cell_steps, *([function] if function else []))


lesson_page(
    ACTIVATION,
    PAGE,
    "What does an activation do to each number, and what does it let back through?",
    below=below,
    source=source,
    tries=(
        lesson.Try("Hard tanh: which cells keep their number, and which are cut off?", {"example": "hard-tanh"}),
        lesson.Try(
            "GELU at −0.5: is its slope above or below zero? Edit the cell to −1 and look again.",
            {"layer": "GELU", "x": codec.encode(examples.ACTIVATION["tanh"].input), "step": "6"},
        ),
        lesson.Try(
            "Leaky ReLU with negative slope 1: which function is this?",
            {"layer": "LeakyReLU", "x": codec.encode(examples.ACTIVATION["relu"].input), "negative_slope": "1"},
        ),
    ),
    beliefs=(
        ("ReLU removes pixels.", "It keeps the map's size: a number below zero becomes 0, and its cell stays."),
        (
            "Hard tanh clips to 0…1.",
            "It clips to −1…1 unless min_val and max_val say otherwise; some texts have this wrong.",
        ),
        (
            "Sigmoid outputs are class probabilities.",
            "Each lies between 0 and 1 on its own; several of them need not add up to 1. Softmax makes "
            "probabilities of classes that exclude one another.",
        ),
        (
            "Many linear layers can do more than one.",
            "Without activations between them they are one linear layer: the product of two matrices is one matrix.",
        ),
    ),
)
