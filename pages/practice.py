"""Practice: exercises that say which slip was made, and bring it again."""

from pages.states.sheet import Page, Sheet, parts
from pages.ui.sheet import draw

head, _ = parts.head("Which number belongs there?")

# All that stands below follows from the state: pages/states/practice/view.py.
PAGE = Page("practice", {"": (head, Sheet())}, script="practice/page.js", styles=("practice/practice.css",))

if __name__ == "__main__":
    draw(PAGE)
