"""What excites a channel: the test pictures with its largest numbers, and the part of them that it saw."""

import numpy as np
import streamlit as st

from engine.facts import saliency
from engine.facts.saliency import Peaks, Seen
from engine.network.blocks import called
from engine.writing.display import number_text
from pages.states.inside import pictures as inside_pictures
from pages.states.inside.pictures import TestSet
from pages.states.inside.state import InsideState
from pages.states.sheet import png
from pages.states.sheet.colors import colors
from pages.states.sheet.writing import plain

PAGE = "inside.py"
BEST, CHUNK, DEFAULT, SIDE = 9, 100, 1000, 104
COUNT, ASKED = "inside.excite.count", "inside.excite.asked"


@st.cache_data(max_entries=2000, show_spinner=False)
def _chunk(key: tuple, layer: int, tests: TestSet, numbers: range, _state: InsideState) -> Peaks:
    """Return the peaks of some test pictures, from the cache where they are there."""
    inputs = _state.trained.input(tests.pixels(numbers)).astype(np.float32)
    return saliency.peaks(_state.network, _state.trained.single, inputs, layer - 1)


def draw(state: InsideState) -> None:
    """Draw the search, and its results for the open channel."""
    number, channel = state.channel
    values = state.output(number)
    sets = inside_pictures.test_sets(state.trained)
    tests = inside_pictures.fitting(state.trained) or sets[0]
    counts = sorted({min(tests.count, n) for n in (200, DEFAULT, 2000, 10_000)})
    name = f"channel {channel}" if values.ndim == 3 else _output(state, number, channel)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    if st.session_state.get(COUNT) not in counts:
        st.session_state[COUNT] = min(tests.count, DEFAULT)
    count = row.selectbox(
        "Test pictures", counts, key=COUNT, format_func=lambda n: f"the first {n:,}", width=160,
        help=f"Searched: {plain(tests.plural)}. Choose the channel in the maps above.",
    )  # fmt: skip
    key = state.model.version
    asked = st.session_state.setdefault(ASKED, set())
    if row.button(
        f"Search for what excites {name} of layer {number}, {called(state.layer(number))}", type="primary",
        icon=":material/search:",
    ):  # fmt: skip
        asked.add((*key, number, tests.key, count))
    if (*key, number, tests.key, count) not in asked:
        st.caption("All channels of the layer are searched at once; choosing another one then takes no time.")
        return
    try:
        peaks = _search(state, key, number, tests, count)
    except ValueError as error:  # the folder of pictures has changed or is gone
        st.error("The pictures cannot be read any more.", icon=":material/broken_image:")
        st.text(str(error))
        return
    best = saliency.strongest(peaks, channel, BEST)
    share = float((peaks.values[:, channel] > 0).mean())
    st.markdown(
        f"**{name[:1].upper()}{name[1:]}** of layer {number}, {called(state.layer(number))}: the strongest of "
        f"{count:,} {plain(tests.plural)}. It is above 0 somewhere in {100 * share:.0f} % of them."
    )
    for place, column in zip(best, st.columns(BEST, gap="small"), strict=False):
        with column:
            _one(state, number, tests, channel, place)


def _output(state: InsideState, number: int, place: int) -> str:
    return plain(state.classes[place]) if number >= state.network.logits else f"number {place}"


def _search(state: InsideState, key: tuple, layer: int, tests: TestSet, count: int) -> Peaks:
    """Return the peaks of the first test pictures, chunk by chunk, with progress where it takes time."""
    parts = [range(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]
    bar = st.progress(0.0)
    chunks = []
    for numbers in parts:
        chunks.append(_chunk(key, layer, tests, numbers, state))
        bar.progress(numbers.stop / count, f"{numbers.stop:,} of {count:,} pictures")
    bar.empty()
    return saliency.joined(chunks)


def _one(state: InsideState, number: int, tests: TestSet, channel: int, place: tuple[int, int, float]) -> None:
    """Draw one picture with the part that the strongest cell saw, its value, and a button that opens it."""
    picture_number, cell, value = place
    shape = state.output(number).shape
    row_column = divmod(cell, shape[-1]) if len(shape) == 3 else (0, 0)
    field = state.fields[number] if len(shape) == 3 else None
    window = saliency.seen(field, row_column, state.input.shape)
    pixels = tests.pixels(range(picture_number, picture_number + 1))[0]
    st.html(framed(pixels.transpose(1, 2, 0), window))
    flat = channel * int(np.prod(shape[1:])) + cell if len(shape) == 3 else channel
    st.page_link(
        PAGE, label=f"{number_text(value, 2)}", icon=":material/open_in_full:",
        query_params={"run": state.model.key, "x": f"{tests.key}-{picture_number}", "at": f"{number}.{flat}"},
        help=plain(f"Open {tests.title} {picture_number}, {tests.truth(picture_number)}, at this cell"),
    )  # fmt: skip


def framed(pixels: np.ndarray, window: Seen) -> str:
    """Return uint8 (H, W, 3) with a frame around a part of it, as HTML."""
    height, width = pixels.shape[:2]
    table = colors("light")
    top, left = 100 * window.top / height, 100 * window.left / width
    tall, broad = 100 * window.height / height, 100 * window.width / width
    return (
        f'<div class="inside-peak" style="position:relative;max-width:{SIDE}px">'
        f'<img alt="" src="{png.address(np.ascontiguousarray(pixels))}" '
        'style="width:100%;display:block;image-rendering:pixelated;border-radius:4px">'
        f'<div style="position:absolute;top:{top:.2f}%;left:{left:.2f}%;height:{tall:.2f}%;width:{broad:.2f}%;'
        f"box-sizing:border-box;border:2px solid {table['surface']};outline:2px solid {table['accent']};"
        'outline-offset:-1px"></div></div>'
    )
