"""A page's sheet on a Streamlit server: the script draws it once, and all that follows is asked of pages/live.py.

What was learned about Streamlit 1.67 and its components stands in assets/sheet/place.js, which owns the page's link.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from engine.training.runs import asking
from pages.states import answers, fields
from pages.states.host.standing import STYLES, standing
from pages.states.sheet import Page
from pages.ui import session
from pages.ui.draw import plotly
from pages.ui.draw.component import component

KEYED = ("training", "inside")  # the pages that show runs, which are their browser's


def draw(page: Page, *, events: Iterable[Mapping[str, Any]] = (), hosted: Iterable[str] = ()) -> None:
    """Draw a page.

    events: acts that the page does once, each with a `number` that counts up: {"number": 1, "act": [name, value]}.
    hosted: the frames below which the script draws more: it runs for each link that leads to one of them, or away from
    it.
    """
    name, mine = page.name, session.holder()
    query = asked(name)
    known, answer = bool(mine.asker.keys), opened(name, query, mine)
    component(page.script, *STYLES, *page.styles)(
        key=f"{name}.sheet",
        data={
            **standing(page, hosted),
            "key": mine.key,
            "keyed": name in KEYED,
            "strange": name in KEYED and not known and (name == "inside" or answer["frame"] in hosted),
            "picture": mine.number if answers.PAGES[name].pictured else 0,
            "plotly": plotly.ADDRESS,
            "asked": query,
            "answer": answer,
            "events": list(events),
        },
    )


def asked(page: str) -> dict[str, str]:
    """Return the location's query; what older links hold several times is one text."""
    query = st.query_params
    several = {key: fields.JOINT.join(query.get_all(key)) for key in answers.PAGES[page].repeated if key in query}
    return query.to_dict() | several


def opened(page: str, query: dict[str, str], mine: session.Holder) -> dict[str, Any]:
    """Return what the page shows for a link; a picture that no link can hold becomes the session's own."""
    with asking(mine.asker.keys):
        answer, state = answers.opened(page, query, mine.picture)
    session.keep(mine.key, page, state, answer["query"], shares=answers.PAGES[page].shares)
    return answer
