"""A set of exercises for a class, as a link and a QR code."""

from pages.states.sheet import Page, Sheet, parts
from pages.ui.sheet import draw

head, _ = parts.head("Which exercises does the class get?")

# All that stands below follows from the state: pages/states/sets/sets.py.
PAGE = Page("sets", {"": (head, Sheet())}, script="sets/page.js", styles=("practice/practice.css", "sets/sets.css"))

if __name__ == "__main__":
    draw(PAGE)
