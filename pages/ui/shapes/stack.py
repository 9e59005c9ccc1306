"""A stack in the calculator: what a network costs, its volumes, its table, import and export."""

from dataclasses import replace
from functools import partial

import streamlit as st

from engine.network import Network, edit, tables
from engine.network.blocks import RESIDUAL_CODE
from engine.network.parse import MAX_TEXT, parse
from engine.network.summary import rows, totals
from engine.network.zoo import ZOO
from engine.writing.display import sentence
from pages.states.shapes.stack import Stack
from pages.states.shapes.state import STACK
from pages.ui.network import stack
from pages.ui.shapes import volumes as calculator_volumes
from pages.ui.shapes.session import FILE, link

EDITOR, PASTED = "calculator.stack", "calculator.pasted"
ABOVE = 362  # pixels from the window's top to the table
EXAMPLE = """nn.Sequential(
    nn.Conv2d(3, 16, kernel_size=3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(4096, 10),
)"""


def title(present: Stack) -> str:
    """Return the text on the button of the known networks: the name of the one on show, if it is one of them."""
    return ZOO[present.preset].title if present.preset else "Known networks"


def networks() -> None:
    """Draw links to the known networks."""
    for name, known in ZOO.items():
        query = {"tab": STACK, "net": name}
        st.page_link(FILE, label=known.title, query_params=query, icon=":material/account_tree:", help=known.about)


def costs(network: Network) -> None:
    """Draw the totals."""
    total, table = totals(network), rows(network)
    seen = [row for row in table if row.depth == 0 and row.field is not None]
    entries = [
        ("parameters", tables.short(total.parameters), f"{total.parameters:,}"),
        ("multiply-adds", tables.short(total.multiply_adds), f"{total.multiply_adds:,} a picture"),
        ("activations", tables.size_text(total.memory), "float32, one picture"),
        ("weights", tables.size_text(total.parameter_memory), "float32"),
    ]
    if seen:
        text = tables.COLUMNS["field"].text(seen[-1])
        entries.append(("receptive field", text, f"after layer {seen[-1].number}, {seen[-1].kind}"))
    tiles = "".join(f"<div><i>{name}</i><b>{value}</b><span>{more}</span></div>" for name, value, more in entries)
    st.html(f'<div class="vol tiles">{tiles}</div>')


def picture(network: Network) -> None:
    """Draw the volumes shrinking."""
    st.html(calculator_volumes.figure(network))


def table(network: Network) -> None:
    """Draw the table that can be edited."""
    edited = partial(stack.edited, link, EDITOR, lambda s: s.stack.network, lambda s, new: replace(s, stack=Stack(new)))
    stack.editor(network, rows(network), key=EDITOR, on_change=edited, above=ABOVE)


def bring() -> None:
    """Draw the import of pasted code, and say which part of it could not be read."""
    st.markdown("Paste an `nn.Sequential(…)` or what `print(model)` shows. It is read, never run.")
    if sentence := st.session_state.get(f"{PASTED}.problem"):
        with st.container(border=True, gap="xsmall"):
            st.markdown(":material/block: **This could not be read; the network is as it was.**")
            st.text(sentence)
    st.text_area("PyTorch code", key=PASTED, height=200, placeholder=EXAMPLE, max_chars=MAX_TEXT)
    st.button("Read it", on_click=_pasted, type="primary", icon=":material/input:")


def _pasted() -> None:
    try:
        network = edit.imported(parse(st.session_state.get(PASTED) or ""), link.state.stack.network.input_shape)
    except ValueError as error:
        st.session_state[f"{PASTED}.problem"] = sentence(error)
        return
    st.session_state[f"{PASTED}.problem"] = ""
    link.touched()
    link.state = replace(link.state, stack=Stack(network))


def export(network: Network) -> None:
    """Draw the network as PyTorch code, Markdown and CSV, each to copy and to download."""
    block = f"\n\n{RESIDUAL_CODE}\n" if network.has_residual else ""
    code = f"from torch import nn\n{block}\nmodel = {network.code()}\n"
    texts = {
        "PyTorch": (code, "python", "stride.py", "text/x-python"),
        "Markdown": (tables.markdown(network), "markdown", "stride.md", "text/markdown"),
        "CSV": (tables.csv_text(network), None, "stride.csv", "text/csv"),
    }
    for tab, (text, language, file, mime) in zip(st.tabs(list(texts)), texts.values(), strict=True):
        with tab:
            st.download_button(f"Download {file}", text, file, mime, icon=":material/download:", on_click="ignore")
            st.code(text, language=language, height=260)
