"""A stack in the calculator: what a network costs, its volumes, its table, import and export."""

from collections.abc import Callable

from engine.network import Network, tables
from engine.network.blocks import RESIDUAL_CODE, shape_text
from engine.network.reading import MAX_TEXT, Unread, read
from engine.network.reading.python.pending import named_layer
from engine.network.reading.sizes import network_of, worked_out
from engine.network.summary import Row, rows, totals
from engine.network.zoo import ZOO
from engine.writing.display import sentence
from pages.states.network import stack as table
from pages.states.path import PATH
from pages.states.shapes import volumes
from pages.states.shapes.onward import onward
from pages.states.shapes.stack import Stack
from pages.states.shapes.state import STACK, CodeRead, RefusedCode
from pages.states.sheet import Sheet
from pages.states.sheet.writing import plain
from pages.states.view import File

MAX_QUOTED, MAX_SO_FAR = 100, 8
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
    for there in onward(state.network):
        if there.query:
            page.link(PATH[there.page], there.query, there.page, help="Go on with this network there.")
        else:
            page.menu(f"Not {PATH[there.page]}").text(plain(f"Not on {PATH[there.page]}: {there.why}"))


def fill(page: Sheet, state: Stack, refused: table.Refusal | CodeRead | None) -> None:
    """Put totals, volumes, and the table that can be edited on the page."""
    network, lines = state.network, rows(state.network)
    if isinstance(refused, CodeRead):
        _told(page, network, refused)
        refused = None
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
    menu.text(
        "Paste an `nn.Sequential(…)`, a class with its `forward`, or what `print(model)` shows. It is read, never run."
    )
    if refused:
        menu.notice("**This could not be read; the network is as it was.**", "error")
        menu.typed(refused.sentence)
    menu.widget(
        "paste", "paste", label="PyTorch code", button="Read it", example=EXAMPLE, most=MAX_TEXT, refused=bool(refused)
    )


def _told(page: Sheet, network: Network, read: CodeRead) -> None:
    """Say what was just read, what was taken for what, and where it cannot go on to."""
    layers = f"{len(network)} layer{'s' if len(network) > 1 else ''}"
    page.notice(
        f"Read: {layers}, {network.parameter_count:,} parameters, for an input of {shape_text(network.input_shape)}.",
        "success",
    )
    for note in read.notes:
        page.caption(note)


def imported(state: Stack, text: str) -> tuple[Stack, CodeRead]:
    """Return the stack that a text of PyTorch code stands for, with the present input where it fits, and what to say.

    Raises ValueError where it cannot be read.
    """
    reading = read(text)
    like = state.network.input_shape
    network = network_of(reading, like)
    notes = (*reading.notes, worked_out(reading, network, like))
    return Stack(network), CodeRead(tuple(sentence(note) for note in notes if note))


def refused_code(text: str, error: ValueError) -> RefusedCode:
    """Return why a text could not be read, with the line that is at fault and what was read before it."""
    if not isinstance(error, Unread):
        return RefusedCode(sentence(error))
    lines, layers, said = text.splitlines(), error.so_far, sentence(error)
    if 0 < error.line <= len(lines) and len(lines) > 1:
        quoted = " ".join(lines[error.line - 1].split())
        said = f"Line {error.line}, “{quoted[:MAX_QUOTED]}”: {sentence(error.why)}"
    if layers:
        more = "…, " if len(layers) > MAX_SO_FAR else ""
        said += f" Read before it: {more}{', '.join(map(named_layer, layers[-MAX_SO_FAR:]))}."
    return RefusedCode(said)


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
