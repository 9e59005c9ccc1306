"""What a page does when a control of the script is turned."""

from collections.abc import Callable
from typing import Any

from pages.ui.session import Link


def attempt(link: Link, act: Callable[[], Any]) -> None:
    """Do something; where it cannot be done, say why."""
    try:
        act()
        link.message = ""
    except OSError as error:
        link.message = f"A file could not be read or written: {error.strerror or error}."
    except ValueError as error:
        link.message = f"{str(error)[:1].upper()}{str(error)[1:]}"


def change(link: Link, function: Callable[[Any], Any]) -> None:
    """Apply a knob's change; where it is impossible, keep the last good state and say why."""

    def act() -> None:
        link.state = function(link.state)

    link.touched()
    attempt(link, act)
