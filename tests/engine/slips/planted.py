"""Wrong numbers as a learner makes them, worked out anew with the plain functions, each with its slip's name.

Each function draws one state and yields (blank, the slip's name, the wrong number).
"""

from dataclasses import replace

import numpy as np

from engine import functional as F
from engine.layers import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    CrossEntropyLoss,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from engine.learning.optim import SGD, Adam
from engine.slips import asked, counts, sizes, steps


def whole(rng, *shape, least=-4, most=4):
    return rng.integers(least, most + 1, shape).astype(float)


def pick(rng, *choices):
    return choices[rng.integers(len(choices))]


def conv_layer(rng):
    groups = pick(rng, 1, 1, 1, 2)
    channels = groups * int(rng.integers(1, 4))
    return Conv2d(
        channels, 2 * groups, int(rng.integers(1, 4)), stride=int(rng.integers(1, 3)),
        padding=int(rng.integers(0, 3)), dilation=int(rng.integers(1, 3)), groups=groups,
    )  # fmt: skip


def conv(rng):
    layer = conv_layer(rng)
    x = whole(rng, layer.in_channels, 7, 6)
    w, b = whole(rng, *layer.parameter_shapes()["weight"]), whole(rng, layer.out_channels)
    trace = layer.trace(x, weight=w, bias=b)
    step = int(rng.integers(len(trace.steps)))
    o, i, j = at = np.unravel_index(step, trace.output.shape)
    blank, read, s = asked(trace, step), layer.read_channels, layer.stride

    def made(weight=w, bias=b, input=x, **changes):
        return replace(layer, **changes).forward(input, weight=weight, bias=bias)[at]

    yield blank, "bias-forgotten", made(bias=0 * b)
    yield blank, "bias-per-channel", made(bias=read * b)
    kept = w.copy()
    kept[:, rng.integers(read)] = 0
    if read > 1:
        yield blank, "one-channel" if read == 2 else "channel-forgotten", made(kept)
        yield blank, "one-channel", made(w * (np.arange(read) == 0)[:, None, None])
    yield blank, "kernel-flipped", made(np.ascontiguousarray(w[..., ::-1, ::-1]))
    yield blank, "kernel-transposed", made(np.ascontiguousarray(w.swapaxes(2, 3)))
    yield blank, "weights-summed", w[o].sum() + b[o]
    yield blank, "inputs-summed", made(np.ones_like(w))
    yield blank, "stride-ignored", made(stride=1)
    yield blank, "dilation-ignored", F.conv2d(layer.pad(x), w, b, stride=s, groups=layer.groups)[at]
    everywhere = replace(layer, stride=1).forward(x, weight=w, bias=b)
    if i * s + 1 < everywhere.shape[1]:
        yield blank, "window-row", everywhere[o, i * s + 1, j * s]
    if j * s:
        yield blank, "window-column", everywhere[o, i * s, j * s - 1]
    p = layer.padding
    if max(i, j) * s + p < min(everywhere.shape[1:]):
        yield blank, "padding-ignored", everywhere[o, i * s + p, j * s + p]
    k = int(rng.integers(read))
    one = w * (np.arange(read) == k)[:, None, None]
    if read > 1:
        blank = asked(trace, step, f"sum.{k}")
        yield blank, "kernel-flipped", made(np.ascontiguousarray(one[..., ::-1, ::-1]), 0 * b)
        yield blank, "bias-per-channel", made(one)
    products = trace.steps[step].terms
    if len(products) > 1:
        t = int(rng.integers(len(products)))
        (_, x_cell), (_, w_cell) = products[t].cells
        a, c = trace.board("input").values.ravel()[x_cell], w.ravel()[w_cell]
        yield asked(trace, step, f"term.{t}"), "added", a + c
        yield asked(trace, step, f"term.{t}"), "sign", -a * c


def transposed(rng):
    layer = ConvTranspose2d(int(rng.integers(1, 3)), 1, int(rng.integers(2, 4)), stride=int(rng.integers(1, 3)))
    x = whole(rng, layer.in_channels, 3, 3)
    w, b = whole(rng, *layer.parameter_shapes()["weight"]), whole(rng, 1, least=1)
    trace = layer.trace(x, weight=w, bias=b)
    step = int(rng.integers(len(trace.steps)))
    at, blank = np.unravel_index(step, trace.output.shape), asked(trace, step)
    yield (
        blank,
        "bias-forgotten" if trace.steps[step].terms else "gap-filled",
        layer.forward(x, weight=w, bias=0 * b)[at],
    )
    if trace.steps[step].terms:
        yield blank, "kernel-flipped", layer.forward(x, weight=np.ascontiguousarray(w[..., ::-1, ::-1]), bias=b)[at]
        yield blank, "weights-summed", layer.forward(np.ones_like(x), weight=w, bias=b)[at]


def pooling(rng):
    k, s = int(rng.integers(2, 4)), int(rng.integers(1, 4))
    x = whole(rng, int(rng.integers(1, 3)), 7, 7, least=-9, most=9)
    peak, mean = MaxPool2d(k, stride=s), AvgPool2d(k, stride=s)
    trace, other = peak.trace(x), mean.trace(x)
    step = int(rng.integers(len(trace.steps)))
    _, i, j = at = np.unravel_index(step, trace.output.shape)
    largest, average = asked(trace, step), asked(other, step)
    yield largest, "average-for-max", mean.forward(x)[at]
    yield largest, "smallest", -peak.forward(-x)[at]
    yield largest, "stride-ignored", replace(peak, stride=1).forward(x)[at]
    if k > 2:
        yield largest, "window-size", replace(peak, kernel_size=k - 1).forward(x)[at]
    if len(x) > 1:
        yield largest, "channels-mixed", peak.forward(x.max(axis=0, keepdims=True))[0, i, j]
    yield average, "max-for-average", peak.forward(x)[at]
    yield average, "sum-undivided", mean.forward(x)[at] * k * k
    yield average, "divisor-side", mean.forward(x)[at] * k
    padded = AvgPool2d(k, stride=s, padding=1, count_include_pad=bool(rng.integers(2)))
    twin = replace(padded, count_include_pad=not padded.count_include_pad)
    yield asked(padded.trace(x), 0), "divisor-padding", twin.forward(x)[0, 0, 0]
    flat = whole(rng, 1, 4, 4, least=0, most=1)
    trace = MaxPool2d(2).trace(flat)
    ties = np.flatnonzero(flat[0, :2, :2] == flat[0, :2, :2].max())
    yield asked(trace, 0, "winner"), "tie", (int(ties[-1] // 2 * 4 + ties[-1] % 2),)


def activation(rng):
    x = whole(rng, 1, 2, 2, least=-9, most=9) / 2
    value, slope = x.ravel()[0], pick(rng, 0.1, 0.25, 0.01)
    relu, leaky = asked(ReLU().trace(x), 0), asked(LeakyReLU(slope).trace(x), 0)
    yield relu, "relu-forgotten" if value < 0 else "relu-turned", min(value, 0.0)
    yield leaky, "leaky-sign" if value < 0 else "leaky-everywhere", -slope * value if value < 0 else slope * value
    yield leaky, "leaky-as-relu", max(value, 0.0)
    yield asked(Sigmoid().trace(x), 0), "tanh-for-sigmoid", np.tanh(value)
    yield asked(Tanh().trace(x), 0), "sigmoid-for-tanh", 1 / (1 + np.exp(-value))


def dense(rng):
    n, m = int(rng.integers(2, 6)), int(rng.integers(2, 5))
    x, w, b = whole(rng, n), whole(rng, m, n), whole(rng, m)
    trace, o = Linear(n, m).trace(x, weight=w, bias=b), int(rng.integers(m))
    blank = asked(trace, o)
    yield blank, "bias-forgotten", w[o] @ x
    yield blank, "weights-summed", w[o].sum() + b[o]
    yield blank, "inputs-summed", x.sum() + b[o]
    if n == m:
        yield blank, "row-for-column", x @ w[:, o] + b[o]
    hidden = Linear(n, m).trace(x, weight=w, bias=b, relu=True)
    yield asked(hidden, o), "relu-forgotten", w[o] @ x + b[o]
    yield asked(hidden, o, "before"), "bias-forgotten", w[o] @ x
    maps = whole(rng, 2, 3, 2, least=-9, most=9)
    place = int(rng.integers(12))
    yield asked(Flatten().trace(maps), place), "flatten-columns", maps.transpose(0, 2, 1).ravel()[place]
    yield asked(Flatten().trace(maps), place), "flatten-channels-last", maps.transpose(1, 2, 0).ravel()[place]


def output(rng):
    z, k = whole(rng, int(rng.integers(2, 5))) / 2, 0
    target = int(rng.integers(len(z)))
    p = F.softmax(z, dim=-1)
    trace = Softmax(-1).trace(z)
    last = asked(trace, len(trace.steps) - len(z))
    yield last, "exponential-undivided", np.exp(z - z.max())[k]
    plain = Softmax(-1).trace(z, subtract_largest=False)
    if z.max():  # else the largest exponential is 1
        yield asked(plain, len(plain.steps) - len(z)), "divided-by-largest", p[k] / p.max()
    yield last, "base-2", 2 ** z[k] / (2**z).sum()
    yield last, "base-10", 10 ** z[k] / (10**z).sum()
    loss = CrossEntropyLoss().trace(z, target=np.array(target))
    last = asked(loss, len(loss.steps) - 1)
    yield last, "loss-sign", np.log(p[target])
    yield last, "log-10", -np.log10(p[target])
    yield last, "log-2", -np.log2(p[target])
    yield last, "wrong-class", -np.log(p[target - 1])
    back = CrossEntropyLoss().trace_backward("input", 1.0, z, target=np.array(target))
    last = asked(back, len(back.steps) - len(z) + target)
    yield last, "p-for-difference", p[target]
    yield last, "q-minus-p", 1 - p[target]
    batch = whole(rng, 3, 2)
    loss = CrossEntropyLoss().trace(batch, target=np.array([0, 1, 1]))
    yield asked(loss, len(loss.steps) - 1), "sum-for-mean", 3 * loss.board("loss").values[0]


def gradients(rng):
    layer = replace(conv_layer(rng), dilation=1, padding=0)
    x = whole(rng, layer.in_channels, 5, 5)
    w, b = whole(rng, *layer.parameter_shapes()["weight"]), whole(rng, layer.out_channels)
    g = whole(rng, *layer.output_shape(x.shape), least=-3, most=3)
    of = pick(rng, "weight", "bias", "input")
    trace = layer.trace_backward(of, g, x, weight=w, bias=b)
    cell = int(rng.integers(trace.board("grad").values.size))
    blank, places = asked(trace, cell), g[0].size

    def made(grad=g, input=x, weight=w):
        return layer.backward(grad, input, weight=weight, bias=b)[of].ravel()[cell]

    yield blank, "incoming-forgotten", made(np.ones_like(g))
    if of == "weight":
        yield blank, "factor-forgotten", made(input=np.ones_like(x))
    if of == "input":
        yield blank, "factor-forgotten", made(weight=np.ones_like(w))
        yield blank, "kernel-unturned", made(weight=np.ascontiguousarray(w[..., ::-1, ::-1]))
    else:
        yield blank, "mean-for-sum", made() / places
    x = whole(rng, 1, 4, 4)
    g = whole(rng, 1, 4, 4)
    relu = asked(ReLU().trace_backward("input", g, x), 0)
    yield relu, *(("slope-kept", g[0, 0, 0]) if x[0, 0, 0] <= 0 else ("blocked", 0.0))
    pool, g = MaxPool2d(2), whole(rng, 1, 2, 2, least=1, most=5)
    back = pool.trace_backward("input", g, x)
    yield asked(back, 0), "wrong-cell", g[0, 0, 0]
    yield asked(back, 0), "shared-evenly", g[0, 0, 0] / 4


def norm(rng):
    x = whole(rng, 1, 2, 3, least=-9, most=9)
    gamma, beta = whole(rng, 1, least=1), whole(rng, 1)
    layer = BatchNorm2d(1, eps=0.25, track_running_stats=False)
    trace = layer.trace(x, weight=gamma, bias=beta)
    first = len(trace.steps) - x.size
    blank, value, mean, var = asked(trace, first), x[0, 0, 0], x.mean(), x.var()
    yield blank, "variance-fewer", (value - mean) / np.sqrt(x.var(ddof=1) + 0.25) * gamma[0] + beta[0]
    yield blank, "eps-forgotten", (value - mean) / np.sqrt(var) * gamma[0] + beta[0]
    yield blank, "beta-forgotten", (value - mean) / np.sqrt(var + 0.25) * gamma[0]
    sigma = next(k for k, step in enumerate(trace.steps) if step.writes[0] == "deviation")
    yield asked(trace, sigma), "eps-forgotten", np.sqrt(var)
    yield asked(trace, sigma - 1), "variance-fewer", x.var(ddof=1)
    kept = {"running_mean": whole(rng, 1), "running_var": whole(rng, 1, least=1)}
    trace = BatchNorm2d(1, eps=0.25).trace(x, weight=gamma, bias=beta, **kept)
    wrong = (value - mean) / np.sqrt(var + 0.25) * gamma[0] + beta[0]
    yield asked(trace, len(trace.steps) - x.size), "batch-for-running", wrong


def updates(rng):
    w, g, old = whole(rng, 1), whole(rng, 1), whole(rng, 1)
    lr, mu = pick(rng, 0.1, 0.5, 0.25), pick(rng, 0.5, 0.9)
    plain, heavy, adam = SGD(lr), SGD(lr, momentum=mu), Adam(lr)
    blank = steps.blank(plain, plain.update(w, g, {}), (0,), {})
    yield blank, "step-added", (w + lr * g)[0]
    yield blank, "rate-forgotten", (w - g)[0]
    memory = {"velocity": old}
    update = heavy.update(w, g, memory)
    blank = steps.blank(heavy, update, (0,), memory)
    yield blank, "momentum-side", (w - lr * (old + mu * g))[0]
    yield blank, "momentum-forgotten", (w - lr * g)[0]
    yield steps.blank(heavy, update, (0,), memory, "velocity"), "momentum-side", (old + mu * g)[0]
    blank = steps.blank(adam, adam.update(w, g, {}), (0,), {})
    yield blank, "step-added", (w + lr * np.sign(g))[0]
    yield blank, "sgd-for-adam", (w - lr * g)[0]


def sizes_and_counts(rng):
    layer = conv_layer(rng)
    shape = (layer.in_channels, int(rng.integers(6, 15)), 9)
    h, f, s, p, d = shape[1], layer.kernel_size, layer.stride, layer.padding, layer.dilation
    span = d * (f - 1) + 1
    blank = sizes.size(layer, shape, 0)
    yield blank, "plus-1-forgotten", (h + 2 * p - span) // s
    yield blank, "padding-once", (h + p - span) // s + 1
    yield blank, "ceil-for-floor", -(-(h + 2 * p - span) // s) + 1
    yield blank, "dilation-ignored", (h + 2 * p - f) // s + 1
    yield blank, "kernel-1-forgotten", (h + 2 * p - d * f) // s + 1
    o, c, g = layer.out_channels, layer.in_channels, layer.groups
    blank = counts.parameters(layer, shape)
    yield blank, "channels-forgotten", o * f * f + o
    yield blank, "biases-forgotten", o * c // g * f * f
    yield blank, "biases-per-weight", 2 * o * c // g * f * f
    yield blank, "groups-ignored", o * c * f * f + o
    out = layer.output_shape(shape)
    blank = counts.multiply_adds(layer, shape)
    yield blank, "channels-forgotten", o * f * f * out[1] * out[2]
    yield blank, "positions-forgotten", o * c // g * f * f
    first, second = Conv2d(1, 1, f, stride=s), Conv2d(1, 1, 3, dilation=d)
    blank = counts.receptive_field([first, second], (1, 20, 20))
    yield blank, "stride-ignored", f + 2 * d
    yield blank, "kernels-added", f + 2 * d + 1
    yield counts.in_features((c, h, 3)), "channels-forgotten", h * 3
    up = ConvTranspose2d(1, 1, f, stride=s)
    yield sizes.size(up, shape, 0), "length-1-forgotten", h * s + f


def inner_sums(rng):
    """Sums on the way to a neuron, and to an input cell's gradient through several filters."""
    x, w, b = whole(rng, 3), whole(rng, 2, 3), whole(rng, 2, least=1)
    o, k = int(rng.integers(2)), int(rng.integers(3))
    blank = asked(Linear(3, 2).trace(x, weight=w, bias=b), o, "sum.0")
    products = w[o] * x
    yield blank, "term-forgotten", np.delete(products, k).sum()
    yield blank, "sign", np.abs(products).sum()
    yield blank, "weights-summed", w[o].sum()
    yield blank, "inputs-summed", x.sum()
    layer, w, g = Conv2d(1, 2, 2), whole(rng, 2, 1, 2, 2), whole(rng, 2, 2, 2)
    trace = layer.trace_backward("input", g, whole(rng, 1, 3, 3), weight=w, bias=np.zeros(2))
    blank = asked(trace, 4, f"sum.{o}")  # the middle cell went into all four windows
    turned = w[o, 0, ::-1, ::-1]
    yield blank, "incoming-forgotten", w[o].sum()
    yield blank, "factor-forgotten", g[o].sum()
    yield blank, "mean-for-sum", (turned * g[o]).mean()
    yield blank, "added", (turned + g[o]).sum()


SUBJECTS = (
    conv, transposed, pooling, activation, dense, output, gradients, norm, updates, sizes_and_counts, inner_sums,
)  # fmt: skip
