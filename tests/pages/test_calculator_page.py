"""The calculator's page without a browser: both halves, links there and back, what its tables say."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.network import Network
from engine.network.zoo import ZOO
from pages.states.link import Link
from pages.states.shapes import stack as stack_state
from pages.states.shapes.stack import Stack
from pages.ui.shapes.volumes import MOST, figure, volumes

NAVIGATION = Path(__file__).resolve().parents[2] / "pages" / "navigation.py"


def open_page(**query) -> AppTest:
    at = AppTest.from_file(NAVIGATION, default_timeout=60).run()
    at.query_params.update(query)
    return at.switch_page("calculator.py").run()


def opened(query):
    link = Link(query)
    return stack_state.read(link), link.end()


def words(at: AppTest) -> str:
    return " ".join(one.value for one in at.markdown) + " ".join(one.proto.body for one in at.html)


def param(at: AppTest, name: str) -> str:
    value = at.query_params[name]
    return value if isinstance(value, str) else value[0]


@pytest.mark.parametrize("name", ["stride-1", "alexnet", "dcgan", "ceil-mode"])
def test_one_layers_examples_draw(name):
    at = open_page(example=name)
    assert not at.exception
    assert "Which settings give the size I want?" in words(at)


@pytest.mark.parametrize("name", ZOO)
def test_known_networks_draw_and_keep_their_link(name):
    at = open_page(tab="stack", net=name)
    assert not at.exception
    assert param(at, "net") == name
    assert f"{ZOO[name].network.parameter_count:,}" in words(at)


def test_switching_the_halves_keeps_each_of_them():
    at = open_page(example="alexnet")
    at.segmented_control(key="calculator.tab").set_value("stack").run()
    assert not at.exception
    assert param(at, "tab") == "stack"
    at.segmented_control(key="calculator.tab").set_value("layer").run()
    assert param(at, "kernel_size") == "11"


def test_a_wrong_link_gets_a_sentence():
    at = open_page(tab="stack", stack="Conv2d-3-8")
    assert not at.exception
    assert any("kernel_size is missing" in one.value for one in at.text)


@pytest.mark.parametrize("name", ZOO)
def test_stacks_come_back_from_their_links(name):
    stack = Stack(ZOO[name].network)
    assert stack_state.query(stack) == {"net": name}
    assert opened({"net": name}) == (stack, [])
    other = Stack(Network(stack.network.input_shape, stack.network.layers[:-1]))
    query = stack_state.query(other)
    assert set(query) == {"x", "stack"}
    assert opened(query) == (other, [])


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"net": "vgg99"}, 'net "vgg99" is none of'),
        ({"x": "3x3", "net": "vgg16"}, "is not an input's shape"),
        ({"stack": "Conv2d-3-8-3"}, "Layer 1, Conv2d: in_channels is 3, but the input is (1, 28, 28)"),
        ({"stack": "LSTM-3"}, "is not a layer that stands in a stack"),
        ({"seed": "1"}, 'does not know "seed"'),
    ],
)
def test_what_is_wrong_in_a_stacks_link_is_said(query, sentence):
    stack, problems = opened(query)
    assert any(sentence in problem for problem in problems)
    stack.network.shapes()


def test_neighbours_of_one_shape_are_one_volume():
    drawn = volumes(ZOO["lenet5"].network)
    assert [volume.shape for volume in drawn] == [
        (1, 28, 28), (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (400,), (120,), (84,), (10,),
    ]  # fmt: skip
    assert (drawn[1].first, drawn[1].last, drawn[1].kinds) == (1, 2, ("Conv2d", "Tanh"))


@pytest.mark.parametrize("name", ZOO)
def test_boxes_shrink_with_their_maps(name):
    html = figure(ZOO[name].network)
    labels = re.findall('data-volume="([0-9x]+)"', html)
    assert labels == ["x".join(map(str, volume.shape)) for volume in volumes(ZOO[name].network)][:MOST]
    heights = [float(one) for one in re.findall(r"--h:([0-9.]+)px;--z", html)]
    sizes = [volume.shape[1] for volume in volumes(ZOO[name].network) if len(volume.shape) == 3]
    pairs = zip(pairwise(sizes), pairwise(heights), strict=True)
    assert all((before > after) == (tall > low) for (before, after), (tall, low) in pairs)
