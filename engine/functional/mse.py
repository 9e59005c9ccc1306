"""Mean squared error."""

from engine.functional.arrays import floats, quiet


@quiet
def mse_loss(input, target, *, reduction="mean"):
    r"""Square the differences to the wanted numbers, and take their mean.

    $$\ell = \frac{1}{m} \sum_k (x_k - t_k)^2$$

    **Shapes**

    - `input`, `target`: any, the same
    - out: one number; with `reduction="none"` as the input

    **Parameters:** `reduction` is `none`, `mean` or `sum`; it is given by name.

    **Raises** `ValueError` where the shapes differ or `reduction` is unknown.

    **Source:** PyTorch documentation, `torch.nn.functional.mse_loss`.
    """
    x, t = _given(input, target, reduction)
    squares = (x - t) ** 2
    return squares if reduction == "none" else squares.sum() if reduction == "sum" else squares.mean()


@quiet
def mse_loss_backward(input, target, *, reduction="mean", grad_output=1.0):
    r"""Return the gradient of a loss for the input of `mse_loss`.

    $$\frac{\partial \ell}{\partial x_k} = \frac{2}{m} (x_k - t_k)\, g$$

    without the division by m where `reduction` is not `mean`.

    **Shapes**

    - `input`, `target` and out: the same; `grad_output`: one number, or as the input with `reduction="none"`

    **Raises** `ValueError` where the shapes differ or `reduction` is unknown.

    **Source:** the chain rule.
    """
    x, t = _given(input, target, reduction)
    (g,) = floats(grad_output=grad_output)
    grad = 2 * (x - t) * g.astype(x.dtype)
    return grad / x.dtype.type(x.size) if reduction == "mean" else grad


def _given(input, target, reduction):
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"reduction must be 'none', 'mean' or 'sum', got {reduction!r}")
    x, t = floats(input=input, target=target)
    if x.shape != t.shape:
        raise ValueError(f"target has shape {t.shape}, but the input has {x.shape}")
    return x, t
