"""The convolution's forward pass as courses set it: conv_forward_naive(x, w, b, conv_param) → out, cache."""

from collections.abc import Callable
from functools import partial

import numpy as np

from engine import functional as F
from engine.check.draw import halves
from engine.check.task import Case, Data, Mistake, Place, Task, mistake, placed
from engine.exercises import Scene
from engine.exercises.draw import Draw
from engine.layers import Conv2d

TOPIC = "Convolution"
PARAM = "conv_param holds the whole numbers `stride` and `pad`: zeros around height and width."
# What is special: its shapes (N, C, H, W), (F, kernel height, kernel width), stride, pad.
SHAPES = {
    "one channel, one filter": ((1, 1, 3, 3), (1, 2, 2), 1, 0),
    "stride 2": ((1, 1, 5, 5), (1, 3, 3), 2, 0),
    "padding 1": ((1, 1, 3, 4), (1, 3, 3), 1, 1),
    "2 channels, 3 filters": ((1, 2, 3, 4), (3, 2, 2), 1, 0),
    "2 pictures, a kernel of 2 × 3": ((2, 2, 4, 5), (2, 2, 3), 1, 0),
    "all at once": ((2, 2, 5, 7), (3, 3, 3), 2, 1),
}


def data(says: str) -> Data:
    """Return the numbers of one case, gradients for its output among them."""
    shape, (filters, *kernel), stride, pad = SHAPES[says]
    draw = Draw(f"check conv {says}")
    x, w, b = halves(draw, *shape), halves(draw, filters, shape[1], *kernel), halves(draw, filters)
    out = F.conv2d(x, w, b, stride=stride, padding=pad)
    param = {"stride": stride, "pad": pad}
    return {"x": x, "w": w, "b": b, "conv_param": param, "dout": halves(draw, *out.shape)}


def cases() -> list[Case]:
    return [Case(says, data(says)) for says in SHAPES]


def out(x, w, b, conv_param, stride: int | None = None, pad: int | None = None) -> np.ndarray:
    """Return the engine's convolution, with another stride or padding where given."""
    stride = conv_param["stride"] if stride is None else stride
    return F.conv2d(x, w, b, stride=stride, padding=conv_param["pad"] if pad is None else pad)


def right(x, w, b, conv_param, dout=None) -> dict[str, np.ndarray]:
    return {"out": out(x, w, b, conv_param)}


def padded(x: np.ndarray, pad: int, mode: str = "constant", **how) -> np.ndarray:
    return np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode, **how)


def shifted(x: np.ndarray, down: int, across: int) -> np.ndarray:
    """Return maps of which a window reads what lies so many cells further on; zeros come in at the edge."""
    made = np.zeros_like(x)
    rows, columns = (slice(max(0, k), n + min(0, k)) for k, n in zip((down, across), x.shape[2:], strict=True))
    into = tuple(slice(max(0, -k), n + min(0, -k)) for k, n in zip((down, across), x.shape[2:], strict=True))
    made[:, :, into[0], into[1]] = x[:, :, rows, columns]
    return made


def layer_of(w: np.ndarray, conv_param: dict) -> Conv2d:
    filters, channels, *kernel = w.shape
    return Conv2d(channels, filters, tuple(kernel), stride=conv_param["stride"], padding=conv_param["pad"])


def place(data: Data, result: str, index: tuple[int, ...]) -> Place:
    n, *at = index
    arrays = {"input": data["x"][n], "weight": data["w"], "bias": data["b"]}
    return placed(Scene("convolution", layer_of(data["w"], data["conv_param"]), arrays), tuple(at))


def made(name: str, did: str, look: str, make: Callable) -> Mistake:
    """Return a mistake of the forward pass; make(x, w, b, conv_param) → out."""
    return mistake("out", name, did, look, lambda x, w, b, conv_param, dout: make(x, w, b, conv_param))


def _moved(x, w, b, p, down: int, across: int) -> np.ndarray:
    return out(shifted(padded(x, p["pad"]), down, across), w, b, p, pad=0)


def _channel(x, w, b, p, k: int) -> np.ndarray:
    return out(x[:, [k]], w[:, [k]], b, p)


def one_picture(whole: np.ndarray, n: int) -> np.ndarray:
    """Return an array of a batch with 0 for all pictures but one."""
    part = np.zeros_like(whole)
    part[n] = whole[n]
    return part


def first_places(whole: np.ndarray, rows: bool, columns: bool) -> np.ndarray:
    """Return an output whose last row, last column or both are 0."""
    whole = whole.copy()
    whole[:, :, len(whole[0, 0]) - rows :] = 0
    whole[..., whole.shape[3] - columns :] = 0
    return whole


def cut_short(whole: np.ndarray, rows: bool, columns: bool) -> np.ndarray:
    """Return an output without its last row, its last column, or both."""
    return whole[:, :, : whole.shape[2] - rows, : whole.shape[3] - columns]


def _unsized(x, w, b, p) -> np.ndarray:
    """Return the first places of the padded picture, as many as there are without padding."""
    height, width = out(x, w, b, p, pad=0).shape[2:]
    return out(x, w, b, p)[:, :, :height, :width]


def _close(x, w, b, p) -> np.ndarray:
    """Return an output of the right size, of windows that move by 1."""
    height, width = out(x, w, b, p).shape[2:]
    return out(x, w, b, p, stride=1)[:, :, :height, :width]


def _smaller(w: np.ndarray) -> np.ndarray:
    w = w.copy()
    w[:, :, -1], w[..., -1] = 0, 0
    return w


WINDOW = "The window of out[n, f, i, j] begins at row i × stride, column j × stride of the padded picture."
ONCE = "Each filter has one bias: add b[f] once, after the sum over all channels."
CHANNELS = "Add the products over all channels: np.sum(window * w[f]) does it for a window of shape (C, HH, WW)."
SIZE = "The output has 1 + (H + 2 × pad − HH) // stride rows; columns alike."

REACH = "range(n) ends at n − 1 by itself: loop over range(H_out) and range(W_out)."
MOVED = (  # how a window is laid wrong: the mistake's name, how, and by how many rows and columns
    ("window-row", "row too low", 1, 0), ("window-row", "row too high", -1, 0),
    ("window-column", "column too far right", 0, 1), ("window-column", "column too far left", 0, -1),
)  # fmt: skip
LAST = (("row", True, False), ("column", False, True), ("row and column", True, True))

MISTAKES = (
    made("bias-forgotten", "left out the bias", "Add b[f] once to each number of filter f.",
         lambda x, w, b, p: out(x, w, 0 * b, p)),
    made("bias-per-channel", "added the bias once per channel", ONCE, lambda x, w, b, p: out(x, w, b * w.shape[1], p)),
    made("bias-per-product", "added the bias to every product", ONCE,
         lambda x, w, b, p: out(x, w, b * w[0].size, p)),
    made("padding-ignored", "left the padding out", "Slide the window over the padded picture, not over x.",
         lambda x, w, b, p: out(x, w, b, p, pad=0)),
    made("padding-ignored", "left the padding out of the output's size", SIZE, _unsized),
    made("padding-value", "padded with the numbers at the edge", "The padding is zeros: np.pad(…, mode='constant').",
         lambda x, w, b, p: out(padded(x, p["pad"], "edge"), w, b, p, pad=0)),
    made("padding-value", "padded with 1", "The padding is zeros.",
         lambda x, w, b, p: out(padded(x, p["pad"], constant_values=1), w, b, p, pad=0)),
    made("padding-side", "padded above and to the left alone", "There are pad cells on all four sides.",
         lambda x, w, b, p: out(padded(x, p["pad"])[:, :, : x.shape[2] + p["pad"], : x.shape[3] + p["pad"]], w, b, p,
                                pad=0)),
    made("padding-side", "padded below and to the right alone", "There are pad cells on all four sides.",
         lambda x, w, b, p: out(padded(x, p["pad"])[:, :, p["pad"] :, p["pad"] :], w, b, p, pad=0)),
    made("stride-ignored", "moved the window by 1 cell a step", WINDOW, _close),
    made("stride-ignored", "moved the window by 1 cell a step, so that there are too many places", SIZE,
         lambda x, w, b, p: out(x, w, b, p, stride=1)),
    made("kernel-flipped", "turned the kernel by half a turn",
         "The kernel is not turned here: w[f, c, 0, 0] meets the window's top left cell.",
         lambda x, w, b, p: out(x, w[..., ::-1, ::-1], b, p)),
    made("kernel-transposed", "swapped the kernel's rows and columns",
         "w[f, c, u, v] meets row u, column v of the window.",
         lambda x, w, b, p: out(x, w.swapaxes(2, 3), b, p)),
    *(made(name, f"laid the window one {way}", WINDOW, partial(_moved, down=down, across=across))
      for name, way, down, across in MOVED),
    made("window-size", "left out the window's last row and column",
         "A slice ends before its stop: rows i × stride up to, not with, i × stride + HH.",
         lambda x, w, b, p: out(x, _smaller(w), b, p)),
    made("one-channel", "counted the last channel alone", CHANNELS, partial(_channel, k=-1)),
    made("one-channel", "counted channel 0 alone", CHANNELS, partial(_channel, k=0)),
    made("every-filter", "took filter 0 for every output", "Output channel f is made by w[f] and b[f].",
         lambda x, w, b, p: out(x, np.repeat(w[:1], len(w), axis=0), b, p)),
    made("every-filter", "took the last filter for every output", "Output channel f is made by w[f] and b[f].",
         lambda x, w, b, p: out(x, np.repeat(w[-1:], len(w), axis=0), b, p)),
    made("wrong-kernel", "took channel 0's kernel for every channel", "Channel c meets its own kernel, w[f, c].",
         lambda x, w, b, p: out(x, np.repeat(w[:, :1], w.shape[1], axis=1), b, p)),
    made("mean-for-sum", "took the mean of the products", "A convolution adds the products up; nothing is divided.",
         lambda x, w, b, p: out(x, w / w[0].size, b, p)),
    made("weights-summed", "added the weights alone", "Multiply each weight by the cell below it first.",
         lambda x, w, b, p: out(np.ones_like(x), w, b, p, pad=0) if not p["pad"] else out(
             np.ones_like(padded(x, p["pad"])), w, b, p, pad=0)),
    made("sign", "left the products' signs out", "A weight below zero takes away.",
         lambda x, w, b, p: out(abs(x), abs(w), b, p)),
    made("one-picture", "filled picture 0 alone", "Every picture n of the batch is convolved: loop over N.",
         lambda x, w, b, p: one_picture(out(x, w, b, p), 0)),
    made("one-picture", "filled the last picture alone", "Every picture n of the batch is convolved: loop over N.",
         lambda x, w, b, p: one_picture(out(x, w, b, p), -1)),
    *(made("place-forgotten", f"did not reach the output's last {which}", REACH,
           lambda x, w, b, p, rows=rows, columns=columns: first_places(out(x, w, b, p), rows, columns))
      for which, rows, columns in LAST),
    *(made("plus-1-forgotten", f"left out the + 1 of the output's {which} count", SIZE,
           lambda x, w, b, p, rows=rows, columns=columns: cut_short(out(x, w, b, p), rows, columns))
      for which, rows, columns in LAST),
    made("size-kept", "gave the output the picture's own height and width", SIZE,
         lambda x, w, b, p: _framed(x, w, b, p)),
    made("sides-swapped", "swapped the output's rows and columns", "out[n, f, i, j]: i counts rows, j columns.",
         lambda x, w, b, p: out(x, w, b, p).swapaxes(2, 3)),
    made("channels-last", "put the channels last", "The order is (N, F, H_out, W_out).",
         lambda x, w, b, p: np.moveaxis(out(x, w, b, p), 1, -1)),
)  # fmt: skip


def _framed(x, w, b, p) -> np.ndarray:
    """Return the output in the corner of zeros that are as large as the picture."""
    whole = out(x, w, b, p)
    large = np.zeros((*whole.shape[:2], *(max(a, k) for a, k in zip(x.shape[2:], whole.shape[2:], strict=True))))
    large[:, :, : whole.shape[2], : whole.shape[3]] = whole
    return large


FORWARD = Task(
    "conv_forward_naive", TOPIC, "Convolution, forward",
    "x: (N, C, H, W) pictures. w: (F, C, HH, WW) filters. b: (F,) biases. " + PARAM + " out: (N, F, H_out, W_out); "
    "cache: what the backward pass needs.",
    ("x", "w", "b", "conv_param"), ("out", "cache"), ("out",), cases, right, MISTAKES, place, shapes=SIZE,
)  # fmt: skip
