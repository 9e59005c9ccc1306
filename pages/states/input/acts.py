"""What can be done on the Input page: its knobs, examples, typed numbers, parts of a large picture, own files."""

from collections.abc import Mapping
from dataclasses import replace

from engine.data import cifar10, pictures
from pages.states import knobs
from pages.states.edits import Malformed, Refused
from pages.states.input import state as states
from pages.states.input import typed
from pages.states.input.state import CIFAR10, EXAMPLES, NUMBERS, OWN, PATCH, InputState, Made
from pages.states.knobs import Knob, either
from pages.states.picture import PATH, Chosen, Spec, draw, from_numbers, from_own, picture_from_text

SCALES = {"0–9": "0-9", "0–1": "0-1", "0–255": "0-255"}
CHANNELS = {"grey": "grey", "RGB": "rgb"}
FIRST = Made(PATH.channels, PATH.size, PATH.scale)
SIDE = 32  # of CIFAR-10's pictures


def shown_knobs(state: InputState) -> list[Knob]:
    """Return the knobs: where pictures come from, how they become numbers, and what belongs to the panel."""
    panels = [EXAMPLES, NUMBERS, CIFAR10, *([OWN] if OWN in (state.source, state.shown_panel) else [])]
    made = [
        either(
            "panel", "take it from", {name: name for name in panels}, state.shown_panel,
            "Drawn examples, numbers that you type, or CIFAR-10.", lambda name: with_panel(state, name), spread=True,
        )
    ]  # fmt: skip
    if state.shown_panel != NUMBERS:
        made += _making(state)
    if state.shown_panel == CIFAR10 and cifar10.present():
        made += _cifar10(state)
    if state.is_large:
        made += _part(state)
    return made


def _making(state: InputState) -> list[Knob]:
    now = state.made or FIRST
    off = state.made is None

    def turned(**changes):
        return lambda value: remade(state, replace(now, **{name: value for name in changes}))

    return [
        Knob("size", "size", "number", now.size, "Pixels of the longer side.", turned(size=0), pictures.MIN_SIZE,
             pictures.MAX_SIZE, disabled=off),
        either("channels", "channels", CHANNELS, now.channels, "One grid of brightness, or red, green and blue.",
               turned(channels=0), spread=True, disabled=off),
        either("scale", "scale", SCALES, now.scale, "What a byte from 0 to 255 is written as.", turned(scale=0),
               spread=True, disabled=off),
    ]  # fmt: skip


def _part(state: InputState) -> list[Knob]:
    row, column = state.at
    height, width = state.shape[1:]
    return [
        Knob("row", "from row", "number", row, "The part whose numbers are shown.",
             lambda value: state.with_(row=value), 0, max(0, height - PATCH)),
        Knob("col", "from column", "number", column, "The part whose numbers are shown.",
             lambda value: state.with_(column=value), 0, max(0, width - PATCH)),
    ]  # fmt: skip


def _cifar10(state: InputState) -> list[Knob]:
    numbered = [spec.cifar10 for spec in state.specs if spec.cifar10]
    split, first = numbered[0] if numbered else ("test", 0)
    try:
        last = cifar10.count(split) - 1
    except ValueError:
        return []
    now = state.made or FIRST

    def taken(split: str, first: int, count: int) -> InputState:
        last = cifar10.count(split) - 1
        first = min(first, last)
        specs = [Spec(f"cifar10-{split}-{k}", now.channels, now.size, now.scale)
                 for k in range(first, min(first + count, last + 1))]  # fmt: skip
        return _drawn(state, specs)

    count = max(1, len(numbered))
    return [
        either("split", "set", {name: name for name in cifar10.SPLITS}, split, "Of CIFAR-10.",
               lambda name: taken(name, first, count), spread=True),
        Knob("index", "picture", "number", first, "The number of the first picture.",
             lambda value: taken(split, value, count), 0, last),
        Knob("count", "how many", "number", count, "Pictures in the batch.", lambda value: taken(split, first, value),
             1, states.MAX_BATCH),
    ]  # fmt: skip


def _drawn(state: InputState, specs: list[Spec]) -> InputState:
    return state.with_batch([draw(spec) for spec in specs])


def with_panel(state: InputState, name: str) -> InputState:
    """Return the state with another panel; the pictures stay, until one is taken there."""
    return state.with_(panel="" if name == state.source else name)


def remade(state: InputState, made: Made) -> InputState:
    """Return the pictures made anew. Raises ValueError where they cannot be."""
    if state.specs:
        batch = [draw(replace(spec, channels=made.channels, size=made.size, scale=made.scale)) for spec in state.specs]
    elif state.made:
        batch = [from_own(state.chosen.own, made.channels, made.size, made.scale, state.chosen.title)]
    else:
        raise ValueError("These numbers were typed: they have no size, channels or scale to choose.")
    return replace(state.with_batch(batch), panel=state.panel)


# Acts


def turned(state: InputState, edit: Mapping) -> InputState:
    """Turn a knob."""
    try:
        return knobs.turn(shown_knobs(state), edit)
    except Refused as error:
        refusal = knobs.Refusal(str(edit["knob"]), None, str(edit.get("text", "")), str(error))
        return state.with_(refused=refusal)


def example(state: InputState, name: str) -> InputState:
    """Take an example, or, where there are several pictures, take it into the batch or out of it."""
    if name not in pictures.EXAMPLES:
        raise Malformed(f"there is no example {name!r}")
    now = state.made or FIRST
    drawn = [spec.name for spec in state.specs if not spec.cifar10]
    if len(state.batch) == 1 or not drawn:
        names = [name]
    elif name in drawn:
        names = [one for one in drawn if one != name] or drawn
    else:
        names = [*drawn, name]
        if len(names) > states.MAX_BATCH:
            raise ValueError(f"a batch has at most {states.MAX_BATCH} pictures here")
    return _drawn(state, [Spec(one, now.channels, now.size, now.scale) for one in names])


def batch(state: InputState, on: bool) -> InputState:
    """Put a second example beside the first, or keep the picture on show alone."""
    if not on or len(state.batch) > 1:
        return replace(state, batch=(state.chosen,), n=0)
    if not state.specs or state.specs[0].cifar10:
        raise ValueError("A batch of examples begins with an example: choose one.")
    first = state.specs[0]
    second = next(name for name in pictures.EXAMPLES if name != first.name)
    return _drawn(state, [first, replace(first, name=second)])


def shown(state: InputState, n: int) -> InputState:
    """Show another picture of the batch; it is the one that goes on to the next page."""
    if not 0 <= int(n) < len(state.batch):
        raise ValueError(f"the batch has no picture {n}")
    return replace(state.with_(), n=int(n))


def part(state: InputState, at: Mapping) -> InputState:
    """Show the part of a large picture around a pixel."""
    lasts = [max(0, side - PATCH) for side in state.shape[1:]]
    row, column = (
        min(max(int(at[name]) - PATCH // 2, 0), last) for name, last in zip(("row", "column"), lasts, strict=True)
    )
    return state.with_(row=row, column=column)


def numbers(state: InputState, text: str) -> InputState | tuple[InputState, str]:
    """Take numbers as they were typed; what cannot be read stays to be put right."""
    if not isinstance(text, str):
        raise Malformed("what is typed is a text")
    try:
        values, notes = typed.parse(text)
    except ValueError as error:
        return state.with_(typed=text, problem=str(error))
    after = state.with_batch([from_numbers(values)])
    return (after, " ".join(notes))


def own(state: InputState, note: str) -> tuple[InputState, str]:
    """Take the picture that the learner's session holds, made into numbers as the present one is."""
    offered = state.offered
    if offered is None or offered.own is None:
        raise ValueError("the picture is not in this session any more: choose it again")
    now = state.made or FIRST
    taken = from_own(offered.own, now.channels, now.size, now.scale, offered.title)
    return state.with_batch([taken]), str(note)[:500]


def files(state: InputState, given: Mapping) -> tuple[InputState, str]:
    """Take several files' pictures, {"texts": their texts in a link, "note": what was done to them}, as one batch."""
    texts = [str(text) for text in given["texts"]][: states.MAX_BATCH]
    while sum(map(len, texts)) > states.MAX_LINK:
        texts.pop()
    batch: list[Chosen] = [picture_from_text(text) for text in texts]
    stacked, left_out = states.stackable(batch)
    if not stacked:
        raise ValueError("no link can hold these pictures: choose a smaller size first, or one file")
    fewer = len(given["texts"]) - len(texts)
    cut = [f"The last {fewer} are left out: no link could hold all."] if fewer else []
    return state.with_batch(stacked), " ".join([*cut, *left_out, str(given.get("note", ""))[:500]]).strip()


ACTS = {
    "edit": turned, "example": example, "batch": batch, "picture": shown, "part": part, "import": numbers, "own": own,
    "files": files,
}  # fmt: skip
