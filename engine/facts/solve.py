"""The reverse question: which settings of a layer give the output size that is wanted?

Along one axis the size grows or falls steadily with each setting, so that the values that give a size are an
interval, found by halving.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

from engine import limits
from engine.facts.placement import axis_settings, axis_size, strips
from engine.functional import shapes
from engine.layers import Conv2d, ConvTranspose2d, Layer
from engine.layers.base import Shape
from engine.layers.pooling import Pool2d

NAMES = ("padding", "stride", "output_padding", "kernel_size", "dilation", "ceil_mode")
MOST = limits.SIZE  # no setting is tried with a larger value
NEAR = 6  # the first of two settings is tried only so far from its present value
TRIED = 4  # of all changes of the same two settings, only so many are examined
NONE = range(1, 1)


@dataclass(frozen=True)
class Answer:
    """Settings that give the wanted size.

    changes: the new values; layer: the layer with them. distance: from the present values, summed over both axes.
    dropped: rows and columns of the input that no window then reaches (of the output that no kernel is stamped on).
    idle: whether some windows would read padding alone. wasteful: whether that is so, or cells are missed between
    windows or taps.
    """

    changes: dict[str, Any]
    layer: Layer
    distance: int
    dropped: tuple[int, int]
    idle: bool
    wasteful: bool

    @property
    def text(self) -> str:
        """The changed settings in words: "stride 2 and padding 1"."""
        return " and ".join(f"{name} {_written(value)}" for name, value in self.changes.items())


@dataclass(frozen=True)
class Solution:
    """Answers, nearest to the present settings first; for each setting that cannot do it alone, a sentence."""

    answers: tuple[Answer, ...]
    misses: tuple[str, ...]


def solve(layer: Layer, input_shape: Shape, wanted: tuple[int, int], most: int = 8) -> Solution:
    """Return at most `most` settings of a layer, other than its own, that give the wanted output height and width.

    One changed setting comes before two, and near ones before far ones, but wasteful ones last; each setting (or two
    together) is answered with its nearest value. Raises ValueError where a size is no whole number of at least 1.
    """
    wanted = tuple(shapes.whole(size, name, 1) for size, name in zip(wanted, ("height", "width"), strict=True))
    if layer.stride is None:  # where the window grows, its stride would grow too
        layer = replace(layer, stride=layer.kernel_size)
    present = [
        Axis(type(layer), letter, length, axis_settings(layer, k))
        for k, (letter, length) in enumerate(zip(("height", "width"), input_shape[-2:], strict=True))
    ]
    names = [name for name in NAMES if name in present[0].settings]
    singles, misses = [], []
    for name in names:
        values = _nearest(present, name, wanted)
        if values is not None:
            singles.append({name: values})
        misses += _misses(present, name, wanted)
    stays = all(
        axis.length == size and axis.settings["stride"] == 1 for axis, size in zip(present, wanted, strict=True)
    )
    if isinstance(layer, Conv2d) and stays and layer.padding != "same":
        singles.append({"padding": ("same", "same")})
    pairs = {}
    for first, second in permutations(names, 2):
        for changes in _together(present, first, second, wanted):
            pairs.setdefault(frozenset(changes), []).append(changes)
    answers = [_answer(layer, input_shape, changes, present) for changes in singles]
    for several in pairs.values():
        nearest = sorted(several, key=lambda changes: _distance(changes, present))[:TRIED]
        answers.append(min((_answer(layer, input_shape, changes, present) for changes in nearest), key=_order))
    return Solution(tuple(sorted(answers, key=_order)[:most]), tuple(misses))


def _order(answer: Answer) -> tuple:
    return answer.wasteful, len(answer.changes), answer.distance


def _misses(axes: list["Axis"], name: str, wanted: tuple[int, int]) -> list[str]:
    """Return the sentences that say why a setting cannot do it alone: one where both axes are alike."""
    down, across = axes
    if replace(down, letter=across.letter) == across and wanted[0] == wanted[1]:
        axes = [replace(down, letter="size")]
    return [text for axis, size in zip(axes, wanted, strict=False) if (text := axis.miss(name, size))]


@dataclass(frozen=True)
class Axis:
    """A class of layers along one axis: its settings there, and the input's length."""

    kind: type[Layer]
    letter: str
    length: int
    settings: dict[str, Any]

    def size(self, name: str, value: Any) -> int:
        """The output's size with one setting changed."""
        return axis_size(self.kind, self.length, {**self.settings, name: value})

    def values(self, name: str, wanted: int) -> range | tuple[bool, ...]:
        """The values of a setting that give the wanted size, the others kept."""
        if name == "ceil_mode":
            modes = [replace(self, settings={**self.settings, name: mode}) for mode in (False, True)]
            return tuple(
                axis.settings[name]
                for axis in modes
                if self.settings["stride"] in axis._domain("stride") and self.size(name, axis.settings[name]) == wanted
            )
        domain, sign = self._domain(name), self._sign(name)

        def key(value: int) -> int:
            return sign * self.size(name, value)

        return domain[bisect_left(domain, sign * wanted, key=key) : bisect_right(domain, sign * wanted, key=key)]

    def miss(self, name: str, wanted: int) -> str:
        """Say why no value of a setting gives the wanted size; "" where one does, and where there is no choice."""
        domain = self._domain(name) if name != "ceil_mode" else NONE
        if not domain or self.values(name, wanted):
            return ""
        opening = f"No {name} gives {self.letter} {wanted}:"
        if len(domain) == 1:
            return f"{opening} only {domain[0]} is possible here, and gives {self.size(name, domain[0])}."
        sign = self._sign(name)
        at = bisect_left(domain, sign * wanted, key=lambda value: sign * self.size(name, value))
        if 0 < at < len(domain):
            ends = [f"{value} gives {self.size(name, value)}" for value in (domain[at - 1], domain[at])]
            return f"{opening} {ends[0]}, {ends[1]}."
        end, value = ("least", domain[0]) if at == 0 else ("largest", domain[-1])
        tried = " tried" if value == MOST else ""
        return f"{opening} the {end}{tried}, {value}, gives {self.size(name, value)}."

    def _sign(self, name: str) -> int:
        """1 where the size grows with a setting, −1 where it falls."""
        return 1 if (name == "padding") != (self.kind is ConvTranspose2d) else -1

    def _domain(self, name: str) -> range:
        """The values of a setting that are possible with the others as they are."""
        if self.kind is ConvTranspose2d:
            return self._stamping_domain(name)
        kernel, padding = self.settings["kernel_size"], self.settings["padding"]
        dilation, pooled = self.settings.get("dilation", 1), issubclass(self.kind, Pool2d)
        rounds_up = self.settings.get("ceil_mode", False)  # a window may then reach over the edge, less than a stride
        length = self.length + (self.settings["stride"] - 1 if rounds_up else 0)
        if padding == "same" and name != "padding":  # it follows the kernel, and needs stride 1
            fits = name == "stride" or self.settings["stride"] == 1
            return range(1, 2 if name == "stride" else MOST + 1) if fits else NONE
        if name == "padding":
            least = shapes.smallest_padding(length, kernel, dilation)
            return range(least, (shapes.largest_pool_padding(kernel) if pooled else MOST) + 1)
        padding = 0 if padding == "valid" else padding
        if name == "kernel_size":
            least = max(1, 2 * padding) if pooled else 1
            return range(least, min(MOST, shapes.largest_kernel_size(length, padding, dilation)) + 1)
        if pooled and padding > shapes.largest_pool_padding(kernel):
            return NONE
        if name == "dilation":
            if length + 2 * padding < kernel:
                return NONE
            return range(1, 2 if kernel == 1 else min(MOST, shapes.largest_dilation(length, kernel, padding)) + 1)
        over = shapes.effective_kernel(kernel, dilation) - self.length - 2 * padding
        if over > 0 and not rounds_up:
            return NONE
        return range(max(1, over + 1), MOST + 1)

    def _stamping_domain(self, name: str) -> range:
        s = self.settings
        extra = 0 if name == "output_padding" else s["output_padding"]
        free = {"stride": s["dilation"], "dilation": s["stride"]}
        least, most = 1, MOST
        if name == "output_padding":
            least, most = 0, shapes.largest_output_padding(s["stride"], s["dilation"])
        elif name in free:
            least = 1 if free[name] > extra else extra + 1
        elif extra > shapes.largest_output_padding(s["stride"], s["dilation"]):
            return NONE
        uncut = {**s, "padding": 0}
        if name == "padding":
            return range((axis_size(self.kind, self.length, uncut) - 1) // 2 + 1)
        values = range(least, most + 1)

        def key(value: int) -> int:
            return axis_size(self.kind, self.length, {**uncut, name: value})

        return values[bisect_left(values, 2 * s["padding"] + 1, key=key) :]


def _nearest(axes: list[Axis], name: str, wanted: tuple[int, int]) -> tuple | None:
    """Return the values nearest to the present ones that give the wanted sizes, one for both axes where one does."""
    down, across = (axis.values(name, size) for axis, size in zip(axes, wanted, strict=True))
    present = tuple(_number(axis, name) for axis in axes)

    def far(values: tuple) -> int:
        return sum(abs(a - b) for a, b in zip(values, present, strict=True))

    if isinstance(down, range):
        both = range(max(down.start, across.start), min(down.stop, across.stop))
    else:
        both = [mode for mode in down if mode in across]
    shared = _near(both, present[0], present)
    if shared:
        return min(((value, value) for value in shared), key=far)
    if name == "ceil_mode" or both:
        return None
    apart = [_near(values, at, None) for values, at in zip((down, across), present, strict=True)]
    return None if not all(apart) else (apart[0][0], apart[1][0])


def _near(values, at: int, but: tuple | None) -> list:
    """Return the values of an interval, those nearest to `at` first; without the one that `but` holds twice."""
    if not isinstance(values, range):
        found = list(values)
    else:
        inside = min(max(at, values.start), values.stop - 1)
        found = [v for v in (inside, inside - 1, inside + 1) if v in values]
    return [v for v in found if (v, v) != but]


def _number(axis: Axis, name: str) -> int:
    """A setting's present value as a number: of padding "same", the cells that it adds in front."""
    value = axis.settings[name]
    if isinstance(value, str):
        sides = shapes.padding_sides(value, axis.settings["kernel_size"], 1, axis.settings.get("dilation", 1))
        return sides[0]
    return value


def _together(axes: list[Axis], first: str, second: str, wanted: tuple[int, int]) -> Iterator[dict]:
    """Yield changes of two settings: the first near its present value, the same on both axes, the second to fit."""
    if second == "ceil_mode":
        return
    at = _number(axes[0], first)
    least = 0 if first in ("padding", "output_padding") else 1
    values = [not at] if first == "ceil_mode" else range(max(least, at - NEAR), at + NEAR + 1)
    for value in values:
        if all(value == axis.settings[first] for axis in axes):
            continue
        changed = [replace(axis, settings={**axis.settings, first: value}) for axis in axes]
        found = _nearest(changed, second, wanted)
        if found is None or _enough(axes, first, (value, value), wanted) or _enough(axes, second, found, wanted):
            continue
        yield {first: (value, value), second: found}


def _enough(axes: list[Axis], name: str, values: tuple, wanted: tuple[int, int]) -> bool:
    """Whether these values of one setting give the wanted sizes without another change."""
    return all(value in axis.values(name, size) for axis, value, size in zip(axes, values, wanted, strict=True))


def _answer(layer: Layer, input_shape: Shape, changes: dict[str, tuple], axes: list[Axis]) -> Answer:
    ordered = {name: changes[name] for name in NAMES if name in changes}
    settings = {name: down if down == across else (down, across) for name, (down, across) in ordered.items()}
    made = replace(layer, **settings)
    placed = strips(made, input_shape)
    idle = not placed[0].stamped and any(strip.padding[0] >= strip.span for strip in placed)
    rows, columns = (len(strip.dropped) for strip in placed)
    # What a window's stride leaves over at the end is less than a stride.
    holes = any(len(strip.dropped) >= (1 if strip.stamped else strip.stride) for strip in placed)
    return Answer(settings, made, _distance(ordered, axes), (rows, columns), idle, idle or holes)


def _distance(changes: dict[str, tuple], axes: list[Axis]) -> int:
    total = 0
    for name, values in changes.items():
        for value, axis in zip(values, axes, strict=True):
            if value == "same":
                value = shapes.same_padding(axis.settings["kernel_size"], axis.settings["dilation"])[0]
            total += abs(value - _number(axis, name))
    return total


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return " × ".join(map(str, value))
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
