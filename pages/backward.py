"""Backpropagation: every gradient of a network, rule by rule from the loss to the pixels."""

from engine.learning.passes import both_ways
from engine.trace.gradient import gradient_trace
from pages.ui.backward import page as backward_page
from pages.ui.lesson import parts as lesson
from pages.ui.session import Link

link = Link("backward")
backward_page.body(link, "Which way should every number move so that the loss falls?")

lesson.things_to_try(
    backward_page.PAGE,
    (
        lesson.Try(
            "Follow the strongest pixel to the loss: how many ways lead there?", {"example": "worked", "at": "0.16"}
        ),
        lesson.Try("Call the picture a lion: which gradients change sign?", {"example": "worked", "target": "0"}),
        lesson.Try(
            "LeNet-5 is told that its 7 is a 1: at how many positions did one weight of the second convolution work?",
            {"example": "lenet5", "target": "1", "at": "4.weight.0"},
        ),
    ),
)
lesson.source_code(
    lambda: (both_ways, type(link.state.layer).backward, gradient_trace),
    "The engine's own code: both ways, the open layer's gradients, and tracing one",
)  # fmt: skip
