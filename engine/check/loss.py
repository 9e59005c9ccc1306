"""The softmax loss as courses set it: softmax_loss(x, y) → loss, dx: the mean over the pictures of −log p."""

from functools import partial

import numpy as np

from engine import functional as F
from engine.check.draw import halves
from engine.check.task import Case, Data, Place, Results, Task, mistake, placed
from engine.exercises import Scene
from engine.exercises.draw import Draw
from engine.layers import CrossEntropyLoss

TOPIC = "Softmax and loss"
grad = partial(mistake, "dx")
SCORES = {
    "2 pictures, 3 classes": (2, 3),
    "3 pictures, 4 classes": (3, 4),
    "scores near 1000": (2, 3),
}


def data(says: str) -> Data:
    draw = Draw(f"check loss {says}")
    count, classes = SCORES[says]
    x = halves(draw, count, classes, most=4) + (1000 if "1000" in says else 0)
    return {"x": x, "y": np.array([draw.whole(0, classes - 1) for _ in range(count)])}


def cases() -> list[Case]:
    return [Case(says, data(says)) for says in SCORES]


def softmax(x: np.ndarray) -> np.ndarray:
    return F.softmax(x, dim=-1)


def wanted(x, y) -> np.ndarray:
    return np.eye(x.shape[1])[y]


def loss(x, y) -> Results:
    return {"loss": F.cross_entropy(x, y), "dx": F.cross_entropy_backward(x, y)}


def place(data: Data, result: str, index: tuple[int, ...]) -> Place:
    of = "input" if result == "dx" else ""
    arrays = {"input": data["x"], "target": data["y"], **({"grad_output": 1.0} if of else {})}
    scene = Scene("output_loss", CrossEntropyLoss(), arrays, of=of)
    return placed(scene, index) if of else Place(scene.at(len(scene.trace.steps) - 1))


def _plain(x, y) -> Results:
    with np.errstate(all="ignore"):
        p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
        return {"loss": -np.log(p[np.arange(len(y)), y]).mean(), "dx": (p - wanted(x, y)) / len(x)}


def _true(x, y) -> np.ndarray:
    return softmax(x)[np.arange(len(y)), y]


MEAN = "The loss is the mean over the pictures: divide the sum by N."
LOG = "It is −np.log(p) of the true class: the natural logarithm, with a minus."
DIFFERENCE = "dx is (p − 1 for the true class) / N."
MISTAKES = (
    mistake("", "largest-kept", "did not take the largest score off first",
            "exp(1000) is too large for a float: x − x.max(axis=1, keepdims=True) has the same softmax.", _plain),
    mistake("loss", "sum-for-mean", "added the losses up", MEAN, lambda x, y: -np.log(_true(x, y)).sum()),
    mistake("loss", "divided-by-classes", "divided by the number of classes too", MEAN,
            lambda x, y: -np.log(_true(x, y)).mean() / x.shape[1]),
    mistake("loss", "loss-sign", "left out the minus", LOG, lambda x, y: np.log(_true(x, y)).mean()),
    mistake("loss", "log-10", "took the logarithm to the base 10", LOG, lambda x, y: -np.log10(_true(x, y)).mean()),
    mistake("loss", "log-2", "took the logarithm to the base 2", LOG, lambda x, y: -np.log2(_true(x, y)).mean()),
    mistake("loss", "log-forgotten", "left the logarithm out", LOG, lambda x, y: _true(x, y).mean()),
    mistake("loss", "one-minus-p", "took 1 − p", LOG, lambda x, y: (1 - _true(x, y)).mean()),
    mistake("loss", "mean-before-log", "took the mean before the logarithm", "Each picture has its own loss.",
            lambda x, y: -np.log(_true(x, y).mean())),
    mistake("loss", "all-classes", "added up all classes", "Of each picture, the true class alone counts.",
            lambda x, y: -np.log(softmax(x)).sum(axis=1).mean()),
    mistake("loss", "axis", "made softmax over the pictures", "Softmax goes over the classes: axis 1.",
            lambda x, y: -np.log(F.softmax(x, dim=0)[np.arange(len(y)), y]).mean()),
    grad("batch-undivided", "did not divide dx by the batch size", DIFFERENCE,
         lambda x, y: softmax(x) - wanted(x, y)),
    grad("p-for-difference", "did not take 1 off for the true class", DIFFERENCE, lambda x, y: softmax(x) / len(x)),
    grad("q-minus-p", "took p off, not 1", DIFFERENCE, lambda x, y: (wanted(x, y) - softmax(x)) / len(x)),
    grad("divided-by-classes", "divided dx by the number of classes", DIFFERENCE,
         lambda x, y: (softmax(x) - wanted(x, y)) / x.shape[1]),
    grad("logit-for-probability", "took the scores for the probabilities", DIFFERENCE,
         lambda x, y: (x - wanted(x, y)) / len(x)),
)  # fmt: skip

TASK = Task(
    "softmax_loss", TOPIC, "Softmax loss",
    "x: (N, C) scores. y: (N,) true classes. loss: one number, the mean over the pictures. dx: its gradient, (N, C).",
    ("x", "y"), ("loss", "dx"), ("loss", "dx"), cases, loss, MISTAKES, place,
)  # fmt: skip
