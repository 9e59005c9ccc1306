"""Kernels as pictures: the first layer's in colour, any layer's with its signs, and a neuron's weights as maps."""

import numpy as np
import streamlit as st

from engine.layers import Conv2d, Linear
from engine.network.blocks import called, own
from pages.states.inside.state import InsideState
from pages.states.sheet.colors import colors
from pages.states.sheet.png import address, largest_size
from pages.states.sheet.writing import plain
from pages.ui.inside.view import montage

SIDE = 30
_LINE = colors("light")["line"]
LAYER = "inside.kernels.layer"
LEARNED = "First layers usually learn edges, and pairs of opposite colours."
WHITENED = (
    "These were not trained: they are computed from the training pictures (whitening: the principal directions of "
    "their small patches, see whiten in engine/pytorch/model.py). The later layers are learned."
)


def with_weights(state: InsideState) -> list[int]:
    """Return the numbers of the layers that have a weight to show."""
    return [k for k, layer in enumerate(state.network.layers, start=1) if isinstance(layer, Conv2d | Linear)]


def draw(state: InsideState) -> None:
    """Draw the kernels of a layer to choose, and those of its chosen channel."""
    numbers = with_weights(state)
    if not numbers:
        st.caption("This network has no convolution and no linear layer outside of blocks.")
        return
    number, _ = state.channel
    here = max((k for k in numbers if k <= number), default=numbers[0])
    if st.session_state.get("inside.kernels.for") != (state.model.key, here):
        st.session_state["inside.kernels.for"] = (state.model.key, here)
        st.session_state[LAYER] = here
    if st.session_state.get(LAYER) not in numbers:
        st.session_state[LAYER] = here
    number = st.segmented_control(
        "Layer", numbers, key=LAYER, format_func=lambda k: f"{k} {called(state.layer(k))}", required=True
    )
    weight = own(state.parameters, str(number - 1))["weight"]
    channel = _channel(state, number, len(weight))
    if weight.ndim == 2:
        _neuron(state, number, weight, channel)
    elif weight.shape[1] == 3 and number == numbers[0]:
        _coloured(weight, whitened=state.trained.config.whiten)
    else:
        _signed(state.model.version, number, weight, channel)


def _channel(state: InsideState, number: int, count: int) -> int:
    """Return the channel that is open, as far as the layer has it."""
    shown, channel = state.channel
    return channel if channel < count and shown >= number else 0


def _coloured(weight: np.ndarray, whitened: bool) -> None:
    st.markdown(f"**The first layer's filters in colour**, {'×'.join(map(str, weight.shape))}")
    st.html(strip([_colour_png(kernel) for kernel in weight], weight.shape[2:], range(len(weight)), 56))
    st.caption(
        "R, G and B of each weight as one colour: grey is 0, brighter is above, darker is below. The largest weight "
        f"of each filter has the full colour. {WHITENED if whitened else LEARNED}"
    )


def _signed(key: tuple, number: int, weight: np.ndarray, channel: int) -> None:
    """Draw one filter's kernels and those of all. key: the network's file."""
    count, inside = weight.shape[:2]
    st.markdown(f"**Filter {channel}**: {inside} kernels of {'×'.join(map(str, weight.shape[2:]))}")
    pictures = _pictures(weight[channel])
    st.html(strip(pictures, weight.shape[2:], range(inside), SIDE))
    st.markdown(f"**All {count} filters**, a row each: {count}×{inside} kernels")
    height, width = (n * 2 + 2 for n in weight.shape[2:])
    st.html(_image(_sheet(key, number, weight), inside * width, count * height))
    st.caption("Blue above 0, orange below, paler near 0.")


@st.cache_data(max_entries=20, show_spinner=False)
def _sheet(key: tuple, number: int, _weight: np.ndarray) -> str:
    """Return all kernels of a layer as one picture, computed once for a network."""
    count, inside, *size = _weight.shape
    return montage(_weight.reshape(count * inside, *size), inside, 2)


def _neuron(state: InsideState, number: int, weight: np.ndarray, neuron: int) -> None:
    """Draw one neuron's weights; as maps where its inputs were maps."""
    last = number >= state.network.logits
    name = state.classes[neuron] if last else f"number {neuron}"
    shape = state.output(number - 2).shape if number > 1 and called(state.layer(number - 1)) == "Flatten" else None
    if shape is not None and len(shape) == 3 and shape[1] * shape[2] > 1:
        st.markdown(f"**The weights of {plain(name)}**, {'×'.join(map(str, shape))}")
        maps = weight[neuron].reshape(shape)
        st.html(strip(_pictures(maps), shape[1:], range(shape[0]), SIDE))
        st.caption("As maps: each weight stands where the number that it multiplies stood before Flatten.")
    st.markdown(f"**All weights**, {weight.shape[0]}×{weight.shape[1]}: a row for each output")
    grow = max(1, min(12, 1100 // weight.shape[1]))
    st.html(_image(montage(weight[None], 1, 1), weight.shape[1] * grow, weight.shape[0] * 12))


def _pictures(maps: np.ndarray) -> list[str]:
    """Return maps as pictures on one scale."""
    return [montage(one[None], 1, 1, largest_size(maps)) for one in maps]


def _colour_png(kernel: np.ndarray) -> str:
    pixels = np.rint(127.5 + 127.5 * kernel / largest_size(kernel)).astype(np.uint8)
    return address(np.ascontiguousarray(pixels.transpose(1, 2, 0)))


def strip(pictures: list[str], size: tuple[int, int], names: range, side: int) -> str:
    """Return pictures with their numbers, as HTML."""
    height, width = size
    figures = "".join(
        f'<figure style="margin:0;text-align:center"><img alt="" src="{png}" style="width:{side}px;'
        f'height:{side * height // width}px;image-rendering:pixelated;border:1px solid {_LINE}">'
        f'<figcaption style="font-size:11px;line-height:1.2">{name}</figcaption></figure>'
        for name, png in zip(names, pictures, strict=True)
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:5px">{figures}</div>'


def _image(png: str, width: int, height: int) -> str:
    return (
        f'<div style="overflow-x:auto"><img alt="" src="{png}" style="width:{width}px;height:{height}px;max-width:none;'
        f'image-rendering:pixelated;border:1px solid {_LINE}"></div>'
    )
