"""The forward page's check against PyTorch, and the code that gives the same numbers."""

from functools import partial

import streamlit as st

from engine.network.code import network_code
from pages.states.network.state import NetworkState
from pages.ui.lesson import parts as lesson

KEY = "forward.check"


def fingerprint(state: NetworkState) -> str:
    return lesson.fingerprint(state.network, state.input, state.target, *state.parameters.values())


@st.fragment
def check(state: NetworkState) -> None:
    """Draw the check of every layer and of the loss."""
    st.markdown("##### Check against PyTorch")
    target = state.target if state.has_loss else None

    def run() -> list:
        from engine.pytorch.network_check import compare_network

        return compare_network(state.network, state.input, state.parameters, target)

    results = lesson.kept_check(KEY, "Run the network in PyTorch", fingerprint(state), run)
    if results is None:
        return
    worst = max(results, key=lambda result: result.largest_difference)
    loss = " and the loss" if target is not None else ""
    text = f"torch {worst.version} · {lesson.largest(worst)} in float64"
    wrong = [result.name for result in results if not result.agrees]
    right = f"{len(state.network)} layers{loss} agree · {text}"
    lesson.verdict(not wrong, right, f"{text}: more than rounding in {', '.join(wrong)}.")
    lesson.differences("Layer by layer", ("layer", "output"), results)


def code(state: NetworkState) -> None:
    """Draw the code to paste, and the file with the numbers where they are too many for it."""
    parts = state.network, state.input, state.parameters
    made = partial(network_code, *parts, state.target if state.has_loss else None)
    lesson.code_to_paste("PyTorch code that gives the same numbers", *parts, made)
