"""The Fully connected lesson: maps into a vector, the vector into neurons."""

import streamlit as st

from engine import functional as F
from engine.facts import vectors as vector_facts
from engine.layers import Dropout, Linear, linear
from pages.states.registry import KINDS
from pages.ui.lesson import parts as lesson
from pages.ui.lesson.figures import vectors as figures_vectors
from pages.ui.lesson.page import lesson_page

FULLY_CONNECTED = KINDS["fully_connected"]

PAGE = "fully_connected.py"
NEXT = {
    "flatten": (PAGE, "hidden", "Next: this vector into three neurons"),
    "hidden": (PAGE, "output", "Next: the three neurons into three logits"),
    "output": ("output_loss.py", "loss", "Next: the three logits into probabilities and a loss"),
}


def onward(state) -> None:
    """Draw the link to the next part of the worked network."""
    if state.example in NEXT:
        page, example, label = NEXT[state.example]
        st.page_link(page, label=label, icon=":material/arrow_forward:", query_params={"example": example})


def flattened(state, step: int) -> None:
    """Draw where the present number stood, and what flattening keeps and loses."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("##### The place in the vector")
        st.latex(vector_facts.place_formula(state.input.shape, step))
        channels, height, width = state.input.shape
        st.markdown(
            f"A channel fills {height} · {width} = {state.input[0].size} places, a row {width}: from the place, "
            "channel, row and column can be found again. **Nothing is lost but the shape.**"
        )
    with right:
        st.markdown("##### Why it is done")
        st.markdown(
            "A fully connected layer takes a vector: it has one weight for each place. Flattening has no parameters. "
            f"Here {channels} × {height} × {width} numbers become {state.input.size}, and a layer of three neurons "
            f"after it needs {Linear(state.input.size, 3).parameter_count:,}."
        )
        onward(state)


def connected(state, trace, step: int) -> None:
    """Draw the layer with its connections, and beside it the matrix form."""
    phase, board = trace.phases[0], trace.board
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("##### The layer with its connections")
        st.html(
            figures_vectors.connections(
                board("input").values, board("weight").values, state.parameters.get("bias"), phase.before,
                phase.results if phase.finish else None, step,
            )
        )  # fmt: skip
        st.caption(
            "A line is a weight: blue above zero, orange and dashed below; the larger the weight, the wider its line. "
            f"Neuron {step} belongs to the present step."
        )
    with right:
        st.markdown("##### The matrix form")
        st.latex("y = W x + b" if state.layer.bias else "y = W x")
        st.latex(vector_facts.matrix_formula(trace, step))
        st.markdown(
            f"Row {step} of $W$ (bold) holds the weights of neuron {step}. All rows at once are one product of "
            f"a {state.layer.out_features} × {state.layer.in_features} matrix and a vector."
        )
        onward(state)


def dropped(state) -> None:
    """Draw what dropout does in training, and why nothing happens here."""
    st.markdown("##### In training, and in use")
    st.markdown(
        f"**In training** each number is made zero with probability p = {state.layer.p:g}, drawn anew for every "
        "picture. The others are divided by 1 − p, so that the next sum stays the same on average. So no neuron can "
        "rely on one other neuron alone. **In use** (`model.eval()`) every number passes as it is: that is what the "
        "steps above show."
    )


def below(state, trace, step: int) -> None:
    """Draw the parts that only this lesson has."""
    if isinstance(state.layer, Linear):
        connected(state, trace, step)
    elif isinstance(state.layer, Dropout):
        dropped(state)
    else:
        flattened(state, step)


def source(state):
    """Return the engine's code behind a state."""
    return (linear._neurons, F.linear) if isinstance(state.layer, Linear) else ()


lesson_page(
    FULLY_CONNECTED,
    PAGE,
    "How do maps become one vector, and a vector the numbers of a few neurons?",
    below=below,
    source=source,
    links={"Output and loss: what comes after": "output_loss.py"},
    tries=(
        lesson.Try(
            "Three maps: at which place does the second map begin?", {"example": "flatten-three-channels", "step": "6"}
        ),
        lesson.Try(
            "A plus against two templates: edit it into a ×. Which neuron answers now?", {"example": "template"}
        ),
        lesson.Try(
            "A bias of −20 with ReLU: which numbers of the input can still bring neuron 0 to life?",
            {
                "layer": "Linear",
                "x": "4_15_8_20_5",
                "weight": "3x4_0.5_0.8_0.1_0.1_0.2_0.5_0.1_0.6_0.1_0.2_0.1_0.2",
                "b": "3_-20_0.1_0.3",
                "relu": "1",
            },
        ),
    ),
    beliefs=(
        (
            "Flatten loses the positions.",
            "Each cell has its own place, always the same one. But the next layer does not know which places were "
            "neighbours: it has to learn that.",
        ),
        (
            "The weights are shared, as in a convolution.",
            "No weight is used twice: each belongs to one input and one neuron. That is why older networks have most "
            "of their parameters in these layers.",
        ),
        (
            "The order is a matter of taste.",
            "PyTorch flattens C, H, W; some frameworks H, W, C. Weights trained for one order do not fit the other.",
        ),
        (
            "Dropout takes neurons out of the network.",
            "Only for one training step at a time, by chance; when the network is used, every neuron works.",
        ),
        ("A neuron's output is a probability.", "It can be any number. Softmax makes the last ones probabilities."),
    ),
)
