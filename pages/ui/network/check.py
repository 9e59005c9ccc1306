"""The forward page's check against PyTorch, and the code that gives the same numbers."""

import hashlib
from functools import partial

import streamlit as st

from engine.network.code import network_code
from engine.writing.display import rough_text
from pages.states.network.state import NetworkState
from pages.ui.lesson import parts as lesson

KEY = "forward.check"


def fingerprint(state: NetworkState) -> str:
    parts = [repr(state.network).encode(), state.input.tobytes(), str(state.target).encode()]
    return hashlib.blake2b(b"".join([*parts, *(array.tobytes() for array in state.parameters.values())])).hexdigest()


@st.fragment
def check(state: NetworkState) -> None:
    """Draw the check of every layer and of the loss."""
    st.markdown("##### Check against PyTorch")
    target = state.target if state.has_loss else None
    if st.button("Run the network in PyTorch", icon=":material/verified:", key=f"{KEY}.run"):
        from engine.pytorch.network_check import compare_network

        with st.spinner("Running torch …"):
            results = compare_network(state.network, state.input, state.parameters, target)
        st.session_state[f"{KEY}.result"] = (fingerprint(state), results)
    checked, results = st.session_state.get(f"{KEY}.result", (None, None))
    if checked != fingerprint(state):
        if results is not None:
            st.caption("The numbers have changed since the last check: run it again.")
        return
    worst = max(results, key=lambda result: result.largest_difference)
    loss = " and the loss" if target is not None else ""
    text = f"torch {worst.version} · largest difference **{rough_text(worst.largest_difference)}** in float64"
    wrong = [result.name for result in results if not result.agrees]
    if wrong:
        st.error(f"{text}: more than rounding in {', '.join(wrong)}.", icon=":material/error:")
    else:
        st.success(f"{len(state.network)} layers{loss} agree · {text}", icon=":material/check_circle:")
    with st.expander("Layer by layer", icon=":material/table_rows:"):
        rows = [
            {
                "layer": result.name,
                "output": "×".join(map(str, result.shape)) or "1",
                "largest difference": rough_text(result.largest_difference),
            }
            for result in results
        ]
        st.table(rows)


def code(state: NetworkState) -> None:
    """Draw the code to paste, and the file with the numbers where they are too many for it."""
    parts = state.network, state.input, state.parameters
    made = partial(network_code, *parts, state.target if state.has_loss else None)
    lesson.code_to_paste("PyTorch code that gives the same numbers", *parts, made)
