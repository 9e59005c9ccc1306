"""Forward functions on NumPy arrays, with the names, arguments and meanings of `torch.nn.functional`.

float32 and float64 are kept; integers and booleans become float64. Left out are the arguments that say
where a result is stored (`inplace`) and those that PyTorch has retired (`size_average`, `reduce`).
Wrong arguments raise ValueErrors that name the argument and quote the numbers.
"""

from engine.functional.activation import (
    elu,
    gelu,
    hardtanh,
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    silu,
    softmax,
    tanh,
)
from engine.functional.conv import conv2d, conv_transpose2d
from engine.functional.linear import linear
from engine.functional.loss import cross_entropy
from engine.functional.norm import batch_norm
from engine.functional.padding import pad
from engine.functional.pooling import adaptive_avg_pool2d, avg_pool2d, max_pool2d

__all__ = [
    "adaptive_avg_pool2d",
    "avg_pool2d",
    "batch_norm",
    "conv2d",
    "conv_transpose2d",
    "cross_entropy",
    "elu",
    "gelu",
    "hardtanh",
    "leaky_relu",
    "linear",
    "log_softmax",
    "max_pool2d",
    "pad",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "tanh",
]
