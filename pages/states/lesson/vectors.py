"""What the lessons of vectors need beside the others': maps as vectors and back, targets that fit the logits."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import isqrt
from typing import Any

import numpy as np

from engine.layers import CrossEntropyLoss, Flatten, Linear
from engine.trace import Trace
from pages.states import codec, picture
from pages.states.edits import Refused
from pages.states.knobs import Knob, turned
from pages.states.lesson.state import MAX_CHANNELS, MAX_SIDE, Extra, Kind, State

MOST_INPUTS, MOST_PICTURES = 400, 6
CLASSES = ("lion", "tiger", "elephant")


def map_or_vector(layer: str, array: np.ndarray) -> np.ndarray:
    """Return an input in the shape that a layer takes: one map for Flatten, as square as can be; else a vector."""
    if layer == "Flatten":
        if array.ndim == 3:
            return array
        rows = next(n for n in range(isqrt(array.size), 0, -1) if array.size % n == 0)
        return array.reshape(1, rows, -1)
    if array.size > MOST_INPUTS:
        raise ValueError(f"the maps give {array.size} numbers; {layer} is shown with up to {MOST_INPUTS}")
    return array if array.ndim == 1 else Flatten().forward(array)


class FullyConnected(Kind):
    """The lesson of Flatten and Linear: maps go into the one, vectors into the other."""

    def with_input(self, state: State, array: np.ndarray, text: str | None = None) -> State:
        fitting = map_or_vector(type(state.layer).__name__, array)
        return super().with_input(state, fitting, text if fitting is array else None)

    def knobs(self, state: State) -> list[Knob]:
        """Return the knobs beside the player; a ReLU can follow neurons only."""
        return [knob for knob in super().knobs(state) if knob.name in state.layer.options or knob.name != "relu"]

    def with_picture(self, state: State, chosen: picture.Chosen) -> State:
        """Return the state with the picture of the Input page where maps go in, else as it is."""
        return state if isinstance(state.layer, Linear) else super().with_picture(state, chosen)

    def _with_text(self, state: State, text: str) -> State:
        if text.startswith("pic."):
            return super().with_picture(state, picture.picture_from_text(text))
        array = codec.decode(text, name="x", ndim=self.axes, max_shape=(MAX_CHANNELS, MAX_SIDE, MOST_INPUTS))
        if array.ndim == 3 and array.shape[-1] > MAX_SIDE:
            raise ValueError(f"x: maps have up to {MAX_SIDE} columns, not {array.shape[-1]}")
        return self.with_input(state, array, text)


def class_name(index: int, count: int) -> str:
    """Return what a class is called."""
    return CLASSES[index] if count == len(CLASSES) else f"class {index}"


def fitted_target(target: Any, shape: tuple[int, ...]) -> int | tuple[int, ...]:
    """Return a target for logits of a shape: one class for each picture, as far as there are such classes."""
    *batch, classes = shape
    given = [min(int(k), classes - 1) for k in np.atleast_1d(target)]
    return tuple((given + [0] * batch[0])[: batch[0]]) if batch else given[0]


class OutputAndLoss(Kind):
    """The lesson of Softmax and the loss: one picture's logits or a batch of them, each with a true class."""

    def with_input(self, state: State, array: np.ndarray, text: str | None = None) -> State:
        if array.ndim == 2 and len(array) > MOST_PICTURES:
            raise ValueError(f"x has {len(array)} pictures; a batch of up to {MOST_PICTURES} is shown")
        target = fitted_target(state.extras["target"], array.shape)
        return super().with_input(replace(state, extras={**state.extras, "target": target}), array, text)

    def with_extras(self, state: State, **changes) -> State:
        """Return the state with extras changed; ValueError where a target is no class, or there are not N of them."""
        if "target" in changes:
            *batch, classes = state.input.shape
            target = np.atleast_1d(changes["target"])
            if len(target) != (batch[0] if batch else 1):
                raise ValueError(
                    f"target has {len(target)} classes, but there are {batch[0] if batch else 1} pictures."
                )
            if target.max() >= classes:
                raise ValueError(f"target {target.max()} is not a class: classes are 0 to {classes - 1}.")
            changes["target"] = fitted_target(target, state.input.shape)
        return super().with_extras(state, **changes)

    def knobs(self, state: State) -> list[Knob]:
        """Return the knobs beside the player: a target for each picture where there is a loss."""
        layer, *others = super().knobs(state)
        if not isinstance(state.layer, CrossEntropyLoss):
            return [layer, *others]
        *batch, count = state.input.shape
        names = tuple(class_name(k, count) for k in range(count))
        targets = np.atleast_1d(state.extras["target"]).tolist()
        helps = "The class that this picture really shows."
        made = [
            Knob(
                f"target.{n}", f"target of {n + 1}" if batch else "target", "choice", names[k], helps, choices=names
            )
            for n, k in enumerate(targets)
        ]  # fmt: skip
        return [layer, *made, *others]

    def with_edit(self, state: State, edit: Mapping) -> tuple[State, str]:
        """Apply what the learner typed, pasted or turned; a target's knob changes one picture's class."""
        name = str(edit.get("knob", ""))
        found = [knob for knob in self.knobs(state) if knob.name == name and name.startswith("target.")]
        if not found:
            return super().with_edit(state, edit)
        try:
            chosen = found[0].choices.index(turned(found[0], edit))
        except Refused as refused:
            return state, str(refused)
        target = np.atleast_1d(state.extras["target"]).tolist()
        target[int(name.partition(".")[2])] = chosen
        return self.with_extras(state, target=target), ""


def output_trace(state: State) -> Trace:
    """Trace a state of the output's lesson, with its classes' names in the sentences."""
    names = CLASSES if state.input.shape[-1] == len(CLASSES) else ()
    return state.layer.trace(state.input, **state.arguments, classes=names)


def _target(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"[0-9]{1,2}(_[0-9]{1,2}){0,15}", text):
        raise ValueError(f"target {codec.shown(text)} is not a class's number, or several such as 2_0_1.")
    return tuple(int(part) for part in text.split("_"))


def _temperature(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,3})?", text) or not 0.05 <= float(text) <= 20:
        raise ValueError(f"temperature {codec.shown(text)} is not a number from 0.05 to 20.")
    return float(text)


def _switch(name: str) -> Callable[[str], bool]:
    def read(text: str) -> bool:
        if text not in ("0", "1"):
            raise ValueError(f"{name} {codec.shown(text)} is neither 1 (on) nor 0 (off).")
        return text == "1"

    return read


def _written_switch(on: bool) -> str:
    return "1" if on else "0"


CONNECTED_EXTRAS = (
    Extra(
        "relu", False, _switch("relu"), _written_switch,
        knob=lambda state: Knob(
            "relu", "ReLU", "toggle", state.extras["relu"],
            "Put ReLU behind the layer: every sum below zero becomes zero, as in a hidden layer.",
        ),
    ),
)  # fmt: skip

OUTPUT_EXTRAS = (
    Extra("target", 2, _target, lambda target: "_".join(map(str, np.atleast_1d(target).tolist()))),
    Extra(
        "temperature", 1.0, _temperature, lambda value: f"{value:g}",
        knob=lambda state: Knob(
            "temperature", "temperature", "number", state.extras["temperature"],
            "What the logits are divided by: above 1 the answer is more even, below 1 more decided.", 0.05, 20.0, 0.25,
        ),
    ),
    Extra(
        "subtract_largest", True, _switch("subtract_largest"), _written_switch,
        knob=lambda state: Knob(
            "subtract_largest", "minus max", "toggle", state.extras["subtract_largest"],
            "Take the largest logit off every logit first, as PyTorch does. Without it, large logits overflow.",
        ),
    ),
)  # fmt: skip
