"""A class's results of a set, pasted and checked."""

from pages.states.sheet import Page, Sheet, parts
from pages.ui.sheet import draw

head, _ = parts.head("How did the class do?")

# All that stands below follows from the state: pages/states/sets/results.py.
PAGE = Page("results", {"": (head, Sheet())}, script="sets/page.js", styles=("practice/practice.css", "sets/sets.css"))

if __name__ == "__main__":
    draw(PAGE)
