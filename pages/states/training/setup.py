"""A new training, as a sheet: its pictures, its network, its settings, and the button that begins it."""

from dataclasses import replace
from functools import cache
from html import escape

import numpy as np

from engine import lean
from engine.data import drawings, sources
from engine.data.download import SIZE
from engine.network import Network, summary
from engine.network.stack_text import write_stack
from engine.training import runs
from engine.training.config import INPUT_SHAPE, SIDE, Config
from engine.training.presets import PRESETS
from engine.training.results import duration
from engine.training.schedule import lr_at
from engine.writing.display import sentence
from pages.states import knobs, picture
from pages.states.knobs import Knob
from pages.states.network import stack
from pages.states.network.state import read
from pages.states.picture import Chosen
from pages.states.shapes import volumes
from pages.states.sheet import Sheet
from pages.states.sheet.png import address, coloured
from pages.states.sheet.writing import plain
from pages.states.training import download, figures, settings
from pages.states.training.parts import SYNTHETIC, left_out
from pages.states.training.pictures import described
from pages.states.training.state import SETTINGS, TrainingState

COLUMNS = ("output", "parameters", "multiply_adds")
CURVE = 200
NEXT_SIDE = 28  # of the picture that LeNet-5 takes


def fill(page: Sheet, state: TrainingState) -> None:
    """Put the form on the page: pictures and network beside each other, the start, then every setting, folded."""
    left, right = page.columns([4, 8])
    _data(left, state)
    _network(right, state)
    _start(right.columns(1)[0], state)
    changed = ", ".join(f"{name} {SETTINGS[name].write(value)}" for name, value in state.changed().items())
    title = f"Recipe: all settings{f' (changed: {changed})' if changed else ''}"
    page.fold("recipe", title, lambda inner: _recipe(inner, state))
    page.fold("layers", "Change the network, layer by layer", lambda inner: _stack(inner, state))
    _onward(page, state.chosen)


def offered(left: dict[str, str] | None) -> str:
    """Return the network of the Forward page, whose link is given, as a stack's text; "" where none can be trained."""
    network = read(left)[0].network if left is not None else None
    return write_stack(network.layers) if network and network.input_shape == INPUT_SHAPE else ""


def take(page: Sheet, text: str) -> None:
    """Add the button that takes the network of the Forward page, as `offered` gives it: act "network"."""
    help = (
        "Train the stack that is open on the page Forward pass."
        if text
        else "Open a network that takes a 32×32 colour picture (3, 32, 32) on the page Forward pass, such as “The "
        "tutorial's small CNN”; it can then be trained here."
    )
    page.button("Take the forward page's network", "network", text, help=help, disabled=not text)


def ready(state: TrainingState) -> tuple[sources.Description | None, str]:
    """Return what the pictures are, None where no folder is named, and why the training cannot begin, or ""."""
    if lean.is_lean():
        return None, lean.SENTENCE
    if state.data == settings.FOLDER:
        return None, "First choose pictures that exist."
    pictures = described(state.data, state.settings.seed)
    if not pictures.ready:
        return pictures, "First choose pictures that exist."
    try:
        state.config().for_classes(len(pictures.classes))
    except ValueError as error:
        return pictures, f"{sentence(error)} Let the network end in Linear(…, {len(pictures.classes)})."
    try:
        state.config().check_batches(pictures.train)
    except ValueError as error:
        return pictures, sentence(error)
    return pictures, ""


def _refused(state: TrainingState, those: list[Knob]) -> knobs.Refusal | None:
    """Return the turn that was refused, if it was one of those knobs."""
    refused = state.refused
    here = isinstance(refused, knobs.Refusal) and refused.knob in {knob.name for knob in those}
    return refused if here else None


def _data(page: Sheet, state: TrainingState) -> None:
    """Add the choice of pictures, and what they are."""
    page.heading("1 · Pictures")
    those = settings.pictures(state)
    page.knobs(those, "pictures", refused=_refused(state, those))
    if state.data == settings.FOLDER:
        page.caption(
            "A folder with a folder of pictures for each class, such as cats/ and dogs/. Your own comes as a zip: "
            "“Upload a zip”, above."
        )
        return
    pictures = described(state.data, state.settings.seed)
    if not pictures.ready:
        if not pictures.missing:
            page.notice(plain(pictures.problem), "error")
        if state.source == "cifar10":
            download.fill(page)
        return
    names = ", ".join(pictures.classes[:12]) + (" …" if len(pictures.classes) > 12 else "")
    counts = f"{pictures.train:,} pictures to train on, {pictures.test:,} to test on, {len(pictures.classes)} classes"
    note = f' <b class="mark drawn">{SYNTHETIC}</b>' if pictures.synthetic else ""
    page.html(f'<p class="tr named"><b>{escape(pictures.name)}</b>{note}</p>')
    page.text(f"{counts}: {plain(names)}.")
    if pictures.synthetic:
        page.html(_samples())
    if pictures.note:
        page.caption(plain(pictures.note))
    if pictures.synthetic:
        page.caption("Drawn by this program from the seed: nothing to download. They are not photographs.")
        if not sources.describe("cifar10").ready:
            page.caption(f"CIFAR-10, one click away, are 60,000 photographs: a download of {SIZE / 1e6:.0f} MB.")
    if pictures.skipped:
        _skipped(page, pictures)


@cache
def _samples() -> str:
    """Return a drawn shape of each class, in their order."""
    shown = [
        _thumbnail(drawings.shape_pictures(1, SIDE, k, classes=(name,), colour=True)[0][0], name)
        for k, name in enumerate(drawings.CLASSES)
    ]
    return f'<div class="tr samples">{"".join(shown)}</div>'


def _thumbnail(pixels: np.ndarray, name: str) -> str:
    """Return uint8 (C, H, W) as a small picture."""
    source = address(coloured(pixels).astype(np.uint8))
    return f'<img alt="{escape(name)}" title="{escape(name)}" src="{escape(source)}">'


def _onward(page: Sheet, chosen: Chosen | None) -> None:
    """Say, and show, what goes on to the next page of the path."""
    page.heading("4 · Look inside")
    row = page.row()
    name, text = picture.called(chosen), picture.PATH.text if chosen is None else chosen.text
    if text and name != picture.YOURS:
        drawn = picture.draw(replace(picture.spec_from_text(text), size=NEXT_SIDE, scale="0-255"))
        row.html(f'<div class="tr next">{_thumbnail(drawn.values, name)}</div>')
    network = "LeNet-5, which was trained like this on drawn digits"
    if chosen is not None and len(chosen.values) > 1:
        network = "a network that was trained like this on CIFAR-10"
    row.text(
        "When your run has finished, it opens in **Inside the network**, on any picture. What goes on without one: "
        f"{name} that has come all the way, and {network}."
    )


def _skipped(page: Sheet, pictures: sources.Description) -> None:
    count = len(pictures.skipped)
    told, more = left_out(pictures.skipped, count)

    def inside(page: Sheet) -> None:
        for one in told:
            page.typed(one)
        if more:
            page.caption(more)

    page.fold("skipped", f"{count:,} files are no pictures and are left out", inside)


def _network(page: Sheet, state: TrainingState) -> None:
    """Add the presets, and the network with its shapes."""
    page.heading("2 · Network")
    row = page.row()
    links = {name: (preset.title, {"preset": name, "data": state.data}) for name, preset in PRESETS.items()}
    row.tabs(state.preset, links, "Presets")
    row.button(
        "The preset's network", "network", None, disabled=not state.own_network, help="Undo all changes of the layers."
    )
    network = state.settings.network
    page.html(volumes.figure(network))
    other = "not the preset's network. " if state.own_network else ""
    page.caption(
        f"{PRESETS[state.preset].about} Here: {other}{network.parameter_count:,} parameters, "
        f"{network.multiply_adds() / 1e6:.1f} million multiply-adds a picture."
    )


def _start(page: Sheet, state: TrainingState) -> None:
    """Add the button that starts the training, and what it will do.

    Its run's id is drawn now: an act whose answer was lost, and that is sent again, begins one run.
    """
    pictures, problem = ready(state)
    page.heading("3 · Start")
    row = page.row()
    those = settings.first(state)
    row.knobs(those, "first", refused=_refused(state, those))
    row.button("Start training", "begin", runs.new_id(), help=problem, disabled=bool(problem), main=True)
    if problem:
        row.text(plain(problem))
        return
    now = state.settings
    batch = min(now.batch_size, pictures.train)
    text = f"{now.epochs} epochs of {pictures.train // batch:,} steps, each on {batch:,} pictures"
    if now.classes != len(pictures.classes):
        text += f"; the last layer gets {len(pictures.classes)} outputs, one for each class"
    each = PRESETS[state.preset].per_picture
    if each and not state.own_network:
        text += f". About {duration(each / 1000 * now.epochs * pictures.train)} on two cores"
    row.text(f"{text}.")


def _recipe(page: Sheet, state: TrainingState) -> None:
    """Add every setting that is not beside the start, with its explanation, in groups."""
    row = page.row()
    row.button("As in the preset", "reset", disabled=not state.changed(), help="Undo all changes of the settings.")
    columns = page.columns([2, 3, 2, 2.4])
    for (title, those), column in zip(settings.recipe(state).items(), columns, strict=True):
        column.text(f"**{title}**")
        column.knobs(those, title, refused=_refused(state, those))
        if title == "Steps":
            column.plot(planned(state.settings), "planned")


def planned(config: Config) -> dict:
    """Return the learning rate over the training as a figure."""
    return figures.planned([lr_at(config, k, CURVE) for k in range(CURVE)], config.epochs)


def _stack(page: Sheet, state: TrainingState) -> None:
    """Add the network as a table to edit."""
    network: Network = state.settings.network
    refused = state.refused if isinstance(state.refused, stack.Refusal) else None
    page.widget("stack", "stack", **stack.table(network, summary.rows(network), COLUMNS, refused=refused))
