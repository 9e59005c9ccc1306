"""The one list of pages: sections, titles, icons, order."""

from pathlib import Path

import streamlit as st

from pages.ui.lessons import LESSONS

ICON = Path(__file__).resolve().parents[1] / "assets" / "icon.svg"

st.set_page_config(page_title="Stride", page_icon=str(ICON), layout="wide")
# Streamlit has no setting for a page's side padding; a lesson needs the width.
st.html("<style>.stMainBlockContainer { padding-inline: clamp(1rem, 2.5vw, 3rem) }</style>")
st.logo(str(ICON), size="medium")

home = st.Page("home.py", title="Home", icon=":material/home:", default=True)
picture = st.Page("input.py", title="Input", icon=":material/image:")
lessons = [st.Page(lesson.file, title=lesson.title, icon=lesson.icon) for lesson in LESSONS]
st.navigation([home, picture, *lessons], position="top").run()
