"""The calculator's state in the session and in the URL."""

from functools import partial

from pages.states.shapes.state import Calculator, read
from pages.ui.session import Link

FILE = "calculator.py"
link = Link("calculator")


def sync() -> Calculator:
    """Bring the state and the URL together, and return the state."""
    link.sync(partial(read, before=link.state))
    return link.state
