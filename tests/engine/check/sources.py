"""Functions as learners write them: right ones in several styles, and ways to spoil them."""

CONV_FORWARD = """
import numpy as np

def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    window = x_pad[n, :, i * stride:i * stride + HH, j * stride:j * stride + WW]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    cache = (x, w, b, conv_param)
    return out, cache
"""

CONV_BACKWARD = """
def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx_pad, dw, db = np.zeros_like(x_pad), np.zeros_like(w), np.zeros_like(b)
    for n in range(N):
        for f in range(F):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    rows, columns = slice(i * stride, i * stride + HH), slice(j * stride, j * stride + WW)
                    db[f] += dout[n, f, i, j]
                    dw[f] += x_pad[n, :, rows, columns] * dout[n, f, i, j]
                    dx_pad[n, :, rows, columns] += w[f] * dout[n, f, i, j]
    dx = dx_pad[:, :, pad:pad + H, pad:pad + W]
    return dx, dw, db
"""

POOL_FORWARD = """
def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    HH, WW, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    H_out, W_out = 1 + (H - HH) // stride, 1 + (W - WW) // stride
    out = np.zeros((N, C, H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            window = x[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out, (x, pool_param)
"""

POOL_BACKWARD = """
def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    HH, WW, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros_like(x)
    N, C, H_out, W_out = dout.shape
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    window = x[n, c, i * stride:i * stride + HH, j * stride:j * stride + WW]
                    mask = window == window.max()
                    dx[n, c, i * stride:i * stride + HH, j * stride:j * stride + WW] += mask * dout[n, c, i, j]
    return dx
"""

AFFINE_FORWARD = """
def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1) @ w + b
    return out, (x, w, b)
"""

AFFINE_BACKWARD = """
def affine_backward(dout, cache):
    x, w, b = cache
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db
"""

RELU_FORWARD = """
def relu_forward(x):
    out = np.maximum(0, x)
    return out, x
"""

RELU_BACKWARD = """
def relu_backward(dout, cache):
    x = cache
    return dout * (x > 0)
"""

SOFTMAX_LOSS = """
def softmax_loss(x, y):
    N = x.shape[0]
    shifted = x - x.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(N), y]).sum() / N
    dx = p.copy()
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx
"""

BATCHNORM_FORWARD = """
def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean, running_var = bn_param["running_mean"], bn_param["running_var"]
    if mode == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    else:
        mean, var = running_mean, running_var
    x_hat = (x - mean) / np.sqrt(var + eps)
    out = gamma * x_hat + beta
    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, (x_hat, gamma, var, eps)
"""

SGD = """
def sgd(w, dw, config=None):
    w -= config["learning_rate"] * dw
    return w, config
"""

MOMENTUM = """
def sgd_momentum(w, dw, config=None):
    v = config.get("velocity", np.zeros_like(w))
    v = config["momentum"] * v - config["learning_rate"] * dw
    next_w = w + v
    config["velocity"] = v
    return next_w, config
"""

ADAM = """
def adam(w, dw, config=None):
    config["t"] += 1
    t = config["t"]
    config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    config["v"] = config["beta2"] * config["v"] + (1 - config["beta2"]) * dw ** 2
    m_hat = config["m"] / (1 - config["beta1"] ** t)
    v_hat = config["v"] / (1 - config["beta2"] ** t)
    next_w = w - config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"])
    return next_w, config
"""

PLAIN = {
    "conv_forward_naive": CONV_FORWARD,
    "conv_backward_naive": CONV_BACKWARD,
    "max_pool_forward_naive": POOL_FORWARD,
    "max_pool_backward_naive": POOL_BACKWARD,
    "affine_forward": AFFINE_FORWARD,
    "affine_backward": AFFINE_BACKWARD,
    "relu_forward": RELU_FORWARD,
    "relu_backward": RELU_BACKWARD,
    "softmax_loss": SOFTMAX_LOSS,
    "batchnorm_forward": BATCHNORM_FORWARD,
    "sgd": SGD,
    "sgd_momentum": MOMENTUM,
    "adam": ADAM,
}

# Right ones in other styles: (task, source).
STYLES = {
    "im2col": ("conv_forward_naive", """
        def im2col(x, HH, WW, stride):
            N, C, H, W = x.shape
            H_out, W_out = (H - HH) // stride + 1, (W - WW) // stride + 1
            columns = np.empty((N, C, HH, WW, H_out, W_out))
            for u in range(HH):
                for v in range(WW):
                    columns[:, :, u, v] = x[:, :, u:u + stride * H_out:stride, v:v + stride * W_out:stride]
            return columns.transpose(0, 4, 5, 1, 2, 3).reshape(N * H_out * W_out, -1), H_out, W_out

        def conv_forward_naive(x, w, b, conv_param):
            p = conv_param["pad"]
            cols, H_out, W_out = im2col(np.pad(x, ((0,), (0,), (p,), (p,))), *w.shape[2:], conv_param["stride"])
            out = cols @ w.reshape(len(w), -1).T + b
            return out.reshape(len(x), H_out, W_out, -1).transpose(0, 3, 1, 2), cols
        """),
    "einsum over a strided view, in single precision": ("conv_forward_naive", """
        def conv_forward_naive(x, w, b, conv_param):
            s, p = conv_param["stride"], conv_param["pad"]
            x = np.pad(x.astype(np.float32), [(0, 0), (0, 0), (p, p), (p, p)])
            N, C, H, W = x.shape
            F, _, HH, WW = w.shape
            shape = (N, C, (H - HH) // s + 1, (W - WW) // s + 1, HH, WW)
            a, c, d, e = x.strides
            view = np.lib.stride_tricks.as_strided(x, shape, (a, c, d * s, e * s, d, e))
            return np.einsum("ncijuv,fcuv->nfij", view, w) + b[None, :, None, None], None
        """),
    "seven loops, lists and Python's floats": ("conv_forward_naive", """
        def conv_forward_naive(x, w, b, conv_param):
            s, p = conv_param["stride"], conv_param["pad"]
            (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
            def at(n, c, i, j):
                return float(x[n, c, i, j]) if 0 <= i < H and 0 <= j < W else 0.0
            out = [[[[float(b[f]) + sum(at(n, c, i * s - p + u, j * s - p + v) * float(w[f, c, u, v])
                     for c in range(C) for u in range(HH) for v in range(WW))
                     for j in range((W + 2 * p - WW) // s + 1)] for i in range((H + 2 * p - HH) // s + 1)]
                     for f in range(F)] for n in range(N)]
            return np.array(out), (x, w, b, conv_param)
        """),
    "in place, on copies": ("conv_forward_naive", """
        def conv_forward_naive(x, w, b, conv_param):
            x, w = x.copy(), w.copy()
            p, s = conv_param["pad"], conv_param["stride"]
            x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
            x *= 2
            w /= 2
            out = np.zeros((len(x), len(w), (x.shape[2] - w.shape[2]) // s + 1, (x.shape[3] - w.shape[3]) // s + 1))
            out += b.reshape(1, -1, 1, 1)
            for i, j in np.ndindex(out.shape[2:]):
                window = x[:, None, :, i*s:i*s + w.shape[2], j*s:j*s + w.shape[3]]
                out[:, :, i, j] += (window * w[None]).sum(axis=(2, 3, 4))
            return [out, None]
        """),
    "backward with its own forward's cache": ("conv_backward_naive", """
        def conv_forward_naive(x, w, b, conv_param):
            return None, {"x": x, "w": w, "s": conv_param["stride"], "p": conv_param["pad"]}

        def conv_backward_naive(dout, cache):
            x, w, s, p = cache["x"], cache["w"], cache["s"], cache["p"]
            x_pad = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
            dx, dw = np.zeros(x_pad.shape), np.zeros(w.shape)
            HH, WW = w.shape[2:]
            for i, j in np.ndindex(dout.shape[2:]):
                at = np.s_[:, :, i * s:i * s + HH, j * s:j * s + WW]
                dx[at] += np.einsum("nf,fcuv->ncuv", dout[:, :, i, j], w)
                dw += np.einsum("nf,ncuv->fcuv", dout[:, :, i, j], x_pad[at])
            return dx[:, :, p:x_pad.shape[2] - p, p:x_pad.shape[3] - p], dw, dout.sum(axis=(0, 2, 3))
        """),
    "pooling by reshaped view": ("max_pool_forward_naive", """
        from numpy.lib.stride_tricks import sliding_window_view
        def max_pool_forward_naive(x, pool_param):
            hh, ww, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
            return sliding_window_view(x, (hh, ww), axis=(2, 3))[:, :, ::s, ::s].max(axis=(-1, -2)), x
        """),
    "pooling backward by argmax": ("max_pool_backward_naive", """
        def max_pool_backward_naive(dout, cache):
            x, p = cache
            dx = x * 0
            for n, c, i, j in np.ndindex(*dout.shape):
                r, q = i * p["stride"], j * p["stride"]
                window = x[n, c, r:r + p["pool_height"], q:q + p["pool_width"]]
                u, v = np.unravel_index(np.argmax(window), window.shape)
                dx[n, c, r + u, q + v] += dout[n, c, i, j]
            return dx
        """),
    "relu by a mask": ("relu_forward", "def relu_forward(x):\n    return np.where(x > 0, x, 0), x\n"),
    "relu of whole numbers kept as such": ("relu_backward", """
        def relu_backward(dout, cache):
            dx = np.array(dout, copy=True)
            dx[cache <= 0] = 0
            return dx
        """),
    "softmax loss by log-sum-exp": ("softmax_loss", """
        def softmax_loss(x, y):
            z = x - np.max(x, axis=1)[:, None]
            log_p = z - np.log(np.sum(np.exp(z), axis=1))[:, None]
            dx = np.exp(log_p)
            dx[range(len(x)), y] -= 1
            return float(-np.mean(log_p[range(len(x)), y])), dx / len(x)
        """),
    "sgd on a copy": ("sgd", "def sgd(w, dw, c):\n    return w - c['learning_rate'] * dw, dict(c)\n"),
    "adam in a new config": ("adam", """
        def adam(w, dw, config):
            c = dict(config, t=config["t"] + 1)
            c["m"] = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
            c["v"] = c["beta2"] * c["v"] + (1 - c["beta2"]) * np.square(dw)
            rate = c["learning_rate"] / (1 - c["beta1"] ** c["t"])
            return w - rate * c["m"] / (np.sqrt(c["v"] / (1 - c["beta2"] ** c["t"])) + c["epsilon"]), c
        """),
}  # fmt: skip

# Bugs: what is written, what a learner writes instead, and what it is called.
BUGS = [
    ("conv_forward_naive", " + b[f]", "", "bias-forgotten"),
    ("conv_forward_naive", "np.sum(window * w[f]) + b[f]", "np.sum(window * w[f] + b[f])", "bias-per-product"),
    ("conv_forward_naive", "np.sum(window * w[f]) + b[f]", "sum(np.sum(window[c] * w[f, c]) + b[f] for c in range(C))",
     "bias-per-channel"),
    ("conv_forward_naive", " + 2 * pad - ", " - ", "padding-ignored"),
    ("conv_forward_naive", '], conv_param["pad"]', '], 0', "padding-ignored"),
    ("conv_forward_naive", 'mode="constant"', 'mode="edge"', "padding-value"),
    ("conv_forward_naive", 'mode="constant"', 'mode="constant", constant_values=1', "padding-value"),
    ("conv_forward_naive", "i * stride:i * stride + HH, j * stride:j * stride + WW", "i:i + HH, j:j + WW",
     "stride-ignored"),
    ("conv_forward_naive", "* w[f])", "* w[f, :, ::-1, ::-1])", "kernel-flipped"),
    ("conv_forward_naive", "* w[f])", "* (w[f].transpose(0, 2, 1) if HH == WW else w[f]))", "kernel-transposed"),
    ("conv_forward_naive", "np.sum(window * w[f])", "np.sum(window[-1] * w[f, -1])", "one-channel"),
    ("conv_forward_naive", "w[f]) + b[f]", "w[0]) + b[f]", "every-filter"),
    ("conv_forward_naive", "np.sum(window * w[f])", "np.mean(window * w[f])", "mean-for-sum"),
    ("conv_forward_naive", "for n in range(N)", "for n in range(1)", "one-picture"),
    ("conv_forward_naive", "for i in range(H_out)", "for i in range(H_out - 1)", "place-forgotten"),
    ("conv_forward_naive", "_out = 1 + ", "_out = ", "plus-1-forgotten"),
    ("conv_forward_naive", "[n, f, i, j] =", "[n, f, j, i] =", "sides-swapped"),
    ("conv_forward_naive", "return out, cache", "return out.transpose(0, 2, 3, 1), cache", "channels-last"),
    ("conv_forward_naive", "out = np.zeros((N, F, H_out, W_out))", "out = np.zeros((N, F, H_out, W_out), dtype=int)",
     "cut-off"),
    ("conv_forward_naive", "window * w[f]", "window[:, :-1, :-1] * w[f, :, :-1, :-1]", "window-size"),
    ("conv_backward_naive", "columns] += w[f]", "columns] = w[f]", "gradient-overwritten"),
    ("conv_backward_naive", "dw[f] +=", "dw[f] =", "gradient-overwritten"),
    ("conv_backward_naive", "db[f] +=", "db[f] =", "gradient-overwritten"),
    ("conv_backward_naive", "dx_pad[:, :, pad:pad + H, pad:pad + W]", "dx_pad", "padding-gradient"),
    ("conv_backward_naive", "dx_pad[:, :, pad:pad + H, pad:pad + W]", "dx_pad[:, :, :H, :W]", "padding-gradient"),
    ("conv_backward_naive", "slice(i * stride, i * stride + HH), slice(j * stride, j * stride + WW)",
     "slice(i, i + HH), slice(j, j + WW)", "stride-ignored"),
    ("conv_backward_naive", "+= w[f] *", "+= w[f, :, ::-1, ::-1] *", "kernel-flipped"),
    ("conv_backward_naive", "return dx, dw, db", "return dx / N, dw / N, db / N", "batch-mean"),
    ("conv_backward_naive", "return dx, dw, db", "return dx, dw, dout.sum(axis=(2, 3))", "axis"),
    ("conv_backward_naive", "return dx, dw, db", "return dx, dw, np.full(F, dout.sum())", "all-filters"),
    ("conv_backward_naive", "columns] * dout[n, f, i, j]", "columns]", "incoming-forgotten"),
    ("conv_backward_naive", "for f in range(F):", "for f in [F - 1]:", "filter-forgotten"),
    ("max_pool_forward_naive", "window.max(", "window.mean(", "average-for-max"),
    ("max_pool_forward_naive", "window.max(", "window.min(", "smallest"),
    ("max_pool_forward_naive", "window.max(axis=(2, 3))", "np.maximum(out[:, :, i, j], window.max(axis=(2, 3)))",
     "zero-start"),
    ("max_pool_forward_naive", "window.max(", "abs(window).max(", "size-for-value"),
    ("max_pool_forward_naive", "window.max(axis=(2, 3))", "window.max(axis=(1, 2, 3))[:, None]", "channels-mixed"),
    ("max_pool_forward_naive", "1 + (H - HH)", "(H - HH)", "plus-1-forgotten"),
    ("max_pool_backward_naive", "stride + WW] += mask", "stride + WW] = mask", "gradient-overwritten"),
    ("max_pool_backward_naive", "mask * dout[n, c, i, j]", "dout[n, c, i, j] / mask.size", "shared-evenly"),
    ("max_pool_backward_naive", "mask * dout[n, c, i, j]", "mask", "incoming-forgotten"),
    ("max_pool_backward_naive", "window.max()", "window.min()", "wrong-cell"),
    ("affine_forward", " + b\n", "\n", "bias-forgotten"),
    ("affine_forward", "x.reshape(x.shape[0], -1)", "x.reshape(-1, x.shape[0]).T", "flatten-columns"),
    ("affine_backward", ".reshape(x.shape)", "", "shape-lost"),
    ("affine_backward", "dout.sum(axis=0)", "dout.sum(axis=1)", "axis"),
    ("affine_backward", "dout.sum(axis=0)", "dout.mean(axis=0)", "batch-mean"),
    ("relu_forward", "np.maximum(0, x)", "abs(x)", "relu-size"),
    ("relu_backward", " * (x > 0)", "", "slope-kept"),
    ("relu_backward", "(x > 0)", "(dout > 0)", "factor-forgotten"),
    ("softmax_loss", ".sum() / N", ".sum()", "sum-for-mean"),
    ("softmax_loss", "    dx /= N\n", "", "batch-undivided"),
    ("softmax_loss", "    dx[np.arange(N), y] -= 1\n", "", "p-for-difference"),
    ("softmax_loss", " - x.max(axis=1, keepdims=True)", "", "largest-kept"),
    ("softmax_loss", "loss = -np", "loss = np", "loss-sign"),
    ("batchnorm_forward", "x.var(axis=0)", "x.var(axis=0, ddof=1)", "variance-fewer"),
    ("batchnorm_forward", "np.sqrt(var + eps)", "np.sqrt(var)", "eps-forgotten"),
    ("batchnorm_forward", "x.mean(axis=0), x.var(axis=0)", "x.mean(), x.var()", "axis"),
    ("batchnorm_forward", '    bn_param["running_mean"] = running_mean\n', "", "running-kept"),
    ("batchnorm_forward", "mean, var = running_mean, running_var", "mean, var = x.mean(axis=0), x.var(axis=0)",
     "batch-for-running"),
    ("sgd", "w -= config", "w += config", "step-added"),
    ("sgd_momentum", 'config["momentum"] * v - ', "v - ", "momentum-undamped"),
    ("adam", "** t", '** (t - 1)', "count-from-1"),
    ("adam", "dw ** 2", "dw", "square-forgotten"),
]  # fmt: skip
