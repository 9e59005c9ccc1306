"""Check my function: pasted code meets the engine's numbers, in the learner's own browser."""

from pages.states.sheet import Page, Sheet, parts
from pages.ui.sheet import draw

head, _ = parts.head("Does my function compute the right numbers?")

# All that stands below follows from the state: pages/states/check/view.py.
PAGE = Page("check", {"": (head, Sheet())}, script="check/page.js", styles=("check/check.css",))

if __name__ == "__main__":
    draw(PAGE)
