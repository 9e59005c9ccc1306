"""Every registered layer opens on its lesson and, in a stack, on the Forward, Backpropagation and Shapes pages.

Without a browser, in one session: no page may break, and the layer's own numbers must be there.
"""

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

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
from tests.pages.states.asking import json_answer, said

NAVIGATION = Path(__file__).resolve().parents[2] / "pages" / "navigation.py"
INPUTS = (1, 6, 6), (1, 1, 6)  # a picture, and a sequence
CLASSES = 3
every = pytest.mark.parametrize("name", sorted(LAYERS))
in_stacks = pytest.mark.parametrize("name", sorted(name for name, cls in LAYERS.items() if not cls.arguments))


@pytest.fixture(scope="module")
def session():
    return AppTest.from_file(NAVIGATION, default_timeout=60).run()


def opened(session: AppTest, file: str, query: dict[str, str]) -> AppTest:
    """Follow a link to a page. Nothing may break, and nothing of the link may be left out."""
    session.query_params.clear()
    session.query_params.update(query)
    at = session.switch_page(file).run()
    assert not at.exception, at.exception
    assert not at.warning, [one.value for one in (*at.warning, *at.text)]
    return at


def words(at: AppTest) -> str:
    return " ".join(one.value for one in at.markdown) + " ".join(one.proto.body for one in at.html)


def numbers(at: AppTest) -> list[float]:
    """The numbers that the formulas on a page end in."""
    ends = (re.split(r"=|\\approx", one.value)[-1].strip().strip("$ \n") for one in at.latex)
    return [float(end) for end in ends if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", end)]


def assert_ends_in(at: AppTest, value: float) -> None:
    assert any(np.isclose(number, value, rtol=1e-3, atol=5.1e-4) for number in numbers(at)), (value, numbers(at))


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
def test_its_lesson(name, session):
    (lesson,) = (lesson for lesson in LESSONS if name in lesson.layers)
    state = lesson.kind.with_class(lesson.kind.from_example(lesson.kind.default), name)
    at = opened(session, lesson.file, state.query())
    assert_ends_in(at, state.trace.steps[0].result)
    assert f"{name}: definition, shapes and source" in [part.label for part in at.expander]


@in_stacks
def test_forward(name, session):
    network, k = stack_with(name)
    query = link(network, f"{k + 1}.0")
    state, problems = forward_state.read(query)
    assert problems == []
    at = opened(session, "forward.py", query)
    assert f"##### {name}" in words(at)
    assert_ends_in(at, network.forward(state.input, state.parameters)[k].ravel()[0])


@in_stacks
def test_backward(name, session):
    network, k = stack_with(name)
    query = link(network, f"{k}.0")
    state, problems = backward_state.read(query)
    assert problems == []
    at = opened(session, "backward.py", query)
    there = both_ways(network, state.forward.parameters, state.forward.input, state.forward.target)
    title = f"{name}, ∂L/∂input" if k < network.logits else "Loss → logits"
    assert f"##### The chain rule: {title}" in words(at)
    assert_ends_in(at, (there.incoming[k - 1] if k else there.grad_input).ravel()[0])


@in_stacks
def test_shapes(name):
    network, _ = stack_with(name)
    query = {"tab": "stack", "x": "x".join(map(str, network.input_shape)), "stack": write_stack(network.layers)}
    words = said(json_answer("calculator", {"query": query}))
    assert re.search(rf'title="([A-Za-z0-9, ]+, )?{name}[",]', words)
    assert f"{network.parameter_count:,}" in words
