"""A page's sheet on a Streamlit server: the script draws it once, and all that follows is asked of pages/live.py.

What was learned about Streamlit 1.67 and its components stands in assets/sheet/place.js, which owns the page's link.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from engine.training.runs import asking
from engine.writing import words as player
from pages.states import answers, fields, path
from pages.states.sheet import Sheet, words
from pages.ui import session
from pages.ui.draw import plotly
from pages.ui.draw.component import component

PLAYER = ("player/player.css", "player/predict/predict.css", "shared/cells.css")
STYLES = ("sheet/sheet.css", "sheet/figures.css", *PLAYER, "shared/strip.css", "maps/maps.css")
KEYED = ("training", "inside")  # the pages that show runs, which are their browser's
Frame = tuple[Sheet, Sheet]


def draw(
    page: str,
    frames: Mapping[str, Frame],
    *,
    script: str = "sheet/lesson.js",
    styles: Iterable[str] = (),
    events: Iterable[Mapping[str, Any]] = (),
    hosted: Iterable[str] = (),
) -> None:
    """Draw a page of pages/states/answers.py.

    frames: what stands above and below all that follows an edit, by the name of the state's frame, "" where there is
    one. script, styles: the component, and its style sheets beside the common ones. events: acts that the page does
    once, each with a `number` that counts up: {"number": 1, "act": [name, value]}. hosted: the frames below which the
    script draws more: it runs for each link that leads to one of them, or away from it.
    """
    query, mine = asked(page), session.holder()
    known, answer = bool(mine.asker.keys), opened(page, query, mine)
    component(script, *STYLES, *styles)(
        key=f"{page}.sheet",
        data={
            "page": page,
            "path": answers.path(page),
            "key": mine.key,
            "keyed": page in KEYED,
            "strange": page in KEYED and not known and (page == "inside" or answer["frame"] in hosted),
            "picture": mine.number if answers.PAGES[page].pictured else 0,
            "plotly": plotly.ADDRESS,
            "words": {**player.ENGLISH, **words.ENGLISH},
            "asked": query,
            "answer": answer,
            "frames": {
                name: {
                    "head": [*path.bar(page), *head.blocks],
                    # Where the script draws more below, that is not the page's foot.
                    "foot": [*foot.blocks, *([] if name in hosted else path.bar(page, last=True))],
                    "hosted": name in hosted,
                }
                for name, (head, foot) in frames.items()
            },
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
