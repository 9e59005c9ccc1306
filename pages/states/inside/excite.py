"""What excites a channel: the test pictures with its largest numbers, and the part of them that it saw."""

import time
from html import escape

import numpy as np

from engine.cached import Kept
from engine.facts import saliency
from engine.facts.saliency import Peaks, Seen
from engine.network.blocks import called
from engine.writing.display import number_text
from pages.states.inside import knobs
from pages.states.inside.pictures import TestSet
from pages.states.inside.state import InsideState
from pages.states.sheet import Sheet, png
from pages.states.sheet.parts import fingerprint
from pages.states.sheet.writing import plain

BEST, CHUNK, SECONDS = 9, 100, 0.5
_CHUNKS = Kept(500)


def fill(page: Sheet, state: InsideState) -> None:
    """Put the search on the page; its results for the open channel stand below it."""
    number, channel = state.channel
    tests, _, count = knobs.counts(state)
    row = page.row()
    row.knobs([knobs.searched(state)], "searched")
    row.caption(f"Searched: {plain(tests.plural)}. Choose the channel in the maps above.")
    search = fingerprint(*state.model.version, number, tests.key, count)
    page.ask(
        "excite",
        f"Search for what excites {_name(state)} of layer {number}, {called(state.layer(number))}",
        f"{search} {channel}",
        again=search,
    )
    page.caption("All channels of the layer are searched at once; choosing another one then takes no time.")


def searched(state: InsideState) -> Sheet:
    """Return the results for the open channel; where the search takes longer, how far it is, with `more` to come."""
    page, (number, channel) = Sheet(), state.channel
    tests, _, count = knobs.counts(state)
    try:
        chunks = _search(state, number, tests, count)
    except ValueError as error:  # the folder of pictures has changed or is gone
        page.notice("The pictures cannot be read any more.", "error")
        page.typed(str(error))
        return page
    peaks = saliency.joined(chunks)
    if len(peaks.values) < count:
        page.more = True
        page.text(f"{len(peaks.values):,} of {count:,} pictures …")
        return page
    share, name = float((peaks.values[:, channel] > 0).mean()), _name(state)
    page.text(
        f"**{plain(name[:1].upper() + name[1:])}** of layer {number}, {called(state.layer(number))}: the strongest of "
        f"{count:,} {plain(tests.plural)}. It is above 0 somewhere in {100 * share:.0f} % of them."
    )
    row = page.row()
    for place in saliency.strongest(peaks, channel, BEST):
        _one(row.columns(1)[0], state, tests, place)
    return page


def _name(state: InsideState) -> str:
    """Return what the open channel, or number, is called."""
    number, channel = state.channel
    if state.output(number).ndim == 3:
        return f"channel {channel}"
    return state.classes[channel] if number >= state.network.logits else f"number {channel}"


def _search(state: InsideState, layer: int, tests: TestSet, count: int) -> list[Peaks]:
    """Return the peaks of the first test pictures, chunk by chunk, as far as one request may take."""
    begun, chunks = time.monotonic(), []
    for first in range(0, count, CHUNK):
        if chunks and time.monotonic() - begun > SECONDS:
            break
        chunks.append(_chunk(state, layer, tests, range(first, min(first + CHUNK, count))))
    return chunks


def _chunk(state: InsideState, layer: int, tests: TestSet, numbers: range) -> Peaks:
    """Return the peaks of some test pictures."""

    def make() -> Peaks:
        inputs = state.trained.input(tests.pixels(numbers)).astype(np.float32)
        return saliency.peaks(state.network, state.trained.single, inputs, layer - 1)

    return _CHUNKS.get((*state.model.version, layer, tests, numbers), make)


def _one(page: Sheet, state: InsideState, tests: TestSet, place: tuple[int, int, float]) -> None:
    """Draw one picture with the part that the strongest cell saw, and a link to it, named by its value."""
    (number, channel), (picture, cell, value) = state.channel, place
    shape = state.output(number).shape
    row_column = divmod(cell, shape[-1]) if len(shape) == 3 else (0, 0)
    field = state.fields[number] if len(shape) == 3 else None
    window = saliency.seen(field, row_column, state.input.shape)
    pixels = tests.pixels(range(picture, picture + 1))[0]
    page.html(framed(png.coloured(pixels), window))
    flat = channel * int(np.prod(shape[1:])) + cell if len(shape) == 3 else channel
    page.link(
        number_text(value, 2),
        {"run": state.model.key, "x": f"{tests.key}-{picture}", "at": f"{number}.{flat}"},
        help=f"Open {tests.title} {picture}, {tests.truth(picture)}, at this cell",
    )


def framed(pixels: np.ndarray, window: Seen) -> str:
    """Return uint8 (H, W, 3) with a frame around a part of it, as HTML."""
    height, width = pixels.shape[:2]
    shares = {
        "top": window.top / height, "left": window.left / width, "height": window.height / height,
        "width": window.width / width,
    }  # fmt: skip
    style = ";".join(f"{side}:{100 * share:.2f}%" for side, share in shares.items())
    address = escape(png.address(pixels))
    return f'<div class="inside-peak"><img alt="" src="{address}"><i style="{style}"></i></div>'
