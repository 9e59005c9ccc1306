"""A lesson page of one layer, from question to misunderstandings, in the order that all lessons share."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import streamlit as st

from engine.trace import Trace
from engine.trace.formula import numbers_formula
from pages.states.lesson.kind import Kind
from pages.states.lesson.state import LessonState
from pages.ui import handlers
from pages.ui.lesson import parts as lesson
from pages.ui.session import Link

HEIGHT = 455
Section = Callable[[LessonState, Trace, int], None]


def lesson_page(
    kind: Kind,
    file: str,
    question: str,
    *,
    tries: Iterable[lesson.Try],
    beliefs: Iterable[tuple[str, str]],
    source: Callable[[LessonState], Iterable[Callable | type]] | None = None,
    above: Section | None = None,
    below: Section | None = None,
    formula: Section | None = None,
    links: Mapping[str, str] | None = None,
    height: int = HEIGHT,
) -> None:
    """Draw a lesson.

    file: the page's own file, for links. tries: three things to try. beliefs: misunderstandings, each with the truth.
    source: what engine code to show, beside the layer's class.
    above, below: sections before and after the player, given (state, trace, step); `formula` one below the formulas.
    links: label → page file of links under the worked examples. height: the player's, in pixels.
    """
    link = Link(kind.page)
    head, examples = st.columns([3.3, 1], vertical_alignment="bottom")
    with head:
        lesson.question(question)
    with examples, st.popover("Worked examples", icon=":material/menu_book:", width="stretch"):
        for name, example in kind.examples.items():
            st.page_link(file, label=example.title, query_params={"example": name}, icon=":material/grid_on:")
        if kind.pictures:
            st.page_link("input.py", label="Use a picture of your own", icon=":material/image:")
        for label, page in (links or {}).items():
            st.page_link(page, label=label, icon=":material/arrow_forward:")
    _body(kind, link, above, below, formula, height)
    left, right = st.columns(2, gap="large")
    with left:
        lesson.things_to_try(file, tries)
    with right:
        lesson.misunderstandings(beliefs)
    lesson.source_code(lambda: (type(link.state.layer), *(source(link.state) if source else ())))


@st.fragment
def _body(kind: Kind, link: Link, above, below, formula, height: int) -> None:
    """Everything that follows an edit: player, knobs, formula, shapes, check."""
    link.sync(kind.read)
    state: LessonState = link.state
    lesson.problems(link.problems)
    if above is not None:
        above(state, state.trace, state.shown_step)
    key = f"{kind.page}.player"
    edited = partial(_edited, link, key)
    lesson.arithmetic(link, key, kind.page, height=height, knobs=state.knobs, on_edit=edited)
    if state.note:
        st.caption(state.note)
    if state.chosen.text is None:
        st.caption("This picture is too large for a link: the link holds only the layer and its numbers.")
    if below is not None:
        below(state, state.trace, state.shown_step)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("##### The formula")
        if state.trace.formula:
            st.latex(state.trace.formula)
        st.markdown(f"with the numbers of step {state.shown_step + 1}:")
        st.latex(numbers_formula(state.trace, state.shown_step))
        if formula is not None:
            formula(state, state.trace, state.shown_step)
        lesson.definition(type(state.layer))
    with right:
        _shapes(kind, state)


def _edited(link: Link, key: str) -> None:
    """Take over an edit; a picture that no link can hold becomes the session's own."""
    before = link.state.chosen
    handlers.edited(link, key)
    if link.state.chosen.text is None and link.state.chosen is not before:
        link.keep(link.state.chosen)


def _shapes(kind: Kind, state: LessonState) -> None:
    """Draw shapes in and out with the sizes' working, and the PyTorch check."""
    layer = state.layer
    inward, outward = state.input.shape, state.output_shape
    letters = {1: kind.vector, 2: f"N, {kind.vector}", 3: "C, H, W"}[len(inward)]
    letters = "C, 1, L" if layer.sequences else letters
    st.markdown("##### Shapes in and out")
    sizes = [" × ".join(map(str, shape)) or "one number" for shape in (inward, outward)]
    st.markdown(
        f"{letters}: {sizes[0]} → **{sizes[1]}** · {layer.parameter_count:,} parameters · "
        f"{layer.multiply_adds(inward):,} multiply-adds"
    )
    working = layer.working(inward)
    if working is not None:
        axes = [("length", working[1])] if layer.sequences else zip(("height", "width"), working, strict=True)
        for column, (title, lines) in zip(st.columns(2), axes, strict=False):
            with column:
                lesson.working(title, lines)
    lesson.torch_check(layer, state.input, state.arguments, key=f"{kind.page}.check")
