"""The reverse question: each answer gives the size that was wanted, and nothing nearer was passed over."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.facts.placement import axis_settings, axis_size
from engine.facts.solve import NAMES, Axis, solve
from engine.layers import LAYERS
from tests.engine.parity import assert_error

Conv2d, ConvTranspose2d = LAYERS["Conv2d"], LAYERS["ConvTranspose2d"]
MaxPool2d, AvgPool2d = LAYERS["MaxPool2d"], LAYERS["AvgPool2d"]
TRIED = 60


@st.composite
def layers(draw):
    """A layer of each class with an input that it takes."""
    kind = draw(st.sampled_from((Conv2d, ConvTranspose2d, MaxPool2d, AvgPool2d)))
    settings = {"kernel_size": draw(st.integers(1, 6)), "stride": draw(st.integers(1, 5))}
    settings["padding"] = draw(st.integers(0, settings["kernel_size"] // 2 if "Pool" in kind.__name__ else 4))
    if kind is not AvgPool2d:
        settings["dilation"] = draw(st.integers(1, 3))
    if kind is ConvTranspose2d:
        settings["output_padding"] = draw(st.integers(0, max(settings["stride"], settings["dilation"]) - 1))
    if "Pool" in kind.__name__:
        settings["ceil_mode"] = draw(st.booleans())
    channels = {} if "Pool" in kind.__name__ else {"in_channels": 1, "out_channels": 1}
    layer, shape = kind(**channels, **settings), (1, draw(st.integers(1, 20)), draw(st.integers(1, 20)))
    try:
        layer.output_shape(shape)
    except ValueError:
        assume(False)
    return layer, shape


def size_or_none(kind, length, settings):
    try:
        return axis_size(kind, length, settings)
    except ValueError:
        return None


def every_value(name):
    return (False, True) if name == "ceil_mode" else range(TRIED)


@given(layers(), st.integers(1, 30))
def test_along_one_axis_the_values_are_those_that_trying_all_of_them_finds(case, wanted):
    layer, shape = case
    settings = axis_settings(layer, 0)
    axis = Axis(type(layer), "height", shape[1], settings)
    for name in settings:
        if name == "dilation" and settings["kernel_size"] == 1:
            continue  # it changes nothing, so that it is no answer
        tried = [v for v in every_value(name) if size_or_none(type(layer), shape[1], {**settings, name: v}) == wanted]
        assert [value for value in axis.values(name, wanted) if value < TRIED] == tried


@given(layers(), st.integers(1, 25), st.integers(1, 25))
def test_every_answer_gives_the_wanted_size_and_changes_something(case, height, width):
    layer, shape = case
    answers = solve(layer, shape, (height, width)).answers
    for answer in answers:
        assert answer.layer.output_shape(shape)[1:] == (height, width)
        assert answer.changes
        assert answer.layer != layer
        changed = {name for name in NAMES if getattr(answer.layer, name, None) != getattr(layer, name, None)}
        assert changed == set(answer.changes)
    order = [(answer.wasteful, len(answer.changes), answer.distance) for answer in answers]
    assert order == sorted(order)


@given(layers(), st.integers(1, 25))
def test_a_setting_is_answered_with_its_nearest_value(case, wanted):
    layer, shape = case
    shape = (1, shape[1], shape[1])
    settings = axis_settings(layer, 0)
    answers = {tuple(a.changes): a for a in solve(layer, shape, (wanted, wanted), most=99).answers}
    for name in set(settings) - {"ceil_mode", "dilation" if layer.kernel_size == 1 else ""}:
        sizes = {v: size_or_none(type(layer), shape[1], {**settings, name: v}) for v in range(TRIED)}
        fitting = [v for v, size in sizes.items() if size == wanted and v != settings[name]]
        if fitting:
            nearest = min(abs(v - settings[name]) for v in fitting)
            assert answers[name,].distance == 2 * nearest
        elif (name,) in answers:
            assert answers[name,].changes[name] in ("same", *range(TRIED, 10_000))


def test_the_worked_examples_lead_to_each_other():
    layer = Conv2d(1, 1, 4)
    answers = solve(layer, (1, 6, 6), (2, 2)).answers
    assert answers[0].text == "stride 2"
    assert answers[0].layer == Conv2d(1, 1, 4, stride=2)
    assert "padding 1" in [answer.text for answer in solve(Conv2d(1, 1, 4, stride=2), (1, 6, 6), (3, 3)).answers]


def test_a_setting_that_cannot_do_it_says_what_its_neighbours_give():
    solution = solve(Conv2d(3, 64, 11, stride=4, padding=2), (3, 224, 224), (56, 56))
    assert solution.answers[0].changes == {"padding": 4}
    assert "No stride gives size 56: 3 gives 73, 4 gives 55." in solution.misses
    assert "No dilation gives size 56: the least, 1, gives 55." in solution.misses
    pooled = solve(MaxPool2d(3), (1, 7, 9), (9, 9))
    assert "No padding gives height 9: the largest, 1, gives 3." in pooled.misses
    upward = solve(ConvTranspose2d(1, 1, 4), (1, 4, 4), (8, 8))
    assert "No output_padding gives size 8: only 0 is possible here, and gives 7." in upward.misses


def test_where_nothing_gives_it_every_setting_says_why():
    solution = solve(AvgPool2d(2), (1, 5, 5), (40, 40))
    assert solution.answers == ()
    assert [miss.split()[1] for miss in solution.misses] == ["padding", "stride", "kernel_size"]


def test_an_even_kernel_keeps_the_size_with_padding_same():
    solution = solve(Conv2d(1, 1, 4), (1, 6, 6), (6, 6))
    assert solution.answers[0].text == "padding same"
    assert "No padding gives size 6: 1 gives 5, 2 gives 7." in solution.misses
    assert all(answer.text != "padding same" for answer in solve(Conv2d(1, 1, 4, stride=2), (1, 6, 6), (6, 6)).answers)


def test_from_padding_same_a_stride_comes_with_a_padding_in_numbers():
    answers = solve(Conv2d(1, 1, 3, padding="same"), (1, 8, 8), (4, 4)).answers
    assert answers[0].changes == {"padding": 1, "stride": 2}


def test_axes_that_want_different_things_get_pairs():
    answers = solve(Conv2d(1, 1, 3), (1, 6, 6), (4, 6)).answers
    assert answers[0].changes == {"padding": (0, 1)}
    assert answers[0].text == "padding 0 × 1"


def test_a_poolings_stride_stays_when_its_window_grows():
    answer = next(a for a in solve(MaxPool2d(2), (1, 8, 8), (3, 3)).answers if a.text == "kernel_size 3")
    assert answer.layer == MaxPool2d(3, stride=2)


def test_answers_say_what_is_dropped_and_what_reads_padding_alone():
    stride = next(a for a in solve(Conv2d(1, 1, 3), (1, 6, 6), (2, 2)).answers if a.text == "stride 2")
    assert stride.dropped == (1, 1)
    assert not stride.wasteful
    assert solve(Conv2d(1, 1, 3, stride=2), (1, 6, 6), (6, 6)).answers[0].text == "padding 1 and stride 1"
    far = next(a for a in solve(Conv2d(1, 1, 3), (1, 6, 6), (12, 12)).answers if a.text == "padding 4")
    assert far.idle
    assert far.wasteful


@pytest.mark.parametrize(("wanted", "words"), [((0, 3), "height must be at least 1, got 0"), ((3, 2.5), "width must")])
def test_a_wanted_size_is_a_whole_number(wanted, words):
    assert_error(lambda: solve(Conv2d(1, 1, 3), (1, 6, 6), wanted), words)
