"""The drawing of windows: what it marks is what the engine says."""

import re

from hypothesis import given

from engine.facts.placement import strips
from engine.layers import LAYERS
from pages.states.shapes.windows import LANES, figure
from tests.engine.facts.test_solve import layers

Conv2d, MaxPool2d, ConvTranspose2d = (LAYERS[name] for name in ("Conv2d", "MaxPool2d", "ConvTranspose2d"))


def drawn(layer, shape):
    return figure(*strips(layer, shape))


def windows(html):
    return [(int(k), int(first)) for k, first in re.findall(r'data-window="(\d+)" data-first="(\d+)"', html)]


def test_worked_example_windows_start_two_apart_on_the_padded_input():
    html = drawn(Conv2d(1, 1, 4, stride=2, padding=1), (1, 6, 6))
    assert windows(html) == [(0, 0), (1, 2), (2, 4)]
    assert "6 cells + 1 + 1 of padding · 3 windows, 2 apart, each spanning 4" in html
    assert html.count('data-strip="') == 1  # height and width are alike


def test_axes_that_differ_have_a_strip_each():
    html = drawn(Conv2d(1, 1, (3, 2), stride=(1, 2)), (1, 6, 6))
    assert re.findall('data-strip="(.)"', html) == ["H", "W"]


def test_of_many_windows_the_first_three_and_the_last_are_drawn():
    html = drawn(Conv2d(3, 64, 11, stride=4, padding=2), (3, 224, 224))
    assert windows(html) == [(0, 0), (1, 4), (2, 8), (54, 216)]


def test_dropped_cells_and_a_window_that_reaches_beyond_are_marked():
    assert 'class="drop" style="left:83.333%;width:16.667%"' in drawn(Conv2d(1, 1, 3, stride=2), (1, 6, 6))
    html = drawn(MaxPool2d(2, ceil_mode=True), (1, 5, 5))
    assert "ceil_mode" in html
    assert 'class="drop"' not in html
    assert "cut off" in drawn(ConvTranspose2d(1, 1, 4, stride=2, padding=1), (1, 4, 4))


@given(layers())
def test_every_setting_can_be_drawn_inside_its_box(case):
    html = drawn(*case)
    for at, size in re.findall(r"left:([\d.]+)%;width:([\d.]+)%", html):
        assert float(at) + float(size) <= 100.01
    assert len(windows(html)) <= 2 * LANES


def test_the_largest_inputs_stay_small_drawings():
    assert len(drawn(Conv2d(1, 1, 1, stride=2), (1, 4096, 4096))) < 60_000
