"""The shape calculator: one layer with its working, or a whole stack."""

from dataclasses import replace

import streamlit as st

from pages.states.shapes import layer as layer_state
from pages.states.shapes.state import LAYER, TITLES
from pages.ui.controls import bind
from pages.ui.lesson import parts as lesson
from pages.ui.shapes import layer as calculator_layer
from pages.ui.shapes import stack as calculator_stack
from pages.ui.shapes import volumes as calculator_volumes
from pages.ui.shapes import windows as windows_figure
from pages.ui.shapes.session import FILE, link, sync

TAB = "calculator.tab"


@st.fragment
def one_layer() -> None:
    """The form, what comes out of it, and the reverse question."""
    one = sync().layer
    form, middle, reverse = st.columns([1.0, 2.15, 1.05], gap="medium")
    with form, st.container(key="calculator-settings", gap="small"):
        calculator_layer.settings(one)
    with middle, st.container(gap="small"):
        calculator_layer.result(one)
        calculator_layer.windows(one)
        calculator_layer.working(one)
    with reverse, st.container(gap="xsmall", key="calculator-reverse"):
        calculator_layer.reverse(one)


@st.fragment
def whole_stack() -> None:
    """Totals, volumes, and the table that can be edited."""
    network = sync().stack.network
    costs, ways = st.columns([4, 1.15], vertical_alignment="center")
    with costs:
        calculator_stack.costs(network)
    with ways, st.container(horizontal=True, horizontal_alignment="right"):
        with st.popover("Import", icon=":material/input:"):
            calculator_stack.bring()
        # Its texts are written when it is opened, so that an edit need not wait for them.
        export = st.popover("Export", icon=":material/output:", on_change="rerun", key="calculator.export")
        if export.open:
            with export:
                calculator_stack.export(network)
    calculator_stack.picture(network)
    calculator_stack.table(network)


state = sync()
st.html(windows_figure.style() + calculator_volumes.style() + calculator_layer.STYLE)
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    lesson.question("What size comes out?" if state.tab == LAYER else "What does a whole network cost?")
    st.segmented_control(
        "Calculate", list(TITLES), format_func=TITLES.get, required=True, label_visibility="collapsed",
        **bind(link, TAB, state.tab, lambda state, tab: replace(state, tab=tab)),
    )  # fmt: skip
    if state.tab == LAYER:
        with st.popover("Well-known sizes", icon=":material/menu_book:"):
            for name in layer_state.EXAMPLES:
                title = layer_state.example_title(name)
                st.page_link(FILE, label=title, query_params={"example": name}, icon=":material/straighten:")
    else:
        with st.popover(calculator_stack.title(state.stack), icon=":material/menu_book:"):
            calculator_stack.networks()
lesson.problems(link.problems)
if state.tab == LAYER:
    one_layer()
else:
    whole_stack()
