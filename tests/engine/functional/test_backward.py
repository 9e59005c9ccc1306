"""Every *_backward against torch.autograd over random settings, and against central differences on small cases."""

import inspect

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import functional
from engine.functional import activation_backward, conv_backward, dense_backward, pooling_backward
from tests.engine.functional.test_conv import conv2d_settings, conv_transpose2d_settings, fill
from tests.engine.functional.test_loss import loss_settings
from tests.engine.functional.test_loss import make as make_loss
from tests.engine.functional.test_norm import make as make_norm
from tests.engine.functional.test_norm import norm_settings
from tests.engine.functional.test_padding import constant_settings, other_settings
from tests.engine.functional.test_pooling import pool_settings, ties
from tests.engine.parity import assert_error, batches, image_shape, normal, seeds

TOLERANCE = {"rtol": 1e-9, "atol": 1e-9}


def autograd(function, arrays, g_seed, *rest, **arguments):
    """(g, gradients): a random gradient for the output, and torch's gradients for the named arrays (None stays)."""
    tensors = {n: None if a is None else torch.from_numpy(a.copy()).requires_grad_() for n, a in arrays.items()}
    out = function(*tensors.values(), *rest, **arguments)
    g = normal((g_seed, 7), *out.shape)
    out.backward(torch.from_numpy(np.asarray(g)))
    return g, {n: None if t is None else t.grad.numpy() for n, t in tensors.items()}


def assert_gradients(ours, theirs):
    for mine, other in zip(ours, theirs, strict=True):
        if other is None:
            continue
        assert mine.shape == other.shape and mine.dtype == other.dtype
        np.testing.assert_allclose(mine, other, **TOLERANCE)


@given(conv2d_settings(), seeds)
def test_conv2d(settings, seed):
    shapes, arguments = settings
    arrays = fill(shapes, seed, "float64")
    g, theirs = autograd(F.conv2d, arrays, seed, **arguments)
    ours = functional.conv2d_backward(g, arrays["input"], arrays["weight"], **arguments)
    assert_gradients(ours, theirs.values())


@given(conv_transpose2d_settings(), seeds)
def test_conv_transpose2d(settings, seed):
    shapes, arguments = settings
    arrays = fill(shapes, seed, "float64")
    g, theirs = autograd(F.conv_transpose2d, arrays, seed, **arguments)
    ours = functional.conv_transpose2d_backward(g, arrays["input"], arrays["weight"], **arguments)
    assert_gradients(ours, theirs.values())


@given(
    st.one_of(
        constant_settings().map(lambda s: (*s, "constant")),
        *(other_settings(mode).map(lambda s, m=mode: (*s[:2], m)) for mode in ("reflect", "replicate", "circular")),
    ),
    seeds,
)
def test_pad(settings, seed):
    shape, pad, *_, mode = settings
    x = normal(seed, *shape)
    g, theirs = autograd(F.pad, {"input": x}, seed, pad, mode=mode)
    assert_gradients([functional.pad_backward(g, x, pad, mode)], theirs.values())


@given(pool_settings(dilated=True), st.sampled_from([normal, ties]), seeds)
def test_max_pool2d(settings, make, seed):
    shape, arguments = settings
    x = make(seed, *shape, dtype="float64")
    # torch writes outside its memory, and may crash, where a window lies on padding only.
    assume(np.isfinite(functional.max_pool2d(x, **arguments)).all())
    g, theirs = autograd(F.max_pool2d, {"input": x}, seed, **arguments)
    assert_gradients([functional.max_pool2d_backward(g, x, **arguments)], theirs.values())


def test_max_pool2d_of_a_window_on_padding_only():
    x = np.ones((1, 1, 3))
    arguments = {"kernel_size": (2, 1), "padding": (1, 0), "dilation": (2, 1), "stride": 1}
    assert functional.max_pool2d(x, **arguments).tolist() == [[[-np.inf] * 3]]
    assert functional.max_pool2d_backward(np.ones((1, 1, 3)), x, **arguments).tolist() == [[[0.0, 0.0, 0.0]]]


@given(pool_settings(dilated=False), st.booleans(), st.sampled_from([None, None, 3, -2]), seeds)
def test_avg_pool2d(settings, include, divisor, seed):
    shape, arguments = settings
    arguments = {**arguments, "count_include_pad": include, "divisor_override": divisor}
    x = normal(seed, *shape)
    g, theirs = autograd(F.avg_pool2d, {"input": x}, seed, **arguments)
    assert_gradients([functional.avg_pool2d_backward(g, x, **arguments)], theirs.values())


@given(batches, st.tuples(*[st.integers(1, 9)] * 2), st.tuples(*[st.integers(1, 9)] * 2), seeds)
def test_adaptive_avg_pool2d(batch, size, wanted, seed):
    x = normal(seed, *image_shape(batch, 2, *size))
    g, theirs = autograd(F.adaptive_avg_pool2d, {"input": x}, seed, wanted)
    assert_gradients([functional.adaptive_avg_pool2d_backward(g, x)], theirs.values())


@given(st.lists(st.integers(1, 4), max_size=3), st.integers(1, 6), st.integers(1, 6), seeds)
def test_linear(lead, inward, outward, seed):
    arrays = {"input": normal((seed, 0), *lead, inward), "weight": normal((seed, 1), outward, inward)}
    arrays["bias"] = normal((seed, 2), outward)
    g, theirs = autograd(F.linear, arrays, seed)
    assert_gradients(functional.linear_backward(g, arrays["input"], arrays["weight"]), theirs.values())


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@given(shape=st.lists(st.integers(1, 4), min_size=1, max_size=3), data=st.data(), seed=seeds)
def test_softmax(name, shape, data, seed):
    dim = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = normal(seed, *shape) * 3
    g, theirs = autograd(getattr(F, name), {"input": x}, seed, dim=dim)
    output = getattr(functional, name)(x, dim)
    assert_gradients([getattr(functional, f"{name}_backward")(g, output, dim)], theirs.values())


@given(loss_settings(), st.sampled_from([-100, 0]), st.booleans(), seeds)
def test_cross_entropy(settings, ignore_index, soft, seed):
    logits, weight, classes, rng, arguments = make_loss(settings, seed, "float64")
    if soft:
        target = rng.uniform(0, 1, logits.shape)
    else:
        arguments = {**arguments, "ignore_index": ignore_index}
        target = np.asarray(rng.integers(0, classes, settings[1]))
        if target.size and (target == ignore_index).all():
            target[...] = classes - 1
            if classes == 1:
                arguments["ignore_index"] = -100
        if weight is not None:
            weight = weight + 0.1
    given_weight = None if weight is None else torch.from_numpy(weight)
    g, theirs = autograd(
        lambda x: F.cross_entropy(x, torch.from_numpy(target), given_weight, **arguments), {"input": logits}, seed
    )
    ours = functional.cross_entropy_backward(logits, target, weight, **arguments, grad_output=g)
    assert_gradients([ours], theirs.values())


@given(norm_settings(), st.booleans(), seeds)
def test_batch_norm(settings, training, seed):
    x, mean, var, weight, bias = make_norm(settings, seed, "float64")
    eps = settings[2]["eps"]
    arrays = {"input": x, "weight": weight, "bias": bias}
    running = [None if training else torch.from_numpy(a) for a in (mean, var)]
    g, theirs = autograd(lambda x, w, b: F.batch_norm(x, *running, w, b, training, 0.1, eps), arrays, seed)
    given_stats = (None, None) if training else (mean, var)
    ours = functional.batch_norm_backward(g, x, *given_stats, weight, training, eps)
    scale = max(1.0, float(np.abs(theirs["input"]).max()))
    np.testing.assert_allclose(ours[0] / scale, theirs["input"] / scale, **TOLERANCE)
    assert_gradients(ours[1:], list(theirs.values())[1:])


@given(st.lists(st.integers(1, 4), max_size=3), st.sampled_from(["none", "mean", "sum"]), seeds)
def test_mse_loss(shape, reduction, seed):
    x, t = normal((seed, 0), *shape), normal((seed, 1), *shape)
    expected = F.mse_loss(torch.from_numpy(np.asarray(x)), torch.from_numpy(np.asarray(t)), reduction=reduction)
    np.testing.assert_allclose(functional.mse_loss(x, t, reduction=reduction), expected.numpy(), rtol=1e-12)
    g, theirs = autograd(
        lambda x: F.mse_loss(x, torch.from_numpy(np.asarray(t)), reduction=reduction), {"input": np.asarray(x)}, seed
    )
    assert_gradients([functional.mse_loss_backward(x, t, reduction=reduction, grad_output=g)], theirs.values())


ACTIVATIONS = {
    "relu": {},
    "leaky_relu": {"negative_slope": [0.0, 0.01, 0.3]},
    "elu": {"alpha": [1.0, 0.5]},
    "gelu": {"approximate": ["none", "tanh"]},
    "silu": {},
    "sigmoid": {},
    "tanh": {},
    "mish": {},
    "hardswish": {},
    "softplus": {"beta": [1.0, 2.5], "threshold": [20.0, 1.0, -0.7]},
    "hardtanh": {"min_val": [-1.0, -3.0], "max_val": [1.0, 0.5]},
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(data=st.data(), make=st.sampled_from([normal, ties]), seed=seeds)
def test_activation(name, data, make, seed):
    arguments = {key: data.draw(st.sampled_from(values)) for key, values in ACTIVATIONS[name].items()}
    x = make(seed, 3, 4, dtype="float64") * data.draw(st.sampled_from([1.0, 10.0]))
    g, theirs = autograd(getattr(F, name), {"input": x}, seed, **arguments)
    assert_gradients([getattr(functional, f"{name}_backward")(g, x, **arguments)], theirs.values())


NAMES = sorted(
    name
    for module in (activation_backward, conv_backward, dense_backward, pooling_backward)
    for name, made in vars(module).items()
    if name.endswith("_backward") and inspect.isfunction(made)
)


@pytest.mark.parametrize("name", NAMES)
def test_docstring_has_the_parts_that_pages_show(name):
    text = inspect.getdoc(getattr(functional, name))
    assert text.splitlines()[0].startswith("Return the gradient")
    assert text.count("$$") >= 2 and text.count("$$") % 2 == 0
    for part in ("**Shapes", "**Raises**", "`ValueError`", "**Source:**"):
        assert part in text


def test_float32_stays_float32():
    x, weight = normal(0, 2, 5, 5, dtype="float32"), normal(1, 3, 2, 3, 3, dtype="float32")
    g = normal(2, 3, 3, 3, dtype="float32")
    assert {a.dtype for a in functional.conv2d_backward(g, x, weight)} == {np.dtype("float32")}


@pytest.mark.parametrize(
    ("call", "fragments"),
    [
        (lambda: functional.conv2d_backward(np.ones((1, 3, 3)), np.ones((1, 4, 4)), np.ones((1, 1, 3, 3))), ("3", "2")),
        (lambda: functional.linear_backward(np.ones(3), np.ones(4), np.ones((2, 4))), ("(2,)", "(3,)")),
        (lambda: functional.max_pool2d_backward(np.ones((1, 3, 3)), np.ones((1, 4, 4)), 2), ("(1, 2, 2)", "(1, 3, 3)")),
        (lambda: functional.softmax_backward(np.ones(3), np.ones(4), 0), ("(4,)", "(3,)")),
        (lambda: functional.batch_norm_backward(np.ones((2, 1)), np.ones((2, 1))), ("running_mean",)),
    ],
)
def test_a_gradient_of_another_shape_is_refused(call, fragments):
    assert_error(call, *fragments)


@given(conv2d_settings(), seeds)
def test_unfold(settings, seed):
    shapes, arguments = settings
    arguments = {name: value for name, value in arguments.items() if name != "groups"}
    assume(not isinstance(arguments["padding"], str))
    arrays = {"input": fill(shapes, seed, "float64")["input"]}
    kernel = shapes["weight"][2:]
    g, theirs = autograd(F.unfold, arrays, seed, kernel, **arguments)
    ours = functional.unfold_backward(g, arrays["input"], kernel, **arguments)
    assert_gradients([ours], theirs.values())
    with pytest.raises(ValueError, match="grad_output must have the output's shape"):
        functional.unfold_backward(g[..., :-1], arrays["input"], kernel, **arguments)
