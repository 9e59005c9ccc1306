"""The shape calculator: one layer with its working, or a whole stack."""

from dataclasses import replace

import streamlit as st

from pages.ui import calculator_layer, lesson, windows_figure
from pages.ui import calculator_state as layer_state
from pages.ui.calculator_page import FILE, LAYER, TITLES, link, sync

TAB = "calculator.tab"


def switched() -> None:
    link.touched()
    link.state = replace(link.state, tab=st.session_state[TAB])


@st.fragment
def one_layer() -> None:
    """The form, what comes out of it, and the reverse question."""
    one = sync().layer
    form, middle, reverse = st.columns([1.0, 2.15, 1.05], gap="medium")
    with form, st.container(key="calculator-form", gap="small"):
        calculator_layer.settings(one)
    with middle, st.container(gap="small"):
        calculator_layer.result(one)
        calculator_layer.windows(one)
        calculator_layer.working(one)
    with reverse, st.container(gap="xsmall", key="calculator-reverse"):
        calculator_layer.reverse(one)


state = sync()
st.html(windows_figure.style() + calculator_layer.STYLE)
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    lesson.question("What size comes out?" if state.tab == LAYER else "What does a whole network cost?")
    st.session_state[TAB] = state.tab
    st.segmented_control(
        "Calculate", list(TITLES), format_func=TITLES.get, key=TAB, on_change=switched, required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    with st.popover("Well-known sizes", icon=":material/menu_book:"):
        for name in layer_state.EXAMPLES:
            title = layer_state.example_title(name)
            st.page_link(FILE, label=title, query_params={"example": name}, icon=":material/straighten:")
lesson.problems(link.problems)
if state.tab == LAYER:
    one_layer()
