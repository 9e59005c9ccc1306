"""Knobs as data: what the player's component draws beside the boards, and what a turn of one means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.writing.display import number_text, sentence
from engine.writing.setting import Setting
from pages.states.edits import Malformed, Refused

AXES = (" down", " across")
DECIMALS = 8


@dataclass(frozen=True)
class Knob:
    """One knob.

    turn(value) → the state after a turn; ValueError where that cannot be. kind: "number"; "pair" (one number for both
    axes, or one for each where the learner splits them; `value`, `minimum` and `maximum` have two entries, `both` is
    the (least, most) that both axes take together, `apart` keeps them split); "choice" of `choices`; "toggle";
    "fill": one of `choices` is put into one of `targets`, and the value is (choice, target); "scale": one of `choices`,
    in order, on a slider; "several": some of `choices`, and turn(choice) takes one in or out; "text": what is typed.
    spread: all texts of a choice stand side by side.
    labels: the names of a pair's two halves. words: texts that it takes beside numbers. wide: takes a whole line.
    step: what a press on + or − changes. changed: its value is not the one to begin with, and stands out. more: it
    stands behind “More” at first. plain: what it is in everyday words, beside its name.
    """

    name: str
    label: str
    kind: Literal["number", "pair", "choice", "toggle", "fill", "scale", "several", "text"]
    value: Any
    help: str
    turn: Callable[[Any], Any]
    minimum: Any = None
    maximum: Any = None
    step: float = 1
    both: tuple[float, float] | None = None
    apart: bool = False
    labels: tuple[str, str] | None = None
    choices: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    placeholder: str = ""
    disabled: bool = False
    wide: bool = False
    spread: bool = False
    changed: bool = False
    more: bool = False
    plain: str = ""

    @property
    def halves(self) -> tuple[str, str]:
        """The names of a pair's two halves."""
        return self.labels or (self.label + AXES[0], self.label + AXES[1])

    def drawn(self) -> dict:
        """Return the knob for the browser: every number as a text."""
        drawn = {name: value for name, value in vars(self).items() if name != "turn"}
        for name in ("value", "minimum", "maximum", "both"):
            drawn[name] = _written(drawn[name])
        if self.kind == "pair":
            drawn["labels"] = list(self.halves)
        return drawn


@dataclass(frozen=True)
class Refusal:
    """A refused turn: its knob, its axis (None where it was both), what was typed, and why it cannot be."""

    knob: str
    axis: int | None
    text: str
    sentence: str


def _written(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_written(one) for one in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return number_text(float(value), DECIMALS)


def either(
    name: str, label: str, values: Mapping[str, Any], present: Any, help: str, turn: Callable[[Any], Any], **how: Any
) -> Knob:
    """Return the choice between values by their texts: turn(value). how: what else the knob has."""
    text = next((text for text, value in values.items() if value == present), "")
    return Knob(name, label, "choice", text, help, lambda text: turn(values[text]), choices=tuple(values), **how)


def limits(present: int, least: int, most: int, fits: Callable[[int], bool]) -> tuple[int, int]:
    """Return the smallest and largest value around the present one that `fits`, between least and most."""
    low = high = present
    while low > least and fits(low - 1):
        low -= 1
    while high < most and fits(high + 1):
        high += 1
    return low, high


def same_size(layer: Any, with_settings: Callable[..., Any]) -> Knob:
    """Return the switch of padding="same"; with_settings(padding=…) → the state with it."""
    same = layer.padding == "same"
    help = 'padding="same" keeps the size, and needs stride 1.'
    off = not same and layer.strides != (1, 1)

    def turn(on: bool) -> Any:
        return with_settings(padding="same" if on else 0)

    return Knob("same", "same size", "toggle", same, help, turn, disabled=off)


def turn(knobs: list[Knob], edit: Mapping) -> Any:
    """Return the state after a turn of the knob `edit["knob"]`.

    edit: `by` (presses on + or −) or `text`; `axis` (0 or 1) for one half of a pair, None for both; a fill's `target`.
    Raises Refused with a sentence where the knob cannot be turned so, Malformed for another form or no such knob.
    """
    try:
        knob = next(knob for knob in knobs if knob.name == edit["knob"])
        value = _value(knob, edit)
    except StopIteration:
        raise Malformed(f"there is no knob {edit['knob']!r}") from None
    except (KeyError, TypeError, OverflowError) as error:
        raise Malformed(f"the turn of {edit['knob']} has not the form of one: {error!r}") from error
    try:
        return knob.turn(value)
    except ValueError as error:
        raise Refused(sentence(error)) from error


def _value(knob: Knob, edit: Mapping) -> Any:
    """Return the value that a turn gives a knob: a number, (rows, columns), a choice's text, or True or False."""
    if knob.kind == "toggle":
        return str(edit["text"]) == "1"
    if knob.kind == "text":
        return str(edit["text"])
    if knob.kind in ("choice", "fill", "scale", "several"):
        text = str(edit["text"])
        if text not in knob.choices:
            text = _read(Setting(knob.label, "choice", choices=knob.choices), text)
        return (text, str(edit.get("target"))) if knob.kind == "fill" else text
    if knob.kind == "number":
        return _number(knob, edit, knob.label, knob.value, knob.minimum, knob.maximum)
    axis = edit.get("axis")
    if axis is None:
        new = _number(knob, edit, knob.label, knob.value[0], *knob.both)
        return new if new in knob.words else (new, new)
    axis = 1 if axis else 0
    new = _number(knob, edit, knob.halves[axis], knob.value[axis], knob.minimum[axis], knob.maximum[axis])
    if new in knob.words:
        raise Refused(f"{knob.label} is {new!r} on both axes or on none: type a number.")
    return (new, knob.value[1]) if axis == 0 else (knob.value[0], new)


def _number(knob: Knob, edit: Mapping, label: str, present: float, least: float, most: float) -> float:
    whole = isinstance(knob.step, int)
    if "by" in edit:
        new = min(max(present + int(edit["by"]) * knob.step, least), most)
        return int(new) if whole else round(new, 6)
    setting = Setting(label, "int" if whole else "float", minimum=least, maximum=most, words=knob.words)
    return _read(setting, str(edit["text"]))


def _read(setting: Setting, text: str) -> Any:
    try:
        return setting.read(text)
    except ValueError as error:
        raise Refused(sentence(error)) from error
