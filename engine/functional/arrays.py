"""What every function first does with its arrays: float dtype, image axes, a checked dim."""

import numpy as np

# PyTorch computes NaN and infinity without a word; so do we.
quiet = np.errstate(all="ignore")


def floats(**arrays):
    """Return the named arrays with one floating dtype; None stays None.

    float32 and float64 are kept, integers and booleans become float64, and where the arrays differ
    the wider dtype holds for all.
    """
    found = {name: _floating(value, name) for name, value in arrays.items() if value is not None}
    dtype = np.result_type(*found.values())
    return [found[name].astype(dtype, copy=False) if name in found else None for name in arrays]


def _floating(value, name):
    array = np.asarray(value)
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype not in (np.float32, np.float64):
        raise ValueError(f"{name} must be float32, float64, integer or boolean, got {array.dtype}")
    return array


def check_bias_dtype(input, weight, bias):
    """ValueError where a bias is not of the float dtype that input and weight share, which PyTorch refuses."""
    if bias is None:
        return
    (x, w, b) = (np.asarray(array).dtype for array in (input, weight, bias))
    if x.kind == "f" and x == w != b:
        raise ValueError(f"bias is {b}, but input and weight are {x}: they must be the same")


def as_images(x, name="input"):
    """Return (x as N, C, H, W, whether it came as a single C, H, W image)."""
    if x.ndim not in (3, 4):
        raise ValueError(f"{name} must have axes (N, C, H, W) or (C, H, W), got {x.ndim} axes: {x.shape}")
    return (x[None], True) if x.ndim == 3 else (x, False)


def check_rank(array, name, axes):
    """ValueError unless `array` has the named axes, e.g. ("out_features", "in_features")."""
    if array.ndim != len(axes):
        raise ValueError(f"{name} must have {len(axes)} axes ({', '.join(axes)}), got {array.ndim}: {array.shape}")


def check_gradient(grad_output, shape, of="output"):
    """ValueError unless `grad_output` has the shape of a function's output (or of what `of` says)."""
    if grad_output.shape != tuple(shape):
        raise ValueError(f"grad_output must have the {of}'s shape {tuple(shape)}, got {grad_output.shape}")


def check_vector(array, name, length, what):
    """ValueError unless `array` is None or holds one number for each of `length` channels (or `what`)."""
    if array is not None and array.shape != (length,):
        raise ValueError(f"{name} must have shape ({length},), one number a {what}, got {array.shape}")


def axis_of(dim, x):
    """Return `dim` as a non-negative axis of `x`; a single number counts as having one axis."""
    axes = max(x.ndim, 1)
    if isinstance(dim, bool) or not isinstance(dim, (int, np.integer)) or not -axes <= dim < axes:
        raise ValueError(f"dim must be a whole number from −{axes} to {axes - 1} for shape {x.shape}, got {dim}")
    return int(dim) % axes
