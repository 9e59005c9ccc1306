"""Exercises on learning: a step of SGD, of momentum and of Adam, batch norm, and a whole tiny network."""

from dataclasses import replace
from functools import partial

import numpy as np

from engine.exercises.convolution import cell
from engine.exercises.draw import Draw
from engine.exercises.form import ALL, RESULT, SUMS, Cell, Item, Kind, Problem, Scene
from engine.exercises.gradients import product
from engine.layers import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU
from engine.learning.optim import SGD, Adam, Optimiser
from engine.slips import Blank, asked, steps
from engine.slips import norm as norm_slips
from engine.slips.at import At
from engine.slips.form import chain, is_right, text
from engine.trace import Trace

TOPIC = "learning"
# Four numbers around their mean whose variance + 1 is a square: 3 + 1, 24 + 1.
SPREADS = ((3, -1, -1, -1), (-3, 1, 1, 1), (8, -4, -4, 0), (-8, 4, 4, 0))
HILL = "A walker goes down a slope"


def taking(optimiser: Optimiser, data: dict[str, float]) -> Scene:
    """Return the scene of a step that an optimiser takes with what an exercise gives."""
    names = [name for name in ("weight", "gradient", "velocity") if name in data]
    return Scene("learning", arrays={name: data[name] for name in names}, optimiser=optimiser)


def sgd(draw: Draw, level: int) -> Problem | None:
    w, g, lr = draw.array(1, most=6), draw.array(1, most=6, zero=False), draw.choice((0.5, 0.25, 0.1, 0.2))
    optimiser = SGD(lr)
    ask = partial(steps.blank, optimiser, optimiser.update(w, g, {}), (0,), {})
    items = (
        Item("change", SUMS, partial(ask, "change"), chain([lr, g[0]], "×")),
        Item("new weight", RESULT, ask, chain([w[0], lr * g[0]], "−")),
    )
    question = "What is the weight after one step of SGD?"
    story = (
        f"{HILL}: it stands at a place, measures how steep it is there, and moves against the slope by that times its "
        "pace. Where is it then?"
    )
    data = {"weight": float(w[0]), "gradient": float(g[0]), "learning rate": lr}
    return Problem(question, story, data, items, taking(optimiser, data), WALK)


WALK = {"weight": "place", "gradient": "slope", "learning rate": "pace", "momentum": "share of speed that it keeps",
        "velocity": "speed"}  # fmt: skip


def momentum(draw: Draw, level: int) -> Problem | None:
    w, g, old = draw.array(1, most=6), draw.array(1, most=6, zero=False), draw.array(1, most=6, zero=False)
    lr, mu = draw.choice((0.5, 0.1, 0.2)), draw.choice((0.5, 0.9, 0.8))
    optimiser, memory = SGD(lr, momentum=mu), {"velocity": old}
    ask = partial(steps.blank, optimiser, optimiser.update(w, g, memory), (0,), memory)
    velocity = mu * old[0] + g[0]
    items = (
        Item("momentum × old velocity", ALL, partial(product, mu, old[0]), partial(chain, [mu, old[0]], "×")),
        Item("velocity", SUMS, partial(ask, "velocity"), partial(chain, [mu * old[0], g[0]])),
        Item("change", ALL, partial(ask, "change"), partial(chain, [lr, velocity], "×")),
        Item("new weight", RESULT, ask, partial(chain, [w[0], lr * velocity], "−")),
    )
    question = "What is the weight after one step of SGD with momentum, as PyTorch takes it?"
    story = (
        f"{HILL}: it keeps a share of its speed, adds the slope at its place, and moves against this new speed times "
        "its pace. Where is it then?"
    )
    data = {"weight": float(w[0]), "gradient": float(g[0]), "velocity": float(old[0]), "learning rate": lr,
            "momentum": mu}  # fmt: skip
    if round(lr * velocity, 2) != lr * velocity:
        return None
    return Problem(question, story, data, items, taking(optimiser, data), WALK, apart=SUMS)


def adam(draw: Draw, level: int) -> Problem | None:
    w, g, lr = draw.array(1, most=6), draw.array(1, most=6, zero=False), draw.choice((0.5, 0.25, 0.1, 0.2))
    betas = draw.choice(((0.5, 0.75), (0.75, 0.5), (0.9, 0.75)))
    optimiser = Adam(lr, betas=betas, eps=0.0)
    ask = partial(steps.blank, optimiser, optimiser.update(w, g, {}), (0,), {})
    if abs(g[0]) < 2:
        return None
    items = (
        Item("m", ALL, partial(ask, "m"), partial(chain, [1 - betas[0], g[0]], "×")),
        Item("v", ALL, partial(ask, "v"), partial(chain, [1 - betas[1], g[0] ** 2], "×")),
        Item("m̂", SUMS, partial(ask, "mean"), f"m ÷ (1 − {text(betas[0])})"),
        Item("v̂", SUMS, partial(ask, "square"), f"v ÷ (1 − {text(betas[1])})"),
        Item("new weight", RESULT, ask, f"{text(w[0])} − {text(lr)} × m̂ ÷ √v̂"),
    )
    question = "What is the weight after the first step of Adam, with ε = 0? Both means begin at 0."
    story = (
        f"{HILL} by Adam's rule: it keeps running means of the slope and of its square, corrects both for their start "
        "at 0, and moves against the first over the root of the second, times its pace. Where is it after its first "
        "step?"
    )
    data = {"weight": float(w[0]), "gradient": float(g[0]), "learning rate": lr, "β₁": betas[0], "β₂": betas[1]}
    return Problem(question, story, data, items, taking(optimiser, data), WALK, apart=RESULT)


def norm(draw: Draw, level: int) -> Problem:
    x = np.array(draw.order(draw.choice(SPREADS)), dtype=float).reshape(1, 2, 2) + draw.whole(-3, 6)
    arrays = {"input": x, "weight": draw.array(1, most=3, zero=False), "bias": draw.array(1, most=4, zero=False)}
    running = (float(draw.whole(-2, 5)), draw.choice((3.0, 8.0, 15.0)))
    return _normed(draw, BatchNorm2d(1, eps=1.0, track_running_stats=False), arrays, "in training", running)


def evaluated(draw: Draw, level: int) -> Problem:
    arrays = {
        "input": draw.apart(1, 2, 2), "weight": draw.array(1, most=3, zero=False),
        "bias": draw.array(1, most=4, zero=False), "running_mean": draw.array(1, most=4, zero=False),
        "running_var": np.array([draw.choice((3.0, 24.0, 15.0))]),
    }  # fmt: skip
    return _normed(draw, BatchNorm2d(1, eps=1.0), arrays, "in evaluation")


def _in_training(trace: Trace, step: int, running: tuple[float, float] | None) -> Blank:
    """Return the blank of an output, with the slip that takes running statistics where the channel's own count."""
    blank = asked(trace, step)
    if running is None:
        return blank
    wrong = norm_slips.running(At.step(trace, step), *running)
    return replace(blank, slips=(wrong, *blank.slips)) if not is_right(blank, wrong.value) else blank


def _normed(
    draw: Draw, layer: BatchNorm2d, arrays: dict, when: str, running: tuple[float, float] | None = None
) -> Problem:
    k = draw.whole(0, 3)
    scene = Scene("batch_norm", layer, arrays)
    trace = scene.trace
    last = trace.steps.first("scale and shift") + k
    items = []
    for phase in trace.phases[:-1]:
        start, alone = trace.steps.first(phase.name), len(phase) == 1
        step = start if alone else start + k
        if phase.name != "squares":
            label = phase.name if alone else f"{phase.name} at row {k // 2}, column {k % 2}"
            depth = SUMS if phase.name in ("mean", "deviation", "quotient") else ALL
            items.append(Item(label.replace("deviation", "σ"), depth, partial(asked, trace, step)))
    where = f"row {k // 2}, column {k % 2}"
    items.append(Item(f"output at {where}", RESULT, partial(_in_training, trace, last, running), "quotient × γ + β"))
    question = f"What does batch norm, {when}, make of the number at {where} (eps 1)?"
    source = "their own mean and variance" if layer.own_statistics else "the mean and variance of last year"
    story = (
        f"Four marks are put on another scale by {source}: take off the mean, divide by the root of variance + 1, "
        f"times a factor, plus a constant. What becomes of mark {k}, counted from 0, line by line?"
    )
    names = {"input": "marks", "weight": "factor", "bias": "constant", "running_mean": "mean of last year",
             "running_var": "variance of last year"}  # fmt: skip
    data = arrays if running is None else {**arrays, "running_mean": running[0], "running_var": running[1]}
    return Problem(question, story, data, tuple(items), scene.at(last), names, apart=RESULT)


def network(draw: Draw, level: int) -> Problem | None:
    conv, relu, pool, last = Conv2d(1, 2, 2), ReLU(), MaxPool2d(2), Linear(2, 1)
    arrays = {
        "input": draw.array(1, 3, 3, most=3), "weight": draw.array(2, 1, 2, 2, most=2), "bias": draw.array(2, most=2),
    }  # fmt: skip
    dense = {"weight": draw.array(1, 2, most=3, zero=False), "bias": draw.array(1, most=3, zero=False)}
    first = Scene("forward", conv, arrays).trace
    made = conv.forward(**arrays)
    bent = relu.forward(made)
    pooled = pool.forward(bent)
    if (pooled == 0).any() or pooled[0] == pooled[1]:
        return None

    def place(map: str, k: int) -> Cell:
        return Cell(map.format(k // 4), k % 4 // 2, k % 2, 2, 2)

    traces = relu.trace(made), pool.trace(bent), last.trace(pooled.ravel(), **dense)
    items = [
        replace(
            cell(first, k, f"convolution, filter {k // 4}, row {k % 4 // 2}, column {k % 2}")[-1],
            depth=ALL,
            cell=place("convolution, filter {}", k),
        )
        for k in range(8)
    ]
    items += [
        Item(f"ReLU, channel {k // 4}, row {k % 4 // 2}, column {k % 2}", SUMS, partial(asked, traces[0], k),
             f"max(0, {text(made.ravel()[k])})", place("ReLU, channel {}", k)) for k in range(8)
    ]  # fmt: skip
    items += [Item(f"max pooling, channel {k}", SUMS, partial(asked, traces[1], k)) for k in (0, 1)]
    products = dense["weight"][0] * pooled.ravel()
    items.append(Item("output", RESULT, partial(asked, traces[2], 0), partial(chain, [*products, dense["bias"][0]])))
    question = "A tiny network: Conv2d(1, 2, 2), ReLU, MaxPool2d(2), Flatten, Linear(2, 1). What comes out?"
    story = (
        "Two lamp testers each go over a wall with a recipe of 2 × 2 numbers and add their basic amount; numbers below "
        "0 count as 0. Each reports its largest number. A judge weighs both reports and adds a mood. What is the "
        "verdict?"
    )
    data = {**arrays, "Linear weight": dense["weight"], "Linear bias": dense["bias"]}
    names = {"input": "wall", "weight": "recipes", "bias": "basic amounts", "Linear weight": "judge's weights",
             "Linear bias": "mood"}  # fmt: skip
    everything = {"input": arrays["input"], "0.weight": arrays["weight"], "0.bias": arrays["bias"],
                  "4.weight": dense["weight"], "4.bias": dense["bias"]}  # fmt: skip
    scene = Scene("forward", arrays=everything, layers=(conv, relu, pool, Flatten(), last))
    return Problem(question, story, data, tuple(items), scene, names, apart=RESULT)


KINDS = (
    Kind("step-sgd", "A step of SGD", TOPIC, sgd),
    Kind("step-momentum", "A step with momentum", TOPIC, momentum),
    Kind("step-adam", "A step of Adam", TOPIC, adam),
    Kind("norm-training", "Batch norm in training", TOPIC, norm),
    Kind("norm-evaluation", "Batch norm in evaluation", TOPIC, evaluated),
    Kind("network", "A whole tiny network", TOPIC, network),
)
