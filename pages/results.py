"""A class's results of a set, pasted and checked."""

from pages.states.sheet import Sheet, parts
from pages.ui import sheet

head, _ = parts.head("How did the class do?")

# All that stands below follows from the state: pages/states/sets/results.py.
sheet.draw("results", {"": (head, Sheet())}, script="sets/page.js", styles=("practice/practice.css", "sets/sets.css"))
