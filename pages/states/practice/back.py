"""Networks that hold what an exercise gives: gradients that arrive, and a weight with its gradient.

Two logits that are equal have p = (½, ½), so that p − q is (−½, ½) where class 0 is the true one. Of a Linear(n, 2)
before them with the rows −g and g, the gradient of its input is −½ × (−g) + ½ × g = g, whatever g is; its two biases
make the logits equal.
"""

import numpy as np

from engine.exercises import Scene
from engine.layers import CrossEntropyLoss, Flatten, Layer, Linear, ReLU
from engine.learning.optim import SGD
from engine.network import Network
from pages.states import codec
from pages.states.backward import state as backward
from pages.states.backward.places import Place
from pages.states.backward.state import GradientState
from pages.states.learning.settings import Steps
from pages.states.learning.state import LearningState
from pages.states.network import presets
from pages.states.network.state import NetworkState

WEIGHT = ("0.weight", 1)  # of the weight that takes a step


def gradients(scene: Scene) -> GradientState:
    """Return the state of the backward page that shows the gradient of a scene, at its step."""
    phase, s = scene.trace.steps.place(scene.step)
    flat = int(phase.writes.index[s])
    if isinstance(scene.layer, CrossEntropyLoss):
        scores = written(scene.arrays["input"])
        numbers = {"0.weight": np.eye(scores.size), "0.bias": np.zeros(scores.size)}
        made = running((Linear(scores.size, scores.size),), scores, numbers, int(scene.arrays["target"]))
        return backward.of(made).opened(((1, "", flat),))
    names = scene.layer.parameter_shapes()
    given = {name: written(scene.arrays[name]) for name in names}
    x, arriving = written(scene.arrays["input"]), written(scene.arrays["grad_output"])
    output, layers = scene.layer.forward(x, **given), [scene.layer]
    bent = bool(scene.arrays.get("relu"))
    if bent:
        layers.append(ReLU())
        output = layers[-1].forward(output)
    if output.ndim > 1:
        layers.append(Flatten())
    last, level = str(len(layers)), float((arriving * output).sum())
    numbers = {f"0.{name}": value for name, value in given.items()}
    numbers |= {f"{last}.weight": np.stack([-arriving.ravel(), arriving.ravel()])}
    numbers |= {f"{last}.bias": np.array([level, -level])}
    made = running((*layers, Linear(arriving.size, 2)), x, numbers)
    return backward.of(made).opened((_place(scene.of, flat, bent),))


def _place(of: str, flat: int, bent: bool) -> Place:
    if bent:  # what is asked is what arrives before the function
        return (1, "", flat)
    return (0, "", flat) if of == "input" else (1, of, flat)


def step(scene: Scene) -> LearningState:
    """Return the state of the learning page in which a weight of a scene, with its gradient, takes a step."""
    w, g = float(scene.arrays["weight"]), float(scene.arrays["gradient"])
    x = np.array([2 * g])
    numbers = {"0.weight": np.array([[0.0], [w]]), "0.bias": np.array([2 * g * w, 0.0])}
    made, rule = running((Linear(1, 2),), x, numbers), scene.optimiser
    if isinstance(rule, SGD):
        steps = Steps("SGD", rule.lr, rule.momentum, velocity=float(scene.arrays.get("velocity", 0.0)))
    else:
        steps = Steps("Adam", rule.lr, beta1=rule.betas[0], beta2=rule.betas[1])
    return LearningState("step", made, *WEIGHT, steps=steps)


def running(layers: tuple[Layer, ...], x: np.ndarray, numbers: dict[str, np.ndarray], target: int = 0) -> NetworkState:
    """Return the state of a network with its input and numbers."""
    made = NetworkState(Network(x.shape, layers), x, numbers, presets.DEFAULT, codec.encode(x), target)
    return made.checked().opened()


def written(values: np.ndarray) -> np.ndarray:
    """Return numbers as a link can hold them."""
    return np.round(np.asarray(values, dtype=np.float64), codec.MAX_DECIMALS)
