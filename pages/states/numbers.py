"""Reading a number that somebody typed."""

import re
import sys
from fractions import Fraction

from engine.writing import typed
from pages.states.codec import MAX_DECIMALS, MAX_VALUE, shown

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
QUOTES = "\"'“”„«» "
_MOST_NAMED = 3


def number(text: str, place: str) -> float:
    """Return the number that `text` writes, as `read` does, and refuse more than six decimals."""
    value = read(text, place)
    if round(value, MAX_DECIMALS) != value:
        raise ValueError(f"{place} is {shown(text)}: numbers with up to {MAX_DECIMALS} decimals can be used.")
    return value


def read(text: str, place: str, most: float = MAX_VALUE) -> float:
    """Return the number that `text` writes; `place` says where it stands ("input R, row 0, column 2").

    A minus may be a dash, as text programs write it; thousands may stand apart by an apostrophe or a space. Raises
    ValueError with a sentence for an empty text, words, NaN, infinity, a decimal comma and values above `most` in
    size; it names the sign that is at fault.
    """
    text = typed.number(text)
    if not text:
        raise ValueError(empty([place]))
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text):
        raise ValueError(f"{place} is {shown(text)}: write decimals with a point, {text.replace(',', '.')}.")
    if re.fullmatch(r"[+-]?(nan|inf|infinity)", text, re.IGNORECASE):
        raise ValueError(f"{place} is {shown(text)}: only finite numbers can be used.")
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{place} is {shown(text)}, which is not a number{_at_fault(text)}.")
    value = float(text)
    if not abs(value) <= most:
        kept = f"numbers up to {most:,} in size can be used" if most == MAX_VALUE else "that is too large a number"
        raise ValueError(f"{place} is {shown(text)}: {kept}.")
    return value + 0.0


def empty(places: list[str]) -> str:
    """Return the sentence about cells that are empty."""
    named = places[:_MOST_NAMED]
    more = len(places) - len(named)
    if len(places) == 1:
        return f"{named[0]} is empty: type a number, such as 0."
    listed = "; ".join(named) + (f"; and {more} more" if more else "")
    return f"{len(places)} cells are empty ({listed}): type a number in each, such as 0."


def _at_fault(text: str) -> str:
    if text.endswith("...") or "…" in text:
        return ": the three dots stand for numbers that were left out when it was printed"
    named = typed.at_fault(text)
    return f": it has {named}" if named else ""


def readings(text: str) -> list[Fraction]:
    """Return the numbers that a text may mean: 4, 4.0, 4,0, 1/3, −.5, 3e-2; with 7,600 both 7.6 and 7600.

    Quotation marks around it mean nothing. Raises ValueError with a sentence where it is no number, or too
    large for one.
    """
    above, slash, below = typed.plain(text).strip().strip(QUOTES).partition("/")
    if not slash:
        return _both_commas(above)
    parts = _both_commas(above), _both_commas(below)
    if 0 in parts[1]:
        raise ValueError(f"Your answer is {shown(text)}: nothing can be divided by 0.")
    made = [one / other for one in parts[0] for other in parts[1]]
    if any(abs(one) > sys.float_info.max for one in made):
        raise ValueError(f"Your answer is {shown(text)}: that is too large a number.")
    return made


def _both_commas(text: str) -> list[Fraction]:
    """Return what one number means where a comma stands before its decimals, and where it parts its thousands."""
    text = typed.number(text)
    texts = [text]
    if re.fullmatch(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]{1,3})?", text):
        texts = [text.replace(",", ".")]
    if (apart := typed.number(text, apart=",")) != text:
        texts.append(apart)
    for one in texts:
        read(one, "Your answer", most=sys.float_info.max)
    return [Fraction(one) for one in texts]
