"""The network's card: where it comes from, its code, its classes, its weights."""

from html import escape

from engine import limits
from engine.training.files import WEIGHTS
from pages.states.inside import models
from pages.states.inside.state import InsideState
from pages.states.sheet import Sheet
from pages.states.view import File


def fill(page: Sheet, state: InsideState) -> None:
    """Put the card of the open network on the page."""
    rows = "".join(
        f"<dt>{escape(what)}</dt><dd>{escape(text)}</dd>" for what, text in models.card(state.model, state.trained)
    )
    page.html(f'<dl class="inside-card">{rows}</dl>')
    left, right = page.columns()
    left.code(state.network.code())
    right.caption("Classes")
    right.typed(", ".join(state.classes))
    if state.model.modified:
        right.download("weights", "Download the weights (safetensors)")


def weights(state: InsideState) -> File:
    """Return the network's file. ValueError where it is too large to come in one answer."""
    size = state.model.path.stat().st_size
    if size > limits.FILE:
        raise ValueError(
            f"The file has {size:,} bytes; a page gives at most {limits.FILE:,}. Its run on the page Training has it."
        )
    return File(WEIGHTS, "application/octet-stream", state.model.weights())
