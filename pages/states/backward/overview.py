"""A network with its values and, below them, every gradient, each cell of which can be opened."""

from collections.abc import Collection

import numpy as np

from engine.network.blocks import called
from engine.writing.display import channel_names, number_text
from pages.states.backward.places import Place, Rule, board_shape
from pages.states.backward.state import GradientState
from pages.states.network import overview

DECIMALS = 3
MOST_PANES = 8
MOST_TEXTS = 4096  # parameters above this are drawn without their numbers, which the player shows

WORDS = {
    **overview.WORDS,
    "overview": "The network's values, and below them the gradients of the loss",
    "values": "values",
    "gradients": "gradients",
    "parameters": "parameters",
    "path": "The path of this gradient",
    "hint": "Choose any gradient. In the player, each gradient that it comes from leads one rule towards the loss.",
    "prev": "One rule towards the loss (P)",
    "next": "One rule on, away from the loss (N)",
    "rule": "rule {at} of {count}",
    "reveal": "Show all",
    "reveal_help": "All gradients at once, or only those that the rules have come to",
    "unreached": "{name}: not reached yet. A click goes there.",
}


def data(state: GradientState, has: Collection[str] = ()) -> dict:
    """Return what the component draws; without its columns where they are among the ids that the page has."""
    read = [{"part": part(rule), "flats": flats} for rule, flats in state.read().items()]
    values = [{"part": str(number), "flats": flats} for number, flats in state.read_values().items()]
    number, name, flat = state.shown
    own = [] if name else [{"part": str(number), "flats": [flat]}]
    return {
        **overview.columns("gradients", state.forward, lambda number: _column(state, number), has),
        "open": {"number": number, "part": part((number, name)), "flat": flat},
        "read": read,
        "seen": values + own,
        "path": [{"part": part(place[:2]), "flat": place[2], **place_text(state, place)} for place in state.trail],
        "classes": list(state.forward.classes),
        "target": state.forward.target,
        "words": WORDS,
        "backward": {
            "at": state.at_rule,
            "rules": [{"part": part(rule), **_said(state, rule)} for rule in state.rules],
        },
    }


def _said(state: GradientState, rule: Rule) -> dict[str, str]:
    """Return a rule's title and what it does; the open gradient of the probabilities stands in the loss's own rule."""
    number, name, _ = state.open
    at = state.open if (number, name) == _probabilities(state) and rule == state.rules[0] else (*rule, 0)
    there = state.but(path=(at,), step=None)
    does = "−q ÷ p" if at[:2] == _probabilities(state) else there.layer.gradient_rule(rule[1] or "input")
    return {"title": rule_title(there), "rule": does}


def _probabilities(state: GradientState) -> Rule | None:
    return (state.logits + 1, "") if state.has_softmax else None


def part(rule: Rule) -> str:
    """Return the name of a rule's cells in the drawing."""
    number, name = rule
    return f"{number}.{name}" if name else f"g{number}"


def rule_of(part: str) -> Rule:
    """Return the rule that a part of the drawing stands for; a value stands for the rule of its gradient."""
    number, _, name = part.removeprefix("g").partition(".")
    if not number.isdecimal():
        raise ValueError(f"there is no part {part!r}")
    return int(number), name


def rule_title(state: GradientState) -> str:
    number, name, _ = state.open
    if not name and number >= state.logits:
        return "Loss → logits" if number == state.logits else "Loss → probabilities"
    return f"{called(state.layer)}, ∂L/∂{name or 'input'}"


def place_text(state: GradientState, place: Place) -> dict[str, str]:
    """Return the name of a gradient in the path, and its value."""
    number, name, flat = place
    gradient = state.gradient(number, name)
    value = number_text(float(gradient.ravel()[flat]), overview.decimals(gradient))
    if not name:
        return {"label": f"∂ {overview.place_text(state.forward, (number, flat))['label']}", "value": value}
    index = ", ".join(str(int(k)) for k in np.unravel_index(flat, gradient.shape))
    return {"label": f"∂ {called(state.forward.layer(number))} {name} [{index}]", "value": value}


def _column(state: GradientState, number: int) -> dict:
    made = {**overview.column(state.forward, number), "part": str(number)}
    gradient = state.gradient(number)
    if made["kind"] == "bars":
        values = state.values(number)
        made |= {"kind": "vector", "written": True, "line": 1, "pictures": overview.signed(overview.sheet(values, 1))}
    numbers = ("texts", "full", "shares")  # of the values, not of their gradients
    below = {
        **{key: value for key, value in made.items() if key not in numbers},
        "part": f"g{number}", "note": "∂L/∂L", "name": f"gradient of {made['name']}",
        **_written(gradient.reshape(1) if made["kind"] == "loss" else gradient),
    }  # fmt: skip
    if "pictures" in made:
        below["pictures"] = overview.signed(gradient if gradient.ndim == 3 else overview.sheet(gradient, made["line"]))
    below["gradient"] = True
    return {
        **made,
        "below": below,
        "parameters": [_parameter(state, number, name) for name in state.parameters(number)],
    }


def _parameter(state: GradientState, number: int, name: str) -> dict:
    gradient = state.gradient(number, name)
    layer = f"layer {number}, {called(state.forward.layer(number))}"
    made = {
        "part": f"{number}.{name}", "number": number, "name": f"gradient of the {name} of {layer}",
        "title": f"∂L/∂{name}", "shape": "×".join(map(str, gradient.shape)), "gradient": True,
        **_written(gradient),
    }  # fmt: skip
    if gradient.ndim == 1:
        # The bias stands beside the weight's rows, each number beside the row of its neuron.
        made |= {"kind": "maps", "channels": 1, "rows": gradient.size, "columns": 1, "panes": [""]}
        maps, few = gradient.reshape(1, -1, 1), gradient.size <= 8
    else:
        maps = gradient.reshape(board_shape(gradient.shape))
        maps = maps if maps.ndim == 3 else maps[None]
        channels, rows, columns = maps.shape
        made |= {"kind": "maps", "channels": channels, "rows": rows, "columns": columns}
        made["panes"] = _panes(gradient.shape) if gradient.ndim == 4 else [""]
        few = channels <= MOST_PANES // 4 and rows <= 8 and columns <= 8
    if gradient.size > MOST_TEXTS:
        made["texts"] = {"pool": [], "tones": [], "index": []}
        made.pop("full", None)
    return {**made, "count": gradient.size, "written": bool(few), "pictures": overview.signed(maps)}


def _panes(shape: tuple[int, ...]) -> list[str]:
    names = [name or "" for name in channel_names(shape[1])]
    return [f"filter {o} {name}".strip() for o in range(shape[0]) for name in names]


def _written(gradient: np.ndarray) -> dict:
    return overview.written(gradient, overview.short(gradient, DECIMALS))
