"""All that a lesson shows between its question and the things to try, in the order that all lessons share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.network.code import layer_code
from engine.trace.formula import numbers_formula
from pages.states.codec import shown
from pages.states.lesson import along
from pages.states.lesson.state import LessonState
from pages.states.sheet import Sheet, parts
from pages.states.view import player

HEIGHT = 455
Section = Callable[[Sheet, LessonState], None]


@dataclass(frozen=True)
class Sections:
    """What only one lesson has: above and below its player, at its end, and the engine's code beside the layer's class.

    height: the player's, in pixels.
    """

    below: Section | None = None
    above: Section | None = None
    end: Section | None = None
    source: Callable[[LessonState], Iterable[Callable | type]] = lambda state: ()
    height: int = HEIGHT


def fill(page: Sheet, state: LessonState, sections: Sections) -> None:
    """Put a lesson on its page: player and knobs, its own sections, formula, shapes, check, definition, source."""
    if sections.above:
        sections.above(page, state)
    pictured = None if page.predict else state.pictured  # what is left blank is a number, made of numbers
    player(page, state, height=sections.height, knobs=state.knobs, picture=pictured)
    if state.note:
        page.caption(state.note)
    if state.chosen.text is None:
        page.caption("This picture is too large for a link: the link holds only the layer and its numbers.")
    if sections.below:
        sections.below(page, state)
    left, right = page.columns()
    left.heading("The formula")
    if state.trace.formula:
        left.math(state.trace.formula)
    left.text(f"with the numbers of step {state.shown_step + 1}:")
    left.math(numbers_formula(state.trace, state.shown_step))
    left.gives("step")
    parts.definition(left, type(state.layer))
    _shapes(right, state)
    if sections.end:
        sections.end(page, state)
    parts.source(page, lambda: (type(state.layer), *sections.source(state)))
    along.put(page, state)


def _shapes(page: Sheet, state: LessonState) -> None:
    """Add shapes in and out with the sizes' working, and the check against PyTorch with code to paste."""
    layer = state.layer
    inward, outward = state.input.shape, state.output_shape
    letters = {1: state.kind.vector, 2: f"N, {state.kind.vector}", 3: "C, H, W"}[len(inward)]
    letters = "C, 1, L" if layer.sequences else letters
    page.heading("Shapes in and out")
    sizes = [" × ".join(map(str, shape)) or "one number" for shape in (inward, outward)]
    page.text(
        f"{letters}: {sizes[0]} → **{sizes[1]}** · {layer.parameter_count:,} parameters · "
        f"{layer.multiply_adds(inward):,} multiply-adds"
    )
    page.gives("shape")
    working = layer.working(inward)
    if working is not None:
        axes = [("length", working[1])] if layer.sequences else zip(("height", "width"), working, strict=True)
        for column, (title, lines) in zip(page.columns(), axes, strict=False):
            parts.working(column, title, lines)
    page.heading("Check against PyTorch")
    page.ask("check", "Run it in PyTorch", parts.fingerprint(layer, state.input, *state.arguments.values()))
    page.fold("code", "Code to paste", lambda inner: _code(inner, state))


def _code(page: Sheet, state: LessonState) -> None:
    try:
        page.code(layer_code(state.layer, state.input, **state.arguments))
    except ValueError as error:
        page.caption(f"No code to paste: {shown(str(error))}")


def check(state: LessonState) -> Sheet:
    """Return what a check of the layer against PyTorch gives."""
    from engine.pytorch.check import compare

    page = Sheet()
    result = compare(state.layer, state.input, **state.arguments)
    size = "×".join(map(str, result.shape))
    text = f"torch {result.version} · output {size} · {parts.largest(result)} in float64"
    parts.verdict(page, result.agrees, text, f"{text}: this is more than rounding.")
    return page
