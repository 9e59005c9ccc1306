"""The parts that every lesson page has: question, links to states, PyTorch check, source, misunderstandings."""

import hashlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from engine.functional.working import Working
from engine.layers.base import Layer
from engine.network import Network
from engine.network.code import FILE, layer_code, needs_file, numbers_file
from engine.writing.display import rough_text
from pages.states.codec import shown


@dataclass(frozen=True)
class Try:
    """One thing to try: what to look for, and the link's query."""

    label: str
    query: Mapping[str, str]


def question(text: str) -> None:
    """Draw a lesson's question: the page's heading."""
    st.markdown(f"### {text}")


def things_to_try(page: str, tries: Iterable[Try]) -> None:
    """Draw links to states of a page."""
    st.markdown("##### Three things to try")
    for one in tries:
        st.page_link(page, label=one.label, icon=":material/arrow_forward:", query_params=dict(one.query))


def misunderstandings(pairs: Iterable[tuple[str, str]]) -> None:
    """Draw what learners often believe, each with what is true."""
    st.markdown("##### Usual misunderstandings")
    for belief, truth in pairs:
        st.markdown(f"**“{belief}”** {truth}")


@st.fragment
def folded(title: str, icon: str, key: str, draw: Callable[[], None]) -> None:
    """Draw a folded part whose content is made and sent only while it is open; opening it draws this part alone.

    icon: the name of a Material symbol. key: its name among the folded parts of a page. Code and long texts go in here,
    so that a page shows its first numbers sooner.
    """
    part = st.expander(title, icon=f":material/{icon}:", key=f"folded.{key}", on_change="rerun")
    if part.open:
        with part:
            draw()


def source_code(
    parts: Callable[[], Iterable[Callable | type]], title: str = "The engine's own code for this layer"
) -> None:
    """Draw the engine's own source of functions and classes. parts() is called when it is opened."""

    def draw() -> None:
        st.code("\n\n".join(inspect.getsource(part) for part in parts()), language="python")

    folded(title, "code", "source", draw)


def definition(layer: type[Layer]) -> None:
    """Draw a layer's own docstring: formula, shapes, errors, source."""
    title = f"{layer.__name__}: definition, shapes and source"
    folded(title, "functions", f"definition.{layer.__name__}", lambda: st.markdown(inspect.getdoc(layer)))


def code_to_paste(
    title: str, network: Network, input: np.ndarray, parameters: Mapping[str, np.ndarray], made: Callable[[], str]
) -> None:
    """Draw code about a network, and the file with its numbers where they are too many to stand in the code."""

    def draw() -> None:
        if needs_file(network, input):
            st.markdown(f"The numbers are too many to paste: put `{FILE}` beside the script.")
            st.download_button(
                f"Download {FILE}", partial(numbers_file, input, parameters), FILE,
                "application/octet-stream", icon=":material/download:", on_click="ignore",
            )  # fmt: skip
        st.code(made(), language="python")

    folded(title, "content_paste", "code", draw)


def working(title: str, steps: Working) -> None:
    """Draw an output size with every line of its arithmetic."""
    lines = [steps.formula.latex, steps.substitution.latex, *(line.latex for line in steps.steps)]
    st.markdown(f"**{title}**")
    st.latex(r"\begin{aligned}" + r"\\".join(f"& {line}" for line in lines) + r"\end{aligned}")


def problems(sentences: Iterable[str]) -> None:
    """Draw what was wrong in a link, and what is shown instead. Sentences may quote typed text."""
    sentences = list(sentences)
    if sentences:
        with st.container(key="problems"):
            st.warning("This link could not be followed in full; the rest is shown.", icon=":material/link_off:")
            for sentence in sentences:
                st.text(sentence)


def kept_check(key: str, button: str, about: Any, run: Callable[[], Any], changed: str = "The numbers have") -> Any:
    """Draw the button of a check against PyTorch; return what run() gave, None where that was about something else.

    about: what the check is of, as far as its result depends on it.
    """
    if st.button(button, icon=":material/verified:", key=f"{key}.run"):
        with st.spinner("Running torch …"):
            st.session_state[f"{key}.result"] = (about, run())
    checked, result = st.session_state.get(f"{key}.result", (None, None))
    if checked == about:
        return result
    if result is not None:
        st.caption(f"{changed} changed since the last check: run it again.")
    return None


def fingerprint(*parts: Any) -> str:
    """Return a short text that is another one where any of the arrays, or of what repr tells, is."""
    texts = (part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode() for part in parts)
    return hashlib.blake2b(b"".join(texts)).hexdigest()


def largest(result: Any) -> str:
    return f"largest difference **{rough_text(result.largest_difference)}**"


def verdict(agrees: bool, right: str, wrong: str) -> None:
    """Say how a check against PyTorch came out."""
    if agrees:
        st.success(right, icon=":material/check_circle:")
    else:
        st.error(wrong, icon=":material/error:")


def differences(title: str, columns: tuple[str, str], results: Iterable[Any]) -> None:
    """Draw the largest difference of each result. columns: what its name and its shape are of."""
    name, shape = columns
    rows = [
        {
            name: result.name,
            shape: "×".join(map(str, result.shape)) or "1",
            "largest difference": rough_text(result.largest_difference),
        }
        for result in results
    ]
    with st.expander(title, icon=":material/table_rows:"):
        st.table(rows)


@st.fragment
def torch_check(layer: Layer, input: np.ndarray, parameters: Mapping[str, np.ndarray], key: str) -> None:
    """Draw the check against PyTorch and the code to paste."""
    st.markdown("##### Check against PyTorch")

    def run() -> Any:
        from engine.pytorch.check import compare

        return compare(layer, input, **parameters)

    about = fingerprint(layer, input, *parameters.values())
    if (result := kept_check(key, "Run it in PyTorch", about, run)) is not None:
        size = "×".join(map(str, result.shape))
        text = f"torch {result.version} · output {size} · {largest(result)} in float64"
        verdict(result.agrees, text, f"{text}: this is more than rounding.")
    folded("Code to paste", "content_paste", f"{key}.code", partial(_layer_code, layer, input, parameters))


def _layer_code(layer: Layer, input: np.ndarray, parameters: Mapping[str, np.ndarray]) -> None:
    try:
        st.code(layer_code(layer, input, **parameters), language="python")
    except ValueError as error:
        st.caption(f"No code to paste: {shown(str(error))}")
