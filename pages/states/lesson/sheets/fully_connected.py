"""The Fully connected lesson: maps into a vector, the vector into neurons."""

import numpy as np

from engine import functional as F
from engine.facts import vectors as vector_facts
from engine.facts.examples import seven
from engine.layers import BatchNorm1d, Dropout, Dropout2d, Linear, linear
from pages.states.lesson.figures import vectors as figures
from pages.states.sheet import Sheet

NEXT = {
    "seven-flatten": ("", "seven", "Next: this vector into three neurons"),
    "flatten": ("", "hidden", "Next: this vector into three neurons"),
    "hidden": ("", "output", "Next: the three neurons into three logits"),
    "output": ("output_loss", "loss", "Next: the three logits into probabilities and a loss"),
}


def onward(page: Sheet, state) -> None:
    """Draw the link to the next part of a network whose parts are examples."""
    if state.example in NEXT:
        to, example, label = NEXT[state.example]
        page.link(label, {"example": example}, to)


def flattened(page: Sheet, state) -> None:
    """Draw where the present number stood, and what flattening keeps and loses."""
    step = state.shown_step
    left, right = page.columns()
    left.heading("The place in the vector")
    left.math(vector_facts.place_formula(state.input.shape, step))
    left.gives("step")
    channels, height, width = state.input.shape
    left.text(
        f"A channel fills {height} · {width} = {state.input[0].size} places, a row {width}: from the place, "
        "channel, row and column can be found again. **Nothing is lost but the shape.**"
    )
    right.heading("Why it is done")
    right.text(
        "A fully connected layer takes a vector: it has one weight for each place. Flattening has no parameters. "
        f"Here {channels} × {height} × {width} numbers become {state.input.size}, and a layer of three neurons "
        f"after it needs {Linear(state.input.size, 3).parameter_count:,}."
    )
    onward(right, state)


def connected(page: Sheet, state) -> None:
    """Draw the layer with its connections, and beside it the matrix form."""
    trace, step = state.trace, state.shown_step
    phase, board = trace.phases[0], trace.board
    left, right = page.columns()
    left.heading("The layer with its connections")
    left.html(
        figures.connections(
            board("input").values, board("weight").values, state.parameters.get("bias"), phase.before,
            phase.results if phase.finish else None, step,
        )
    )  # fmt: skip
    left.gives("step")
    left.caption(
        "A line is a weight: blue above zero, orange and dashed below; the larger the weight, the wider its line. "
        f"Neuron {step} belongs to the present step."
    )
    own = seven.PARAMETERS["4.weight"]
    if state.parameters["weight"].shape == own.shape and np.array_equal(state.parameters["weight"][step], own[step]):
        right.heading(f"Neuron {step} looks for a {seven.CLASSES[step]}")
        right.text(
            f"Its weights, seen as a 5×5 map, are a picture: 0.1 where the edges of a {seven.CLASSES[step]} would be, "
            "−0.1 where another digit has one. The more of the map lies there, the larger the sum."
        )
    right.heading("The matrix form")
    right.math("y = W x + b" if state.layer.bias else "y = W x")
    right.math(vector_facts.matrix_formula(trace, step))
    right.gives("step")
    right.text(
        f"Row {step} of *W* (bold) holds the weights of neuron {step}. All rows at once are one product of "
        f"a {state.layer.out_features} × {state.layer.in_features} matrix and a vector."
    )
    onward(right, state)


def dropped(page: Sheet, state) -> None:
    """Draw what dropout does in training, and why nothing happens here."""
    page.heading("In training, and in use")
    each = "map" if isinstance(state.layer, Dropout2d) else "number"
    page.text(
        f"**In training** each {each} is made zero with probability p = {state.layer.p:g}, drawn anew for every "
        "picture. The others are divided by 1 − p, so that the next sum stays the same on average. So no neuron can "
        "rely on one other neuron alone. **In use** (`model.eval()`) every number passes as it is: that is what the "
        "steps above show."
    )


def normed(page: Sheet, state) -> None:
    """Draw what batch norm does to vectors, in training and in evaluation."""
    page.heading("In training, and in use")
    page.text(
        "**In training** each feature's mean and variance are those of the batch, over its vectors; one vector alone "
        "has none. **In use** (`model.eval()`) they are the running ones: that is what the steps above show."
    )
    page.link("The same on maps, channel by channel", {}, "batch_norm")


def below(page: Sheet, state) -> None:
    """Draw the parts that only this lesson has."""
    if isinstance(state.layer, Linear):
        connected(page, state)
    elif isinstance(state.layer, BatchNorm1d):
        normed(page, state)
    elif isinstance(state.layer, Dropout):
        dropped(page, state)
    else:
        flattened(page, state)


def source(state):
    """Return the engine's code behind a state."""
    return (linear._neurons, F.linear) if isinstance(state.layer, Linear) else ()
