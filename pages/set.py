"""A set of exercises, worked through one after the other."""

from pages.states.sheet import Sheet, parts
from pages.ui import sheet

head, _ = parts.head("Which number belongs there?")

# All that stands below follows from the state: pages/states/sets/run.py.
sheet.draw("set", {"": (head, Sheet())}, script="sets/page.js", styles=("practice/practice.css", "sets/sets.css"))
