"""Reading a number that somebody typed."""

import re

from pages.states.codec import MAX_DECIMALS, MAX_VALUE, shown

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


def number(text: str, place: str) -> float:
    """Return the number that `text` writes, as `read` does, and refuse more than six decimals."""
    value = read(text, place)
    if round(value, MAX_DECIMALS) != value:
        raise ValueError(f"{place} is {shown(text)}: numbers with up to {MAX_DECIMALS} decimals can be used.")
    return value


def read(text: str, place: str) -> float:
    """Return the number that `text` writes; `place` says where it stands ("input R, row 0, column 2").

    Raises ValueError with a sentence for an empty text, words, NaN, infinity, a decimal comma and values above
    1,000,000 in size.
    """
    text = text.strip().replace("−", "-")
    if not text:
        raise ValueError(f"{place} is empty: type a number, such as 0.")
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text):
        raise ValueError(f"{place} is {shown(text)}: write decimals with a point, {text.replace(',', '.')}.")
    if re.fullmatch(r"[+-]?(nan|inf|infinity)", text, re.IGNORECASE):
        raise ValueError(f"{place} is {shown(text)}: only finite numbers can be used.")
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{place} is {shown(text)}, which is not a number.")
    value = float(text)
    if not abs(value) <= MAX_VALUE:
        raise ValueError(f"{place} is {shown(text)}: numbers up to {MAX_VALUE:,} in size can be used.")
    return value + 0.0
