"""Twenty questions about convolutional networks: predict, then see why."""

from pages.states.sheet import Page, Sheet, parts
from pages.ui.sheet import draw

head, _ = parts.head("What do people ask most about convolutional networks?")

# All that stands below follows from the state: pages/states/practice/questions.py.
PAGE = Page("questions", {"": (head, Sheet())}, script="practice/page.js", styles=("practice/practice.css",))

if __name__ == "__main__":
    draw(PAGE)
