"""What Streamlit runs for every page: the menu (pages/states/host/contents.py), the page's icon and title."""

from pathlib import Path

import streamlit as st

from pages.states.host.contents import HOME, SECTIONS

ICON = Path(__file__).resolve().parents[1] / "assets" / "icon.svg"

# This stands before the navigation: without an icon of our own, the browser would fetch one from another host.
st.set_page_config(page_icon=str(ICON), layout="wide")

page = st.navigation(
    {
        section: [
            st.Page(f"{entry.name}.py", title=entry.title, icon=f":material/{entry.icon}:", default=entry.name == HOME)
            for entry in entries
        ]
        for section, entries in SECTIONS.items()
    },
    position="hidden" if st.context.is_embedded else "top",
)

if not st.context.is_embedded:
    st.logo(str(ICON), size="medium")
st.set_page_config(page_title=f"{page.title} · Stride")
page.run()
