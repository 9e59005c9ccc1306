"""Other ways to compute a transposed convolution, and when kernel and stride make its output uneven."""

from dataclasses import dataclass

import numpy as np

from engine.layers.base import Shape
from engine.layers.conv import Conv2d
from engine.layers.conv_transpose import ConvTranspose2d
from engine.trace import NONE

MOST_PADDING = 7  # what a Conv2d's own padding is used for; the rest is written as zeros


@dataclass(frozen=True)
class Stamp:
    """What one input cell lays on one output channel: its value times the kernel.

    cell: (channel, row, column). laid: (H_out, W_out), 0 where it lays nothing. reached: True where it does.
    """

    cell: tuple[int, int, int]
    value: float
    laid: np.ndarray
    reached: np.ndarray


def stamps(
    layer: ConvTranspose2d,
    input: np.ndarray,
    weight: np.ndarray,
    channel: int,
    reaching: tuple[int, int] | None = None,
) -> list[Stamp]:
    """Return the stamp of every input cell that an output channel reads, channel by channel, row by row.

    reaching: an output row and column; only the stamps that reach it.
    """
    per_group, each = layer.in_channels // layer.groups, layer.out_channels // layer.groups
    first = channel // each * per_group
    made = []
    for c in range(first, first + per_group):
        kernel = weight[c, channel % each]
        for i, j in np.ndindex(input.shape[1:]):
            if reaching is not None and not _reaches(layer, (i, j), reaching):
                continue
            laid, reached = (_laid(layer, input.shape, k, i, j) for k in (input[c, i, j] * kernel, kernel == kernel))
            made.append(Stamp((c, i, j), float(input[c, i, j]), laid, reached > 0))
    return made


def _reaches(layer: ConvTranspose2d, cell: tuple[int, int], place: tuple[int, int]) -> bool:
    """Whether the stamp of an input row and column reaches an output row and column."""
    axes = zip(cell, place, layer.strides, layer.paddings, layer.extent, layer.dilations, strict=True)
    return all(at + cut - k * stride in range(0, span, step) for k, at, stride, cut, span, step in axes)


def stamped(
    layer: ConvTranspose2d, input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None
) -> np.ndarray:
    """Return the layer's output as the sum of all stamps, and the bias."""
    output = np.zeros(layer.output_shape(input.shape))
    per_group, each = layer.in_channels // layer.groups, layer.out_channels // layer.groups
    for c, i, j in np.ndindex(input.shape):
        group = slice(c // per_group * each, (c // per_group + 1) * each)
        output[group] += _laid(layer, input.shape, input[c, i, j] * weight[c], i, j)
    return output if bias is None else output + bias[:, None, None]


def _laid(layer: ConvTranspose2d, input_shape: Shape, kernel: np.ndarray, row: int, column: int) -> np.ndarray:
    """Return a kernel (…, kH, kW) laid on an empty output where the input cell's stamp goes; padding cuts it."""
    (s_h, s_w), (d_h, d_w), (span_h, span_w) = layer.strides, layer.dilations, layer.extent
    (top, left), (below, right) = layer.paddings, layer.output_paddings
    height, width = input_shape[-2:]
    size = (height - 1) * s_h + span_h + below, (width - 1) * s_w + span_w + right
    whole = np.zeros((*kernel.shape[:-2], *size))
    y, x = row * s_h, column * s_w
    whole[..., y : y + span_h : d_h, x : x + span_w : d_w] = kernel
    return whole[..., top : size[0] - top, left : size[1] - left]


@dataclass(frozen=True)
class Stretched:
    """An ordinary convolution that gives a transposed one's output.

    input: the input with stride − 1 zeros between its cells (and where padding alone will not do, around them).
    inserted: (H, W) True for those zeros. layer, weight: stride 1, each kernel turned by half a turn.
    """

    input: np.ndarray
    inserted: np.ndarray
    layer: Conv2d
    weight: np.ndarray


def stretched(layer: ConvTranspose2d, input: np.ndarray, weight: np.ndarray) -> Stretched:
    """Return the convolution of stride 1 that a transposed convolution is."""
    (s_h, s_w), (height, width), (down, across) = layer.strides, input.shape[1:], layer.output_paddings
    spread = np.zeros((len(input), (height - 1) * s_h + 1 + down, (width - 1) * s_w + 1 + across))
    inserted = np.ones(spread.shape[1:], bool)
    cells = np.s_[..., : (height - 1) * s_h + 1 : s_h, : (width - 1) * s_w + 1 : s_w]
    spread[cells], inserted[cells] = input, False
    padding = []
    for axis, (span, cut) in enumerate(zip(layer.extent, layer.paddings, strict=True)):
        margin = span - 1 - cut
        own = margin if 0 <= margin <= MOST_PADDING else 0
        padding.append(own)
        spread, inserted = _widened(spread, axis + 1, margin - own, 0.0), _widened(inserted, axis, margin - own, True)
    convolution = Conv2d(
        layer.in_channels, layer.out_channels, layer.kernel, padding=tuple(padding), dilation=layer.dilation,
        groups=layer.groups, bias=layer.bias,
    )  # fmt: skip
    return Stretched(spread, inserted, convolution, layer.filters(weight)[:, :, ::-1, ::-1].copy())


def _widened(array: np.ndarray, axis: int, by: int, value) -> np.ndarray:
    """Return an array with `by` more at both ends of an axis, or fewer where negative."""
    if by < 0:
        return np.take(array, range(-by, array.shape[axis] + by), axis)
    return np.pad(array, [(by, by) if k == axis else (0, 0) for k in range(array.ndim)], constant_values=value)


def difference(
    layer: ConvTranspose2d,
    input: np.ndarray,
    gathered: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
) -> float:
    """Return the largest difference between gathering (the trace's output), stamping, and convolving the stretched
    input."""
    parameters = {"bias": bias} if layer.bias else {}
    other = stretched(layer, input, weight)
    ways = stamped(layer, input, weight, bias), other.layer.forward(other.input, weight=other.weight, **parameters)
    return float(max(np.abs(gathered - way).max() for way in ways))


def overlaps(layer: ConvTranspose2d, input_shape: Shape) -> np.ndarray:
    """Return how many input cells of a channel reach each output cell, (H_out, W_out)."""
    windows = layer.windows(input_shape)
    size = len(windows.rows.outputs), len(windows.columns.outputs)
    return (windows.reads() != NONE).sum(axis=1).reshape(size)


def evenness(layer: ConvTranspose2d) -> tuple[bool, bool]:
    """Whether, away from the edges, every output row, and every column, gets the same number of stamps."""
    axes = zip(layer.kernel, layer.strides, layer.dilations, strict=True)
    counts = [np.bincount(np.arange(k) * d % s, minlength=s) for k, s, d in axes]
    return tuple(bool((count == count[0]).all()) for count in counts)


def twins(layer: ConvTranspose2d, input_shape: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return, down and across, the sizes that a convolution with these settings maps to the input's size.

    They are what output_padding 0, 1, … (stride − 1) gives back.
    """
    sizes = layer.output_shape(input_shape)[-2:]
    return tuple(
        tuple(range(size - extra, size - extra + stride))
        for size, extra, stride in zip(sizes, layer.output_paddings, layer.strides, strict=True)
    )
