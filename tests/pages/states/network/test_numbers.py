"""The URL text of a stack and of its numbers: there and back, only safe characters, anything else a sentence."""

import re
from urllib.parse import quote_plus

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.layers import (
    GELU,
    LAYERS,
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Hardtanh,
    Linear,
    MaxPool2d,
    ReLU,
    Softmax,
)
from engine.network import Network, zoo
from engine.network.stack_text import read_stack, write_stack
from pages.states.link import Link
from pages.states.network.numbers import FEW, carried, read_input_shape, read_numbers, write_numbers
from tests.engine.layers.cases import CASES

SAFE = re.compile(r"[0-9A-Za-z_.~-]*")
NETWORK = Network((1, 6, 6), (Conv2d(1, 2, 3), ReLU(), MaxPool2d(2), Flatten(), Linear(8, 3), Softmax(dim=-1)))


def test_the_stack_of_the_worked_network():
    text = "Conv2d-1-1-3~ReLU~MaxPool2d-2~Flatten~Linear-4-3~ReLU~Linear-3-3~Softmax"
    assert write_stack(zoo.WORKED.network.layers) == text
    assert read_stack(text) == zoo.WORKED.network.layers


@pytest.mark.parametrize("name", zoo.ZOO)
def test_known_networks_there_and_back_in_safe_characters(name):
    layers = zoo.ZOO[name].network.layers
    text = write_stack(layers)
    assert SAFE.fullmatch(text) and quote_plus(text) == text
    assert read_stack(text) == layers


@pytest.mark.parametrize("name", sorted(set(CASES) & {n for n, cls in LAYERS.items() if not cls.arguments}))
@given(data=st.data())
def test_every_layers_settings_there_and_back(name, data):
    layer, _, _ = data.draw(CASES[name])
    text = write_stack((layer,))
    assert SAFE.fullmatch(text)
    assert read_stack(text) == (layer,)


def test_settings_of_every_kind():
    layers = (
        Hardtanh(-2.5, 1e-5), AdaptiveAvgPool2d((1, 2)), BatchNorm2d(2, eps=1e-7), GELU(approximate="tanh"),
        Conv2d(1, 1, (1, 3), padding="same", padding_mode="reflect", bias=False),
    )  # fmt: skip
    assert write_stack(layers) == (
        "Hardtanh-min_val.n2.5-max_val.1en05~AdaptiveAvgPool2d-1x2~BatchNorm2d-2-eps.1en07~GELU-approximate.tanh~"
        "Conv2d-1-1-1x3-padding.same-bias.0-padding_mode.reflect"
    )
    assert read_stack(write_stack(layers)) == layers
    assert read_stack("") == ()


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("LSTM-3", 'Layer 1 of the stack, "LSTM", is not a layer'),
        ("ReLU~CrossEntropyLoss", 'Layer 2 of the stack, "CrossEntropyLoss"'),
        ("Conv2d", "in_channels is missing"),
        ("Conv2d-1-2-x", 'kernel_size "x" is not a whole number'),
        ("Conv2d-1-2-0", "kernel_size must be at least 1, got 0"),
        ("Conv2d-1-2-3-padding.sam", 'padding "sam" is not a whole number'),
        ("Conv2d-1-2-3-colour.3", "is not a setting"),
        ("Conv2d-1-2-3-stride.2-stride.2", "is not a setting"),
        ("Conv2d-1-2-3-bias.2", 'bias "2" is neither'),
        ("Conv2d-1-2-3-groups.1.5", 'groups "1.5" is not a whole number'),
        ("Conv2d-9999999-2-3", "in_channels 9,999,999 is out of range: it goes from 0 to 1,000,000"),
        ("GELU-approximate.exact", "is none of"),
        ("ReLU-3", "is not a setting"),
        ("Sequential-3~ReLU", "ends inside a block"),
        ("Residual-1-0~ReLU", "is not a block"),
        ("Residual-0-0-0", "is not a block"),
        ("~".join(["Sequential-1"] * 12) + "~ReLU", "is not a block"),
        ("~".join(["ReLU"] * 301), "301 layers"),
        ("x" * 13_000, "13000 characters"),
        ("<script>alert(1)</script>", "is not a layer"),
        ("~", "is not a layer"),
    ],
)
def test_other_stacks_are_refused_with_a_sentence(text, fragment):
    with pytest.raises(ValueError) as caught:
        read_stack(text)
    assert fragment in str(caught.value) and "<" not in str(caught.value)


@given(st.one_of(st.text(max_size=40), st.from_regex(r"[A-Z][a-zA-Z2]{2,9}(-[0-9nx.a-z_]{0,9}){0,5}", fullmatch=True)))
def test_any_text_gives_layers_or_a_sentence(text):
    try:
        layers = read_stack(text)
    except ValueError as error:
        assert str(error)
    else:
        assert read_stack(write_stack(layers)) == layers


# Numbers


def changed(parameters, *places):
    made = {name: np.array(array) for name, array in parameters.items()}
    for name, flat, value in places:
        made[name].flat[flat] = value
    return made


def assert_reads(query, start, expected):
    link = Link(query)
    read = read_numbers(link, start)
    assert link.end() == []
    assert all(np.array_equal(read[name], expected[name]) for name in expected)


def test_few_changed_numbers_are_a_sparse_list():
    start = NETWORK.initial(0, readable=True)
    now = changed(start, ("0.weight", 3, -2.5), ("4.bias", 0, 7))
    query = write_numbers(start, now)
    assert query == {"edits": "0.weight.3_-2.5~4.bias.0_7"}
    assert_reads(query, start, now)
    assert write_numbers(start, start) == {}


def test_many_changed_numbers_are_whole_parameters():
    start = NETWORK.initial(0, readable=True)
    now = changed(start, *(("4.weight", k, 0.25 * k) for k in range(24)), ("0.bias", 1, 3))
    assert FEW < 24
    query = write_numbers(start, now)
    assert set(query) == {"4.weight", "edits"} and query["edits"] == "0.bias.1_3"
    assert_reads(query, start, now)


@pytest.mark.parametrize(
    ("query", "fragment"),
    [
        ({"edits": "0.weight"}, "names no number"),
        ({"edits": "9.weight.0_1"}, "names no number"),
        ({"edits": "0.weight.99_1"}, "18 numbers, but none at 99"),
        ({"edits": "0.weight.0_nan"}, "names no number"),
        ({"edits": "0.weight.0_2000000"}, "larger than"),
        ({"edits": "<b>"}, "names no number"),
        ({"4.weight": "2x2_1_2_3_4"}, "needs 3×8"),
        ({"4.weight": "zzz"}, "4.weight"),
    ],
)
def test_other_numbers_are_left_out_with_a_sentence(query, fragment):
    start = NETWORK.initial(0, readable=True)
    link = Link(query)
    read, problems = read_numbers(link, start), link.end()
    assert len(problems) == 1 and fragment in problems[0] and "<" not in problems[0]
    assert all(np.array_equal(read[name], start[name]) for name in start)


def test_a_changed_stack_keeps_the_numbers_of_layers_that_stayed():
    start = changed(NETWORK.initial(0), ("4.weight", 0, 9), ("0.weight", 0, 8))
    longer = NETWORK.insert(1, Conv2d(2, 2, 1)).fitted()
    made = carried(NETWORK, start, longer, longer.initial(0))
    longer.check_parameters(made)
    np.testing.assert_array_equal(made["5.weight"], start["4.weight"])
    np.testing.assert_array_equal(made["0.weight"], start["0.weight"])
    wider = NETWORK.replace(0, Conv2d(1, 3, 3)).fitted()
    made = carried(NETWORK, start, wider, wider.initial(0))
    wider.check_parameters(made)
    np.testing.assert_array_equal(made["4.bias"], start["4.bias"])


def test_an_inputs_shape():
    assert read_input_shape("3x32x32") == (3, 32, 32) and read_input_shape("64") == (64,)
    for text in ("3x32", "0x1x1", "", "3x32x32x1", "1x5000x5", "<i>", "3 x 2 x 2"):
        with pytest.raises(ValueError):
            read_input_shape(text)
