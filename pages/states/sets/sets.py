"""A set as a teacher makes it: kinds, count, level, numbers; and how the class gets it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from engine.exercises import KINDS, TOPICS
from engine.sets import LEVELS, MOST, MOST_SEED, ExerciseSet, letters
from pages.states import knobs
from pages.states.knobs import Knob, Refusal, either
from pages.states.link import Link, folder_of, write
from pages.states.sets import take
from pages.states.sets.fields import LARGE, SET, said
from pages.states.sets.words import ENGLISH
from pages.states.share.menu import qr
from pages.states.sheet import Sheet
from pages.states.sheet.writing import plain
from pages.states.view import View, menus

FIRST = ExerciseSet(("conv-number", "max-pool", "neuron"), count=6, level=3)
OWN, SAME = "own numbers for each", "the same numbers for all"
LOCAL = ("localhost", "127.0.0.1", "::1", "0.0.0.0")
HONEST = (
    "It is for an honest classroom: a result's check sum finds mistakes of copying, not cheating. Whoever wants to can "
    "answer in another's name, or change what a browser keeps. Nothing is stored on the server: the set is in its "
    "link, and results are texts that learners send you."
)


@dataclass(frozen=True)
class SetsState:
    """set: the one that is made; large: whether its QR code fills the page; refused: a turn that could not be done."""

    set: ExerciseSet = FIRST
    large: bool = False
    refused: Refusal | None = None

    def query(self) -> dict[str, str]:
        return write((SET, self.set), (LARGE, "large" if self.large else None))

    def with_step(self, step: int) -> "SetsState":
        """Return the state: nothing in it has steps."""
        return self

    @property
    def knobs(self) -> list[Knob]:
        one = self.set
        least = len(one.kinds)
        levels = {f"{level}: {name}": level for level, name in LEVELS.items()}
        return [
            Knob("count", "exercises", "number", one.count, f"{least} to {MOST}: each kind comes up, in turn",
                 lambda count: self.changed(count=count), least, MOST),
            either("level", "level", levels, one.level, "What is blank, and what is given",
                   lambda level: self.changed(level=level)),
            either("own", "numbers", {OWN: True, SAME: False}, one.own,
                   "Own numbers: they follow from the learner's name or number", lambda own: self.changed(own=own)),
            Knob("seed", "seed", "number", one.seed, "Another seed gives other numbers",
                 lambda seed: self.changed(seed=seed), 0, MOST_SEED),
        ]  # fmt: skip

    @property
    def topics(self) -> list[Knob]:
        """A knob for each topic, with its kinds."""
        return [self._topic(topic) for topic in TOPICS]

    def _topic(self, topic: str) -> Knob:
        kinds = {kind.title: name for name, kind in KINDS.items() if kind.topic == topic}
        on = [title for title, name in kinds.items() if name in self.set.kinds]
        return Knob(topic, topic, "several", on, "Kinds of exercises, in or out", partial(self._toggled, kinds),
                    choices=tuple(kinds), wide=True)  # fmt: skip

    def _toggled(self, kinds: Mapping[str, str], title: str) -> "SetsState":
        there, name = self.set.kinds, kinds[title]
        if there == (name,):
            raise ValueError("a set has at least one kind of exercise: take another one in first")
        chosen = {*there, name} - ({name} if name in there else set())
        ordered = tuple(kind for kind in KINDS if kind in chosen)
        if len(ordered) > MOST:
            raise ValueError(f"a set has at most {MOST} exercises, so at most {MOST} kinds: take one out first")
        return self.changed(kinds=ordered, count=max(self.set.count, len(ordered)))

    def changed(self, **fields: Any) -> "SetsState":
        return replace(self, set=self.set.changed(**fields), refused=None)


def read(query: Mapping[str, str], chosen: Any = None, *, traced: bool = True) -> tuple[SetsState, list[str]]:
    """Return the state of a link, and a sentence for each part of it that could not be read."""
    link = Link(query)
    return SetsState(link.take(SET, FIRST), link.take(LARGE) is not None), link.end()


def fill(page: Sheet, state: SetsState) -> None:
    """Put the set's knobs on the page, and beside them how the class gets it."""
    menus(page, state)
    if state.large:
        _invite(page, state)
        return
    left, right = page.columns((3, 2))
    left.knobs(state.knobs, "set", refused=state.refused)
    left.knobs(state.topics, "kinds", refused=state.refused)
    _invite(right, state)
    page.caption(HONEST)


def _invite(page: Sheet, state: SetsState) -> None:
    """Add the QR code, the link and the code of a set, and where to go on from here."""
    one = state.set
    address = f"{folder_of(page.address)}/set" if page.address else ""
    link = f"{address}?{urlencode({'set': one.code})}" if address else ""
    place = urlsplit(address)
    page.widget(
        "invite", "invite", qr=qr(link) if link else "", link=link, large=state.large,
        place=f"{place.netloc}{place.path}", code=letters.grouped(one.code), about=f"{said(one)}.", words=ENGLISH,
    )  # fmt: skip
    ways = page.row()
    ways.button("Back to the set" if state.large else "Show it large", "large", not state.large, main=not state.large)
    if not state.large:
        ways.link("Try it", {"set": one.code}, "set")
        ways.link("Check results", {"set": one.code}, "results")
        take.put(page, one)
    if place.hostname in LOCAL:
        page.notice(
            f"**{plain(place.netloc)} is this machine alone**: phones cannot open it. Start Stride by `make run "
            "ADDRESS=0.0.0.0` and open this page by the machine's own address, which the start prints as Network URL.",
            "warning",
        )


def turned(state: SetsState, edit: Mapping[str, Any]) -> SetsState:
    """Turn a knob; a turn that cannot be done is said below it."""
    try:
        return knobs.turn([*state.knobs, *state.topics], edit)
    except knobs.Refused as error:
        axis, text = edit.get("axis"), str(edit.get("text", ""))
        return replace(state, refused=Refusal(str(edit["knob"]), axis, text, str(error)))


def with_large(state: SetsState, large: bool) -> SetsState:
    return replace(state, large=bool(large))


def judged(state: SetsState, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file of the set: pages/states/sets/take.py."""
    return take.made(state.set, value)


VIEW = View(read, fill, {"edit": turned, "large": with_large}, pictured=False, judged=judged)
