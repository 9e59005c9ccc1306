"""Practice: exercises that say which slip was made, and bring it again."""

from pages.states.sheet import Sheet, parts
from pages.ui import sheet

head, _ = parts.head("Which number belongs there?")

# All that stands below follows from the state: pages/states/practice/view.py.
sheet.draw("practice", {"": (head, Sheet())}, script="practice/page.js", styles=("practice/practice.css",))
