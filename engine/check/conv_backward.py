"""The convolution's backward pass as courses set it: conv_backward_naive(dout, cache) → dx, dw, db."""

from collections.abc import Callable
from functools import partial

import numpy as np

from engine import functional as F
from engine.check import conv
from engine.check.conv import layer_of, padded, shifted
from engine.check.task import Data, Mistake, Place, Task, mistake, placed, share_text
from engine.exercises import Scene

OF = {"dx": "input", "dw": "weight", "db": "bias"}


def grads(x, w, b, conv_param, dout, pad: int | None = None, stride: int | None = None) -> dict[str, np.ndarray]:
    """Return the engine's gradients."""
    pad = conv_param["pad"] if pad is None else pad
    dx, dw, db = F.conv2d_backward(dout, x, w, stride=stride or conv_param["stride"], padding=pad)
    return {"dx": dx, "dw": dw, "db": db}


def windows(x: np.ndarray, w: np.ndarray, conv_param: dict, dout: np.ndarray):
    """Yield each picture's number, filter's number and window (two slices of the padded picture), with its gradient."""
    stride, (height, width) = conv_param["stride"], w.shape[2:]
    for n, f, i, j in np.ndindex(dout.shape):
        rows, columns = slice(i * stride, i * stride + height), slice(j * stride, j * stride + width)
        yield n, f, (slice(None), rows, columns), dout[n, f, i, j]


def cut(dx: np.ndarray, pad: int) -> np.ndarray:
    """Return a gradient without its padding."""
    return dx[:, :, pad : dx.shape[2] - pad, pad : dx.shape[3] - pad]


def _overwritten_dx(x, w, b, p, dout) -> np.ndarray:
    dx = np.zeros_like(padded(x, p["pad"]))
    for n, f, window, g in windows(x, w, p, dout):
        dx[n][window] = w[f] * g
    return cut(dx, p["pad"])


def _filters_overwritten_dx(x, w, b, p, dout) -> np.ndarray:
    """Return what is left where each place writes the last filter's share of every window's sum over places."""
    return grads(x, w[-1:], b[-1:], p, dout[:, -1:])["dx"]


def _overwritten_dw(x, w, b, p, dout) -> np.ndarray:
    dw, whole = np.zeros_like(w), padded(x, p["pad"])
    for n, f, window, g in windows(x, w, p, dout):
        dw[f] = whole[n][window] * g
    return dw


def _uncut(x, w, b, p, dout) -> np.ndarray:
    return grads(padded(x, p["pad"]), w, b, p, dout, pad=0)["dx"]


def _wrong_cut(x, w, b, p, dout) -> np.ndarray:
    return _uncut(x, w, b, p, dout)[:, :, : x.shape[2], : x.shape[3]]


def _unpadded(x, w, b, p, dout) -> np.ndarray:
    """Return what windows of the picture itself, where it has them, give for the weights."""
    beside = np.pad(x, ((0, 0), (0, 0), (0, 2 * p["pad"]), (0, 2 * p["pad"])))
    return grads(beside, w, b, p, dout, pad=0)["dw"]


def _close(x, w, b, p, dout, result: str) -> np.ndarray:
    """Return the gradients of windows that move by 1."""
    whole = padded(x, p["pad"])
    dx, dw = np.zeros_like(whole), np.zeros_like(w)
    for n, f, window, g in windows(x, w, {"stride": 1}, dout):
        dx[n][window] += w[f] * g
        dw[f] += whole[n][window] * g
    return {"dx": cut(dx, p["pad"]), "dw": dw}[result]


def _moved(x, w, b, p, dout, down: int, across: int) -> dict[str, np.ndarray]:
    whole = grads(shifted(padded(x, p["pad"]), down, across), w, b, p, dout, pad=0)
    dx = shifted(grads(padded(x, p["pad"]), w, b, p, dout, pad=0)["dx"], -down, -across)
    return {"dx": cut(dx, p["pad"]), "dw": whole["dw"]}


def _last_place(x, w, b, p, dout) -> np.ndarray:
    return dout[-1, :, -1, -1]


def _swapped(w: np.ndarray) -> np.ndarray:
    """Return kernels with rows and columns swapped, where they are square."""
    return w.swapaxes(2, 3) if w.shape[2] == w.shape[3] else w


def made(name: str, did: str, look: str, make: Callable, result: str = "") -> Mistake:
    """Return a mistake of the backward pass; make(x, w, b, conv_param, dout) → that result, or several by name."""
    return mistake(result, name, did, look, lambda conv_param, **data: make(p=conv_param, **data))


ADD = "A number that went into several places gets a gradient from each: add them up with +=."
SHARED = "db[f] is the sum of dout[:, f] over pictures, rows and columns: np.sum(dout, axis=(0, 2, 3))."
BATCH = "Nothing is divided here: the loss has been divided by N already, where it is a mean."
MISTAKES = (
    made("gradient-overwritten", "overwrote dx where windows overlap", ADD, _overwritten_dx, "dx"),
    made("gradient-overwritten", "overwrote dw at every place", ADD, _overwritten_dw, "dw"),
    made("gradient-overwritten", "overwrote db, so that the last place alone is left", ADD, _last_place, "db"),
    made("filter-forgotten", "kept the last filter's share of dx alone", "x went into every filter: add all shares.",
         _filters_overwritten_dx, "dx"),
    made("padding-gradient", "left the padding on dx", "dx has the shape of x: cut off pad cells on each side.",
         _uncut, "dx"),
    made("padding-gradient", "cut the padding off on one side alone",
         "dx is rows pad to pad + H of the padded gradient, columns alike.", _wrong_cut, "dx"),
    made("padding-ignored", "left the padding out", "The windows of dw lie on the padded picture.", _unpadded, "dw"),
    made("stride-ignored", "moved the window by 1 cell a step", conv.WINDOW, partial(_close, result="dx"), "dx"),
    made("stride-ignored", "moved the window by 1 cell a step", conv.WINDOW, partial(_close, result="dw"), "dw"),
    made("kernel-flipped", "turned the kernel by half a turn",
         "Add w[f] as it is, times dout[n, f, i, j], to the window.",
         lambda x, w, b, p, dout: grads(x, w[..., ::-1, ::-1], b, p, dout)["dx"], "dx"),
    made("kernel-flipped", "turned the window by half a turn",
         "dw[f] gets the window as it is, times dout[n, f, i, j].",
         lambda x, w, b, p, dout: grads(x, w, b, p, dout)["dw"][..., ::-1, ::-1], "dw"),
    made("kernel-transposed", "swapped the kernel's rows and columns", "Add w[f] as it is, times dout[n, f, i, j].",
         lambda x, w, b, p, dout: grads(x, _swapped(w), b, p, dout)["dx"], "dx"),
    made("kernel-transposed", "swapped rows and columns", "dw[f, c, u, v] is met by row u, column v of the window.",
         lambda x, w, b, p, dout: _swapped(grads(x, w, b, p, dout)["dw"]), "dw"),
    *(made(name, f"laid the window one {way}", conv.WINDOW, partial(_moved, down=down, across=across))
      for name, way, down, across in conv.MOVED),
    made("incoming-forgotten", "left out the gradient that arrives, dout",
         "Every term is multiplied by dout[n, f, i, j].",
         lambda x, w, b, p, dout: grads(x, w, b, p, np.ones_like(dout))),
    made("factor-forgotten", "left out the weights", "dx's windows get w[f] × dout[n, f, i, j].",
         lambda x, w, b, p, dout: grads(x, np.ones_like(w), b, p, dout)["dx"], "dx"),
    made("every-filter", "took filter 0 for every output", "out[n, f] was made by w[f].",
         lambda x, w, b, p, dout: grads(x, np.repeat(w[:1], len(w), axis=0), b, p, dout)["dx"], "dx"),
    made("batch-mean", "divided by the batch size", BATCH,
         lambda x, w, b, p, dout: {k: v / len(x) for k, v in grads(x, w, b, p, dout).items()}),
    made("mean-for-sum", "took the mean over pictures and places", "They are added, not averaged.",
         lambda x, w, b, p, dout: dout.mean(axis=(0, 2, 3)), "db"),
    made("one-picture", "counted the last picture alone", "Every picture adds its share: loop over N, and use +=.",
         lambda x, w, b, p, dout: grads(x, w, b, p, conv.one_picture(dout, -1))),
    made("one-picture", "counted picture 0 alone", "Every picture adds its share: loop over N.",
         lambda x, w, b, p, dout: grads(x, w, b, p, conv.one_picture(dout, 0))),
    made("all-filters", "added up the gradients of all filters", SHARED,
         lambda x, w, b, p, dout: np.full(len(w), dout.sum()), "db"),
    made("all-filters", "added up the gradients of all filters into one number", SHARED,
         lambda x, w, b, p, dout: dout.sum(), "db"),
    made("axis", "did not sum over the pictures", SHARED, lambda x, w, b, p, dout: dout.sum(axis=(2, 3)), "db"),
    made("axis", "did not sum over rows and columns", SHARED, lambda x, w, b, p, dout: dout.sum(axis=0), "db"),
    made("sign", "lost a sign", "Nothing is taken away: every share is added.",
         lambda x, w, b, p, dout: {k: -v for k, v in grads(x, w, b, p, dout).items()}),
)  # fmt: skip


def place(data: Data, result: str, index: tuple[int, ...]) -> Place:
    """Return where a gradient is made; of a parameter's in a batch the last picture's share."""
    n, note, count = len(data["x"]) - 1, "", len(data["x"])
    if result == "dx":
        n, *at = index
    else:
        at, note = index, share_text(n, count)
    if result == "dw":
        at = (index[0] * data["w"].shape[1] + index[1], *index[2:])
    arrays = {"input": data["x"][n], "weight": data["w"], "bias": data["b"], "grad_output": data["dout"][n]}
    scene = Scene("convolution", layer_of(data["w"], data["conv_param"]), arrays, of=OF[result])
    return placed(scene, tuple(at), note, judged=not note)


BACKWARD = Task(
    "conv_backward_naive", conv.TOPIC, "Convolution, backward",
    "dout: (N, F, H_out, W_out), the gradient of the loss for out. cache: (x, w, b, conv_param), or what your own "
    "`conv_forward_naive` keeps, where you paste it too. dx, dw, db: the gradients, shaped as x, w, b.",
    ("dout", "cache"), ("dx", "dw", "db"), ("dx", "dw", "db"), conv.cases, grads, MISTAKES, place,
    cached=("x", "w", "b", "conv_param"), forward="conv_forward_naive",
)  # fmt: skip
