"""Three ways to a transposed convolution's numbers; how many stamps overlap; which sizes share a convolution."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.examples import TRANSPOSED
from engine.facts.transposed import MOST_PADDING, difference, evenness, overlaps, stamped, stamps, stretched, twins
from engine.functional import shapes
from engine.layers import ConvTranspose2d
from tests.engine.layers import cases_short
from tests.engine.parity import torch_module

cases = cases_short.CASES["ConvTranspose2d"]


@given(cases)
def test_stamping_and_stretching_give_pytorchs_numbers(case):
    layer, x, parameters = case
    module = torch_module(layer)
    module.load_state_dict({name: torch.tensor(value) for name, value in parameters.items()})
    expected = module(torch.tensor(x)).detach().numpy()
    near = {"rtol": 1e-10, "atol": 1e-10}
    np.testing.assert_allclose(stamped(layer, x, **parameters), expected, **near)
    other = stretched(layer, x, parameters["weight"])
    own = {name: value for name, value in parameters.items() if name == "bias"}
    np.testing.assert_allclose(other.layer.forward(other.input, weight=other.weight, **own), expected, **near)
    assert other.layer.stride == 1 and max(other.layer.paddings) <= MOST_PADDING
    assert (other.input[:, other.inserted] == 0).all()
    assert difference(layer, x, layer.trace(x, **parameters).output, **parameters) <= 1e-10


@given(cases, st.data())
def test_the_stamps_of_an_output_channel_add_up_to_it(case, data):
    layer, x, parameters = case
    channel = data.draw(st.integers(0, layer.out_channels - 1))
    laid = stamps(layer, x, parameters["weight"], channel)
    assert len(laid) == x.size // layer.groups
    total = sum(stamp.laid for stamp in laid) + (parameters["bias"][channel] if layer.bias else 0.0)
    np.testing.assert_allclose(total, layer.forward(x, **parameters)[channel], rtol=1e-10, atol=1e-10)
    reached = sum(stamp.reached.astype(int) for stamp in laid)
    np.testing.assert_array_equal(reached, overlaps(layer, x.shape) * (layer.in_channels // layer.groups))
    assert all((stamp.laid[~stamp.reached] == 0).all() for stamp in laid)
    place = data.draw(st.tuples(*(st.integers(0, size - 1) for size in reached.shape)))
    there = stamps(layer, x, parameters["weight"], channel, place)
    assert [stamp.cell for stamp in there] == [stamp.cell for stamp in laid if stamp.reached[place]]


def test_the_stamps_of_the_first_example_number_by_number():
    example = TRANSPOSED["upsample"]
    first, second, *_ = stamps(example.layer, example.input, example.parameters["weight"], 0)
    assert (first.cell, first.value) == ((0, 0, 0), 1.0) and (second.cell, second.value) == ((0, 0, 1), 2.0)
    assert first.laid[:3, :3].tolist() == [[1, 0, 1], [0, 2, 0], [1, 0, 1]]
    assert second.laid[:3, 2:].tolist() == [[2, 0, 2], [0, 4, 0], [2, 0, 2]]
    assert first.reached.sum() == 9 and first.reached[:3, :3].all()


def test_kernel_3_stride_2_overlaps_as_a_checkerboard_and_kernel_4_evenly():
    checked, even = TRANSPOSED["checkerboard"], TRANSPOSED["even"]
    counts = overlaps(checked.layer, checked.input.shape)
    assert counts[1:4, 1:4].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert set(overlaps(even.layer, even.input.shape)[1:-1, 1:-1].ravel().tolist()) == {4}
    assert evenness(checked.layer) == (False, False) and evenness(even.layer) == (True, True)
    for example in (checked, even):  # all ones: the output is the count
        np.testing.assert_array_equal(
            example.layer.forward(example.input, **example.parameters)[0], overlaps(example.layer, example.input.shape)
        )


@given(cases)
def test_evenness_is_what_the_overlaps_show_away_from_the_edges(case):
    layer, _, _ = case
    layer = ConvTranspose2d(1, 1, layer.kernel_size, layer.stride, dilation=layer.dilation)
    counts = overlaps(layer, (1, 12, 12))
    inside = [slice(span, -span) for span in layer.extent]
    down, across = counts[inside[0], counts.shape[1] // 2], counts[counts.shape[0] // 2, inside[1]]
    if down.max() and across.max():
        assert evenness(layer) == (len(set(down.tolist())) == 1, len(set(across.tolist())) == 1)


@given(cases)
def test_a_convolution_maps_all_twins_to_the_inputs_size_and_no_other(case):
    layer, x, _ = case
    for size, all_twins, *settings in zip(
        x.shape[1:], twins(layer, x.shape), layer.kernel, layer.strides, layer.paddings, layer.dilations, strict=True
    ):
        for twin in range(max(1, all_twins[0] - 3), all_twins[-1] + 4):
            try:
                back = shapes.conv_size(twin, *settings)
            except ValueError:
                continue
            assert (back == size) == (twin in all_twins)
