"""The one list of pages: sections, titles, icons, order."""

from pathlib import Path

import streamlit as st

from pages.states.path import PATH
from pages.states.registry import LESSONS

ICON = Path(__file__).resolve().parents[1] / "assets" / "icon.svg"

# This stands before the navigation: without an icon of our own, the browser would fetch one from another host.
st.set_page_config(page_icon=str(ICON), layout="wide")

home = st.Page("home.py", title="Home", icon=":material/home:", default=True)
picture = st.Page("input.py", title=PATH["input"], icon=":material/image:")
lessons = [st.Page(lesson.file, title=lesson.title, icon=lesson.icon) for lesson in LESSONS]
forward = st.Page("forward.py", title=PATH["forward"], icon=":material/account_tree:")
learning = st.Page("learning.py", title=PATH["learning"], icon=":material/trending_down:")
backward = st.Page("backward.py", title=PATH["backward"], icon=":material/keyboard_double_arrow_left:")
inside = st.Page("inside.py", title=PATH["inside"], icon=":material/frame_inspect:")
shapes = st.Page("calculator.py", title="Shapes", icon=":material/straighten:")
training = st.Page("training.py", title=PATH["training"], icon=":material/model_training:")
practice = st.Page("practice.py", title="Practice", icon=":material/exercise:")
questions = st.Page("questions.py", title="Twenty questions", icon=":material/quiz:")
sets = st.Page("sets.py", title="Make a set", icon=":material/qr_code_2:")
run = st.Page("set.py", title="Work on a set", icon=":material/edit_note:")
results = st.Page("results.py", title="Check results", icon=":material/fact_check:")
page = st.navigation(
    {
        "": [home, picture],
        "Lessons": lessons,
        "Networks": [forward, backward, learning, shapes],
        "Training": [training, inside],
        "Practise": [practice, questions],
        "Class": [sets, run, results],
    },
    position="hidden" if st.context.is_embedded else "top",
)

if not st.context.is_embedded:
    st.logo(str(ICON), size="medium")
st.set_page_config(page_title=f"{page.title} · Stride")
page.run()
