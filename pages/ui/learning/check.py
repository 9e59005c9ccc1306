"""Part 1 of the learning page: one gradient checked by a nudge."""

from dataclasses import replace
from functools import partial

import streamlit as st

from engine.learning.gradient_check import check
from pages.states.learning import grids as learning_grids
from pages.states.learning import state as learning_state
from pages.states.learning.state import FINEST, LearningState
from pages.ui.draw.figure import plot
from pages.ui.draw.theme import theme
from pages.ui.learning import figures as learning_figures
from pages.ui.learning.parts import bound, key, picked
from pages.ui.session import Link

MOST_DRAWN = 120  # a network with at most so many numbers has all its parameters drawn
STYLE = """<style>
.nudge { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 15px; }
.nudge td { padding: 2px 14px 2px 0; white-space: nowrap; border: 0; }
.nudge td:nth-child(2) { font-family: monospace; font-size: 15px; }
.nudge b { text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: 3px; }
@media (max-width: 640px) { .nudge, .nudge td:nth-child(2) { font-size: 13px; } .nudge td { white-space: normal; } }
</style>"""


def parameters(link: Link) -> None:
    """Draw all parameters; a click on a number chooses it."""
    state: LearningState = link.state
    network = state.network.network
    chooser(link)
    lines = learning_grids.parameter_lines(
        state.network.parameters, drawn_names(state), (state.name, state.flat),
        lambda name, values, near, upright: [
            learning_grids.grid(name, values, learning_grids.title_of(network, name), near=near, column=upright)
        ],
    )  # fmt: skip
    learning_grids.grids(lines, chosen=(state.name, state.flat), on_pick=partial(picked, link, learning_grids.KEY))


def drawn_names(state: LearningState) -> tuple[str, ...]:
    """Return the parameters that are drawn: all of a small network, else the chosen one."""
    few = sum(state.network.parameters[name].size for name in state.trained) <= MOST_DRAWN
    return state.trained if few else (state.name,)


def chooser(link: Link) -> None:
    """Draw a choice of parameter and place, for networks too large for all of it to be drawn."""
    state: LearningState = link.state
    if drawn_names(state) == state.trained:
        return
    left, right = st.columns(2)
    left.selectbox(
        "Parameter", state.trained,
        **bound(link, state.part, "name", state.name, lambda s, name: learning_state.with_number(s, name, 0)),
    )  # fmt: skip
    most = state.network.parameters[state.name].size - 1
    right.number_input(
        f"Number, 0 to {most:,}", 0, most,
        **bound(link, state.part, "flat", state.flat, lambda s, flat: learning_state.with_number(s, s.name, int(flat))),
    )  # fmt: skip


def draw(link: Link) -> None:
    """Draw the part."""
    state: LearningState = link.state
    network, target = state.network, state.network.target
    made = check(network.network, network.parameters, network.input, target, state.name, state.index, state.h)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.markdown("**Choose a number: click it**")
        parameters(link)
    with right:
        place = f"{state.name}[{', '.join(map(str, state.index))}]"
        st.select_slider(
            "h, by which the number is moved up and down", [k / 2 for k in range(2 * FINEST + 1)],
            format_func=written,
            **bound(link, "check", "h", round(2 * state.exponent) / 2, with_exponent),
        )  # fmt: skip
        numbers(place, made)
        st.markdown(made.about)
    one, other = st.columns(2, gap="medium")
    nudge = made.nudge
    secant = learning_figures.secant(made.weights, made.losses, made.value, nudge, made.tangent, made.secant, theme())
    plot(secant, key("check", "curve"), one)
    steps, errors = [n.h for n in made.others], [n.error for n in made.others]
    plot(learning_figures.errors(steps, errors, (nudge.h, nudge.error), theme()), key("check", "errors"), other)


def written(exponent: float) -> str:
    """Return h as the slider writes it: 1, 3e−1, 1e−1, …"""
    if exponent == 0:
        return "1"
    return f"1e−{exponent:g}" if exponent == int(exponent) else f"3e−{int(exponent) + 1}"


def with_exponent(state: LearningState, exponent: float) -> LearningState:
    return replace(state, exponent=float(exponent))


def numbers(place: str, made) -> None:
    """Draw both losses, then the difference above the gradient, with the digits that they share underlined."""
    texts, alike = made.texts, made.alike

    def marked(text: str) -> str:
        return f"<b>{text[:alike]}</b>{text[alike:]}"

    rows = (
        ("above", "L(w + h)", texts["above"]),
        ("below", "L(w − h)", texts["below"]),
        ("difference", "(L(w + h) − L(w − h)) / 2h", marked(texts["difference"])),
        ("computed", f"gradient of {place}, by backpropagation", marked(texts["computed"])),
        ("error", "how far apart", texts["error"]),
    )
    cells = "".join(f'<tr><td>{label}</td><td data-number="{name}">{text}</td></tr>' for name, label, text in rows)
    st.html(f'{STYLE}<table class="nudge" aria-label="Both losses, their difference, and the gradient">{cells}</table>')
