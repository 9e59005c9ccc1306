"""ReLU as courses set it: relu_forward(x), relu_backward(dout, cache).

Zero is not among the numbers: its slope there is a matter of taste.
"""

from functools import partial

import numpy as np

from engine.check.draw import halves
from engine.check.task import Case, Data, Place, Results, Task, mistake, placed
from engine.exercises import Scene
from engine.exercises.draw import Draw
from engine.layers import ReLU

TOPIC = "ReLU"
fore, back = partial(mistake, "out"), partial(mistake, "dx")


def data(says: str) -> Data:
    shape = {"one row": (1, 4), "2 rows of 3": (2, 3), "maps": (2, 2, 3, 3)}[says]
    draw = Draw(f"check relu {says}")
    return {"x": halves(draw, *shape), "dout": halves(draw, *shape)}


def cases() -> list[Case]:
    return [Case(says, data(says)) for says in ("one row", "2 rows of 3", "maps")]


def relu(x, dout=None) -> Results:
    return {"out": np.maximum(x, 0)}


def grads(x, dout) -> Results:
    return {"dx": dout * (x > 0)}


def place(data: Data, result: str, index: tuple[int, ...]) -> Place:
    whole = data["x"].ndim == 4
    maps, at = {}, index[1:] if whole else (0, *index)
    for name in ("x", "dout"):
        maps[name] = data[name][index[0]] if whole else data[name][None]
    of = "input" if result == "dx" else ""
    arrays = {"input": maps["x"], **({"grad_output": maps["dout"]} if of else {})}
    return placed(Scene("activation", ReLU(), arrays, of=of), tuple(at))


KEEPS = "ReLU keeps a number above zero and makes every other one 0: np.maximum(0, x)."
MISTAKES = (
    fore("relu-forgotten", "kept the negative numbers", KEEPS, lambda x, dout: x),
    fore("relu-size", "took the signs away", KEEPS, lambda x, dout: abs(x)),
    fore("relu-turned", "kept the negative numbers and made the others 0", KEEPS, lambda x, dout: np.minimum(x, 0)),
    fore("relu-one", "took ReLU's slope for its value", KEEPS, lambda x, dout: (x > 0) * 1.0),
)  # fmt: skip
SLOPE = "dx is dout where x is above 0, and 0 elsewhere."
BACK_MISTAKES = (
    back("slope-kept", "let the gradient through where x is below 0", SLOPE, lambda x, dout: dout),
    back("incoming-forgotten", "gave the slope alone, without dout", SLOPE, lambda x, dout: (x > 0) * 1.0),
    back("relu-turned", "let the gradient through where x is below 0, and nowhere else", SLOPE,
         lambda x, dout: dout * (x < 0)),
    back("factor-forgotten", "looked at the sign of dout, not of x", SLOPE, lambda x, dout: np.maximum(dout, 0)),
    back("winner-value", "multiplied by x instead of its slope", SLOPE, lambda x, dout: dout * np.maximum(x, 0)),
    back("sign", "lost a sign", SLOPE, lambda x, dout: -dout * (x > 0)),
)  # fmt: skip

FORWARD = Task(
    "relu_forward", TOPIC, "ReLU, forward", "x: any shape. out: the same shape. cache: x.",
    ("x",), ("out", "cache"), ("out",), cases, relu, MISTAKES, place,
)  # fmt: skip
BACKWARD = Task(
    "relu_backward", TOPIC, "ReLU, backward",
    "dout: any shape. cache: x, or what your own `relu_forward` keeps, where you paste it too. dx: the gradient.",
    ("dout", "cache"), ("dx",), ("dx",), cases, grads, BACK_MISTAKES, place,
    cached=("x",), forward="relu_forward",
)  # fmt: skip
