"""The knobs of each part of the learning page."""

import re
from dataclasses import replace
from typing import Any

from engine.data import drawings
from engine.writing.display import plain_number
from engine.writing.setting import settings
from pages.states import numbers
from pages.states.knobs import Knob, either
from pages.states.learning.grids import is_cropped
from pages.states.learning.settings import OWN, PICTURES
from pages.states.learning.state import FINEST, HELD, LARGEST_OWN, LearningState, with_number

MOST_DRAWN = 120  # a network with at most so many numbers has all its parameters drawn
EXPONENTS = [k / 2 for k in range(2 * FINEST + 1)]
KINDS = {"choice": "choice", "bool": "toggle"}  # of settings; all others are numbers


def of(state: LearningState) -> list[Knob]:
    """Return all knobs of the open part."""
    return {
        "check": lambda: [*heights(state), *places(state)],
        "step": lambda: [*steps(state), *places(state)],
        "kernel": lambda: kernel(state),
        "train": lambda: [*training(state), *shown(state)],
    }[state.part]()


def _setting(state: LearningState, name: str, label: str, *, step: float = 0.1, changes: dict | None = None, **how):
    """Return the knob of a setting. step: of a number with decimals. changes: what else is set when it is turned."""
    held = getattr(state, HELD[state.part])
    declared = settings(type(held))[name]

    def turn(value: Any) -> LearningState:
        return replace(state, **{HELD[state.part]: replace(held, **{name: value}, **changes or {})})

    return Knob(
        name, label, KINDS.get(declared.kind, "number"), getattr(held, name), declared.help, turn,
        declared.minimum, declared.maximum, 1 if declared.kind == "int" else step, choices=declared.choices, **how,
    )  # fmt: skip


# Of a network


def drawn_names(state: LearningState) -> tuple[str, ...]:
    """Return the parameters that are drawn: all of a small network, else the chosen one."""
    few = sum(state.network.parameters[name].size for name in state.trained) <= MOST_DRAWN
    return state.trained if few else (state.name,)


def places(state: LearningState) -> list[Knob]:
    """Return the choice of parameter and place, for networks too large for all of it to be drawn."""
    shapes = [state.network.parameters[name].shape for name in state.trained]
    if drawn_names(state) == state.trained and not any(is_cropped(shape) for shape in shapes):
        return []
    most = state.network.parameters[state.name].size - 1
    which = Knob(
        "parameter", "Parameter", "choice", state.name, "The parameter that is drawn.",
        lambda name: with_number(state, name, 0), choices=state.trained,
    )  # fmt: skip
    place = Knob(
        "flat", f"Number, 0 to {most:,}", "number", state.flat, "Its place, counted row by row.",
        lambda flat: with_number(state, state.name, flat), 0, most,
    )  # fmt: skip
    return [which, place]


def written(exponent: float) -> str:
    """Return h as the slider writes it: 1, 3e−1, 1e−1, …"""
    if exponent == 0:
        return "1"
    return f"1e−{exponent:g}" if exponent == int(exponent) else f"3e−{int(exponent) + 1}"


def heights(state: LearningState) -> list[Knob]:
    """Return the slider of h."""
    texts = tuple(map(written, EXPONENTS))

    def turn(text: str) -> LearningState:
        return replace(state, exponent=EXPONENTS[texts.index(text)])

    help = "The loss is computed with the number this much larger, and this much smaller."
    label = "h, by which the number is moved up and down"
    return [Knob("h", label, "scale", written(state.exponent), help, turn, choices=texts, wide=True)]


def steps(state: LearningState) -> list[Knob]:
    """Return the optimiser's settings: Adam's two in the places of momentum's two."""
    if state.steps.optimiser == "Adam":
        kept, started = _setting(state, "beta1", "Adam β₁"), _setting(state, "beta2", "Adam β₂")
    else:
        kept = _setting(state, "momentum", "Momentum")
        started = _setting(state, "velocity", "Old velocity", step=1.0, disabled=not state.steps.momentum)
    return [
        _setting(state, "optimiser", "Optimiser", spread=True),
        _setting(state, "lr", "Learning rate", step=0.01),
        kept,
        started,
        _setting(state, "decay", "Weight decay", step=0.01),
        _setting(state, "two", "Two pictures"),
    ]


# A kernel that learns


def kernel(state: LearningState) -> list[Knob]:
    """Return what is to be learnt, from what, and how fast."""
    again = {"count": 0}
    own = " ".join(plain_number(value, 6) for value in state.kernel.own)
    nine = Knob(
        "own", "Its nine numbers, row by row", "text", own, "The hidden kernel.", lambda text: _typed(state, text)
    )
    return [
        _setting(state, "source", "Input", changes=again),
        _setting(state, "hidden", "Hidden kernel", changes=again),
        *([nine] if state.kernel.hidden == OWN else []),
        _setting(state, "lr", "Learning rate", changes=again),
        _setting(state, "seed", "Start (seed)", changes=again),
        _setting(state, "count", "Step"),
        _setting(state, "reveal", "Reveal it"),
    ]


def _typed(state: LearningState, text: str) -> LearningState:
    """Return the state with the learner's own hidden kernel. ValueError where these are not nine numbers."""
    parts = [part for part in re.split(r"[\s,;/]+", text.strip()) if part]
    if len(parts) != 9:
        raise ValueError(f"a 3×3 kernel has 9 numbers, row by row; here are {len(parts)}")
    own = tuple(numbers.number(part, f"number {k}") for k, part in enumerate(parts, start=1))
    if max(map(abs, own)) > LARGEST_OWN:
        raise ValueError(f"numbers of the hidden kernel go up to {LARGEST_OWN} in size")
    return replace(state, kernel=replace(state.kernel, own=own, count=0))


# A training


def training(state: LearningState) -> list[Knob]:
    """Return what is to be learnt, and how."""
    set_so = state.training
    again = {"done": 0, "shown": 0}

    def turned(name: str) -> LearningState:
        classes = tuple(one for one in drawings.CLASSES if (one in set_so.classes) != (one == name))
        if len(classes) < 2:
            raise ValueError(f"there must be at least two shapes to tell apart, and {len(classes)} is chosen")
        return replace(state, training=replace(set_so, classes=classes, **again))

    shapes = Knob(
        "classes", "Shapes to tell apart (two at least)", "several", list(set_so.classes),
        "What the network learns to name.", turned, choices=drawings.CLASSES, wide=True,
    )  # fmt: skip
    return [
        shapes,
        _spread(_setting(state, "size", "Pictures’ size", changes=again), {"8×8": 8, "12×12": 12}),
        _setting(state, "count", "Pictures", changes=again),
        _shorter(state, _setting(state, "epochs", "Epochs")),
        _setting(state, "batch", "Batch size", changes=again),
        _setting(state, "lr", "Learning rate", step=0.001, changes=again),
        _setting(state, "seed", "Seed", changes=again),
    ]


def shown(state: LearningState) -> list[Knob]:
    """Return the choice of a test picture."""
    return [_spread(_setting(state, "shown", "Choose one"), {str(k): k for k in range(PICTURES)})]


def _spread(knob: Knob, values: dict[str, Any]) -> Knob:
    """Return the choice between some of a number's values, side by side."""
    return either(knob.name, knob.label, values, knob.value, knob.help, knob.turn, spread=True)


def _shorter(state: LearningState, knob: Knob) -> Knob:
    """Return the knob of the epochs: a training that has gone further ends there."""

    def turn(epochs: int) -> LearningState:
        now = state.training
        return replace(state, training=replace(now, epochs=epochs, done=min(now.done, epochs)))

    return replace(knob, turn=turn)
