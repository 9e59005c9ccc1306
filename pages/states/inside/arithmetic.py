"""How the open number is computed: its player, the choice of inputs that are written out, and its formula."""

from functools import partial

from engine.network.blocks import called
from pages.states.inside import knobs
from pages.states.inside.state import InsideState
from pages.states.sheet import Sheet
from pages.states.view import formula, player

HEIGHT = 260


def fill(page: Sheet, state: InsideState) -> None:
    """Put on the page how the open number is computed."""
    name = called(state.layer(state.open[0]))
    if state.is_block:
        page.notice(f"{name} is a block of layers: its maps are shown, but it cannot be stepped through.")
        return
    player(page, state, height=HEIGHT, leads=_leads(state))
    knob = knobs.written_out(state)
    if knob:
        row = page.row()
        row.text(knob.help)
        row.knobs([knob], "written", "pick")
    page.fold("formula", f"{name} in symbols and numbers", partial(formula, state=state))


def _leads(state: InsideState) -> dict[str, str]:
    number = state.open[0] - 1
    return {"input": f"from {called(state.layer(number))}: open" if number else "to this pixel"}
