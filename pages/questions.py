"""Twenty questions about convolutional networks: predict, then see why."""

from pages.states.sheet import Sheet, parts
from pages.ui import sheet

head, _ = parts.head("What do people ask most about convolutional networks?")

# All that stands below follows from the state: pages/states/practice/questions.py.
sheet.draw("questions", {"": (head, Sheet())}, script="practice/page.js", styles=("practice/practice.css",))
