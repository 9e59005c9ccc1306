"""Slips in counts: parameters, multiply-adds, receptive field, what Linear takes in."""

from collections.abc import Iterator, Sequence
from math import prod

from engine.layers import Layer, Linear
from engine.layers.base import Shape
from engine.layers.kerneled import Filtered
from engine.network.receptive import fields
from engine.slips.form import Blank, Slip


def parameters(layer: Layer, input_shape: Shape) -> Blank:
    """Return the blank of a layer's number of weights and biases. input_shape: what comes in, for a slip with it."""
    slips: Iterator[Slip] | tuple = ()
    look = "It has nothing to learn: no weights, no biases."
    if isinstance(layer, Filtered):
        look, slips = _filter_look(layer), _filters(layer, input_shape)
    elif isinstance(layer, Linear):
        look = f"There are {layer.out_features} neurons, each with {layer.in_features} weights{_one_bias(layer)}."
        slips = _neurons(layer, look)
    elif layer.parameter_count:
        look = f"There are one γ and one β for each of the {layer.parameter_shapes()['weight'][0]} channels."
        slips = (
            Slip("biases-forgotten", float(layer.parameter_count // 2), "left out β", look),
            Slip("statistics-counted", float(2 * layer.parameter_count), "counted the running statistics",
                 f"Running mean and variance are kept, not trained. {look}"),
            Slip("positions-counted", float(layer.parameter_count * prod(input_shape[-2:])),
                 "counted every cell", look),
        )  # fmt: skip
    else:
        window = prod(getattr(layer, "kernel", (1,)))
        slips = (
            Slip("window-counted", float(window), "counted the cells of the window", look),
            Slip("window-counted", float(window * input_shape[0]), "counted the cells of the windows", look),
        )
    return Blank.of("parameters", float(layer.parameter_count), look, slips)


def _one_bias(layer: Layer) -> str:
    return " and one bias" if layer.bias else ", no bias"


def _filter_look(layer: Filtered) -> str:
    height, width = layer.kernel
    filters = "There is 1 filter" if layer.out_channels == 1 else f"There are {layer.out_channels} filters, each"
    return f"{filters} with {layer.read_channels} × {height} × {width} weights{_one_bias(layer)}."


def _filters(layer: Filtered, input_shape: Shape) -> Iterator[Slip]:
    filters, read, cells = layer.out_channels, layer.read_channels, prod(layer.kernel)
    weights, biases, look = filters * read * cells, filters if layer.bias else 0, _filter_look(layer)
    each = f"Each filter has one kernel for each of the {read} channels that it reads. {look}"
    if read > 1:
        yield Slip("channels-forgotten", float(filters * cells + biases), "left out the input's channels", each)
    if biases:
        yield Slip("biases-forgotten", float(weights), "left out the biases", look)
        yield Slip("bias-single", float(weights + 1), "counted one bias for all filters", look)
        yield Slip("biases-per-weight", float(2 * weights), "counted a bias for each weight", look)
        yield Slip("biases-per-kernel", float(weights + filters * read), "counted a bias for each kernel", look)
        if read > 1:
            both = float(filters * cells)
            yield Slip("channels-forgotten", both, "left out the input's channels and the biases", each)
    else:
        yield Slip("biases-counted", float(weights + filters), "counted biases; here bias=False", look)
    if layer.groups > 1:
        full = f"With groups={layer.groups} a filter reads {read} channels alone. {look}"
        yield Slip("groups-ignored", float(weights * layer.groups + biases), "left out the groups", full)
        yield Slip("groups-shared", float(weights / layer.groups + biases), "shared the filters out too", full)
    one = read * cells + (1 if biases else 0)
    yield Slip("one-filter", float(one), "counted one filter", look)
    positions = prod(layer.output_shape(input_shape)[-2:])
    shared = f"A filter keeps its weights wherever it lies. {look}"
    yield Slip("positions-counted", float((weights + biases) * positions), "counted every place of a filter", shared)
    if cells != layer.kernel[0]:
        side = float(filters * read * layer.kernel[0] + biases)
        yield Slip("kernel-side", side, "took the kernel's side alone", look)


def _neurons(layer: Linear, look: str) -> Iterator[Slip]:
    inward, outward = layer.in_features, layer.out_features
    if layer.bias:
        yield Slip("biases-forgotten", float(inward * outward), "left out the biases", look)
        yield Slip("bias-single", float(inward * outward + 1), "counted one bias for all neurons", look)
        yield Slip("biases-per-weight", float(2 * inward * outward), "counted a bias for each weight", look)
        yield Slip("biases-per-input", float(inward * outward + inward), "counted a bias for each input", look)
    yield Slip("added-features", float(inward + outward), "added inputs and neurons", look)


def multiply_adds(layer: Filtered, input_shape: Shape) -> Blank:
    """Return the blank of how many multiply-adds a convolution takes for one picture."""
    output = layer.output_shape(input_shape)
    filters, positions, cells = layer.out_channels, prod(output[-2:]), prod(layer.kernel)
    one = layer.read_channels * cells
    right = float(layer.multiply_adds(input_shape))
    products = f"{layer.read_channels} × {' × '.join(map(str, layer.kernel))} products"
    look = f"There are {filters} × {output[-2]} × {output[-1]} output cells, each with {products}."
    slips = [
        Slip("channels-forgotten", right / layer.read_channels, "left out the channels that a filter reads", look),
        Slip("positions-forgotten", float(filters * one), "counted the weights, at one place alone", look),
        Slip("one-filter", right / filters, "counted one filter", look),
        Slip("input-positions", float(filters * one * prod(input_shape[-2:])),
             "counted the input's cells for the places of a window", look),
        Slip("biases-counted", right + filters * positions, "counted the biases too",
             f"A bias is added, not multiplied. {look}"),
        Slip("counted-twice", 2 * right, "counted multiplication and addition apart",
             f"A multiply-add is both in one. {look}"),
        Slip("kernel-forgotten", right / cells, "left out the kernel's cells", look),
    ]  # fmt: skip
    if layer.groups > 1:
        slips.append(Slip("groups-ignored", right * layer.groups, "left out the groups", look))
    return Blank.of("multiply-adds", right, look, slips)


def receptive_field(layers: Sequence[Layer], input_shape: Shape, axis: int = 0) -> Blank:
    """Return the blank of how many input cells, along one axis, one cell of the last layer sees."""
    field = fields(layers, input_shape)[-1]
    windows, shape = [], input_shape
    for layer in layers:
        windows.append((layer.window(shape) or (None, None))[axis])
        shape = layer.output_shape(shape)
    windows = [w for w, layer in zip(windows, layers, strict=True) if w is not None and hasattr(layer, "kernel")]
    jumps = [prod(w.stride for w in windows[:k]) for k in range(len(windows))]
    lines = [f"({w.span} − 1) × {jump}" for w, jump in zip(windows, jumps, strict=True)]
    right = float(field[axis].size)
    look = f"Each layer adds (span − 1) × the strides before it: 1 + {' + '.join(lines)}."
    plain = 1 + sum(w.span - 1 for w in windows)
    late = 1 + sum((w.span - 1) * jump * w.stride for w, jump in zip(windows, jumps, strict=True))
    kernels = [getattr(layer, "kernel", (1, 1))[axis] for layer in layers]
    kernels = [k for k, layer in zip(kernels, layers, strict=True) if hasattr(layer, "kernel")]
    close = 1 + sum((k - 1) * jump for k, jump in zip(kernels, jumps, strict=False))
    slips = [
        Slip("stride-ignored", float(plain), "left out the strides", look),
        Slip("dilation-ignored", float(close), "left out the dilation", look),
        Slip("kernels-added", float(sum(w.span for w in windows)), "added the kernels' sizes",
             f"Windows of neighbours overlap. {look}"),
        Slip("kernels-multiplied", float(prod(w.span for w in windows)), "multiplied the kernels' sizes",
             f"Windows of neighbours overlap. {look}"),
        Slip("last-kernel", float(windows[-1].span if windows else 1), "took the last kernel alone", look),
        Slip("plus-1-forgotten", right - 1, "left out the cell itself", look),
        Slip("stride-too-early", float(late), "counted a layer's own stride already", look),
    ]  # fmt: skip
    return Blank.of("receptive field", right, look, slips)


def in_features(shape: tuple[int, int, int]) -> Blank:
    """Return the blank of what Linear must take in behind Flatten, for maps of a shape."""
    channels, height, width = shape
    look = f"Flatten puts all {channels} × {height} × {width} numbers into one vector."
    slips = [
        Slip("channels-forgotten", float(height * width), "left out the channels", look),
        Slip("sides-added", float(channels + height + width), "added the sizes", look),
        Slip("one-side", float(channels * height), "counted one side alone", look),
        Slip("channels-only", float(channels), "counted the channels alone", look),
        Slip("biases-counted", float(channels * height * width + 1), "counted a bias", look),
    ]
    return Blank.of("in_features", float(channels * height * width), look, slips)
