"""The shape calculator: one layer with its working, or a whole stack."""

from pages.states import tries
from pages.states.shapes.state import LAYER, STACK
from pages.states.sheet import Frame, Page, Sheet, parts
from pages.ui.sheet import draw

QUESTIONS = {LAYER: "What size comes out?", STACK: "What does a whole network cost?"}


def frame(tab: str, question: str) -> Frame:
    """Return what stands above and below one half of the page."""
    head, row = parts.head(question)
    row.slot("menus")
    foot = Sheet()
    if tab == LAYER:
        parts.things_to_try(foot, tries.links(tries.TRIES["calculator"]))
    return head, foot


# All that stands below follows from the state: pages/states/shapes/view.py.
PAGE = Page(
    "calculator",
    {tab: frame(tab, question) for tab, question in QUESTIONS.items()},
    script="shapes/calculator.js",
    styles=("shapes/shapes.css", "shapes/windows.css", "shapes/volumes.css", "stack/stack.css"),
)

if __name__ == "__main__":
    draw(PAGE)
