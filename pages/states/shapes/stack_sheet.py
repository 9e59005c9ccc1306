"""A stack in the calculator: what a network costs, its volumes, its table, import and export."""

from collections.abc import Callable

from engine.network import Network, edit, tables
from engine.network.blocks import RESIDUAL_CODE
from engine.network.parse import MAX_TEXT, parse
from engine.network.summary import Row, rows, totals
from engine.network.zoo import ZOO
from pages.states.network import stack as table
from pages.states.shapes import volumes
from pages.states.shapes.stack import Stack
from pages.states.shapes.state import STACK, RefusedCode
from pages.states.sheet import Sheet
from pages.states.view import File

ABOVE = 352  # pixels of the window above the table, and below it
EXAMPLE = """nn.Sequential(
    nn.Conv2d(3, 16, kernel_size=3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(4096, 10),
)"""


def menus(page: Sheet, state: Stack, refused: RefusedCode | None) -> None:
    """Add the known networks, import and export."""
    preset = state.preset
    known = page.menu(ZOO[preset].title if preset else "Known networks")
    for name, network in ZOO.items():
        known.link(network.title, {"tab": STACK, "net": name}, help=network.about)
    _bring(page.menu("Import"), refused)
    _export(page.menu("Export"), state.network)


def fill(page: Sheet, state: Stack, refused: table.Refusal | None) -> None:
    """Put totals, volumes, and the table that can be edited on the page."""
    network, lines = state.network, rows(state.network)
    page.html(costs(network, lines))
    page.html(volumes.figure(network))
    page.widget("stack", "stack", **table.table(network, lines, refused=refused, above=ABOVE))


def costs(network: Network, lines: list[Row]) -> str:
    """Return the totals. lines: the network's rows."""
    total = totals(network, lines)
    seen = [row for row in lines if row.depth == 0 and row.field is not None]
    entries = [
        ("parameters", tables.short(total.parameters), f"{total.parameters:,}"),
        ("multiply-adds", tables.short(total.multiply_adds), f"{total.multiply_adds:,} a picture"),
        ("activations", tables.size_text(total.memory), "float32, one picture"),
        ("weights", tables.size_text(total.parameter_memory), "float32"),
    ]
    if seen:
        text = tables.COLUMNS["field"].text(seen[-1])
        entries.append(("receptive field", text, f"after layer {seen[-1].number}, {seen[-1].kind}"))
    tiles = "".join(f"<div><i>{name}</i><b>{value}</b><span>{more}</span></div>" for name, value, more in entries)
    return f'<div class="vol tiles">{tiles}</div>'


def _bring(menu: Sheet, refused: RefusedCode | None) -> None:
    """Add the import of pasted code, and say which part of it could not be read."""
    menu.text("Paste an `nn.Sequential(…)` or what `print(model)` shows. It is read, never run.")
    if refused:
        menu.notice("**This could not be read; the network is as it was.**", "error")
        menu.typed(refused.sentence)
    menu.widget(
        "paste", "paste", label="PyTorch code", button="Read it", example=EXAMPLE, most=MAX_TEXT, refused=bool(refused)
    )


def imported(state: Stack, text: str) -> Stack:
    """Return the stack that a text of PyTorch code stands for, with the present input where it fits.

    Raises ValueError where it cannot be read.
    """
    return Stack(edit.imported(parse(text), state.network.input_shape))


# The network as a text, by what is asked for: the file's name, its type, what it is called.
EXPORTS = {
    "code": ("stride.py", "text/x-python", "PyTorch"),
    "markdown": ("stride.md", "text/markdown", "Markdown"),
    "csv": ("stride.csv", "text/csv", "CSV"),
}


def _code(network: Network) -> str:
    block = f"\n\n{RESIDUAL_CODE}\n" if network.has_residual else ""
    return f"from torch import nn\n{block}\nmodel = {network.code()}\n"


TEXTS: dict[str, Callable[[Network], str]] = {"code": _code, "markdown": tables.markdown, "csv": tables.csv_text}


def _export(menu: Sheet, network: Network) -> None:
    """Add the network as PyTorch code, Markdown and CSV, each to copy and to download, written when it is opened."""
    for key, (name, _, title) in EXPORTS.items():

        def inside(page: Sheet, key: str = key, name: str = name) -> None:
            page.download(key, f"Download {name}")
            page.code(TEXTS[key](network))

        menu.fold(key, title, inside)


def export(key: str, network: Network) -> File:
    """Return the network as a file of one of EXPORTS."""
    name, mime, _ = EXPORTS[key]
    return File(name, mime, TEXTS[key](network).encode())
