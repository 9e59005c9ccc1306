"""Kernels as pictures: the first layer's in colour, any layer's with its signs, and a neuron's weights as maps."""

import numpy as np

from engine.cached import Kept
from engine.network.blocks import called, own
from pages.states.inside import knobs
from pages.states.inside.state import InsideState
from pages.states.inside.view import montage
from pages.states.sheet import Sheet
from pages.states.sheet.parts import fingerprint
from pages.states.sheet.png import address, largest_size
from pages.states.sheet.writing import plain

SIDE = 30
LEARNED = "First layers usually learn edges, and pairs of opposite colours."
WHITENED = (
    "These were not trained: they are computed from the training pictures (whitening: the principal directions of "
    "their small patches, see whiten in engine/pytorch/model.py). The later layers are learned."
)
_SHEETS = Kept(20)


def fill(page: Sheet, state: InsideState) -> None:
    """Put the kernels of a layer to choose on the page, and those of its chosen channel.

    All kernels of a layer are a large picture, so it is asked for beside the page, once for a layer.
    """
    knob = knobs.kernels(state)
    if knob is None:
        page.caption("This network has no convolution and no linear layer outside of blocks.")
        return
    page.row().knobs([knob], "kernels")
    number = state.kernels_of
    weight = own(state.parameters, str(number - 1))["weight"]
    channel = _channel(state, number, len(weight))
    if weight.ndim == 2:
        _neuron(page, state, weight, channel)
    elif _is_coloured(state, weight):
        _coloured(page, weight, whitened=bool(state.trained.config and state.trained.config.whiten))
        return
    else:
        _filter(page, weight, channel)
    page.ask("kernels", "Draw all weights", fingerprint(*state.model.version, number), at_once=True)


def whole(state: InsideState) -> Sheet:
    """Return all weights of the layer whose kernels are shown."""
    page, number = Sheet(), state.kernels_of
    weight = own(state.parameters, str(number - 1))["weight"]
    png = _SHEETS.get((*state.model.version, number), lambda: _all(weight))
    if weight.ndim == 2:
        page.text(f"**All weights**, {weight.shape[0]}×{weight.shape[1]}: a row for each output")
        grow = max(1, min(12, 1100 // weight.shape[1]))
        page.html(_image(png, weight.shape[1] * grow, weight.shape[0] * 12))
        return page
    count, inside, *size = weight.shape
    height, width = (n * 2 + 2 for n in size)
    page.text(f"**All {count} filters**, a row each: {count}×{inside} kernels")
    page.html(_image(png, inside * width, count * height))
    page.caption("Blue above 0, orange below, paler near 0.")
    return page


def _all(weight: np.ndarray) -> str:
    """Return all weights of a layer as one picture."""
    if weight.ndim == 2:
        return montage(weight[None], 1, 1)
    count, inside, *size = weight.shape
    return montage(weight.reshape(count * inside, *size), inside, 2)


def _is_coloured(state: InsideState, weight: np.ndarray) -> bool:
    """Whether a layer's kernels are pictures in colour: those of the first layer, for red, green and blue."""
    return weight.shape[1] == 3 and state.kernels_of == state.kernel_layers[0]


def _channel(state: InsideState, number: int, count: int) -> int:
    """Return the channel that is open, as far as the layer has it."""
    shown, channel = state.channel
    return channel if channel < count and shown >= number else 0


def _coloured(page: Sheet, weight: np.ndarray, whitened: bool) -> None:
    page.text(f"**The first layer's filters in colour**, {'×'.join(map(str, weight.shape))}")
    page.html(strip([_colour_png(kernel) for kernel in weight], weight.shape[2:], range(len(weight)), 56))
    page.caption(
        "R, G and B of each weight as one colour: grey is 0, brighter is above, darker is below. The largest weight "
        f"of each filter has the full colour. {WHITENED if whitened else LEARNED}"
    )


def _filter(page: Sheet, weight: np.ndarray, channel: int) -> None:
    """Draw one filter's kernels."""
    inside = weight.shape[1]
    page.text(f"**Filter {channel}**: {inside} kernels of {'×'.join(map(str, weight.shape[2:]))}")
    page.html(strip(_pictures(weight[channel]), weight.shape[2:], range(inside), SIDE))


def _neuron(page: Sheet, state: InsideState, weight: np.ndarray, neuron: int) -> None:
    """Draw one neuron's weights as maps, where its inputs were maps."""
    number = state.kernels_of
    name = state.classes[neuron] if number >= state.network.logits else f"number {neuron}"
    shape = state.output(number - 2).shape if number > 1 and called(state.layer(number - 1)) == "Flatten" else None
    if shape is not None and len(shape) == 3 and shape[1] * shape[2] > 1:
        page.text(f"**The weights of {plain(name)}**, {'×'.join(map(str, shape))}")
        maps = weight[neuron].reshape(shape)
        page.html(strip(_pictures(maps), shape[1:], range(shape[0]), SIDE))
        page.caption("As maps: each weight stands where the number that it multiplies stood before Flatten.")


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
        f'<figure><img alt="" src="{png}" style="width:{side}px;height:{side * height // width}px">'
        f"<figcaption>{name}</figcaption></figure>"
        for name, png in zip(names, pictures, strict=True)
    )
    return f'<div class="inside-strip">{figures}</div>'


def _image(png: str, width: int, height: int) -> str:
    return f'<div class="inside-whole"><img alt="" src="{png}" style="width:{width}px;height:{height}px"></div>'
