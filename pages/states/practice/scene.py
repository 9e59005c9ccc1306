"""Where a page shows an exercise's numbers: a lesson, a pass forward or back, a step, the calculator."""

import numpy as np

from engine.exercises import Scene
from engine.network import Network
from pages.states import picture
from pages.states.lesson.state import LessonState
from pages.states.network.state import NetworkState
from pages.states.path import PATH
from pages.states.practice import back
from pages.states.registry import KINDS, LESSONS
from pages.states.shapes.layer import OneLayer
from pages.states.shapes.stack import Stack
from pages.states.shapes.state import Calculator

SIDES = (14, 32, 64)  # of an input for a stack that names none: the least that it can take
TITLES = {
    **{lesson.kind.page: lesson.title for lesson in LESSONS},
    "calculator": "Shapes",
    **{page: PATH[page] for page in ("forward", "backward", "learning")},
}
# The page that teaches a topic, where an exercise of it has no page of its own.
LESSON_OF = {
    "convolution": "convolution",
    "sizes": "calculator",
    "counts": "calculator",
    "activation and pooling": "pooling",
    "neurons and loss": "fully_connected",
    "gradients": "backward",
    "learning": "learning",
}


def place(scene: Scene) -> tuple[str, dict[str, str]] | None:
    """Return the page that shows a scene's own numbers, and its link there; None where no page can.

    Gradients are shown by the backward page, an optimiser's step by the learning page. What is too large for a lesson
    has its sizes in the calculator.
    """
    if scene.of:
        return "backward", back.gradients(scene).query()
    if scene.optimiser is not None:
        return "learning", back.step(scene).query()
    if scene.page in KINDS and scene.layer is not None:
        query = lesson(scene).query()
        fits = not KINDS[scene.page].read(query)[1]
        shape = np.shape(scene.arrays["input"])
        return (scene.page, query) if fits else ("calculator", Calculator(OneLayer(scene.layer, shape)).query())
    if scene.page == "forward":
        return scene.page, network(scene).query()
    if scene.page == "calculator":
        return scene.page, Calculator(Stack(_stack(scene))).query()
    return None


def lesson(scene: Scene) -> LessonState:
    """Return the state of a lesson that shows a scene."""
    kind, layer = KINDS[scene.page], scene.layer
    names = layer.parameter_shapes()
    extras = {extra.name: extra.default for extra in kind.extras}
    given = {name: _plain(value) for name, value in scene.arrays.items() if name in extras}
    chosen = picture.from_numbers(back.written(scene.arrays["input"]))
    parameters = {name: back.written(scene.arrays[name]) for name in names if name in scene.arrays}
    return LessonState(kind, layer, chosen, parameters, extras | given, scene.step)


def _plain(value: np.ndarray | bool) -> int | bool | tuple[int, ...]:
    """Return what an extra holds: a switch, a class, or one class for each picture."""
    if isinstance(value, bool):
        return value
    return int(value) if np.ndim(value) == 0 else tuple(int(k) for k in value)


def network(scene: Scene) -> NetworkState:
    """Return the state of the forward page that shows a scene's network."""
    numbers = {name: back.written(value) for name, value in scene.arrays.items()}
    return back.running(scene.layers, numbers.pop("input"), numbers)


def _stack(scene: Scene) -> Network:
    """Return a scene's stack on its input, or on the smallest that it can take."""
    layers = scene.layers
    if "input" in scene.arrays:
        return Network(np.shape(scene.arrays["input"]), layers)
    channels = layers[0].in_channels
    for side in SIDES:
        made = Network((channels, side, side), layers)
        try:
            made.shapes()
        except ValueError:
            continue
        return made
    raise ValueError(f"the stack needs an input of more than {SIDES[-1]} × {SIDES[-1]}")
