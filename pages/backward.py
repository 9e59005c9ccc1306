"""Backpropagation: every gradient of a network, rule by rule from the loss to the pixels."""

from engine.backward import gradient_trace
from engine.learning import both_ways
from pages.ui import backward_page, lesson
from pages.ui.url import Link

link = Link("backward")
backward_page.body(link, "Which way should every number move so that the loss falls?")

lesson.source_code(
    both_ways, type(link.state.layer).backward, gradient_trace,
    title="The engine's own code: both ways, the open layer's gradients, and tracing one",
)  # fmt: skip
