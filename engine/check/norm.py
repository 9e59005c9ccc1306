"""Batch norm as courses set it: batchnorm_forward(x, gamma, beta, bn_param), in training and in testing."""

from functools import partial

import numpy as np

from engine.check.draw import halves
from engine.check.task import Case, Data, Place, Results, Task, mistake, placed
from engine.exercises import Scene
from engine.exercises.draw import Draw
from engine.layers import BatchNorm2d

TOPIC = "Batch norm"
KEPT = 'bn_param["running_mean"]'
EPS = 0.25  # so large that it shows where it is left out
SHAPES = {"training, 4 pictures": (4, 2), "training, 3 pictures": (3, 4), "testing": (4, 3)}


def data(says: str) -> Data:
    shape = SHAPES[says]
    draw = Draw(f"check norm {says}")
    x, gamma, beta, mean = halves(draw, *shape), *(halves(draw, shape[1]) for _ in range(3))
    param = {
        "mode": "test" if says == "testing" else "train", "eps": EPS, "momentum": 0.75,
        "running_mean": mean, "running_var": abs(halves(draw, shape[1])),
    }  # fmt: skip
    return {"x": x, "gamma": gamma, "beta": beta, "bn_param": param}


def cases() -> list[Case]:
    return [Case(says, data(says)) for says in SHAPES]


def is_training(p: dict) -> bool:
    return p["mode"] == "train"


def moments(x: np.ndarray, p: dict, ddof: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and the variance that a call normalises with."""
    return (x.mean(axis=0), x.var(axis=0, ddof=ddof)) if is_training(p) else (p["running_mean"], p["running_var"])


def norm(x, gamma, beta, bn_param, mean=None, var=None, eps: float = EPS) -> np.ndarray:
    """Return the output, with another mean, variance or eps where given."""
    own = moments(x, bn_param)
    mean, var = (own[k] if value is None else value for k, value in enumerate((mean, var)))
    return (x - mean) / np.sqrt(var + eps) * gamma + beta


def running(x, bn_param, share: float | None = None) -> np.ndarray:
    """Return the running mean after a call."""
    share = bn_param["momentum"] if share is None else share
    old = bn_param["running_mean"]
    return share * old + (1 - share) * x.mean(axis=0) if is_training(bn_param) else old


def right(x, gamma, beta, bn_param) -> Results:
    return {"out": norm(x, gamma, beta, bn_param), KEPT: running(x, bn_param)}


def place(data: Data, result: str, index: tuple[int, ...]) -> Place | None:
    """Return the number on maps of one column: a feature is a channel, and a picture a row of it."""
    if result != "out":
        return None
    x, p = data["x"], data["bn_param"]
    layer = BatchNorm2d(x.shape[1], eps=p["eps"], track_running_stats=not is_training(p))
    arrays = {"input": x.T[..., None], "weight": data["gamma"], "bias": data["beta"]}
    if not is_training(p):
        arrays |= {name: p[name] for name in ("running_mean", "running_var")}
    n, feature = index
    note = "Each feature is a channel here, and each picture a row of it."
    return placed(Scene("batch_norm", layer, arrays), (feature, n, 0), note, judged=is_training(p))


def _alone(x, gamma, beta, bn_param) -> np.ndarray:
    """Return what a mean and a variance of each picture, not of each feature, give."""
    rows = {"mean": x.mean(axis=1, keepdims=True), "var": x.var(axis=1, keepdims=True)}
    return norm(x, gamma, beta, bn_param, **(rows if is_training(bn_param) else {}))


def _other_mode(x, gamma, beta, bn_param, mode: str) -> np.ndarray:
    return norm(x, gamma, beta, {**bn_param, "mode": mode})


out, kept = partial(mistake, "out"), partial(mistake, KEPT)
ROOT = "x is divided by np.sqrt(var + eps)."
SCALE = "out is gamma × x̂ + beta."
UPDATE = "running_mean = momentum × running_mean + (1 − momentum) × mean, kept in bn_param."
MISTAKES = (
    out("variance-fewer", "divided the squares by n − 1", "The variance divides by N: x.var(axis=0).",
        lambda x, gamma, beta, bn_param: norm(x, gamma, beta, bn_param, var=moments(x, bn_param, ddof=1)[1])),
    out("eps-forgotten", "left eps out", ROOT, lambda **d: norm(**d, eps=0.0)),
    out("eps-outside", "added eps after the root", ROOT,
        lambda x, gamma, beta, bn_param: (x - moments(x, bn_param)[0]) / (np.sqrt(moments(x, bn_param)[1]) + EPS)
        * gamma + beta),
    out("variance-for-deviation", "divided by the variance", ROOT,
        lambda x, gamma, beta, bn_param: (x - moments(x, bn_param)[0]) / (moments(x, bn_param)[1] + EPS) * gamma
        + beta),
    out("deviation-forgotten", "did not divide by the root of the variance", ROOT,
        lambda x, gamma, beta, bn_param: (x - moments(x, bn_param)[0]) * gamma + beta),
    out("mean-forgotten", "did not take the mean off", "x̂ is (x − mean) / np.sqrt(var + eps).",
        lambda **d: norm(**d, mean=0.0)),
    out("gamma-forgotten", "left gamma out", SCALE, lambda **d: norm(**{**d, "gamma": 1.0})),
    out("beta-forgotten", "left beta out", SCALE, lambda **d: norm(**{**d, "beta": 0.0})),
    out("gamma-beta-swapped", "swapped gamma and beta", SCALE,
        lambda **d: norm(**{**d, "gamma": d["beta"], "beta": d["gamma"]})),
    out("beta-first", "added beta before gamma", SCALE,
        lambda x, gamma, beta, bn_param: (norm(x, 1.0, 0.0, bn_param) + beta) * gamma),
    out("axis", "took mean and variance of each picture", "A feature is normalised over the pictures: axis 0.", _alone),
    out("axis", "took the mean and variance of all numbers at once", "Each feature has its own: axis 0.",
        lambda x, gamma, beta, bn_param: norm(
            x, gamma, beta, bn_param, *((x.mean(), x.var()) if is_training(bn_param) else ()))),
    out("batch-for-running", "took the batch's own mean and variance in testing",
        "In testing running_mean and running_var count.", lambda **d: _other_mode(**d, mode="train")),
    out("running-for-batch", "took the running mean and variance in training",
        "In training the batch's own mean and variance count.", lambda **d: _other_mode(**d, mode="test")),
    kept("running-kept", "did not update the running mean", UPDATE,
         lambda x, gamma, beta, bn_param: bn_param["running_mean"]),
    kept("running-swapped", "swapped momentum and 1 − momentum", UPDATE,
         lambda x, gamma, beta, bn_param: running(x, bn_param, 1 - bn_param["momentum"])),
    kept("momentum-forgotten", "kept the batch's mean alone", UPDATE,
         lambda x, gamma, beta, bn_param: running(x, bn_param, 0.0)),
)  # fmt: skip

TASK = Task(
    "batchnorm_forward", TOPIC, "Batch norm, forward",
    'x: (N, D). gamma, beta: (D,). bn_param holds `mode` ("train" or "test"), `eps`, `momentum`, `running_mean` and '
    "`running_var`. out: (N, D). In training the new running_mean is kept in bn_param: momentum × the old one + "
    "(1 − momentum) × the batch's.",
    ("x", "gamma", "beta", "bn_param"), ("out", "cache"), ("out",), cases, right, MISTAKES, place, more=(KEPT,),
    changes=("bn_param",),
)  # fmt: skip
