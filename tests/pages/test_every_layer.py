"""Every registered layer opens on its lesson and, in a stack, on the Forward, Backpropagation and Shapes pages.

Without a browser, as any host asks: no page may break, and the layer's own numbers must be there.
"""

import re
from html import unescape
from itertools import product
from typing import Any

import numpy as np
import pytest

from engine.layers import LAYERS, Flatten, Linear
from engine.learning.passes import both_ways
from engine.network import Network
from engine.network.edit import fresh
from engine.network.stack_text import write_stack
from pages.states.backward import state as backward_state
from pages.states.codec import encode
from pages.states.network import state as forward_state
from pages.states.network.limits import runnable
from pages.states.registry import LESSONS
from tests.pages.states.asking import blocks, json_answer, said

INPUTS = (1, 6, 6), (1, 1, 6)  # a picture, and a sequence
CLASSES = 3
every = pytest.mark.parametrize("name", sorted(LAYERS))
in_stacks = pytest.mark.parametrize("name", sorted(name for name, cls in LAYERS.items() if not cls.arguments))


def opened(page: str, query: dict[str, str]) -> dict[str, Any]:
    """Follow a link to a page. Nothing may break, and nothing of the link may be left out."""
    answer = json_answer(page, {"query": query})
    assert "could not be followed" not in said(answer), said(answer)
    return answer


def numbers(answer: dict[str, Any]) -> list[float]:
    """The numbers that the formulas on a page end in."""
    formulas = [unescape(re.sub("<[^>]*>", "", block["html"])) for block in blocks(answer) if block["kind"] == "math"]
    ends = [re.split("[=≈]", formula)[-1].replace("−", "-") for formula in formulas]
    return [float(end) for end in ends if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", end)]


def assert_ends_in(answer: dict[str, Any], value: float) -> None:
    assert any(np.isclose(number, value, rtol=1e-3, atol=5.1e-4) for number in numbers(answer)), (
        value,
        numbers(answer),
    )


def headings(answer: dict[str, Any]) -> list[str]:
    return [unescape(block["html"]) for block in blocks(answer) if block["kind"] == "heading"]


def stack_with(name: str) -> tuple[Network, int]:
    """Return a network that a loss can follow, with a layer of this class in it, and the layer's place from 0."""
    logits = Linear(1, CLASSES)
    befores, afters = ((), (Flatten(),), (Flatten(), logits)), ((Flatten(), logits), (logits,), ())
    for shape, before, after in product(INPUTS, befores, afters):
        try:
            start = Network(shape, before).fitted()
            layer = fresh(name, [shape, *start.shapes()][-1])
            network = runnable(start.with_layers((*start.layers, layer, *after)).fitted())
            both_ways(network, network.initial(0), np.zeros(shape), 0)
        except (ValueError, IndexError):
            continue
        if network.shapes()[-1] == (CLASSES,):
            return network, len(before)
    raise AssertionError(f"no stack takes {name}")


def link(network: Network, at: str) -> dict[str, str]:
    """Return the link of the Forward or Backpropagation page on which a network has a place open."""
    x = {} if network.input_shape == INPUTS[0] else {"x": encode(np.arange(6.0).reshape(network.input_shape))}
    return {"example": "worked", **x, "stack": write_stack(network.layers), "at": at}


@every
def test_its_lesson(name):
    (lesson,) = (lesson for lesson in LESSONS if name in lesson.layers)
    state = lesson.kind.with_class(lesson.kind.from_example(lesson.kind.default), name)
    answer = opened(lesson.kind.page, state.query())
    assert_ends_in(answer, state.trace.steps[0].result)
    assert f"{name}: definition, shapes and source" in said(answer)


@in_stacks
def test_forward(name):
    network, k = stack_with(name)
    query = link(network, f"{k + 1}.0")
    state, problems = forward_state.read(query)
    assert problems == []
    answer = opened("forward", query)
    assert name in headings(answer)
    assert_ends_in(answer, network.forward(state.input, state.parameters)[k].ravel()[0])


@in_stacks
def test_backward(name):
    network, k = stack_with(name)
    query = link(network, f"{k}.0")
    state, problems = backward_state.read(query)
    assert problems == []
    answer = opened("backward", query)
    there = both_ways(network, state.forward.parameters, state.forward.input, state.forward.target)
    title = f"{name}, ∂L/∂input" if k < network.logits else "Loss → logits"
    assert f"The chain rule: {title}" in headings(answer)
    assert_ends_in(answer, (there.incoming[k - 1] if k else there.grad_input).ravel()[0])


@in_stacks
def test_shapes(name):
    network, _ = stack_with(name)
    query = {"tab": "stack", "x": "x".join(map(str, network.input_shape)), "stack": write_stack(network.layers)}
    answer = opened("calculator", query)
    assert re.search(rf'title="([A-Za-z0-9, ]+, )?{name}[",]', said(answer))
    assert f"{network.parameter_count:,}" in said(answer)
