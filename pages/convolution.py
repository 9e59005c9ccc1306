"""The Convolution lesson."""

from dataclasses import replace
from functools import partial

import streamlit as st

from engine import functional as F
from engine.facts.examples import CONVOLUTION
from engine.layers import Conv2d, conv
from engine.trace.formula import numbers_formula
from pages.states import answers
from pages.states.lesson import convolution as conv_state
from pages.states.lesson.convolution import State
from pages.ui import handlers
from pages.ui.lesson import parts as lesson
from pages.ui.lesson.maps import maps
from pages.ui.player import player
from pages.ui.session import Link

PAGE = "convolution.py"
KEY = "conv.player"
link = Link("convolution")


def edited() -> None:
    """Take over an edit; a picture that no link can carry becomes the session's own."""
    before = link.state
    handlers.edited(link, conv_state, KEY)
    if link.state.chosen.text is None and link.state.chosen is not before.chosen:
        link.keep(link.state.chosen)


def picked() -> None:
    """Open the window of the pixel chosen on a feature map."""
    pick = st.session_state["conv.maps"].pick
    if pick:
        link.touched()
        link.state = replace(link.state, at=(int(pick["filter"]), int(pick["row"]), int(pick["column"])))
        link.jump()


def chosen_pixel(state: State) -> tuple[int, int, int]:
    """Return the (filter, row, column) chosen on a feature map, kept inside the output."""
    filters, height, width = state.output_shape
    o, i, j = state.at or (0, height // 2, width // 2)
    return min(o, filters - 1), min(i, height - 1), min(j, width - 1)


def draw_maps(state: State, chosen) -> None:
    """Draw the whole picture and its feature maps."""
    output = state.layer.forward(state.chosen.values, **state.parameters)
    maps(state.layer, state.chosen.values, output, chosen, key="conv.maps", on_pick=picked)
    st.caption("Point at a feature map to see a pixel's window on the input; choose the pixel to open it below.")


@st.fragment
def lesson_body() -> None:
    """Everything that follows an edit: player, knobs, formula, shapes, check."""
    link.sync(conv_state.from_query, conv_state.to_query)
    state = link.state
    lesson.problems(link.problems)
    step = state.step
    if state.stepped:
        trace = conv_state.trace(state)
    else:
        chosen = chosen_pixel(state)
        draw_maps(state, chosen)
        trace = state.layer.trace(state.chosen.values, **state.parameters, around=chosen)
        step = trace.step_at(chosen)
    at_once = {"path": answers.path("convolution"), "query": conv_state.to_query(state)}
    player(
        trace, key=KEY, on_edit=edited, on_step=partial(handlers.stepped, link, conv_state, KEY), step=step,
        jump=link.jumps, message=link.message, seen=link.seen, height=455 if state.stepped else 380,
        live=at_once if conv_state.live(state) else None, knobs=conv_state.knobs(state),
    )  # fmt: skip
    if state.chosen.text is None:
        st.caption("This picture is too large to travel in a link: the link keeps the layer and its numbers.")
    formula_and_shapes(state, trace, step)


def formula_and_shapes(state: State, trace, step: int) -> None:
    """Draw the formula in symbols and with numbers; beside it the sizes' working and the PyTorch check."""
    layer = state.layer
    formula, sizes = st.columns(2, gap="large")
    with formula:
        st.markdown("##### The formula")
        st.latex(trace.formula)
        st.markdown(f"with the numbers of step {min(step, len(trace.steps) - 1) + 1}:")
        st.latex(numbers_formula(trace, min(step, len(trace.steps) - 1)))
        lesson.definition(Conv2d)
    with sizes:
        st.markdown("##### Shapes in and out")
        inward, outward = (1, *state.chosen.values.shape), (1, *state.output_shape)
        st.markdown(
            f"N, C, H, W: {' × '.join(map(str, inward))} → **{' × '.join(map(str, outward))}** · "
            f"{layer.parameter_count:,} parameters · {layer.multiply_adds(inward):,} multiply-adds"
        )
        for column, title, steps in zip(st.columns(2), ("height", "width"), layer.working(inward), strict=True):
            with column:
                lesson.working(title, steps)
        lesson.torch_check(layer, state.chosen.values, state.parameters, key="conv.check")


head, examples = st.columns([3.3, 1], vertical_alignment="bottom")
with head:
    lesson.question("Where does one number of a feature map come from?")
with examples, st.popover("Worked examples", icon=":material/menu_book:", width="stretch"):
    for name, example in CONVOLUTION.items():
        st.page_link(PAGE, label=example.title, query_params={"example": name}, icon=":material/grid_on:")
    st.page_link("input.py", label="Use a picture of your own", icon=":material/image:")
lesson_body()

tries, beliefs = st.columns(2, gap="large")
with tries:
    lesson.things_to_try(
        PAGE,
        (
            lesson.Try(
                "Sobel x on a drawn digit: where is the output positive, where negative, and why?",
                {"x": "pic.digit.grey.12.0-9", "w": "1x1x3x3_-1_0_1_-2_0_2_-1_0_1", "b": "1_0"},
            ),
            lesson.Try(
                "Stride 2 and padding 1: which input cells does no window ever reach?",
                {"example": "stride-2", "stride": "2", "padding": "0"},
            ),
            lesson.Try(
                "Two groups of two channels: which channels does filter 2 never see?",
                {
                    "x": "4x5x5_1_0_2_1_0_0_1_0_2_1_2_0_1_0_1_1_2_0_1_0_0_1_1_0_2_2_1_0_0_1_1_0_1_2_0_0_2_1_0_1_1_0_"
                    "2_1_0_0_1_0_1_2_0_1_2_0_1_1_0_1_1_0_2_1_0_0_1_0_2_1_1_0_1_0_0_2_1_1_1_0_0_2_0_1_1_2_0_1_0_2_0_1_"
                    "0_1_0_1_1_2_0_1_0_0",
                    "w": "2x2x3x3_1_0_-1_1_0_-1_1_0_-1_0_1_0_1_-1_0_0_1_0_1_1_1_0_0_0_-1_-1_-1_0_0_1_0_1_0_1_0_0",
                    "b": "2_0_1",
                    "groups": "2",
                },
            ),
        ),
    )
with beliefs:
    lesson.misunderstandings(
        (
            (
                "A filter is a 2-D kernel.",
                "A filter has one kernel for each input channel of its group; together they make one map.",
            ),
            (
                "Each channel gives an output channel.",
                "The channels' sums are added up; the number of filters sets the output channels.",
            ),
            ("The kernel is flipped.", "Not in deep learning: conv2d is what mathematics calls cross-correlation."),
            ("The bias belongs to a cell.", "One bias for each filter is added to every cell of its map."),
        )
    )
lesson.source_code(lambda: (Conv2d, conv._phase, F.conv2d))
