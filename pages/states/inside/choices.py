"""The top row of the page: which network, and which picture."""

from engine.data import pictures
from pages.states.inside import knobs
from pages.states.inside import models as inside_models
from pages.states.inside import pictures as inside_pictures
from pages.states.inside.state import InsideState
from pages.states.sheet import Sheet

LONG = 30


def fill(row: Sheet, state: InsideState) -> None:
    """Put the choices side by side."""
    if state.trained.card.get("synthetic"):
        row.caption("**synthetic pictures**")
    knob = knobs.picture(state)
    if knob:
        row.knobs([knob], "picture", "pick")
    _pictures(row.menu("Picture"), state)
    title = state.model.title
    _networks(row.menu(title if len(title) <= LONG else f"{title[: LONG - 2]} …"), state)


def _pictures(menu: Sheet, state: InsideState) -> None:
    """Add the test sets, drawn examples, and ways to a picture of one's own."""
    query = state.but(step=None).query()
    menu.caption("Test pictures, which the network was not trained on")
    row = menu.row()
    for one in inside_pictures.test_sets(state.trained):
        row.link(f"{one.title} 0", {**query, "x": f"{one.key}-0"})
    menu.caption("Drawn examples")
    row = menu.row()
    for name in pictures.EXAMPLES:
        row.link(name, {**query, "x": inside_pictures.spec(name, state.trained).text})
    menu.caption("Your own")
    if state.offered is not None:
        menu.button("Use the picture of the Input page", "picture")
    menu.link("Type a picture as numbers on the Input page", {}, "input")


def _networks(menu: Sheet, state: InsideState) -> None:
    """Add the networks, each on the present picture."""
    for model in inside_models.choices():
        now = " (open)" if model.key == state.model.key else ""
        menu.link(f"{model.title}{now}", {"x": state.picture.text, "run": model.key})
