"""Where a layer's windows lie along each axis, and which cells none of them reaches: what the calculator draws."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from engine.cached import cached_property
from engine.functional import shapes
from engine.layers import Conv2d, ConvTranspose2d, Layer
from engine.layers.base import Shape
from engine.layers.pooling import Pool2d

LEAST = {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1, "output_padding": 0}
NAMED = 3  # a sentence lists at most so many cells


def axis_settings(layer: Layer, axis: int) -> dict[str, int | str | bool]:
    """Return a sliding layer's settings along one axis (0 down, 1 across), as the shape functions take them.

    Only the settings that its class has; a pooling's stride is its window's size where none is set.
    """
    found = {}
    for name, least in LEAST.items():
        if not hasattr(layer, name):
            continue
        value = getattr(layer, name)
        if value is None:
            value = layer.kernel_size
        found[name] = value if isinstance(value, str) else shapes.pair(value, name, least)[axis]
    if hasattr(layer, "ceil_mode"):
        found["ceil_mode"] = layer.ceil_mode
    return found


def axis_size(kind: type[Layer], length: int, settings: dict) -> int:
    """Return the output size of a class of layers along one axis; ValueError where it is impossible."""
    return _axis_size(kind, length, tuple(settings.items()))


@lru_cache(maxsize=4096)  # whoever looks for settings that give a size asks for the same ones again and again
def _axis_size(kind: type[Layer], length: int, settings: tuple[tuple[str, Any], ...]) -> int:
    if issubclass(kind, ConvTranspose2d):
        return shapes.conv_transpose_size(length, **dict(settings))
    return (shapes.pool_size if issubclass(kind, Pool2d) else shapes.conv_size)(length, **dict(settings))


@dataclass(frozen=True)
class Strip:
    """One axis of the array that windows lie on: a padded input that they read, or, for a transposed convolution,
    an output before `padding` is cut off, that the kernel is stamped on.

    letter: H or W. size: its cells in all. padding: how many of them are padding (before, after). windows: how many
    there are; taps: cells of the kernel; unreached: (size,), True where no window has a tap.
    """

    letter: str
    stamped: bool
    size: int
    padding: tuple[int, int]
    windows: int
    taps: int
    stride: int
    dilation: int
    unreached: np.ndarray

    @property
    def span(self) -> int:
        """Cells from a window's first tap to its last."""
        return shapes.effective_kernel(self.taps, self.dilation)

    @property
    def inner(self) -> range:
        """The cells that are not padding."""
        return range(self.padding[0], self.size - self.padding[1])

    def window(self, number: int) -> range:
        """The cells from a window's first tap to its last; with ceil_mode the last window may reach beyond `size`."""
        return range(number * self.stride, number * self.stride + self.span)

    @property
    def beyond(self) -> int:
        """How many cells the last window reaches beyond the last cell."""
        return max(0, self.window(self.windows - 1).stop - self.size)

    @cached_property
    def dropped(self) -> tuple[int, ...]:
        """The cells without padding that no window reaches, counted without padding."""
        return tuple(int(k) for k in np.flatnonzero(self.unreached[self.inner.start : self.inner.stop]))

    def runs(self) -> list[range]:
        """Return the cells that no window reaches as runs of neighbours."""
        cells = np.flatnonzero(self.unreached)
        breaks = np.flatnonzero(np.diff(cells) > 1) + 1
        return [range(int(run[0]), int(run[-1]) + 1) for run in np.split(cells, breaks) if len(run)]

    def sentence(self) -> str:
        """Say which rows (or columns) no window reaches."""
        one, many = ("row", "rows") if self.letter == "H" else ("column", "columns")
        if not self.dropped:
            said = f"Every {one} is {'stamped on' if self.stamped else 'read'}"
            if idle := int(self.unreached.sum()):
                said += f"; of the padding, {idle} {one if idle == 1 else many} {'is' if idle == 1 else 'are'} not"
            return f"{said}."
        verb = "stamped on by no kernel: the bias alone" if self.stamped else "read by no window"
        if len(self.dropped) == 1:
            return f"{one.capitalize()} {self.dropped[0]} of {len(self.inner)} (from 0) is {verb}."
        return f"{many.capitalize()} {_listed(self.dropped)} of {len(self.inner)} (from 0) are {verb}."


def strips(layer: Layer, input_shape: Shape) -> tuple[Strip, Strip]:
    """Return where a convolution's, a transposed convolution's or a pooling's windows lie, down and across."""
    sizes = zip("HW", input_shape[-2:], layer.output_shape(input_shape)[-2:], strict=True)
    return tuple(_strip(layer, axis, *size) for axis, size in enumerate(sizes))


def _strip(layer: Layer, axis: int, letter: str, inward: int, outward: int) -> Strip:
    settings = axis_settings(layer, axis)
    taps, stride, dilation = settings["kernel_size"], settings["stride"], settings.get("dilation", 1)
    stamped = isinstance(layer, ConvTranspose2d)
    if isinstance(layer, Conv2d):
        padding = shapes.padding_sides(settings["padding"], taps, stride, dilation)
    else:
        padding = (settings["padding"],) * 2
    length, windows = (outward, inward) if stamped else (inward, outward)
    size = length + sum(padding)
    return Strip(
        letter,
        stamped,
        size,
        padding,
        windows,
        taps,
        stride,
        dilation,
        ~_reached(size, windows, taps, stride, dilation),
    )


def _reached(size: int, windows: int, taps: int, stride: int, dilation: int) -> np.ndarray:
    """(size,): True where some window has a tap."""
    reached = np.zeros(size, dtype=bool)
    few, many = sorted(((windows, stride), (taps, dilation)))
    for k in range(few[0]):
        first = k * few[1]
        reached[first : first + (many[0] - 1) * many[1] + 1 : many[1]] = True
    return reached


def _listed(cells: Iterable[int]) -> str:
    texts = [str(k) for k in cells]
    if len(texts) > NAMED + 1:
        return f"{', '.join(texts[:NAMED])}, … ({len(texts)} in all)"
    return f"{', '.join(texts[:-1])} and {texts[-1]}"
