"""How numbers are written: one precision a step, chosen so that the sums shown close digit for digit.

A number is shown exactly where `MAX_DECIMALS` decimals are enough for it, and rounded elsewhere. Everything
that is printed comes from here; pages and the browser only place the texts.
"""

from dataclasses import dataclass

import numpy as np

MAX_DECIMALS = 6
ROUNDED_DECIMALS = 3
LEVELS = 4
PIXEL_LEVELS = 8
MINUS = "−"
INFINITY = "∞"


def decimals_needed(values: np.ndarray, limit: int = MAX_DECIMALS) -> int | None:
    """Return the smallest number of decimals that writes every value exactly, or None above `limit`.

    A float64 counts as exact at d decimals where it differs from the nearest multiple of 10^-d by no more
    than the rounding error that a few hundred additions leave.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.size == 0:
        return 0
    if not np.isfinite(values).all():
        return None
    largest = float(np.abs(values).max())
    for decimals in range(limit + 1):
        scaled = values * 10.0**decimals
        tolerance = 256 * np.finfo(np.float64).eps * max(1.0, largest * 10.0**decimals) + 1e-10
        if tolerance > 1e-2:
            return None
        if (np.abs(scaled - np.rint(scaled)) <= tolerance).all():
            return decimals
    return None


def shared_decimals(*arrays: np.ndarray) -> tuple[int, bool]:
    """Return one precision for several arrays that stand in one sum, and whether all are exact at it."""
    needed = [decimals_needed(array) for array in arrays]
    if any(d is None for d in needed):
        return ROUNDED_DECIMALS, False
    return max(needed, default=0), True


def scaled_integers(values: np.ndarray, decimals: int) -> np.ndarray:
    """Return round(values · 10^decimals) as int64: the digits that are shown."""
    return np.rint(np.asarray(values, dtype=np.float64) * 10.0**decimals).astype(np.int64)


def number_text(value: float, decimals: int) -> str:
    """Return `value` at `decimals` places without trailing zeros: 0.50 → "0.5", −0.0 → "0"."""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def typographic(text: str) -> str:
    """Return a number's text with a true minus sign, for sentences and formulas."""
    return text.replace("-", MINUS)


def signed_text(text: str) -> str:
    """Return a number's text as it stands inside a sum: negative numbers in parentheses."""
    return f"({typographic(text)})" if text.startswith("-") else text


@dataclass(frozen=True)
class Texts:
    """An array of numbers as texts: each different text once, and where it stands.

    `pool[index[i]]` is the text of element i; `level[k]` is the strength of colour of pool entry k,
    from −4 (most negative) to 4, relative to the array's largest magnitude; `pixel[k]` is its brightness
    from 0 to 8 relative to the array's largest value.
    """

    pool: tuple[str, ...]
    index: np.ndarray
    level: np.ndarray
    pixel: np.ndarray


def texts(values: np.ndarray, decimals: int, scale: float | None = None) -> Texts:
    """Write every value of an array at one precision; −∞ (padding of max pooling, read by no step) as itself.

    `scale` is the magnitude that gets the strongest colour; by default the array's own largest.
    """
    values = np.asarray(values, dtype=np.float64)
    nothing = values.ravel() == -np.inf
    digits = scaled_integers(np.where(values == -np.inf, 0.0, values), decimals).ravel()
    unique, index = np.unique(digits, return_inverse=True)
    numbers = unique / 10.0**decimals
    largest = float(scale if scale is not None else (np.abs(numbers).max() if numbers.size else 0.0))
    share = np.clip(numbers / largest, -1, 1) if largest > 0 else np.zeros_like(numbers)
    level = (np.sign(share) * np.ceil(np.abs(share) * LEVELS - 1e-9)).astype(np.int8)
    pixel = np.rint(np.clip(share, 0, 1) * PIXEL_LEVELS).astype(np.int8)
    pool = tuple(number_text(number, decimals) for number in numbers)
    if nothing.any():
        index = np.where(nothing, len(pool), index.ravel())
        pool, level, pixel = (*pool, f"-{INFINITY}"), np.append(level, 0), np.append(pixel, 0)
    return Texts(pool=pool, index=index.reshape(np.shape(values)), level=level, pixel=pixel)
