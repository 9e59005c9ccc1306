"""One question that a page asks about a state of its own, and how an answer to it is judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.slips.form import Blank, is_right
from engine.writing.display import number_text, typographic
from pages.states import numbers
from pages.states.edits import Malformed
from pages.states.sheet.writing import plain

Answer = float | str
MOST = 200  # signs of an answer that are looked at


@dataclass(frozen=True)
class Try:
    """One thing to try: a question about the state of a link.

    query: the link's. right(state) → the answer, worked out from the state that the link opens: a number, or one of
    `choices`. look: where to look, for who answered something else. why: what is said with the right answer, or
    why(state). choices: two to four texts; none where a number is asked for, which is shown with up to so many
    `decimals`.
    """

    question: str
    query: Mapping[str, str]
    right: Callable[[Any], Answer]
    look: str
    why: str | Callable[[Any], str]
    choices: tuple[str, ...] = ()
    decimals: int = 2

    def blank(self, state: Any) -> Blank:
        """Return what is to be said: a number as it is where so many decimals write it exactly, else rounded."""
        blank = Blank(self.question, self.right(state), self.look)
        if isinstance(blank.answer, str) or is_right(blank, round(blank.answer, self.decimals)):
            return blank
        return replace(blank, decimals=self.decimals)

    def written(self, blank: Blank) -> str:
        """Return the answer as a text; a rounded one keeps its zeros at the end."""
        right = blank.answer
        if isinstance(right, str):
            return right
        exact = blank.decimals is None
        return number_text(float(right), self.decimals) if exact else typographic(f"{right:.{self.decimals}f}")

    def reason(self, state: Any) -> str:
        return self.why(state) if callable(self.why) else self.why


@dataclass(frozen=True)
class Verdict:
    """What is said to an answer. right: None where the answer was asked for, or could not be read."""

    right: bool | None
    text: str
    answer: str = ""


def judged(one: Try, state: Any, given: Mapping[str, Any]) -> Verdict:
    """Return what is said to an answer, {"text": …} or {"show": true}, to a question about the state of its link.

    Raises Malformed where it has not that form.
    """
    if not isinstance(given, Mapping) or not ("text" in given or given.get("show")):
        raise Malformed("the answer has not the form of one")
    blank = one.blank(state)
    shown = one.written(blank)
    if given.get("show"):
        return Verdict(None, f"**{shown}** {one.reason(state)}", shown)
    text = str(given["text"]).strip()[:MOST]
    try:
        meant = [text] if one.choices else map(float, numbers.readings(text))
    except ValueError as error:
        return Verdict(None, plain(str(error)))
    if any(is_right(blank, value) for value in meant):
        return Verdict(True, f"**Right: {shown}.** {one.reason(state)}", shown)
    return Verdict(False, f"**Not that.** {one.look}")
