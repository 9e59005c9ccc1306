"""Max pooling as courses set it: max_pool_forward_naive(x, pool_param), max_pool_backward_naive(dout, cache)."""

from collections.abc import Callable
from functools import partial

import numpy as np

from engine import functional as F
from engine.check.conv import LAST, MOVED, REACH, cut_short, first_places, one_picture, shifted
from engine.check.draw import apart, halves
from engine.check.task import Case, Data, Mistake, Place, Task, mistake, placed
from engine.exercises import Scene
from engine.exercises.draw import Draw
from engine.layers import MaxPool2d

TOPIC = "Max pooling"
# What is special: shape (N, C, H, W), window (height, width), stride.
SHAPES = {
    "windows of 2 × 2, stride 2": ((1, 1, 4, 4), (2, 2), 2),
    "stride 1, so that windows overlap": ((1, 1, 3, 4), (2, 2), 1),
    "numbers below zero alone": ((1, 1, 4, 4), (2, 2), 2),
    "windows of 2 × 3": ((1, 1, 4, 5), (2, 3), 2),
    "3 × 3 windows, stride 2, 2 channels": ((1, 2, 5, 7), (3, 3), 2),
    "2 pictures, 3 channels": ((2, 3, 4, 6), (2, 2), 2),
}


def data(says: str) -> Data:
    """Return the numbers of one case: no window has a tie, so that the winner is the only one."""
    shape, (height, width), stride = SHAPES[says]
    draw = Draw(f"check pool {says}")
    x = apart(draw, *shape)
    if "below" in says:
        x -= x.max() + 0.5
    param = {"pool_height": height, "pool_width": width, "stride": stride}
    return {"x": x, "pool_param": param, "dout": halves(draw, *out(x, param).shape)}


def cases() -> list[Case]:
    return [Case(says, data(says)) for says in SHAPES]


def kernel_of(p: dict) -> tuple[int, int]:
    return p["pool_height"], p["pool_width"]


def out(x: np.ndarray, p: dict, stride: int | None = None) -> np.ndarray:
    return F.max_pool2d(x, kernel_of(p), stride=stride or p["stride"])


def right(x, pool_param, dout=None) -> dict[str, np.ndarray]:
    return {"out": out(x, pool_param)}


def grads(x, pool_param, dout) -> dict[str, np.ndarray]:
    return {"dx": F.max_pool2d_backward(dout, x, kernel_of(pool_param), stride=pool_param["stride"])}


def each(x: np.ndarray, p: dict, reduce: Callable) -> np.ndarray:
    """Return an output whose cells are reduce(window, axis=(−2, −1))."""
    (height, width), stride = kernel_of(p), p["stride"]
    cells = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(2, 3))[:, :, ::stride, ::stride]
    return reduce(cells, axis=(-2, -1))


def _largest_size(cells: np.ndarray, axis) -> np.ndarray:
    flat = cells.reshape(*cells.shape[:-2], -1)
    return np.take_along_axis(flat, abs(flat).argmax(axis=-1)[..., None], axis=-1)[..., 0]


def _close(x, p) -> np.ndarray:
    height, width = out(x, p).shape[2:]
    return out(x, p, stride=1)[:, :, :height, :width]


def _moved(x, p, down: int, across: int) -> np.ndarray:
    return out(shifted(x, down, across), p)


def _channels(x, p) -> np.ndarray:
    return np.repeat(out(x, p).max(axis=1, keepdims=True), x.shape[1], axis=1)


def fore(name: str, did: str, look: str, make: Callable) -> Mistake:
    """Return a mistake of the forward pass; make(x, pool_param) → out."""
    return mistake("out", name, did, look, lambda x, pool_param, dout: make(x, pool_param))


def back(name: str, did: str, look: str, make: Callable) -> Mistake:
    """Return a mistake of the backward pass; make(x, pool_param, dout) → dx."""
    return mistake("dx", name, did, look, lambda x, pool_param, dout: make(x, pool_param, dout))


LARGEST = "Max pooling keeps the window's largest number."
WINDOW = (
    "The window of out[n, c, i, j] begins at row i × stride, column j × stride, and has pool_height × pool_width cells."
)
SIZE = "The output has 1 + (H − pool_height) // stride rows; columns alike."
FORWARD_MISTAKES = (
    fore("average-for-max", "took the mean", LARGEST, lambda x, p: each(x, p, np.mean)),
    fore("sum-for-max", "added the window up", LARGEST, lambda x, p: each(x, p, np.sum)),
    fore("smallest", "kept the smallest", LARGEST, lambda x, p: each(x, p, np.min)),
    fore("size-for-value", "kept the number of the largest size", "A negative number is smaller than any positive one.",
         lambda x, p: each(x, p, _largest_size)),
    fore("size-for-value", "took signs away", "A negative number is smaller than any positive one.",
         lambda x, p: out(abs(x), p)),
    fore("zero-start", "began the maximum at 0", "All numbers of a window may lie below zero: begin at −np.inf.",
         lambda x, p: np.maximum(out(x, p), 0)),
    fore("stride-ignored", "moved the window by 1 cell a step", WINDOW, _close),
    fore("stride-ignored", "moved the window by 1 cell a step, so that there are too many places", SIZE,
         lambda x, p: out(x, p, stride=1)),
    fore("stride-kernel", "moved the window by its own size", WINDOW, lambda x, p: _sized(x, p)),
    fore("window-size", "left out the window's last row and column",
         "A slice ends before its stop: rows i × stride up to, not with, i × stride + pool_height.",
         lambda x, p: each(x, p, lambda cells, axis: cells[..., :-1, :-1].max(axis=axis))),
    *(fore(name, f"laid the window one {way}", WINDOW, partial(_moved, down=down, across=across))
      for name, way, down, across in MOVED),
    fore("channels-mixed", "took the largest of all channels", "Each channel is pooled by itself.", _channels),
    fore("channels-merged", "put the channels together", "Each channel is pooled by itself: C of them stay.",
         lambda x, p: out(x, p).max(axis=1)),
    fore("one-picture", "filled picture 0 alone", "Every picture of the batch is pooled: loop over N.",
         lambda x, p: one_picture(out(x, p), 0)),
    fore("one-picture", "filled the last picture alone", "Every picture of the batch is pooled: loop over N.",
         lambda x, p: one_picture(out(x, p), -1)),
    *(fore("place-forgotten", f"did not reach the output's last {which}", REACH,
           lambda x, p, rows=rows, columns=columns: first_places(out(x, p), rows, columns))
      for which, rows, columns in LAST),
    *(fore("plus-1-forgotten", f"left out the 1 + of the output's {which} count", SIZE,
           lambda x, p, rows=rows, columns=columns: cut_short(out(x, p), rows, columns))
      for which, rows, columns in LAST),
    fore("sides-swapped", "swapped the output's rows and columns", "out[n, c, i, j]: i counts rows, j columns.",
         lambda x, p: out(x, p).swapaxes(2, 3)),
)  # fmt: skip


def _sized(x, p) -> np.ndarray:
    """Return the output of windows side by side, as far as they reach; zeros elsewhere."""
    height, width = kernel_of(p)
    made, whole = np.zeros_like(out(x, p)), F.max_pool2d(x, (height, width))
    rows, columns = (min(a, b) for a, b in zip(made.shape[2:], whole.shape[2:], strict=True))
    made[:, :, :rows, :columns] = whole[:, :, :rows, :columns]
    return made


def _walk(x, p, dout, write: Callable, stride: int = 0) -> np.ndarray:
    """Return the gradient that write(dx's window, x's window, its gradient) leaves, window by window."""
    (height, width), stride = kernel_of(p), stride or p["stride"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = (n, c, slice(i * stride, i * stride + height), slice(j * stride, j * stride + width))
        write(dx[window], x[window], dout[n, c, i, j])
    return dx


def _to(choose: Callable, added: bool = True) -> Callable:
    """Return what writes a window's gradient to the cell that choose(window) gives by its flat index."""

    def write(into, cells, g):
        at = np.unravel_index(choose(cells), cells.shape)
        into[at] = into[at] * added + g

    return write


def _overwrite_window(into, cells, g):
    into[:] = (cells == cells.max()) * g


def _share(into, cells, g):
    into += g / cells.size


def _value(into, cells, g):
    into += (cells == cells.max()) * cells * g


def _everywhere(into, cells, g):
    into += g


def _turned(cells: np.ndarray) -> int:
    """Return the winner's place as it is where its row and column are swapped, in a square window."""
    return int(np.ravel_multi_index(np.unravel_index(cells.argmax(), cells.shape)[::-1], cells.shape, mode="clip"))


TAKES = "The whole gradient of a window goes to the cell that won it; the others get 0."
ADDED = "A cell that won several windows gets a gradient from each: add them with +=."
BACKWARD_MISTAKES = (
    back("gradient-overwritten", "overwrote the gradient where windows overlap", ADDED,
         lambda x, p, g: _walk(x, p, g, _overwrite_window)),
    back("gradient-overwritten", "overwrote the winner's gradient", ADDED,
         lambda x, p, g: _walk(x, p, g, _to(np.argmax, added=False))),
    back("shared-evenly", "shared the gradient out, as average pooling does", TAKES,
         lambda x, p, g: _walk(x, p, g, _share)),
    back("wrong-cell", "sent the gradient to the smallest", TAKES, lambda x, p, g: _walk(x, p, g, _to(np.argmin))),
    back("wrong-cell", "sent the gradient to the window's first cell", TAKES,
         lambda x, p, g: _walk(x, p, g, _to(lambda cells: 0))),
    back("wrong-cell", "swapped the winner's row and column", TAKES, lambda x, p, g: _walk(x, p, g, _to(_turned))),
    back("wrong-cell", "sent the gradient to every cell of the window", TAKES,
         lambda x, p, g: _walk(x, p, g, _everywhere)),
    back("incoming-forgotten", "left out the gradient that arrives, dout", "The winner gets dout[n, c, i, j].",
         lambda x, p, g: grads(x, p, np.ones_like(g))["dx"]),
    back("winner-value", "multiplied by the largest number", "The slope is 1 for the winner, whatever its number.",
         lambda x, p, g: _walk(x, p, g, _value)),
    back("stride-ignored", "moved the window by 1 cell a step", WINDOW,
         lambda x, p, g: _walk(x, p, g, _to(np.argmax), stride=1)),
    back("batch-mean", "divided by the batch size", "Nothing is divided here.",
         lambda x, p, g: grads(x, p, g)["dx"] / len(x)),
    back("one-picture", "counted picture 0 alone", "Every picture has its gradients: loop over N.",
         lambda x, p, g: grads(x, p, one_picture(g, 0))["dx"]),
    back("sign", "lost a sign", "The winner's gradient is dout itself.", lambda x, p, g: -grads(x, p, g)["dx"]),
)  # fmt: skip


def place(data: Data, result: str, index: tuple[int, ...]) -> Place:
    n, *at = index
    layer = MaxPool2d(kernel_of(data["pool_param"]), stride=data["pool_param"]["stride"])
    arrays, of = {"input": data["x"][n]}, "input" if result == "dx" else ""
    if of:
        arrays["grad_output"] = data["dout"][n]
    return placed(Scene("pooling", layer, arrays, of=of), tuple(at))


PARAM = "pool_param holds the whole numbers `pool_height`, `pool_width` and `stride`."
FORWARD = Task(
    "max_pool_forward_naive", TOPIC, "Max pooling, forward",
    f"x: (N, C, H, W). {PARAM} out: (N, C, H_out, W_out); cache: what the backward pass needs.",
    ("x", "pool_param"), ("out", "cache"), ("out",), cases, right, FORWARD_MISTAKES, place, shapes=SIZE,
)  # fmt: skip
BACKWARD = Task(
    "max_pool_backward_naive", TOPIC, "Max pooling, backward",
    "dout: (N, C, H_out, W_out). cache: (x, pool_param), or what your own `max_pool_forward_naive` keeps, where you "
    "paste it too. dx: the gradient, shaped as x. No window has two largest numbers.",
    ("dout", "cache"), ("dx",), ("dx",), cases, grads, BACKWARD_MISTAKES, place,
    cached=("x", "pool_param"), forward="max_pool_forward_naive",
)  # fmt: skip
