"""Knobs as data: what the player's component draws beside the boards, and what a turn of one means."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from engine.writing.display import number_text
from pages.states.codec import shown
from pages.states.edits import Refused

_NUMBER = re.compile(r"[+-]?([0-9]{1,7}(\.[0-9]{0,6})?|\.[0-9]{1,6})(e-[0-9]{1,2})?")
AXES = (" down", " across")
DECIMALS = 8


@dataclass(frozen=True)
class Knob:
    """One knob.

    kind: "number"; "pair" (one number for both axes, or one for each where the learner splits them; `value`,
    `minimum` and `maximum` have two entries, `both` is the (least, most) that both axes take together, `apart`
    keeps them split); "choice" of `choices`; "toggle"; "fill": one of `choices` is put into one of `targets`.
    labels: the names of a pair's two halves. wide: takes a whole line. step: what a press on + or − changes.
    """

    name: str
    label: str
    kind: Literal["number", "pair", "choice", "toggle", "fill"]
    value: Any = None
    help: str = ""
    minimum: Any = None
    maximum: Any = None
    step: float = 1
    both: tuple[float, float] | None = None
    apart: bool = False
    labels: tuple[str, str] | None = None
    choices: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    placeholder: str = ""
    disabled: bool = False
    wide: bool = False

    def drawn(self) -> dict:
        """Return the knob for the browser: every number as a text."""
        made = asdict(self)
        for name in ("value", "minimum", "maximum", "both"):
            made[name] = _written(made[name])
        if self.kind == "pair":
            made["labels"] = list(self.labels or (self.label + AXES[0], self.label + AXES[1]))
        return made


def _written(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_written(one) for one in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return number_text(float(value), DECIMALS)


def limits(present: int, least: int, most: int, fits: Callable[[int], bool]) -> tuple[int, int]:
    """Return the smallest and largest value around the present one that `fits`, between least and most."""
    low = high = present
    while low > least and fits(low - 1):
        low -= 1
    while high < most and fits(high + 1):
        high += 1
    return low, high


def turned(knob: Knob, turn: Mapping) -> Any:
    """Return the value that a turn gives a knob: a number, (rows, columns), a choice's text, or True or False.

    turn: `by` (presses on + or −) or `text`; `axis` (0 or 1) for one half of a pair, None for both. Raises Refused
    with a sentence where the text is no number or lies outside the knob's limits, ValueError for a turn of another
    form.
    """
    try:
        return _turned(knob, turn)
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"the turn of {knob.name} has not the form of one: {error!r}") from error


def _turned(knob: Knob, turn: Mapping) -> Any:
    if knob.kind == "toggle":
        return str(turn["text"]) == "1"
    if knob.kind in ("choice", "fill"):
        text = str(turn["text"])
        if text not in knob.choices:
            raise Refused(f"{knob.label} {shown(text)} is none of {', '.join(knob.choices)}.")
        return text
    if knob.kind == "number":
        return _number(knob, turn, knob.label, knob.value, knob.minimum, knob.maximum)
    axis = turn.get("axis")
    if axis is None:
        new = _number(knob, turn, knob.label, knob.value[0], *knob.both)
        return new, new
    axis = 1 if axis else 0
    labels = knob.labels or (knob.label + AXES[0], knob.label + AXES[1])
    new = _number(knob, turn, labels[axis], knob.value[axis], knob.minimum[axis], knob.maximum[axis])
    return (new, knob.value[1]) if axis == 0 else (knob.value[0], new)


def _number(knob: Knob, turn: Mapping, label: str, present: float, least: float, most: float) -> float:
    whole = isinstance(knob.step, int)
    if "by" in turn:
        new = present + int(turn["by"]) * knob.step
        new = min(max(new, least), most)
        return int(new) if whole else round(new, 6)
    text = str(turn["text"]).strip().replace("−", "-")
    if not _NUMBER.fullmatch(text):
        raise Refused(f"{label} is {shown(text)}, which is not a number.")
    new = float(text)
    if whole and new != int(new):
        raise Refused(f"{label} is {shown(text)}, which is not a whole number.")
    if not least <= new <= most:
        raise Refused(f"{label} {new:g} is out of reach here: it goes from {least:g} to {most:g}.")
    return int(new) if whole else new
