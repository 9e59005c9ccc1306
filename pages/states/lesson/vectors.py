"""What only the lessons of vectors need: maps as vectors and back, targets that fit the logits."""

import re
from dataclasses import replace
from functools import partial
from math import isqrt
from typing import Any

import numpy as np

from engine import limits
from engine.facts.examples import seven
from engine.layers import CrossEntropyLoss, Flatten, Linear
from engine.network import zoo
from engine.trace import Trace
from engine.writing.display import shown
from engine.writing.setting import Setting
from pages.states import codec, fields, picture
from pages.states.fields import Field
from pages.states.knobs import Knob
from pages.states.lesson.kind import Kind
from pages.states.lesson.state import LessonState
from pages.states.picture import Chosen

MOST_INPUTS, MOST_PICTURES = 400, 6
NAMES = {"animals": zoo.WORKED_CLASSES, "digits": seven.CLASSES}


class FullyConnected(Kind):
    """The lesson of Flatten, which takes maps, and Linear, which takes vectors."""

    def adapted(self, name: str, array: np.ndarray) -> np.ndarray:
        """Return an input in the shape that a layer takes: one map for Flatten, as square as can be; else a vector."""
        if name == "Flatten":
            if array.ndim == 3:
                return array
            rows = next(n for n in range(isqrt(array.size), 0, -1) if array.size % n == 0)
            return array.reshape(1, rows, -1)
        if array.size > MOST_INPUTS:
            raise ValueError(f"the maps give {array.size} numbers; {name} is shown with up to {MOST_INPUTS}")
        return array if array.ndim == 1 else Flatten().forward(array)

    def with_input(self, state: LessonState, chosen: Chosen) -> LessonState:
        fitting = self.adapted(type(state.layer).__name__, chosen.values)
        return super().with_input(state, chosen if fitting is chosen.values else picture.from_numbers(fitting))

    def knobs(self, state: LessonState) -> list[Knob]:
        """Return the knobs beside the player; a ReLU can follow neurons only."""
        return [knob for knob in super().knobs(state) if knob.name in state.layer.options or knob.name != "relu"]

    def with_picture(self, state: LessonState, chosen: Chosen) -> LessonState:
        """Return the state with the picture of the Input page where maps go in, else as it is."""
        return state if isinstance(state.layer, Linear) else super().with_picture(state, chosen)

    def with_text(self, state: LessonState, chosen: Chosen) -> LessonState:
        drawn = (chosen.text or "").startswith("pic.")
        return Kind.with_picture(self, state, chosen) if drawn else self.with_input(state, chosen)

    def input_from_text(self, text: str) -> Chosen:
        if text.startswith("pic."):
            return picture.picture_from_text(text)
        values = codec.decode(text, name="x", ndim=self.axes, max_shape=(limits.CHANNELS, limits.STEPPED, MOST_INPUTS))
        if values.ndim == 3 and values.shape[-1] > limits.STEPPED:
            raise ValueError(f"x: maps have up to {limits.STEPPED} columns, not {values.shape[-1]}")
        return picture.from_numbers(values, text=text)


def class_names(state: LessonState) -> tuple[str, ...]:
    """Return what the classes of a state are called."""
    names, count = NAMES[state.extras["names"]], state.input.shape[-1]
    return names if len(names) == count else tuple(f"class {k}" for k in range(count))


def fitted_target(target: Any, shape: tuple[int, ...]) -> int | tuple[int, ...]:
    """Return a target for logits of a shape: one class for each picture, the old one where it still exists."""
    *batch, classes = shape
    given = [min(int(k), classes - 1) for k in np.atleast_1d(target)]
    return tuple((given + [0] * batch[0])[: batch[0]]) if batch else given[0]


class OutputAndLoss(Kind):
    """The lesson of Softmax and the loss: one picture's logits or a batch of them, each with a true class."""

    def trace(self, state: LessonState) -> Trace:
        """Trace a state, with its classes' names in the sentences."""
        names = NAMES[state.extras["names"]]
        classes = names if state.input.shape[-1] == len(names) else ()
        return state.layer.trace(state.input, **state.arguments, classes=classes)

    def with_input(self, state: LessonState, chosen: Chosen) -> LessonState:
        shape = chosen.values.shape
        if len(shape) == 2 and shape[0] > MOST_PICTURES:
            raise ValueError(f"x has {shape[0]} pictures; a batch of up to {MOST_PICTURES} is shown")
        target = fitted_target(state.extras["target"], shape)
        return super().with_input(replace(state, extras={**state.extras, "target": target}), chosen)

    def with_extras(self, state: LessonState, **changes) -> LessonState:
        """Return the state with extras changed; ValueError where a target is no class, or there are not N of them."""
        if "target" in changes:
            *batch, classes = state.input.shape
            target, wanted = np.atleast_1d(changes["target"]), batch[0] if batch else 1
            if len(target) != wanted:
                raise ValueError(f"target has {len(target)} classes, but there are {wanted} pictures")
            if target.max() >= classes:
                raise ValueError(f"target {target.max()} is not a class: classes are 0 to {classes - 1}")
            changes["target"] = fitted_target(target, state.input.shape)
        return super().with_extras(state, **changes)

    def knobs(self, state: LessonState) -> list[Knob]:
        """Return the knobs beside the player: a target for each picture where there is a loss."""
        layer, *others = super().knobs(state)
        if not isinstance(state.layer, CrossEntropyLoss):
            return [layer, *others]
        batch, names = state.input.shape[:-1], class_names(state)
        targets = np.atleast_1d(state.extras["target"]).tolist()

        def turn(n: int, name: str) -> LessonState:
            return self.with_extras(state, target=[*targets[:n], names.index(name), *targets[n + 1 :]])

        of_pictures = [
            Knob(
                f"target.{n}",
                f"target of {n}" if batch else "target",
                "choice",
                names[k],
                "The class that this picture really shows.",
                partial(turn, n),
                choices=names,
            )
            for n, k in enumerate(targets)
        ]
        return [layer, *of_pictures, *others]


TARGET = Field(
    "target",
    lambda text: _target(text),
    lambda target: "_".join(map(str, np.atleast_1d(target).tolist())),
    default=2,
)


def _target(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"[0-9]{1,2}(_[0-9]{1,2}){0,15}", text):
        raise ValueError(f"target {shown(text)} is not a class's number, or several such as 2_0_1")
    return tuple(int(part) for part in text.split("_"))


CONNECTED_EXTRAS = (
    Setting(
        "relu", "bool", "Put ReLU after the layer: every sum below zero becomes zero, as in a hidden layer.", False
    ),
)
OUTPUT_EXTRAS = (
    TARGET,
    Field("names", fields.choice("names", NAMES).read, default="animals"),
    Setting(
        "temperature",
        "float",
        "What the logits are divided by: above 1 the answer is more even, below 1 more decided.",
        1.0,
        0.05,
        20.0,
    ),
    Setting(
        "subtract_largest",
        "bool",
        "Take the largest logit off every logit first, as PyTorch does. Without it, large logits overflow.",
        True,
    ),
)
