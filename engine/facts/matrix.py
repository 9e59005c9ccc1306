"""A convolution as one matrix product: each window a column (im2col), each filter a row."""

from dataclasses import dataclass

import numpy as np

from engine import functional as F
from engine.layers.conv import Convolution

BESIDE = 3  # columns that are kept on each side of one


@dataclass(frozen=True)
class Product:
    """weights (filters, cells) × columns (cells, windows) = output (filters, windows), without the bias.

    filters, windows: the number of the first row and of the first column; count: of all windows. row, column: those of
    the output cell that it is about, within what is kept.
    """

    weights: np.ndarray
    columns: np.ndarray
    output: np.ndarray
    filters: int
    windows: int
    count: int
    row: int
    column: int


def product(layer: Convolution, input: np.ndarray, weight: np.ndarray, place: tuple[int, int, int]) -> Product:
    """Return the product around one output cell (filter, row, column): its group's filters, the windows beside its own.

    input: (C, H, W). Source: Chellapilla, Puri and Simard, "High performance convolutional neural networks for document
    processing" (2006).
    """
    o, i, j = place
    each, width = layer.out_channels // layer.groups, layer.output_shape(input.shape)[2]
    group, window = o // each, i * width + j
    channels = slice(group * layer.read_channels, (group + 1) * layer.read_channels)
    columns = F.unfold(layer.pad(input)[channels], layer.kernel, dilation=layer.dilations, stride=layer.strides)
    first, last = max(0, window - BESIDE), window + BESIDE + 1
    kept = columns[:, first:last]
    weights = weight[group * each : (group + 1) * each].reshape(each, -1).astype(np.float64)
    return Product(
        weights,
        kept,
        weights @ kept,
        filters=group * each,
        windows=first,
        count=columns.shape[1],
        row=o % each,
        column=window - first,
    )
