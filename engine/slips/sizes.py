"""Slips in sizes: of the output of layers with windows, and of the padding that keeps one."""

from collections.abc import Iterator
from math import ceil, floor, prod

from engine.functional.working import Working
from engine.layers import AdaptiveAvgPool2d, ConvTranspose2d, Flatten, Layer, Linear, Upsample
from engine.layers.base import Shape
from engine.slips.form import Blank, Slip

AXES = ("height", "width")


def size(layer: Layer, input_shape: Shape, axis: int) -> Blank:
    """Return the blank of the output's height (axis 0) or width (1). The layer has windows: convolution or pooling."""
    working = layer.working(input_shape)[axis]
    look = f"It is {working.formula.text}: {working.substitution.text}."
    return Blank.of(f"output {AXES[axis]}", float(working.size), look, _size_slips(layer, input_shape, axis, working))


def shape(layer: Layer, input_shape: Shape) -> Blank:
    """Return the blank of the output's whole shape, such as (C, H, W)."""
    output = layer.output_shape(input_shape)
    if hasattr(layer, "kernel") and len(output) == 3:
        working = layer.working(input_shape)
        look = " ".join(f"{'HW'[k]} is {one.substitution.text}." for k, one in enumerate(working))
        slips = [*_channel_slips(layer, input_shape, output), *_shape_slips(layer, input_shape, output)]
    else:
        look = _rule(layer, input_shape, output)
        slips = list(_kept(layer, input_shape, output, look))
    alike = ((output[0], output[-1]),) if layer.sequences and len(output) == 3 else ()
    return Blank.of("shape of the output", tuple(output), look, slips, alike=alike)


def _rule(layer: Layer, input_shape: Shape, output: Shape) -> str:
    """Return how the output's shape follows, of a layer without windows that slide."""
    if isinstance(layer, Upsample):
        height, width = input_shape[-2:]
        down, across = output[-2] // height, output[-1] // width
        return f"Each cell becomes {down} × {across} cells: H is {height} × {down}, W is {width} × {across}."
    if isinstance(layer, AdaptiveAvgPool2d):
        keeps = "; None keeps the input's" if "None" in str(layer.output_size) else ", whatever the input's are"
        return f"H and W are output_size, here {layer.output_size}{keeps}. Each channel is pooled by itself."
    if isinstance(layer, Flatten):
        return f"All numbers stand in one row; the input has {_by(input_shape)} of them."
    if isinstance(layer, Linear):
        return f"Each of the {layer.out_features} neurons gives one number, however many it reads."
    if output == input_shape:
        return f"Each number becomes one number, so the shape stays: the input is {_by(input_shape)}."
    return f"The input is {_by(input_shape)}."


def _kept(layer: Layer, input_shape: Shape, output: Shape, look: str) -> Iterator[Slip]:
    yield Slip("size-kept", tuple(input_shape), "kept the input's shape", look)
    if isinstance(layer, Flatten) and len(input_shape) > 1:
        yield Slip("flatten-channel-forgotten", (prod(input_shape[-2:]),), "counted one channel alone", look)
    if len(output) == 3:
        yield from _channel_slips(layer, input_shape, output)


def padding(layer: Layer, input_size: int, axis: int = 0) -> Blank:
    """Return the blank of the padding that keeps a size at stride 1: (D (F − 1)) ÷ 2. The kernel's span is odd."""
    kernel, dilation = layer.kernel[axis], layer.dilations[axis]
    total = dilation * (kernel - 1)
    look = f"The output is H − D (F − 1) + 2P; it stays {input_size} where 2P = {dilation} × ({kernel} − 1) = {total}."
    slips = [
        Slip("padding-once", float(total), "counted the padding once", f"Padding lies on both sides. {look}"),
        Slip("padding-kernel", float(kernel), "took the kernel's size", look),
        Slip("padding-half", kernel / 2, "halved the kernel's size", look),
        Slip("padding-half", float(ceil(kernel / 2)), "halved the kernel's size and rounded up", look),
        Slip("dilation-ignored", (kernel - 1) / 2, "left out the dilation", look),
        Slip("kernel-1-forgotten", dilation * kernel / 2, "did not take 1 off the kernel's size", look),
        Slip("padding-ignored", 0.0, "left out the padding", f"Without padding {total} cells are lost. {look}"),
    ]
    return Blank.of("padding", total / 2, look, slips)


def _size_slips(layer: Layer, input_shape: Shape, axis: int, working: Working) -> Iterator[Slip]:
    if not hasattr(layer, "kernel"):
        return
    length, kernel, stride = input_shape[-2:][axis], layer.kernel[axis], layer.strides[axis]
    pads, dilation = sum(layer.pads[axis]), layer.dilations[axis]
    look = f"It is {working.formula.text}: {working.substitution.text}."
    if isinstance(layer, ConvTranspose2d):
        yield from _transposed(layer, length, kernel, stride, pads, dilation, axis, look)
        return
    span, ceils = dilation * (kernel - 1) + 1, getattr(layer, "ceil_mode", False)
    rounded, other = (ceil, floor) if ceils else (floor, ceil)

    def made(name: str, room: float, did: str, by: int = stride, plus: int = 1, function=rounded) -> Slip:
        return Slip(name, float(function(room / by) + plus), did, look)

    room = length + pads - span
    yield made("plus-1-forgotten", room, "left out the + 1, the first window", plus=0)
    if pads:
        yield made("padding-once", room - pads / 2, "counted the padding once; it lies on both sides")
        yield made("padding-ignored", room - pads, "left out the padding")
    yield made("ceil-for-floor", room, "rounded down" if ceils else "rounded up; whole strides only", function=other)
    if stride > 1:
        yield made("stride-ignored", room, "left out the stride", by=1)
    if dilation > 1:
        yield made("dilation-ignored", length + pads - kernel, "left out the dilation")
        yield made("kernel-1-forgotten", length + pads - dilation * kernel, "did not take 1 off the kernel's size")
    yield made("kernel-forgotten", length + pads, "did not take the kernel off")
    yield Slip("size-kept", float(length), "kept the input's size", look)
    if stride > 1:
        yield Slip("divided-only", float(length // stride), "only divided by the stride", look)


def _transposed(layer, length, kernel, stride, pads, dilation, axis, look) -> Iterator[Slip]:
    extra = layer.output_paddings[axis] if hasattr(layer, "output_paddings") else 0
    span = dilation * (kernel - 1) + 1
    right = (length - 1) * stride - pads + span + extra
    yield Slip("length-1-forgotten", float(length * stride - pads + span + extra),
               "counted one stride too many: between the stamps lie H − 1 strides", look)  # fmt: skip
    down = floor((length + pads - span) / stride) + 1
    yield Slip("convolution-for-transposed", float(max(down, 0)), "took the rule of a convolution", look)
    if pads:
        yield Slip("padding-added", float(right + 2 * pads), "added the padding; here it cuts off", look)
        yield Slip("padding-once", float(right + pads / 2), "counted the padding once; it is on both sides", look)
        yield Slip("padding-ignored", float(right + pads), "left out the padding", look)
    if extra:
        yield Slip("output-padding-forgotten", float(right - extra), "left out output_padding", look)
    yield Slip("kernel-forgotten", float(right - span), "left out the last kernel", look)
    if dilation > 1:
        yield Slip("dilation-ignored", float(right - span + kernel), "left out the dilation", look)
    yield Slip("times-only", float(length * stride), "only multiplied by the stride", look)


def _channel_slips(layer: Layer, input_shape: Shape, output: Shape) -> Iterator[Slip]:
    channels, height, width = output
    if hasattr(layer, "out_channels"):
        look = f"Each filter makes one output channel: {layer.out_channels}."
        yield Slip("channels-kept", (input_shape[0], height, width), "kept the input's channels", look)
        yield Slip("channels-multiplied", (input_shape[0] * channels, height, width),
                   "multiplied the channels", look)  # fmt: skip
    else:
        yield Slip("channels-merged", (1, height, width), "put the channels together",
                   f"Each channel is taken by itself: {channels} stay.")  # fmt: skip
    if height != width:
        yield Slip("sides-swapped", (channels, width, height), "swapped height and width",
                   "The height stands before the width.")  # fmt: skip
    yield Slip("channels-last", (height, width, channels), "put the channels last",
               "PyTorch writes channels, height, width.")  # fmt: skip


def _shape_slips(layer: Layer, input_shape: Shape, output: Shape) -> Iterator[Slip]:
    """Yield the slips of both sides at once: the same slip in the height and in the width."""
    sides = [{slip.name: slip for slip in size(layer, input_shape, axis).slips} for axis in (0, 1)]
    for name in dict.fromkeys([*sides[0], *sides[1]]):
        both = [side[name].value if name in side else float(output[1 + k]) for k, side in enumerate(sides)]
        slip = sides[0].get(name) or sides[1][name]
        yield Slip(name, (output[0], int(both[0]), int(both[1])), slip.did, slip.look)


def _by(numbers: Shape) -> str:
    return " × ".join(map(str, numbers))
