"""The page Backpropagation: all that follows a change of its state, and what can be done there."""

from collections.abc import Mapping
from typing import Any

from engine.learning.code import gradient_code
from engine.learning.passes import both_ways
from engine.network.blocks import called
from engine.trace.gradient import gradient_trace
from pages.states import path
from pages.states.backward import overview
from pages.states.backward.answers import answers
from pages.states.backward.derivation import derivation
from pages.states.backward.state import GradientState, read
from pages.states.network import sheet as network
from pages.states.sheet import Sheet, parts
from pages.states.view import PLAYED, Elsewhere, View, formula, player

FORWARD = "forward"
HEIGHT = 140


def fill(page: Sheet, state: GradientState) -> None:
    """Put the network with its gradients, the open one's player, the chain rule and the check on the page."""
    menus = page.into("menus")
    networks = menus.menu("Networks")
    network.networks(networks)
    network.beginnings(networks, state.forward)
    menus.link("The same network forward", state.forward.query(), FORWARD)
    page.widget("network", "network", **overview.data(state, page.has))
    player(page, state, height=HEIGHT, leads=_leads(state))
    left, right = page.columns()
    _formula(left, state)
    derivation(left, state)
    right.heading("Check against torch.autograd")
    right.ask("check", "Compare all gradients", network.fingerprint(state.forward))
    title = "PyTorch code that prints the same gradients"
    network.pasted(right, title, state.forward, gradient_code, state.forward.target)
    answers(page, state)
    if network.is_path(state.forward):
        path.came(page, "backward", "the same network, same numbers")
    path.onward(page, "backward", {**state.forward.opened().query(), "part": "step"}, "these gradients")
    parts.source(
        page,
        lambda: (both_ways, type(state.layer).backward, gradient_trace),
        "The engine's own code: both ways, the open layer's gradients, and tracing one",
    )


def _formula(page: Sheet, state: GradientState) -> None:
    page.heading(f"The chain rule: {overview.rule_title(state)}")
    formula(page, state)
    number, name, _ = state.open
    size = "×".join(map(str, state.gradient(number, name).shape))
    of = f"the {name} of {called(state.layer)}" if name else f"what {called(state.layer)} took in"
    page.text(f"A gradient has the shape of what it is for: **{size}**, as {of}.")
    if told := state.jump:
        page.caption(told)
    parts.definition(page, type(state.layer))


def _leads(state: GradientState) -> dict[str, str]:
    """Return, for each board, the words for the way from a cell to the number's origin."""
    made = {board: "one rule towards the loss: open" for board in state.leads()}
    return {board: "this value on the Forward page: open" for board in state.values_read()} | made


def _check(state: GradientState) -> Sheet:
    """Return what a check of every gradient against torch.autograd gives."""
    from engine.pytorch.network_check import compare_gradients

    page, forward = Sheet(), state.forward
    results = compare_gradients(forward.network, forward.parameters, forward.input, forward.target)
    worst = max(results, key=lambda result: result.largest_difference)
    text = f"torch {worst.version} · {parts.largest(worst)} in float64"
    wrong = [result.name for result in results if not result.agrees and not result.sides]
    aside = [result for result in results if result.sides]
    if aside and not wrong:
        names = ", ".join(result.name for result in aside)
        why = " ".join(aside[0].sides)
        page.notice(
            f"{text}. {why} Both are right. Only for this reason do the gradients for {names} differ; the other "
            f"{len(results) - len(aside)} agree."
        )
    else:
        right = f"{len(results)} gradients agree · {text}"
        parts.verdict(page, not wrong, right, f"{text}: more than rounding in {', '.join(wrong)}.")
    parts.differences(page, ("gradient for", "shape"), results)
    return page


def _open(state: GradientState, cell: Mapping[str, Any]) -> GradientState:
    return state.with_open(*overview.rule_of(str(cell["part"])), int(cell["flat"]))


def _ruled(state: GradientState, by: int) -> GradientState:
    return state.with_rule(int(by))


def _led(state: GradientState, lead: Mapping[str, Any]) -> GradientState | Elsewhere:
    """Return where a cell of the player leads: one rule towards the loss, or to the forward page, for a value."""
    board, flat = str(lead["board"]), int(lead["flat"])
    if board in state.leads():
        return state.with_lead(board, flat)
    place = state.value_of(board, flat)
    if place is None:
        return state
    number, at = place
    # A pixel was computed by no layer: the layer that reads it shows it.
    return Elsewhere(FORWARD, {**state.forward.query(), "at": f"{number}.{at}" if number else f"1.0~0.{at}"})


VIEW = View(
    read,
    fill,
    {
        **PLAYED, "lead": _led, "open": _open, "back": network.back, "rule": _ruled, "target": network.targeted,
        "seed": network.seeded, "picture": network.pictured,
    },
    stays=("edit", "step", "seed"),
    asks={"check": _check, "numbers": lambda state: network.numbers(state.forward)},
    predicts=True,
)  # fmt: skip
