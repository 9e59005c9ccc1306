"""Steps of an optimiser as courses set them: sgd(w, dw, config), sgd_momentum, adam → next_w, config."""

from functools import partial

import numpy as np

from engine.check.draw import halves
from engine.check.task import Case, Results, Task, mistake
from engine.exercises.draw import Draw

TOPIC = "Optimisers"
SHAPES = {"one row of 4": (4,), "2 × 3": (2, 3)}
new = partial(mistake, "next_w")
DOWN = "The step goes down the slope: it is taken off w."
RATE = 'The learning rate scales the step: config["learning_rate"].'


def _cases(kind: str, make) -> list[Case]:
    made = []
    for says, shape in SHAPES.items():
        draw = Draw(f"check {kind} {says}")
        made.append(Case(says, {"w": halves(draw, *shape), "dw": halves(draw, *shape), "config": make(draw, shape)}))
    return made


def _sgd_config(draw: Draw, shape) -> dict:
    return {"learning_rate": 0.25}


def _momentum_config(draw: Draw, shape) -> dict:
    return {"learning_rate": 0.25, "momentum": 0.75, "velocity": halves(draw, *shape)}


def _adam_config(draw: Draw, shape) -> dict:
    return {
        "learning_rate": 0.125, "beta1": 0.75, "beta2": 0.875, "epsilon": 0.25,
        "m": halves(draw, *shape), "v": abs(halves(draw, *shape)), "t": 2,
    }  # fmt: skip


def sgd(w, dw, config) -> Results:
    return {"next_w": w - config["learning_rate"] * dw}


def _velocity(dw, config) -> np.ndarray:
    return config["momentum"] * config["velocity"] - config["learning_rate"] * dw


def momentum(w, dw, config) -> Results:
    velocity = _velocity(dw, config)
    return {"next_w": w + velocity, 'config["velocity"]': velocity}


def adam(w, dw, config, square=True, later=1, corrected=True, root=True) -> Results:
    """Return the step; a mistake leaves out the square, the count of this step, the correction or the root."""
    first, second, t = config["beta1"], config["beta2"], config["t"] + later
    m = first * config["m"] + (1 - first) * dw
    v = second * config["v"] + (1 - second) * (dw**2 if square else dw)
    mean, spread = (m / (1 - first**t), v / (1 - second**t)) if corrected else (m, v)
    with np.errstate(invalid="ignore"):
        below = (np.sqrt(spread) if root else spread) + config["epsilon"]
    return {"next_w": w - config["learning_rate"] * mean / below, 'config["m"]': m, 'config["v"]': v}


def _outside(w, dw, config) -> np.ndarray:
    kept = adam(w, dw, config)
    t = config["t"] + 1
    mean, spread = kept['config["m"]'] / (1 - config["beta1"] ** t), kept['config["v"]'] / (1 - config["beta2"] ** t)
    return w - config["learning_rate"] * mean / np.sqrt(spread + config["epsilon"])


def _next(step, **changes):
    """Return the new w of a step with some of its arguments, or of its config's entries, changed."""
    return lambda w, dw, config: step(w, dw, config, **changes)["next_w"]


def _turned(step):
    """Return the new w of a step that is added, not taken off."""
    return lambda w, dw, config: 2 * w - step(w, dw, config)["next_w"]


def _whole_rate(step):
    return lambda w, dw, config: step(w, dw, {**config, "learning_rate": 1.0})["next_w"]


SGD_MISTAKES = (
    new("step-added", "added the step", DOWN, _turned(sgd)),
    new("rate-forgotten", "left the learning rate out", RATE, _whole_rate(sgd)),
    new("number-forgotten", "returned the change alone", DOWN, lambda w, dw, config: -config["learning_rate"] * dw),
    new("gradient-forgotten", "took the learning rate alone off", RATE,
        lambda w, dw, config: w - config["learning_rate"]),
    new("number-scaled", "multiplied by w too", DOWN, lambda w, dw, config: w - config["learning_rate"] * dw * w),
)  # fmt: skip
RULE = "v = momentum × v − learning_rate × dw, then next_w = w + v."
MOMENTUM_MISTAKES = (
    new("step-added", "took the velocity off", RULE, _turned(momentum)),
    new("momentum-forgotten", "left the old velocity out", RULE, _next(sgd)),
    new("momentum-undamped", "added the old velocity whole", RULE,
        lambda w, dw, config: w + config["velocity"] - config["learning_rate"] * dw),
    new("rate-forgotten", "left the learning rate out", RULE, _whole_rate(momentum)),
    new("velocity-alone", "returned the velocity for the new w", RULE, lambda w, dw, config: _velocity(dw, config)),
    new("gradient-forgotten", "left dw out", RULE, lambda w, dw, config: w + config["momentum"] * config["velocity"]),
    new("sign", "added the gradient to the velocity", RULE,
        lambda w, dw, config: momentum(w, -dw, config)["next_w"]),
    mistake('config["velocity"]', "running-kept", "did not keep the new velocity", "Put it into config[\"velocity\"].",
            lambda w, dw, config: config["velocity"]),
)  # fmt: skip
FIRST = "m = beta1 × m + (1 − beta1) × dw; v = beta2 × v + (1 − beta2) × dw²."
THEN = "Count t up, then w − learning_rate × m̂ / (√v̂ + epsilon), m̂ = m / (1 − beta1ᵗ), v̂ = v / (1 − beta2ᵗ)."
ADAM_MISTAKES = (
    new("step-added", "added the step", DOWN, _turned(adam)),
    new("bias-correction-forgotten", "did not correct m and v for their start at 0", THEN,
        _next(adam, corrected=False)),
    new("count-from-1", "did not count t up before it is used", THEN, _next(adam, later=0)),
    new("root-forgotten", "left the square root out", THEN, _next(adam, root=False)),
    new("square-forgotten", "did not square the gradient", FIRST, _next(adam, square=False)),
    mistake('config["v"]', "square-forgotten", "did not square the gradient", FIRST,
            lambda w, dw, config: adam(w, dw, config, square=False)['config["v"]']),
    new("eps-outside", "added epsilon inside the root", THEN, _outside),
    new("rate-forgotten", "left the learning rate out", THEN, _whole_rate(adam)),
    new("betas-swapped", "swapped beta1 and beta2", FIRST,
        lambda w, dw, config: adam(w, dw, {**config, "beta1": config["beta2"], "beta2": config["beta1"]})["next_w"]),
    new("sgd-for-adam", "took the rate times the gradient, as SGD does", THEN, _next(sgd)),
    mistake('config["m"]', "running-kept", "did not keep the new m", "Put it into config[\"m\"].",
            lambda w, dw, config: config["m"]),
    mistake('config["v"]', "running-kept", "did not keep the new v", "Put it into config[\"v\"].",
            lambda w, dw, config: config["v"]),
)  # fmt: skip


def _task(name: str, title: str, text: str, kind: str, config, right, mistakes, more=()) -> Task:
    return Task(
        name, TOPIC, title, text, ("w", "dw", "config"), ("next_w", "config"), ("next_w",),
        partial(_cases, kind, config), right, mistakes, more=more, changes=("w", "config"),
    )  # fmt: skip


TASKS = (
    _task("sgd", "SGD", "w, dw: any shape. config holds `learning_rate`. next_w = w − learning_rate × dw.",
          "sgd", _sgd_config, sgd, SGD_MISTAKES),
    _task("sgd_momentum", "SGD with momentum",
          "w, dw: any shape. config holds `learning_rate`, `momentum` and `velocity`. v = momentum × v − "
          "learning_rate × dw; next_w = w + v. The new velocity is kept in config.",
          "momentum", _momentum_config, momentum, MOMENTUM_MISTAKES, ('config["velocity"]',)),
    _task("adam", "Adam",
          "w, dw: any shape. config holds `learning_rate`, `beta1`, `beta2`, `epsilon`, `m`, `v` and `t`. t is counted "
          "up by 1 first; next_w = w − learning_rate × m̂ / (√v̂ + epsilon). The new m, v and t are kept in config.",
          "adam", _adam_config, adam, ADAM_MISTAKES, ('config["m"]', 'config["v"]')),
)  # fmt: skip
