"""The one list of pages: sections, titles, icons, order."""

from pathlib import Path

import streamlit as st

ICON = Path(__file__).resolve().parents[1] / "assets" / "icon.svg"

st.set_page_config(page_title="Stride", page_icon=str(ICON), layout="wide")
# Streamlit has no setting for a page's side padding; a lesson needs the width.
st.html("<style>.stMainBlockContainer { padding-left: clamp(1rem, 2.5vw, 3rem); padding-right: clamp(1rem, 2.5vw, 3rem) }</style>")
st.logo(str(ICON), size="medium")

HOME = st.Page("home.py", title="Home", icon=":material/home:", default=True)
INPUT = st.Page("input.py", title="Input", icon=":material/image:")
CONVOLUTION = st.Page("convolution.py", title="Convolution", icon=":material/select_all:")

st.navigation([HOME, INPUT, CONVOLUTION], position="top").run()
