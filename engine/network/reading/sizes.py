"""The input that layers take: its channels from the first layer that counts them, its size from the first Linear."""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from math import prod

from engine import limits
from engine.layers import Flatten, Linear, LogSoftmax, Softmax
from engine.layers.base import Layer, Shape
from engine.layers.elementwise import Elementwise
from engine.network import Network
from engine.network.blocks import Residual, Sequential, of_sequences, output_shapes, shape_text
from engine.network.reading.python.limits import Unread
from engine.network.reading.python.pending import Lazy, OverAxis, Shaped, Squeeze, View, is_pending, settled
from engine.network.reading.read import Reading
from engine.network.stack_text import MAX_TEXT, write_stack

MAX_SIDE = limits.SIZE
USUAL = (32, 28, 224, 64, 96, 128, 227, 256, 299, 48, 160, 192, 384, 512)
ROUND = (100, 50, 32, 16, 10, 8, 5, 4, 2, 1)
RATIOS = (4 / 3, 3 / 2, 16 / 9, 2.0)
MAX_PAIRS = 24
MAX_WORK = 10_000  # layers times inputs that are tried


def imported(layers: tuple[Layer, ...], like: Shape, named: tuple[Shape, ...] = ()) -> Network:
    """Return layers, exactly as they are, with an input that they take.

    like: an input that is taken where it fits. named: others, which the text itself names, that come before it. Of
    all sizes that fit, a usual one is taken, else the roundest. Raises ValueError, as Network.shapes does, where none
    fits, and where the stack is too long for a link.
    """
    flat = _unrolled(layers)
    failed: dict[bool, tuple[ValueError, Shape]] = {}  # the first of the inputs that give the first vector its features
    for shape in islice(_tried(flat, tuple(like), named), max(20, MAX_WORK // (len(flat) + 1))):
        try:
            network = Network(shape, settled(layers, shape))
            network.shapes()
        except ValueError as error:
            if True not in failed:
                failed.setdefault(_gives_wanted(flat, shape), (error, shape))
            continue
        if len(text := write_stack(network.layers)) > MAX_TEXT:
            raise Unread(f"the stack's link would have {len(text):,} characters; at most {MAX_TEXT:,} are read")
        return network
    if not failed:
        raise Unread("no input's size is known that these layers take")
    error, shape = failed[True in failed]
    why = "" if True in failed else _why(flat, shape)
    raise ValueError(f"{error}. This is for an input of {shape_text(shape)}{why}")


def network_of(reading: Reading, like: Shape) -> Network:
    """Return what a text says as a network: `imported` of its layers."""
    return imported(reading.layers, like, reading.shapes)


def worked_out(reading: Reading, network: Network, like: Shape) -> str:
    """Return what is to be said of a network whose input was solved for its first Linear; "" where it was not."""
    shape = network.input_shape
    wanted = _wanted(_unrolled(reading.layers))[1]
    if wanted is None or len(shape) != 3 or shape == tuple(like) or shape in reading.shapes:
        return ""
    return (
        f"no size of the input is named: {shape_text(shape)} is one that gives the first Linear its {wanted:,} "
        "features; for pictures of another size, change the row input, and what does not fit is named"
    )


def _unrolled(layers: tuple[Layer, ...]) -> list[Layer]:
    """Return the layers without the Sequentials that they are in."""
    flat: list[Layer] = []
    for layer in layers:
        flat += _unrolled(layer.layers) if isinstance(layer, Sequential) else [layer]
    return flat


def _core(layer: Layer) -> Layer:
    return layer.inner if isinstance(layer, Lazy) else layer


def _any_shape(layer: Layer) -> bool:
    """Whether a layer takes vectors and maps alike, and keeps their shape."""
    return isinstance(layer, Elementwise | Softmax | LogSoftmax | OverAxis) and not layer.arriving()


def _tried(flat: list[Layer], like: Shape, named: tuple[Shape, ...]) -> Iterator[Shape]:
    """Yield the inputs to try, the best first."""
    first = next((layer for layer in flat if not _any_shape(layer)), None)
    if first is None:
        yield like
        return
    axis = next(iter(type(_core(first)).arriving().values()), None)
    for shape in named:
        if len(shape) == 3 or axis == -1:
            yield shape
            yield (shape[-2], 1, shape[-1]) if of_sequences(flat) and len(shape) == 3 else shape
    if isinstance(first, Shaped):
        yield first.shape
        return
    if axis == -1 and not isinstance(first, Lazy):
        yield tuple(getattr(first, name) for name in type(first).arriving())
        return
    channels = _channels(flat, like)
    if axis == -1 or like[0] in channels:
        yield like
    if axis != -1:
        yield from _maps(flat, channels, like)


def _channels(flat: list[Layer], like: Shape) -> list[int]:
    """Return the numbers of channels that the input may have."""
    usual = [*([like[0]] if len(like) == 3 else []), 3, 1]
    for layer in flat:
        if isinstance(layer, Flatten | View | Squeeze):
            break
        inside = [layer, *layer.body, *layer.shortcut] if isinstance(layer, Residual) else [layer]
        for one in _unrolled(tuple(inside)):
            counted = [name for name, axis in type(one).arriving().items() if axis == -3]
            if counted:
                return [getattr(one, counted[0])]
            if isinstance(one, Lazy):
                return usual
    wanted = _wanted(flat)[1]
    return [n for n in dict.fromkeys(usual) if wanted is None or wanted % n == 0] or usual[:1]


def _wanted(flat: list[Layer]) -> tuple[list[Layer], int | None]:
    """Return the layers up to the first vector, and how many features that must have; None where any will do."""
    for k, layer in enumerate(flat):
        if isinstance(layer, Flatten | View | Squeeze):
            if isinstance(layer, View) and layer.features is not None:
                return flat[:k], layer.features
            after = next((one for one in flat[k + 1 :] if not _any_shape(one) and not isinstance(one, Flatten)), None)
            names = [] if after is None else [name for name, axis in type(after).arriving().items() if axis == -1]
            return flat[:k], getattr(after, names[0]) if names else None
    return flat, None


def _maps(flat: list[Layer], channels: list[int], like: Shape) -> Iterator[Shape]:
    """Yield inputs of so many channels, of the sizes that give the first vector its features."""
    before, wanted = _wanted(flat)
    rows = of_sequences(flat)
    liked = like[-2:] if len(like) == 3 else (32, 32)
    if wanted is None:
        widths = [layer.in_features for layer in before if isinstance(layer, Linear)]
        sizes = [liked, *((side, side) for side in (*USUAL, *widths[:1], *range(1, 32)))]
    else:
        yield (channels[0], 1 if rows else liked[0], liked[1])
        sides = [_Sides(before, n, rows) for n in channels]
        for one in sides:
            yield from ((one.channels, *size) for size in one.squares(wanted))
        for one in sides:
            yield from ((one.channels, *size) for size in one.oblongs(wanted))
        sizes = [liked, *((side, side) for side in USUAL)]  # none fits: what is said is said of one of these
    for height, width in sizes:
        yield (channels[0], 1 if rows else height, width)


class _Sides:
    """How the height and the width of the maps before the first vector follow from those of the input."""

    def __init__(self, before: list[Layer], channels: int, rows: bool):
        self.channels, self.rows = channels, rows
        bodies = [Sequential(layer.body) if isinstance(layer, Residual) else layer for layer in before]

        is_open = is_pending(tuple(bodies))

        @cache
        def leaving(side: int) -> Shape | None:
            shape = (channels, 1 if rows else side, side)
            try:
                made = settled(tuple(bodies), shape) if is_open else bodies
                return [shape, *output_shapes(made, shape)][-1]
            except (ValueError, IndexError):
                return None

        self.leaving = leaving

    def squares(self, wanted: int) -> Iterator[tuple[int, int]]:
        """Yield (height, width) of square inputs, or of rows, whose maps have so many numbers in all."""
        for side in _best(self._range(lambda shape: shape[0] * shape[1] * shape[2], wanted)):
            yield (1 if self.rows else side, side)

    def oblongs(self, wanted: int) -> Iterator[tuple[int, int]]:
        """Yield (height, width) of other inputs, those of a usual ratio first, the wide before the high."""
        if self.rows or (last := self.leaving(MAX_SIDE)) is None or wanted % last[0]:
            return
        cells = wanted // last[0]
        pairs = [(n, cells // n) for n in range(1, int(cells**0.5) + 1) if cells % n == 0]
        pairs.sort(key=lambda pair: (pair[1] / pair[0] not in RATIOS, pair[1] / pair[0]))
        for short, long in pairs[:MAX_PAIRS]:
            for down, across in ((short, long), (long, short)):
                heights = _best(self._range(lambda shape: shape[1], down))
                widths = _best(self._range(lambda shape: shape[2], across))
                yield from ((height, width) for height in heights[:4] for width in widths[:4])

    def _range(self, number, wanted: int) -> range:
        """Return the sides whose maps have a number, which never falls as the side grows, of the wanted size."""

        def first(least: int) -> int:
            low, high = 1, MAX_SIDE + 1
            while low < high:
                middle = (low + high) // 2
                shape = self.leaving(middle)
                if shape is not None and number(shape) >= least:
                    high = middle
                else:
                    low = middle + 1
            return low

        return range(first(wanted), first(wanted + 1))


def _best(sides: range) -> list[int]:
    """Return sides with the usual ones first, then the roundest."""
    usual = [side for side in USUAL if side in sides]
    others = sorted((side for side in sides[:128] if side not in usual), key=_roundness)
    return [*usual, *others]


def _roundness(side: int) -> tuple[int, int]:
    return next(k for k, n in enumerate(ROUND) if side % n == 0), side


def _gives_wanted(flat: list[Layer], shape: Shape) -> bool:
    """Whether an input gives the first vector the features that it must have, so that what fails comes later."""
    before, wanted = _wanted(flat)
    if wanted is None:
        return False
    maps = _given(before, shape)
    return maps is not None and prod(maps) == wanted


def _why(flat: list[Layer], shape: Shape) -> str:
    """Return what is to be added where no size of the input gives the first vector its features."""
    before, wanted = _wanted(flat)
    if wanted is None or len(shape) != 3:
        return ""
    if (maps := _given(before, shape)) is None:
        return ""
    if wanted % maps[0]:
        return f"; no size gives {wanted:,}, as that is no multiple of the {maps[0]} channels before it"
    return f"; no size of the input gives {wanted:,}"


def _given(layers: list[Layer], shape: Shape) -> Shape | None:
    """Return the shape that layers give an input; None where they do not take it."""
    try:
        return [shape, *output_shapes(settled(tuple(layers), shape), shape)][-1]
    except ValueError:
        return None
