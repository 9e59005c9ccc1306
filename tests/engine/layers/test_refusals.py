"""A layer refuses what torch refuses, and takes what torch takes: over random settings and shapes, possible or not."""

import warnings

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.layers import LAYERS, Conv2d
from engine.network import Network
from engine.writing.setting import settings as declared
from tests.depth import cases
from tests.engine.parity import numbers

IN_STACKS = sorted(name for name, cls in LAYERS.items() if not cls.arguments)
DRAWN = {
    "kernel_size": numbers(1, 5),
    "stride": numbers(1, 4),
    "padding": st.one_of(numbers(0, 5), st.sampled_from(["same", "valid"])),
    "dilation": numbers(1, 4),
    "output_padding": numbers(0, 3),
    "groups": st.integers(1, 4),
    "scale_factor": numbers(1, 3),
    "output_size": st.one_of(numbers(1, 5), st.sampled_from([(None, 2), (3, None)])),
}
STRICTER = ("BatchNorm2d", "GroupNorm")
"""torch does not count the channels of a norm without weights, and has the second picture's numbers to divide by."""
MAPS = st.tuples(st.integers(1, 4), st.integers(1, 7), st.integers(1, 7))


@st.composite
def tried(draw, name: str):
    """A layer's settings and an input's shape, possible or not; what arrives mostly fits."""
    cls, shape = LAYERS[name], draw(MAPS)
    if cls.sequences:
        shape = (shape[0], 1, shape[2])
    given_ = {}
    for setting, one in declared(cls).items():
        if one.default is not ... and draw(st.booleans()):
            continue
        if setting == "padding" and "same" not in one.words:
            given_[setting] = draw(numbers(0, 5))
        elif setting in DRAWN:
            given_[setting] = draw(DRAWN[setting])
        elif one.kind == "bool":
            given_[setting] = draw(st.booleans())
        elif one.choices:
            given_[setting] = draw(st.sampled_from(one.choices))
        elif one.kind == "int":
            given_[setting] = draw(st.integers(1, 6))
        else:
            given_[setting] = one.default
        if cls.sequences and isinstance(given_[setting], tuple):
            given_[setting] = given_[setting][0]
    arriving = {setting: shape[axis] for setting, axis in cls.arriving().items()}
    return given_ | {key: value for key, value in arriving.items() if draw(st.integers(0, 9))}, shape


def ours(name: str, given_: dict, shape: tuple[int, ...]):
    try:
        return Network(shape, (LAYERS[name](**given_),)).output_shape
    except ValueError:
        return None


def theirs(name: str, given_: dict, shape: tuple[int, ...]):
    """Return the shape of what torch gives on real numbers, two pictures; None where it refuses."""
    sequences = LAYERS[name].sequences
    x = torch.ones(2, *((shape[0], shape[2]) if sequences else shape))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            out = tuple(getattr(torch.nn, name)(**given_).eval()(x).shape[1:])
    except (ValueError, RuntimeError, IndexError):
        return None
    if 0 in out:  # a transposed convolution whose padding cuts all off
        return None
    return (out[0], 1, out[1]) if sequences else out


@pytest.mark.parametrize("name", IN_STACKS)
@settings(max_examples=cases(150))
@given(data=st.data())
def test_a_layer_refuses_what_torch_refuses(name, data):
    given_, shape = data.draw(tried(name))
    mine, torchs = ours(name, given_, shape), theirs(name, given_, shape)
    if mine is None and name in STRICTER:
        return
    assert mine == torchs, (given_, shape)


@pytest.mark.parametrize("mode", ["reflect", "circular"])
def test_padding_that_repeats_cells_needs_enough_of_them(mode):
    with pytest.raises(ValueError, match=f"{mode} padding"):
        Network((1, 2, 2), (Conv2d(1, 1, 3, padding=3, padding_mode=mode),)).shapes()
