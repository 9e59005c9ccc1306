"""A set of exercises, worked through one after the other."""

from pages.states.sheet import Page, Sheet, parts
from pages.ui.sheet import draw

head, _ = parts.head("Which number belongs there?")

# All that stands below follows from the state: pages/states/sets/run.py.
PAGE = Page("set", {"": (head, Sheet())}, script="sets/page.js", styles=("practice/practice.css", "sets/sets.css"))

if __name__ == "__main__":
    draw(PAGE)
