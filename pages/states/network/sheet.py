"""The page Forward pass: all that follows a change of its state, and what can be done there."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.data import pictures
from engine.network import Network, summary
from engine.network.blocks import called, forward_all
from engine.network.code import FILE, needs_file, network_code, numbers_file
from engine.trace import follow
from pages.states import path, picture
from pages.states.network import overview, stack
from pages.states.network.presets import FIRST, PRESETS
from pages.states.network.stack import Refusal
from pages.states.network.state import AT, EXAMPLE, SEED, STEP, TEXT, NetworkState, read
from pages.states.sheet import Sheet, parts
from pages.states.view import PLAYED, File, View, formula, led, player

HEIGHT = 170
COLUMNS = ("output", "parameters", "multiply_adds", "field")


def fill(page: Sheet, state: NetworkState) -> None:
    """Put the network, the open layer's player, its formula, the check and the stack on the page."""
    _menus(page.into("menus"), state)
    page.widget("network", "network", **overview.data(state, page.has))
    player(page, state, height=HEIGHT, leads=_leads(state))
    left, right = page.columns()
    _formula(left, state)
    right.heading("Check against PyTorch")
    right.ask("check", "Run the network in PyTorch", fingerprint(state))
    pasted(right, "PyTorch code that gives the same numbers", state, network_code, _target(state))
    page.heading("The stack")
    rows = summary.rows(state.network)
    page.widget("stack", "stack", **stack.table(state.network, rows, COLUMNS, refused=state.refused))
    if state.preset.about and state.network.layers == state.preset.network.layers:
        page.caption(state.preset.about)
    if is_path(state):
        path.came(page, "forward", "all the layers so far, same numbers")
    path.onward(page, "forward", *((state.opened().query(), "this network") if state.has_loss else ()))
    parts.source(
        page,
        lambda: (Network.forward, forward_all, follow.origins, type(state.layer(state.open[0]))),
        "The engine's own code: the network, following a number, and the open layer",
    )


def is_path(state: NetworkState) -> bool:
    """Whether it is the path's own network with its own numbers, wherever it is open, on a drawn picture."""
    if state.base != FIRST or not state.text.startswith("pic."):
        return False
    return state.query().keys() <= {EXAMPLE.name, AT.name, STEP.name, TEXT.name}


def _menus(page: Sheet, state: NetworkState) -> None:
    networks(page.menu("Examples"))
    menu = page.menu("Input")
    query = state.opened().query()
    if state.network.input_shape == state.preset.network.input_shape and state.preset.inputs:
        row = menu.row()
        for name, (text, target) in state.preset.inputs.items():
            known = {"x": text, "target": target} if target < state.logits.size else {"x": text}
            row.link(name, {**query, **known})
    channels, height, width = state.input.shape if state.input.ndim == 3 else (0, 0, 0)
    if height == width and channels in (1, 3) and height >= pictures.MIN_SIZE:
        for name in pictures.EXAMPLES:
            spec = picture.Spec(name, "grey" if channels == 1 else "rgb", height, _scale(state))
            menu.link(name, {**query, "x": spec.text})
    menu.link("A picture of your own", {}, "input")
    beginnings(menu, state)


def networks(menu: Sheet) -> None:
    """Add links to the known networks."""
    for name, preset in PRESETS.items():
        menu.link(preset.title, {"example": name})
        menu.caption(preset.about)


def beginnings(menu: Sheet, state: NetworkState) -> None:
    """Add what gives a network another picture or other numbers."""
    if state.offered is not None:
        menu.button("Use the picture of the Input page", "picture")
    another = (state.seed + 1) % (SEED.maximum + 1)
    menu.button("Draw the weights anew", "seed", another, help="Other numbers from another seed, the network stays.")
    menu.button("The weights as they began", "seed", 0)


def _scale(state: NetworkState) -> str:
    """Return the scale of the input's numbers, so that another picture comes in on the same scale."""
    if state.text.startswith("pic."):
        return state.text.rpartition(".")[2]
    return "0-1" if state.input.min() >= 0 and state.input.max() <= 1 else "0-9"


def _leads(state: NetworkState) -> dict[str, str]:
    """Return, for each board, the words for the way from a cell to where its number was computed."""
    return {
        board: f"from {called(state.layer(number))}: open" if number else "to this pixel"
        for board, number in state.leads().items()
    }


def _formula(page: Sheet, state: NetworkState) -> None:
    number, _ = state.open
    page.heading("The loss" if state.at_loss else called(state.layer(number)))
    formula(page, state)
    parts.definition(page, type(state.layer(number)))


def _target(state: NetworkState) -> int | None:
    return state.target if state.has_loss else None


# What is asked for when a button is pressed


def fingerprint(state: NetworkState) -> str:
    """Return what a check of the network depends on, as a short text."""
    return parts.fingerprint(state.network, state.input, state.target, *state.parameters.values())


def pasted(page: Sheet, title: str, state: NetworkState, code: Callable[..., str], target: int | None) -> None:
    """Add code about the network, folded, and the file with its numbers where they are too many to stand in it."""

    def inside(page: Sheet) -> None:
        if needs_file(state.network, state.input):
            page.text(f"The numbers are too many to paste: put `{FILE}` beside the script.")
            page.download("numbers", f"Download {FILE}")
        page.code(code(state.network, state.input, state.parameters, target))

    page.fold("code", title, inside)


def numbers(state: NetworkState) -> File:
    """Return the file that the code reads the network's numbers from."""
    return File(FILE, "application/octet-stream", numbers_file(state.input, state.parameters))


def _check(state: NetworkState) -> Sheet:
    """Return what a check of every layer and of the loss against PyTorch gives."""
    from engine.pytorch.network_check import compare_network

    page, target = Sheet(), _target(state)
    results = compare_network(state.network, state.input, state.parameters, target)
    worst = max(results, key=lambda result: result.largest_difference)
    loss = " and the loss" if target is not None else ""
    text = f"torch {worst.version} · {parts.largest(worst)} in float64"
    wrong = [result.name for result in results if not result.agrees]
    right = f"{len(state.network)} layers{loss} agree · {text}"
    parts.verdict(page, not wrong, right, f"{text}: more than rounding in {', '.join(wrong)}.")
    parts.differences(page, ("layer", "output"), results)
    return page


# What can be done


def targeted(state: Any, target: int) -> Any:
    return state.with_target(int(target))


def seeded(state: Any, seed: int) -> Any:
    return state.with_seed(SEED.read(str(seed)))


def back(state: Any, place: int) -> Any:
    return state.with_back(int(place))


def pictured(state: Any, _: None) -> Any:
    """Return the state with the picture of the Input page."""
    if state.offered is None:
        raise ValueError("there is no picture of the Input page any more: choose one there")
    return state.with_picture(state.offered)


def _open(state: NetworkState, cell: Mapping[str, int]) -> NetworkState:
    return state.with_open(int(cell["number"]), int(cell["flat"]))


def _stacked(state: NetworkState, change: Mapping[str, Any]) -> NetworkState:
    """Return the state after a change of the stack; where that cannot be, the state as it was, with why."""
    made = stack.followed(state.network, change, state.with_network)
    return state.but(refused=made) if isinstance(made, Refusal) else made


VIEW = View(
    read,
    fill,
    {
        **PLAYED, "lead": led, "open": _open, "back": back, "target": targeted, "seed": seeded, "stack": _stacked,
        "picture": pictured,
    },
    stays=("edit", "step", "target", "seed"),
    asks={"check": _check, "numbers": numbers},
    predicts=True,
)  # fmt: skip
