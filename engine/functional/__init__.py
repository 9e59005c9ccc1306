"""Functions on NumPy arrays, with the names, arguments and meanings of `torch.nn.functional`.

Each has a `*_backward`: from the gradient of a loss for its output to those for its input and parameters.

float32 and float64 are kept; integers and booleans become float64. Left out are the arguments that say
where a result is stored (`inplace`) and those that PyTorch has retired (`size_average`, `reduce`).
Wrong arguments raise ValueErrors that name the argument and quote the numbers.
"""

from engine.functional import activation, activation_backward
from engine.functional.activation import *
from engine.functional.activation_backward import *
from engine.functional.conv import conv2d, conv_transpose2d, unfold, unfold_backward
from engine.functional.conv_backward import conv2d_backward, conv_transpose2d_backward, pad_backward
from engine.functional.dense_backward import (
    batch_norm_backward,
    cross_entropy_backward,
    group_norm_backward,
    linear_backward,
    log_softmax_backward,
    softmax_backward,
)
from engine.functional.linear import linear
from engine.functional.loss import cross_entropy, mse_loss, mse_loss_backward
from engine.functional.norm import batch_norm, group_norm
from engine.functional.padding import pad
from engine.functional.pooling import adaptive_avg_pool2d, avg_pool2d, max_pool2d
from engine.functional.pooling_backward import (
    adaptive_avg_pool2d_backward,
    avg_pool2d_backward,
    max_pool2d_backward,
)

__all__ = [
    *activation.__all__,
    *activation_backward.__all__,
    "adaptive_avg_pool2d",
    "adaptive_avg_pool2d_backward",
    "avg_pool2d",
    "avg_pool2d_backward",
    "batch_norm",
    "batch_norm_backward",
    "conv2d",
    "conv2d_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "cross_entropy",
    "cross_entropy_backward",
    "group_norm",
    "group_norm_backward",
    "linear",
    "linear_backward",
    "log_softmax_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "mse_loss",
    "mse_loss_backward",
    "pad",
    "pad_backward",
    "softmax_backward",
    "unfold",
    "unfold_backward",
]
