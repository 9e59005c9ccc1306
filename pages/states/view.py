"""A page as every host sees it: how its link is read, what stands on it, and what can be done to it."""

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.trace.formula import numbers_formula
from engine.trace.payload import payload
from pages.states import guess
from pages.states.knobs import Knob
from pages.states.share import menu
from pages.states.sheet import Sheet

Act = Callable[[Any, Any], Any]
TRY, TRIED = "try", "answer"  # the key of every page's link that opens a question, and the act that answers it


@dataclass(frozen=True)
class File:
    """A file that is made when it is asked for."""

    name: str
    type: str
    content: bytes

    def told(self) -> dict[str, str]:
        """Return it as it goes to the browser."""
        return {"name": self.name, "type": self.type, "base64": base64.b64encode(self.content).decode()}


@dataclass(frozen=True)
class Elsewhere:
    """Where an act leads: a state of the page at another address, such as "forward"."""

    page: str
    query: Mapping[str, str]


def edited(state: Any, edit: Mapping) -> Any:
    return state.with_edit(edit)


def stepped(state: Any, step: int) -> Any:
    if int(step) < 0:
        raise ValueError(f"there is no step {step}")
    return state.with_step(int(step))


def led(state: Any, lead: Mapping) -> Any:
    return state.with_lead(str(lead["board"]), int(lead["flat"]))


@dataclass(frozen=True)
class View:
    """One page.

    read(query, chosen picture, traced=…) → state, problems; fill(sheet, state) puts on the sheet all that the state
    shows. acts: what can be done, by name: act(state, value) → the state after it, or that and a sentence, or
    Elsewhere. Those in `stays` leave the player where it is; after any other it goes to the state's own step. The
    browser's Back leads to the state before an act, but not before those in `passing`. asks: what is asked for when a
    button is pressed, by name: ask(state) → a Sheet or a File. files: the same for files that name the place where
    their reader has the page: file(state, address) → a File, or a sentence why there is none. A state has query().
    frame(state): which of the page's heads and feet belongs to it, where there are several. pictured: whether the page
    can show the picture that all pages share, so that another one makes it begin anew. shares: the picture on show
    becomes that one. repeated: keys that older links hold several times, once for each value. predicts:
    whether the link says what is left blank in the page's player.
    """

    read: Callable[..., tuple[Any, list[str]]]
    fill: Callable[[Sheet, Any], None]
    acts: Mapping[str, Act] = field(default_factory=dict)
    stays: tuple[str, ...] = ("edit", "step")
    passing: tuple[str, ...] = ("step",)
    asks: Mapping[str, Callable[[Any], Sheet | File]] = field(default_factory=dict)
    files: Mapping[str, Callable[[Any, str], File | str]] = field(default_factory=dict)
    frame: Callable[[Any], str] = lambda state: ""
    pictured: bool = True
    shares: bool = False
    repeated: tuple[str, ...] = ()
    judged: Callable[[Any, Any], dict[str, Any]] = guess.judged
    predicts: bool = False


PLAYED: Mapping[str, Act] = {"edit": edited, "step": stepped, "go": stepped}


def menus(page: Sheet, state: Any) -> Sheet:
    """Put undo, redo, reset and the menu of a state without a player into its page's head, and return the menu."""
    return menu.put(page, state, files={})


def formula(page: Sheet, state: Any) -> None:
    """Add a state's formula, and its present step's with the numbers, which a question may hide."""
    if state.trace.formula:
        page.math(state.trace.formula)
    page.math(numbers_formula(state.trace, state.shown_step))
    page.gives("step")


def player(
    page: Sheet,
    state: Any,
    *,
    height: int,
    knobs: Iterable[Knob] | None = None,
    leads: Mapping[str, str] | None = None,
    picture: Mapping[str, str] | None = None,
    taken: bool = True,
) -> None:
    """Put the player of a state on its page, and what can be taken along from it into the page's head.

    height: of its boards, in pixels. knobs: drawn beside it. leads: for each board whose cells lead to where their
    numbers come from, the label of that way (act "lead"). picture: where the boards are offered as pictures too, which
    `view` is on show, and a `note` on what is seen (act "view"). taken: whether it can be taken along.
    """
    trace = payload(state.trace, page.scales)
    page.widget(
        "player", "player", step=state.shown_step, height=height, leads=dict(leads or {}), picture=picture,
        knobs=None if knobs is None else [knob.drawn() for knob in knobs],
        **({} if trace["id"] in page.has else {"trace": trace}), **({"predict": page.predict} if taken else {}),
    )  # fmt: skip
    if taken:
        menu.put(page, state)
