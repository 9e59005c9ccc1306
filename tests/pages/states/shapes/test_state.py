"""The calculator's states: links there and back, fields typed into, classes changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.placement import strips
from engine.layers import LAYERS
from pages.states.edits import Refused
from pages.states.knobs import turn
from pages.states.link import Link
from pages.states.shapes import layer as state
from pages.states.shapes.layer import EXAMPLES, FIRST, OneLayer, made
from tests.engine.facts.test_solve import layers


def opened(query):
    link = Link(query)
    return state.read(link), link.end()


SIZES = {
    "stride-1": 3, "stride-2": 2, "stride-2-padding-1": 3, "alexnet": 55, "resnet": 112, "same": 32, "dcgan": 16,
    "ceil-mode": 3,
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_has_its_published_size_and_is_a_link(name):
    one, problems = opened({"example": name})
    assert problems == []
    assert one.output_shape[1:] == (SIZES[name],) * 2
    assert state.example_title(name).endswith(f"→ {SIZES[name]}")
    assert opened(one.query()) == (one, [])


@given(layers(), st.none() | st.tuples(st.integers(1, 99), st.integers(1, 99)))
def test_a_link_brings_the_same_state_back(case, asked):
    one = OneLayer(*case, asked)
    assert opened(one.query()) == (one, [])


@given(
    st.dictionaries(st.sampled_from(("layer", "x", "want", "stride", "padding", "bias", "zzz")), st.text(max_size=12))
)
def test_any_link_is_answered_with_a_state_that_can_be_drawn(query):
    one, problems = opened(query)
    assert strips(one.layer, one.shape)
    assert all(isinstance(problem, str) for problem in problems)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"layer": "Linear"}, 'layer "Linear" is none of Conv2d'),
        ({"x": "3x224"}, 'x "3x224" is not of the form CxHxW'),
        ({"x": "3x99999x5"}, "sizes go from 1 to 4,096"),
        ({"stride": "0"}, "stride 0 is out of range: it goes from 1 to 4,096"),
        ({"padding": "half"}, 'padding "half" is not a whole number'),
        ({"kernel_size": "40"}, "kernel_size 40 is larger than the padded input 32"),
        ({"example": "nine"}, 'example "nine" is none of stride-1'),
        ({"colour": "red"}, 'does not know "colour"'),
        ({"layer": "ConvTranspose2d", "stride": "4000", "x": "1x4000x4000"}, "calculator goes up to 65,536"),
    ],
)
def test_a_wrong_link_is_answered_in_words(query, words):
    one, problems = opened(query)
    assert any(words in problem for problem in problems)
    assert one.output_shape


def conv(**settings):
    return made("Conv2d", (3, 32, 32), **{"out_channels": 4, "kernel_size": 3, **settings})


def turned(one, knob, axis=None, **edit):
    return turn([*one.knobs, *one.want_knobs], {"knob": knob, "axis": axis, **edit})


def test_typing_sets_one_axis_or_both():
    one = turned(conv(), "kernel_size", text="5")
    assert one.layer.kernel_size == 5
    one = turned(one, "kernel_size", 1, text="3")
    assert one.layer.kernel_size == (5, 3)
    assert turned(one, "kernel_size", 0, text="3").layer.kernel_size == 3
    assert turned(one, "size", 1, text="1,024").shape == (3, 32, 1024)
    assert turned(one, "want", 0, text="7").wanted == (7, 30)
    assert turned(one, "padding", text="same").layer.padding == "same"
    assert turned(one, "layer", text="Max pool").layer.kernel_size == (5, 3)


def test_pressing_counts_and_stops_at_the_limits():
    assert turned(conv(), "stride", by=1).layer.stride == 2
    assert turned(conv(), "stride", by=-1).layer.stride == 1
    assert turned(conv(padding="same"), "padding", by=1).layer.padding == 2


def test_the_size_is_kept_by_a_switch():
    same = turned(conv(), "same", text="1")
    assert same.layer.padding == "same" and same.output_shape[1:] == (32, 32)
    assert turned(same, "same", text="0").layer.padding == 0


def test_channels_follow_the_input_and_depthwise_stays_depthwise():
    one = turned(conv(), "channels", text="8")
    assert (one.layer.in_channels, one.shape) == (8, (8, 32, 32))
    depthwise = made("Conv2d", (4, 8, 8), out_channels=8, kernel_size=3, groups=4)
    changed = turned(depthwise, "channels", text="6").layer
    assert (changed.in_channels, changed.out_channels, changed.groups) == (6, 12, 6)


@pytest.mark.parametrize(
    ("knob", "axis", "text", "words"),
    [
        ("kernel_size", None, "50", "kernel_size 50 is larger than the padded input 32"),
        ("kernel_size", 0, "", "Kernel size down is empty: it takes a whole number"),
        ("stride", None, "2.5", 'Stride "2.5" is not a whole number'),
        ("stride", None, "0", "Stride 0 is out of range: it goes from 1 to 4,096"),
        ("padding", None, "-1", "Padding −1 is out of range"),
        ("size", 1, "9999", "Width 9,999 is out of range: it goes from 1 to 4,096"),
        ("groups", None, "2", "Groups 2 does not divide in_channels 3"),
        ("shape", None, "2", "no knob 'shape'"),
    ],
)
def test_what_cannot_be_is_refused_with_the_numbers(knob, axis, text, words):
    with pytest.raises(ValueError, match=words):
        turned(conv(), knob, axis, text=text)


def test_one_axis_of_padding_same_asks_for_both():
    with pytest.raises(Refused, match="padding is 'same' on both axes or on none"):
        turned(conv(), "padding", 0, text="same")


def test_another_class_keeps_what_it_can():
    one = conv(stride=2, padding=1)
    pooled = state.with_class(one, "MaxPool2d")
    assert pooled.layer == LAYERS["MaxPool2d"](3, stride=2, padding=1)
    assert state.with_class(pooled, "ConvTranspose2d").layer == LAYERS["ConvTranspose2d"](3, 3, 3, stride=2, padding=1)
    assert state.with_class(conv(kernel_size=3, padding=4), "AvgPool2d").layer == LAYERS["AvgPool2d"](3, stride=1)
    assert state.with_class(conv(padding="same"), "MaxPool2d").layer.padding == 0


def test_an_answer_keeps_what_was_asked():
    one = FIRST.with_answer(LAYERS["Conv2d"](1, 1, 4, stride=1))
    assert one.wanted == (3, 3)
