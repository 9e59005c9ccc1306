"""Forward pass: one input through a whole network, and any number followed back to the pixels."""

import streamlit as st

from engine.network import Network
from engine.network.blocks import forward_all
from engine.trace import follow
from pages.states.network import state as network
from pages.ui.lesson import parts as lesson
from pages.ui.network import parts
from pages.ui.network.check import check, code
from pages.ui.session import Link

link = Link("forward")


@st.fragment
def page() -> None:
    """Draw everything that follows a change; it draws this again without the navigation around it."""
    link.sync(network.read)
    parts.head(link, "How does a picture become a loss, and from which pixels does a number come?")
    lesson.problems(link.problems)
    parts.path(link)
    parts.arithmetic(link)
    left, right = st.columns(2, gap="large")
    with left:
        parts.formula(link.state)
    with right:
        check(link.state)
        code(link.state)
    parts.edit_stack(link)


page()

tries, beliefs = st.columns(2, gap="large")
with tries:
    lesson.things_to_try(
        parts.PAGE,
        (
            lesson.Try(
                "Follow the elephant's logit to the pooled map: which number counts most?",
                {"example": "worked", "at": "9.0~8.2~7.2"},
            ),
            lesson.Try(
                "Change the pixel in the corner: why does the loss not move?",
                {"example": "worked", "at": "1.0"},
            ),
            lesson.Try(
                "LeNet-5, second convolution: how many pixels does one number see?",
                {"example": "lenet5", "at": "4.622"},
            ),
        ),
    )
with beliefs:
    lesson.misunderstandings(
        (
            (
                "Every pixel counts.",
                "Max pooling passes on only the largest number of each window, and ReLU stops all that is below "
                "zero. Many pixels of the worked network can change without any effect.",
            ),
            (
                "Flatten changes the numbers.",
                "It only writes them in a row: each is found again at its place in C, H, W order.",
            ),
            (
                "The network ends in softmax, so the loss takes probabilities.",
                "nn.CrossEntropyLoss takes the logits and does the softmax itself; the softmax layer is for reading.",
            ),
            (
                "A deep number sees the whole picture.",
                "It sees its receptive field: the window of a window. Only a fully connected layer sees everything.",
            ),
        )
    )
lesson.source_code(
    lambda: (Network.forward, forward_all, follow.origins, type(link.state.layer(link.state.open[0]))),
    "The engine's own code: the network, following a number, and the open layer",
)
