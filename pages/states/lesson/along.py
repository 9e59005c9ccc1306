"""What goes along the path: what came over from the page before, and what a lesson hands on to the next."""

import numpy as np

from engine.facts.examples import seven
from engine.layers import Linear
from pages.states import path
from pages.states.lesson.state import LessonState
from pages.states.picture import from_numbers
from pages.states.sheet import Sheet

DECIMALS = 4  # of what goes on to the next page
CLOSE = 1e-9  # what floats leave over is no rounding
LONGEST = 1500  # characters of it in a link
MAPS, CONNECTED, LOGITS = ("activation", "pooling"), "fully_connected", "output_loss"  # the pages that take it
OWN = (seven.KEY, f"{seven.KEY}-flatten")


def put(page: Sheet, state: LessonState) -> None:
    """Say in the bar of the path what came over, and lead to the next page with what is put out here."""
    here = state.kind.page
    came = (
        state.came or state.example in OWN or (here == "convolution" and (state.chosen.text or "").startswith("pic."))
    )
    if came:
        path.came(page, here, _arrived(state))
    query, what = onward(state)
    path.onward(page, here, query, what)


def _arrived(state: LessonState) -> str:
    """Return what a lesson's input is, as the page before would call it."""
    shape, here = state.input.shape, state.kind.page
    if len(shape) == 1:
        return f"its {shape[0]} logits" if here == LOGITS else f"its map, as {shape[0]} numbers"
    size = "×".join(map(str, shape))
    if here == "convolution":
        return f"the picture, {size}"
    return f"its map, {size}" if shape[0] == 1 else f"its {shape[0]} maps, {size}"


def onward(state: LessonState) -> tuple[dict[str, str], str]:
    """Return the link that opens a lesson's output on the next page, and what that is; nothing where none does."""
    exact, to = state.trace.output, path.next_of(state.kind.page)
    output = np.round(exact, DECIMALS)
    is_map, is_vector = output.ndim == 3 and to in (*MAPS, CONNECTED), to == LOGITS and isinstance(state.layer, Linear)
    if to == "forward":
        return ({"example": seven.KEY}, "all the layers so far") if state.example in OWN else ({}, "")
    if not (is_map or is_vector) or not np.isfinite(output).all():
        return {}, ""
    size = "×".join(map(str, output.shape))
    what = f"these {output.size} logits" if is_vector else f"{'this map' if len(output) == 1 else 'these maps'}, {size}"
    if state.example == seven.KEY:
        return {"example": seven.KEY}, what
    query = {"from": state.kind.page, **_taken(output, state)}
    if not query.get("x") or len(query["x"]) > LONGEST:
        return {}, ""
    return query, what + ("" if np.allclose(output, exact, rtol=0, atol=CLOSE) else f", rounded to {DECIMALS} decimals")


def _taken(output: np.ndarray, state: LessonState) -> dict[str, str | None]:
    """Return the keys that open an output on the next page; what fits the path's own neurons meets them there."""
    fits = isinstance(state.layer, Linear) and state.layer == seven.NETWORK.layers[-1]
    if path.next_of(state.kind.page) == CONNECTED and output.size == seven.CONNECTED.input.size and len(output) == 1:
        return {"example": seven.KEY, "x": from_numbers(output.ravel()).text}
    text = from_numbers(output).text
    return {"example": seven.KEY, "x": text} if fits else {"x": text}
