"""The fully connected layer."""

from engine.functional.arrays import check_bias_dtype, check_rank, check_vector, floats, quiet


@quiet
def linear(input, weight, bias=None):
    r"""Multiply the input by a weight matrix and add a bias.

    $$\text{out}[\dots, o] = b_o + \sum_i W_{o,i}\, \text{input}[\dots, i]$$

    **Shapes**

    - `input`: (…, in_features), any number of axes before the last, also none
    - `weight`: (out_features, in_features)
    - `bias`: (out_features) or None
    - out: (…, out_features)

    **Raises** `ValueError` where `weight` does not have two axes, where the last axis of `input` is not
    in_features long, where `bias` is not out_features long, and where float `input` and `weight` of one dtype meet
    a `bias` of another.

    **Source:** PyTorch documentation, `torch.nn.functional.linear`.
    """
    check_bias_dtype(input, weight, bias)
    x, weight, bias = floats(input=input, weight=weight, bias=bias)
    check_rank(weight, "weight", ("out_features", "in_features"))
    out_features, in_features = weight.shape
    check_vector(bias, "bias", out_features, "output feature")
    if x.ndim == 0 or x.shape[-1] != in_features:
        raise ValueError(f"input must end in the {in_features} in_features of weight {weight.shape}, got {x.shape}")
    out = x @ weight.T
    if bias is not None:
        out += bias
    return out
