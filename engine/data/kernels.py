"""Kernels by name, as image processing uses them."""

from math import comb

import numpy as np

DECIMALS = 4
_FIXED = {
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "Sobel x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "Sobel y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "Laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    "outline": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
}
NAMES = ("identity", "box blur", "Gaussian blur", *_FIXED)


def kernel(name: str, size: tuple[int, int] = (3, 3)) -> np.ndarray:
    """Return the kernel of a name.

    Identity, box blur and Gaussian blur (binomial weights) come in any size; the others are 3 × 3 whatever
    `size` is. Weights are rounded to four decimals, so that sums made from whole numbers close on screen:
    a 3 × 3 box blur holds 0.1111, not 1/9.

    Shape out: (height, width). Raises ValueError for an unknown name or a size below 1.
    Source: Gonzalez and Woods, "Digital Image Processing"; Sobel and Feldman (1968) for Sobel x and y.
    """
    height, width = size
    if min(size) < 1:
        raise ValueError(f"a kernel needs at least one row and column, got {height} × {width}")
    if name in _FIXED:
        return np.array(_FIXED[name], dtype=np.float64)
    if name == "identity":
        out = np.zeros(size)
        out[(height - 1) // 2, (width - 1) // 2] = 1
        return out
    if name == "box blur":
        return np.full(size, round(1 / (height * width), DECIMALS))
    if name == "Gaussian blur":
        rows, columns = (np.array([comb(n - 1, k) for k in range(n)], dtype=np.float64) for n in size)
        weights = np.outer(rows, columns)
        return np.round(weights / weights.sum(), DECIMALS)
    raise ValueError(f"there is no kernel {name!r}; there are {', '.join(NAMES)}")


def resized(weight: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return weights with another kernel size: cut, or filled up with zeros, around the centre.

    weight: (…, height, width). Shape out: (…, *size).
    """
    *lead, height, width = weight.shape
    out = np.zeros((*lead, *size))
    spans = []
    for old, new in zip((height, width), size, strict=True):
        keep = min(old, new)
        spans.append((slice((old - keep) // 2, (old - keep) // 2 + keep), (new - keep) // 2, keep))
    (rows, top, tall), (columns, left, wide) = spans
    out[..., top : top + tall, left : left + wide] = weight[..., rows, columns]
    return out
