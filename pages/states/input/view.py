"""The Input page as every host sees it: a picture, its numbers, and where they come from."""

from functools import cache

from engine.data import cifar10, pictures
from engine.facts.examples import seven
from pages.states import path
from pages.states.fields import PICTURE
from pages.states.input import acts, drawing, typed
from pages.states.input import code as picture_code
from pages.states.input.state import CIFAR10, EXAMPLES, NUMBERS, InputState, read, unlinked
from pages.states.picture import PATH, Chosen, likely_full
from pages.states.sheet import Sheet
from pages.states.sheet.png import picture_address
from pages.states.view import View, menus

SCALES = {
    "0-255": "0–255: one byte a channel, 0 is black and 255 full brightness.",
    "0-1": "0–1: byte ÷ 255, rounded to two decimals, so that the sums on later pages close exactly.",
    "0-9": "0–9: byte × 9 ÷ 255, rounded: small numbers, for sums by hand.",
}
TYPED = "Numbers as they were typed. "
HOW = (
    "Type, or paste a block from a spreadsheet, a list from Python, a tensor from PyTorch, or a matrix of MATLAB or "
    "LaTeX. Numbers stand apart by spaces, commas or tabs; decimals have a point; an empty line starts the next "
    f"channel. Up to {typed.MAX_CHANNELS} channels of {typed.MAX_SIDE} × {typed.MAX_SIDE}."
)
THUMBNAIL = 28


def fill(page: Sheet, state: InputState) -> None:
    """Put the choice of a picture, the picture, its numbers and its code on the page."""
    menus(page, state)
    path.onward(page, "input", convolved(state.chosen.text, state.shape[0]), "this picture")
    stage, beside = page.columns([37, 13])
    stage.widget("tensor", "tensor", **drawing.widget(state))
    stage.caption(" ".join(filter(None, [scale_sentence(state.chosen, state.full), unlinked(state)])))
    beside.html(drawing.shape(len(state.batch), *state.shape))
    beside.knobs(acts.shown_knobs(state), "making", refused=state.refused)
    _panel(beside, state)
    page.fold("code", "The same in PyTorch", lambda inner: inner.code(_code(state)))


def convolved(text: str | None, channels: int) -> dict[str, str]:
    """Return the query that opens a picture on the Convolution page, as a picture at first.

    A grey one meets the path's own filter.
    """
    if text is None:
        return {}
    own = {"example": seven.KEY} if channels == 1 else {}
    return {**own, **({} if text == PATH.text else {"x": text}), "view": PICTURE}


def _code(state: InputState) -> str:
    made, mine = state.made, state.chosen.own
    file = (made.size, made.channels, mine.cut) if made and mine and not state.specs else None
    return picture_code.code(list(state.batch), file)


def _panel(page: Sheet, state: InputState) -> None:
    """Put what belongs to the panel on show: examples, a field for numbers, and the pictures of a batch."""
    if state.shown_panel == EXAMPLES:
        _examples(page, state)
    elif state.shown_panel == NUMBERS:
        page.widget("paste", "numbers", **_field(state))
    elif state.shown_panel == CIFAR10 and not cifar10.present():
        page.caption(f"CIFAR-10 is not on this machine. Stride looks for it in `{cifar10.folder()}`.")
    if len(state.batch) > 1:
        page.widget("picks", "batch", label="the picture on show, which the other pages use", act="picture", picks=[
            {"text": f"x[{k}] {one.title}", "png": _thumbnail(one), "on": k == state.n, "value": k}
            for k, one in enumerate(state.batch)
        ])  # fmt: skip


def _examples(page: Sheet, state: InputState) -> None:
    drawn = [spec.name for spec in state.specs if not spec.cifar10]
    page.widget("picks", "examples", label="examples", act="example", picks=[
        {"text": name, "png": thumbnail(name), "on": name in drawn, "value": name} for name in pictures.EXAMPLES
    ])  # fmt: skip
    several = len(state.batch) > 1
    help = "Several pictures at once, as networks are fed: N counts them."
    page.button("One picture" if several else "A batch", "batch", not several, help=help)


def _field(state: InputState) -> dict:
    text = state.typed or (typed.to_text(state.chosen.values) if state.is_typeable else "")
    return {
        "label": "Numbers, one row a line", "button": "Take these numbers", "example": "1 0 -1\n2 0 -2\n1 0 -1",
        "most": 60_000, "text": text, "help": HOW, "problem": state.problem, "refused": bool(state.problem),
    }  # fmt: skip


def _thumbnail(chosen: Chosen) -> str:
    pixels = drawing.picture(chosen.values, chosen.full_scale or likely_full(chosen.values))
    return picture_address(pixels, THUMBNAIL) if pixels is not None else ""


@cache
def thumbnail(name: str) -> str:
    """Return the small picture of an example, as an address."""
    return picture_address(pictures.example(name, THUMBNAIL), THUMBNAIL)


def scale_sentence(chosen: Chosen, full: float | None) -> str:
    """Return what the numbers mean."""
    if chosen.scale is not None:
        return SCALES[chosen.scale]
    if chosen.values.min() < 0:
        return TYPED + "Negative cells are orange, positive blue; the lowest number is drawn black."
    return TYPED + f"Drawn with 0 as black and {full or chosen.values.max():g} as full brightness."


VIEW = View(
    read, fill, acts.ACTS, stays=("edit", "example", "batch", "picture", "part", "import"), passing=(), pictured=False,
    shares=True, repeated=("x",),
)  # fmt: skip
