"""How numbers are written: one precision a step, chosen so that the sums shown close digit for digit.

A number is shown exactly where `MAX_DECIMALS` decimals are enough for it, and rounded elsewhere. Everything
that is printed comes from here; pages and the browser only place the texts.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MAX_DECIMALS = 6
ROUNDED_DECIMALS = 3
LEVELS = 4
PIXEL_LEVELS = 8
HUGE = 1e15  # from here on, numbers are written with an exponent
MOST_DIGITS = 2.0**52
MINUS = "−"
NEGATIVE = re.compile(r"(?<![\w\"=./)\]-])-(?=[0-9.∞])")
INFINITY = "∞"
JOIN = {"×": np.multiply, "÷": np.divide, "−": np.subtract}

EPS = float(np.finfo(np.float64).eps)
FEW = 12


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
    few = values.ravel().tolist() if values.size <= FEW else None  # without NumPy's cost of a call
    for decimals in range(limit + 1):
        scale = 10.0**decimals
        tolerance = 256 * EPS * max(1.0, largest * scale) + 1e-10
        if tolerance > 1e-2:
            return None
        if few is not None:
            exact = all(abs(value * scale - round(value * scale)) <= tolerance for value in few)
        else:
            scaled = values * scale
            exact = bool((np.abs(scaled - np.rint(scaled)) <= tolerance).all())
        if exact:
            return decimals
    return None


def shared_decimals(*arrays: np.ndarray) -> tuple[int, bool]:
    """Return one precision for several arrays that stand in one sum, and whether all are exact at it."""
    needed = [decimals_needed(array) for array in arrays]
    if any(d is None for d in needed):
        return ROUNDED_DECIMALS, False
    return max(needed, default=0), True


def rounded_decimals(values: np.ndarray, least: int = ROUNDED_DECIMALS) -> int:
    """Return `least` decimals, or more where all values are small: at least three digits of the largest."""
    largest = float(np.abs(values).max()) if np.size(values) and np.isfinite(values).all() else 0.0
    if largest <= 0:
        return least
    return int(np.clip(ROUNDED_DECIMALS - 1 - np.floor(np.log10(largest)), least, 8))


def scaled_integers(values: np.ndarray, decimals: int) -> np.ndarray:
    """Return round(values · 10^decimals) as int64: the digits that are shown, as far as float64 has them.

    NaN gives 0. What has more digits than float64 holds gives a bound, so that a sum with it does not close.
    """
    values = np.asarray(values, dtype=np.float64)
    with np.errstate(over="ignore"):
        scaled = np.fmax(np.fmin(values * 10.0**decimals, MOST_DIGITS), -MOST_DIGITS)
    return np.rint(np.where(np.isnan(values), 0.0, scaled)).astype(np.int64)


def closes(
    operation: str,
    factors: Sequence[np.ndarray],
    places: Sequence[int],
    result: np.ndarray,
    decimals: int,
    added: Sequence[np.ndarray] = (),
) -> np.ndarray:
    """Return where one factor, or two joined by ×, ÷ or −, give the result digit for digit, with the digits on show.

    places: the decimals of each factor; decimals: those of the result, and of what is added to the factors.
    """
    with np.errstate(all="ignore"):
        shown = [np.round(factor, place) for factor, place in zip(factors, places, strict=True)]
        value = shown[0] if len(shown) == 1 else JOIN[operation](*shown)
        value = value + sum(np.round(one, decimals) for one in added)
        error = np.abs(value - np.round(result, decimals))
    # A product or difference that is shown ends in the last digit of what is shown before it, or in its own.
    least = 0.0 if operation == "÷" else 0.4 * 10.0 ** -max(sum(places), decimals)
    written = np.all([np.abs(one) < HUGE for one in (*shown, result)], axis=0)  # not with an exponent
    finite = np.isfinite(value)
    same = ~finite & ((value == result) | (np.isnan(value) & np.isnan(result)))
    # A difference is as exact as the numbers that it is made of, which may be far larger.
    size = np.max([np.abs(one) for one in ((value,) if operation in ("×", "÷") else (value, *shown))], axis=0)
    return same | finite & written & (error <= np.maximum(least, 8 * np.finfo(float).eps * size))


def number_text(value: float, decimals: int) -> str:
    """Return `value` as people read it, with a true minus sign; else as `plain_number` writes it."""
    return typographic(plain_number(value, decimals))


def small_text(value: float, decimals: int) -> str:
    """Return `value` as `number_text` does, but with an exponent where that would be 0 for a number that is not."""
    text = number_text(value, decimals)
    return rough_text(value) if text == "0" and value else text


def plain_number(value: float, decimals: int) -> str:
    """Return `value` at `decimals` places without trailing zeros, for code, LaTeX and fields that are typed in.

    0.50 → "0.5", −0.25 → "-0.25", −0.0 → "0"; huge ones as 2.688e43.
    """
    value = float(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else f"-{INFINITY}" if value < 0 else INFINITY
    if abs(value) >= HUGE:
        return f"{value:.{ROUNDED_DECIMALS}e}".replace("e+", "e")
    if value.is_integer():
        return str(int(value))
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def rough_text(value: float, digits: int = ROUNDED_DECIMALS) -> str:
    """Return a number with a few digits, for differences: 2.2e−16, 0.0341, 0."""
    return typographic(f"{value:.{digits}g}".replace("e-0", "e-"))


def typographic(text: str) -> str:
    """Return a number's text with a true minus sign, as people read it."""
    return text.replace("-", MINUS)


def signed_text(text: str) -> str:
    """Return a number's text as it stands inside a sum: negative numbers in parentheses."""
    return f"({text})" if text.startswith(MINUS) else text


@dataclass(frozen=True)
class Texts:
    """An array of numbers as texts: each different text once, and where it stands.

    `pool[index[i]]` is the text of element i; `level[k]` is the strength of colour of pool entry k,
    from −4 (most negative) to 4, relative to the array's largest magnitude; `pixel[k]` is its brightness
    from 0 to 8 relative to the array's largest value. `scale` is the magnitude that gets the strongest colour.
    """

    pool: tuple[str, ...]
    index: np.ndarray
    level: np.ndarray
    pixel: np.ndarray
    scale: float


def texts(values: np.ndarray, decimals: int, scale: float | None = None, held: float = 0.0) -> Texts:
    """Write every value of an array at one precision; NaN, infinity and huge numbers as themselves.

    `scale` is the magnitude that gets the strongest colour; by default the array's own largest. It is `held` at least.
    """
    values = np.asarray(values, dtype=np.float64)
    flat = values.ravel()
    apart = ~(np.abs(flat) * 10.0**decimals < MOST_DIGITS)
    digits = scaled_integers(np.where(apart, 0.0, flat), decimals)
    unique, index = np.unique(digits, return_inverse=True)
    numbers = unique / 10.0**decimals
    largest = max(held, float(scale if scale is not None else (np.abs(numbers).max() if numbers.size else 0.0)))
    share = np.maximum(np.minimum(numbers / largest, 1), -1) if largest > 0 else np.zeros_like(numbers)
    level = (np.sign(share) * np.ceil(np.abs(share) * LEVELS - 1e-9)).astype(np.int8)
    pixel = np.rint(np.maximum(share, 0) * PIXEL_LEVELS).astype(np.int8)
    pool = tuple(number_text(number, decimals) for number in numbers.tolist())
    if apart.any():
        others, place = np.unique(flat[apart], return_inverse=True)
        index = index.ravel()
        index[apart] = len(pool) + place.ravel()
        sign = np.sign(np.where(np.isfinite(others), others, 0)).astype(np.int8)
        pool += tuple(number_text(other, decimals) for other in others.tolist())
        level, pixel = np.append(level, sign * LEVELS), np.append(pixel, np.maximum(sign, 0) * PIXEL_LEVELS)
    return Texts(pool, index.reshape(np.shape(values)), level, pixel, largest)


CODE = re.compile(r"\S*_|\w+\.\w")


def sentence(text: object) -> str:
    """Return the text of an error as a sentence: a capital letter, a full stop at the end, negative numbers with −.

    A name of code in front (kernel_size, nn.Conv2d), typed text in quotes, and settings in the form of code
    (padding=-1) stay as they are.
    """
    said = NEGATIVE.sub(MINUS, str(text))
    begin = said[:1] if CODE.match(said) else said[:1].upper()
    return begin + said[1:] + ("" if said.endswith((".", "!", "?")) else ".")


def shown(text: str) -> str:
    """Return a piece of someone's text as a sentence may quote it: short, one line, no markup."""
    short = text if len(text) <= 24 else text[:23] + "…"
    short = re.sub(r"\.(?=\D)", "·", short)
    return '"' + re.sub(r"[^0-9A-Za-z+\-−.,; …]", "·", short) + '"'


def channel_names(channels: int) -> tuple[str, ...]:
    """Return what the channels of a picture are called: R, G, B for three, else c0, c1, …"""
    if channels == 3:
        return ("R", "G", "B")
    return tuple(f"c{c}" for c in range(channels)) if channels > 1 else ("",)
