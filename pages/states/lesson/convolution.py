"""What only the Convolution lesson has: pictures of any size as maps, sequences, named kernels."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from engine.data import kernels
from engine.data.kernels import kernel, resized
from engine.layers import LAYERS, Conv2d, Layer
from engine.writing.setting import settings
from pages.states import fields, picture
from pages.states.fields import Field
from pages.states.knobs import Knob, same_size
from pages.states.lesson.opened import Opened
from pages.states.lesson.state import LessonState
from pages.states.link import Link
from pages.states.picture import Chosen

MAX_FILTERS, MAX_KERNEL = 8, 7
FILL = "choose …"
ALL = "all filters"
ORDER = ("layer", "out_channels", "groups", "kernel_size", "stride", "dilation", "padding", "padding_mode", "bias")
_WEIGHTS = {
    "Conv2d": fields.array("weight", 4, (MAX_FILTERS, 4, MAX_KERNEL, MAX_KERNEL), also=("w",)),
    "Conv1d": fields.array("weight", 3, (MAX_FILTERS, 4, MAX_KERNEL), also=("w",)),
}
_NO_BIAS = Field("b", lambda text: text)
_MODE = Field("mode", settings(Conv2d)["padding_mode"].read)  # its name in links of an earlier day


class Convolution(Opened):
    """The lesson of Conv2d and Conv1d: a picture too large to step through is shown as maps, one pixel of them open."""

    def with_class(self, state: LessonState, name: str) -> LessonState:
        """Return the state with the other layer: Conv1d takes the middle row of picture and kernels.

        Conv2d takes a sequence as the picture of height 1 that it is.
        """
        layer, weight = state.layer, state.parameters["weight"]
        if name == type(layer).__name__:
            return state
        sizes = {"kernel_size": layer.kernel, "stride": layer.strides, "dilation": layer.dilations}
        sizes["padding"] = (layer.padding,) * 2 if isinstance(layer.padding, str) else layer.paddings
        if name == "Conv1d":
            sizes, weight = {n: across for n, (_, across) in sizes.items()}, weight[:, :, weight.shape[2] // 2]
            state = replace(state, chosen=_middle_row(state.chosen))
        else:
            sizes, weight = {n: _size(both) for n, both in sizes.items()}, weight[:, :, None]
        same = {n: getattr(layer, n) for n in ("in_channels", "out_channels", "groups", "bias", "padding_mode")}
        state = replace(state, step=0, example="", extras={**state.extras, "at": None})
        state = replace(state, parameters={**state.parameters, "weight": weight})
        return self._fitted(state, LAYERS[name](**same, **sizes))

    def input_from_text(self, text: str) -> Chosen:
        return picture.picture_from_text(text)

    def begin(self, chosen: Chosen | None) -> tuple[LessonState, bool]:
        """Return the default example, or what a picture starts with: one filter, Sobel x on every channel, bias 0."""
        state = self.from_example(self.default)
        if chosen is None:
            return state, False
        channels, *size = chosen.values.shape
        name = "Sobel x" if min(size) >= 3 else "identity"
        one = kernel(name, tuple(min(3, side) for side in size))
        layer = Conv2d(channels, 1, _size(one.shape))
        parameters = {"weight": np.repeat(one[None, None], channels, axis=1), "bias": np.zeros(1)}
        return replace(state, layer=layer, chosen=chosen, parameters=parameters, example=""), True

    def with_picture(self, state: LessonState, chosen: Chosen) -> LessonState:
        """Return the state with another picture; the layer stays where the picture can take it."""
        if chosen is state.chosen:
            return state
        if state.layer.sequences:
            chosen = _middle_row(chosen)
        if len(chosen.values) == state.layer.in_channels:
            try:
                return replace(self.with_input(state, chosen), step=0, extras={**state.extras, "at": None})
            except ValueError:
                pass
        return self.begin(chosen)[0]

    def refitted(self, name: str, old: np.ndarray | None, shape: tuple[int, ...]) -> np.ndarray:
        """Return a parameter of a shape: kernels keep their middle, new filters are zeros, channels repeat."""
        if name != "weight" or old is None or old.ndim != len(shape):
            return super().refitted(name, old, shape)
        filters, channels, *size = shape
        weight = old
        if tuple(size) != old.shape[2:]:  # a sequence's kernel is one of height 1
            weight = resized(old.reshape(*old.shape[:2], -1, old.shape[-1]), (1, *size)[-2:])
            weight = weight.reshape(*old.shape[:2], *size)
        weight = np.concatenate([weight] * -(-channels // weight.shape[1]), axis=1)[:, :channels]
        return np.concatenate([weight, np.zeros((max(0, filters - len(weight)), channels, *size))])[:filters]

    def told(self, link: Link, layer: type[Layer]) -> dict[str, Any]:
        """Return settings that a link gives by the shape of its weight, by "b=none", or by an older name."""
        changes: dict[str, Any] = {}
        if (weight := link.take(_WEIGHTS[layer.__name__])) is not None:
            changes |= {"out_channels": len(weight), "kernel_size": _size(weight.shape[2:])}
        if link.take(_NO_BIAS) == "none":
            changes["bias"] = False
        if (mode := link.take(_MODE)) is not None:
            changes["padding_mode"] = mode
        return changes

    def with_kernel(self, state: LessonState, name: str, filters: list[int]) -> LessonState:
        """Return the state with a named kernel in every channel of some filters."""
        shaped = kernel(name, state.layer.kernel)
        if shaped.shape != state.layer.kernel:
            state = self.with_settings(state, kernel_size=_size(shaped.shape))
        weight = state.parameters["weight"].copy()
        weight[filters] = shaped
        return replace(state, parameters={**state.parameters, "weight": weight}, example="")

    def knobs(self, state: LessonState) -> list[Knob]:
        """Return the knobs beside the player: the layer's, and two of this lesson's own."""
        layer, own = state.layer, {knob.name: knob for knob in super().knobs(state)}
        own["padding"] = replace(own["padding"], disabled=layer.padding == "same")
        own["layer"] = replace(own["layer"], more=True, changed=own["layer"].value != self.layers[0])
        same = same_size(layer, partial(self.with_settings, state))
        same = replace(same, more=True, changed=same.value)
        if layer.sequences:
            return [*(own[name] for name in ORDER), same]
        own["kernel_size"] = replace(own["kernel_size"], apart=True, labels=("kernel height", "kernel width"))
        filters = range(layer.out_channels)
        targets = {f"filter {o}": [o] for o in filters}
        if len(targets) > 1:
            targets = {ALL: list(filters), **targets}

        def fill(chosen: tuple[str, str]) -> LessonState:
            name, target = chosen
            return self.with_kernel(state, name, targets.get(target, list(filters)))

        named = Knob(
            "kernel",
            "fill",
            "fill",
            FILL,
            "The same weights in every channel. Or type your own in the player.",
            fill,
            choices=kernels.NAMES,
            targets=tuple(targets),
            labels=("fill", "with kernel"),
            placeholder=FILL,
            more=True,
        )
        return [*(own[name] for name in ORDER), same, named]


def _middle_row(chosen: Chosen) -> Chosen:
    """Return a picture's middle row as a sequence; a sequence as it is."""
    row = chosen.values.shape[1] // 2
    if chosen.values.shape[1] == 1:
        return chosen
    return picture.from_numbers(chosen.values[:, row : row + 1], f"the middle row of {chosen.title}")


def _size(shape: tuple[int, ...]) -> int | tuple[int, ...]:
    """Return a kernel's size as a layer's code writes it: one number where it is square."""
    return shape[0] if len(set(shape)) == 1 else tuple(shape)
