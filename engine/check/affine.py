"""The affine layer as courses set it: affine_forward(x, w, b), affine_backward(dout, cache). x is flattened first."""

from collections.abc import Callable
from functools import partial
from math import prod

import numpy as np

from engine import functional as F
from engine.check.conv import one_picture
from engine.check.draw import halves
from engine.check.task import Case, Data, Place, Results, Task, mistake, placed, share_text
from engine.exercises import Scene
from engine.exercises.draw import Draw
from engine.layers import Linear

TOPIC = "Affine layer"
TURNED = "The lesson writes w turned: a row for each output."
SHAPES = {  # shape of x, numbers that come out
    "one picture of 3 numbers": ((1, 3), 2),
    "3 pictures of 3 numbers, 3 out": ((3, 3), 3),
    "2 pictures of 2 × 3": ((2, 2, 3), 2),
    "4 pictures of 2 × 2 × 2": ((4, 2, 2, 2), 3),
}


def data(says: str) -> Data:
    shape, count = SHAPES[says]
    draw = Draw(f"check affine {says}")
    x, w, b = halves(draw, *shape), halves(draw, prod(shape[1:]), count), halves(draw, count)
    return {"x": x, "w": w, "b": b, "dout": halves(draw, shape[0], count)}


def cases() -> list[Case]:
    return [Case(says, data(says)) for says in SHAPES]


def flat(x: np.ndarray) -> np.ndarray:
    return x.reshape(len(x), -1)


def affine(x, w, b, dout=None) -> Results:
    return {"out": F.linear(flat(x), w.T, b)}


def grads(x, w, b, dout) -> Results:
    dx, dw, db = F.linear_backward(dout, flat(x), w.T)
    return {"dx": dx.reshape(x.shape), "dw": dw.T, "db": db}


def place(data: Data, result: str, index: tuple[int, ...]) -> Place:
    """Return the neuron, or the gradient, of one vector; of a parameter's in a batch the last picture's share."""
    x, w, count = flat(data["x"]), data["w"], len(data["x"])
    arrays = {"weight": w.T, "bias": data["b"]}
    n, at, note = index[0], tuple(index[1:]), ""
    if result == "dx":
        at = (int(np.ravel_multi_index(at, data["x"].shape[1:])),)
    elif result in ("dw", "db"):
        n, at = count - 1, tuple(index[::-1])
        note = share_text(n, count)
    of = {"dx": "input", "dw": "weight", "db": "bias"}.get(result, "")
    arrays |= {"input": x[n], **({"grad_output": data["dout"][n]} if of else {})}
    return placed(Scene("fully_connected", Linear(*w.shape), arrays, of=of), at, note or TURNED, judged=False)


def _by_columns(x: np.ndarray) -> np.ndarray:
    return np.stack([one.ravel(order="F") for one in x])


def _square(w: np.ndarray) -> np.ndarray:
    """Return weights with inputs and neurons swapped, where there are as many."""
    return w.T if w.shape[0] == w.shape[1] else w


def _all(x, w, b, dout, change: Callable) -> Results:
    return {name: change(value) for name, value in grads(x, w, b, dout).items()}


ROWS = "x.reshape(N, -1) puts each picture's numbers into a row of their own."
fore = partial(mistake, "out")
MISTAKES = (
    fore("bias-forgotten", "left out the bias", "Add b to every row.",
         lambda x, w, b, dout: affine(x, w, 0 * b)["out"]),
    fore("bias-per-input", "added the bias once for each input", "A neuron has one bias: add b once.",
         lambda x, w, b, dout: affine(x, w, len(w) * b)["out"]),
    fore("row-for-column", "swapped the rows and columns of w", "Column m of w holds the weights of output m: x · w.",
         lambda x, w, b, dout: affine(x, _square(w), b)["out"]),
    fore("flatten-columns", "flattened by columns", ROWS, lambda x, w, b, dout: affine(_by_columns(x), w, b)["out"]),
    fore("flatten-columns", "put the pictures last before flattening", ROWS,
         lambda x, w, b, dout: affine(np.moveaxis(x, 0, -1).reshape(len(x), -1), w, b)["out"]),
    fore("weights-summed", "added the weights alone", "Multiply each weight by its input first.",
         lambda x, w, b, dout: affine(np.ones_like(x), w, b)["out"]),
    fore("one-picture", "filled picture 0 alone", "Every picture of the batch has its row.",
         lambda x, w, b, dout: one_picture(affine(x, w, b)["out"], 0)),
    fore("relu-for-other", "put a ReLU behind it", "An affine layer adds and multiplies, nothing more.",
         lambda x, w, b, dout: np.maximum(affine(x, w, b)["out"], 0)),
    fore("mean-for-sum", "took the mean of the products", "The products are added; nothing is divided.",
         lambda x, w, b, dout: affine(x, w / len(w), b)["out"]),
    fore("batch-mean", "divided by the batch size", "Nothing is divided here.",
         lambda x, w, b, dout: affine(x, w, b)["out"] / len(x)),
    fore("sides-swapped", "put the pictures last", "out has the shape (N, M): a row for each picture.",
         lambda x, w, b, dout: affine(x, w, b)["out"].T),
)  # fmt: skip
BATCH = "Nothing is divided here: the loss has been divided by N already, where it is a mean."
BACK_MISTAKES = (
    mistake("dx", "row-for-column", "swapped the rows and columns of w", "dx is dout · w.T, put back into x's shape.",
            lambda x, w, b, dout: grads(x, _square(w), b, dout)["dx"]),
    mistake("dx", "shape-lost", "left dx flattened", "dx has the shape of x: dx.reshape(x.shape).",
            lambda x, w, b, dout: flat(grads(x, w, b, dout)["dx"])),
    mistake("dx", "flatten-columns", "put dx back by columns", "reshape(x.shape) puts the numbers back row by row.",
            lambda x, w, b, dout: np.stack([row.reshape(x.shape[1:], order="F")
                                            for row in flat(grads(x, w, b, dout)["dx"])])),
    mistake("dw", "sides-swapped", "swapped the rows and columns of dw", "dw is x.T · dout, shaped as w: (D, M).",
            lambda x, w, b, dout: grads(x, w, b, dout)["dw"].T),
    mistake("db", "axis", "summed db over the outputs", "db is the sum over the pictures: axis 0.",
            lambda x, w, b, dout: dout.sum(axis=1)),
    mistake("db", "axis", "did not sum db over the pictures", "db is the sum over the pictures: axis 0.",
            lambda x, w, b, dout: dout),
    mistake("db", "all-filters", "summed all of dout into one number", "db is the sum over the pictures: axis 0.",
            lambda x, w, b, dout: dout.sum()),
    mistake("", "batch-mean", "divided by the batch size", BATCH,
            lambda x, w, b, dout: _all(x, w, b, dout, lambda v: v / len(x))),
    mistake("", "one-picture", "counted the last picture alone", "Every picture adds its share.",
            lambda x, w, b, dout: grads(x, w, b, one_picture(dout, -1))),
    mistake("", "one-picture", "counted picture 0 alone", "Every picture adds its share.",
            lambda x, w, b, dout: grads(x, w, b, one_picture(dout, 0))),
    mistake("", "incoming-forgotten", "left out the gradient that arrives, dout", "Every term is multiplied by dout.",
            lambda x, w, b, dout: grads(x, w, b, np.ones_like(dout))),
    mistake("", "sign", "lost a sign", "Nothing is taken away.", partial(_all, change=np.negative)),
)  # fmt: skip

FORWARD = Task(
    "affine_forward", TOPIC, "Affine layer, forward",
    "x: (N, d₁, …, d_k), flattened to (N, D). w: (D, M). b: (M,). out: (N, M).",
    ("x", "w", "b"), ("out", "cache"), ("out",), cases, affine, MISTAKES, place,
)  # fmt: skip
BACKWARD = Task(
    "affine_backward", TOPIC, "Affine layer, backward",
    "dout: (N, M). cache: (x, w, b), or what your own `affine_forward` keeps, where you paste it too. dx, dw, db: "
    "the gradients, shaped as x, w, b.",
    ("dout", "cache"), ("dx", "dw", "db"), ("dx", "dw", "db"), cases, grads, BACK_MISTAKES,
    place, cached=("x", "w", "b"), forward="affine_forward",
)  # fmt: skip
