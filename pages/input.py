"""Input: a picture as numbers."""

import streamlit as st

from pages.states.input import code as picture_code
from pages.states.picture import Chosen, Spec, likely_full
from pages.ui.draw import tensor
from pages.ui.input import sources
from pages.ui.input import state as input_state

SCALES = {
    "0-255": "0–255: one byte a channel, 0 is black and 255 full brightness.",
    "0-1": "0–1: byte ÷ 255, rounded to two decimals, so that the sums on later pages close exactly.",
    "0-9": "0–9: byte × 9 ÷ 255, rounded: small numbers, for sums by hand.",
    None: "Numbers as they were typed. ",
}


def scale_sentence(chosen: Chosen, full: float | None) -> str:
    if chosen.scale is not None:
        return SCALES[chosen.scale]
    if chosen.values.min() < 0:
        return SCALES[None] + "Negative cells are orange, positive blue; the lowest number is drawn black."
    return SCALES[None] + f"Drawn with 0 as black and {full or chosen.values.max():g} as full brightness."


def to_try(title: str, task: str, names: list[str], channels: str, size: int, scale: str) -> None:
    """One thing to try: a question, and a link to the state in which to look for its answer."""
    texts = [Spec(name, channels, size, scale).text for name in names]
    with st.container(border=True, height="stretch"):
        icon = ":material/play_circle:"
        st.page_link("input.py", label=f"**{title}**", icon=icon, query_params={"x": texts})
        st.markdown(task)


problems = input_state.open_link()
st.html(tensor.style())

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.markdown("# What does a network see in a picture?")
    onward = st.container(key="onward", width="content")

with st.container(horizontal=True):
    source = input_state.source_control()
    if source not in sources.UNSCALED:
        sources.settings_row()
picked = sources.PANELS[source]()
batch = input_state.take(picked, problems)
if problem := input_state.check_number("n", len(batch) - 1, 0):
    problems.append(problem)
if problems:
    with st.container(key="problems"):
        st.warning("  \n".join(problems), icon=":material/link_off:")

# The tensor
c, h, w = batch[0].values.shape
st.html(tensor.shape(len(batch), c, h, w))
n = 0
if len(batch) > 1:
    input_state.hold("n", len(batch) - 1)
    with st.container(horizontal=True, vertical_alignment="center", gap="large"):
        strip = st.empty()
        n = st.segmented_control(
            "The picture that the other pages use",
            list(range(len(batch))),
            format_func=str,
            key="n",
            bind="query-params",
            required=True,
            default=0,
        )
    fulls = [p.full_scale or likely_full(p.values) for p in batch]
    thumbnails = [tensor.picture(p.values, full) for p, full in zip(batch, fulls, strict=True)]
    strip.html(tensor.batch(thumbnails, [p.title for p in batch], n), width="content")

chosen = batch[n]
full = chosen.full_scale or likely_full(chosen.values)
if max(h, w) <= tensor.MAX_CELLS:
    st.html(tensor.cells(chosen.values, full, n) + tensor.script(), unsafe_allow_javascript=True)
else:
    left, right = st.columns([13, 5], gap="large")
    pictures, numbers = left.empty(), st.empty()
    at = {}
    with right:
        for name, label, length in (("row", "Patch from row h", h), ("col", "Patch from column w", w)):
            last = max(0, length - tensor.PATCH)
            middle = last // 2
            if problem := input_state.check_number(name, last, middle):
                st.warning(problem, icon=":material/link_off:")
            at[name] = input_state.hold(name, last, middle)
            if last:
                at[name] = st.slider(label, 0, last, middle, key=name, bind="query-params")
        st.caption(f"Too many numbers for one page: these are those of one {tensor.PATCH} × {tensor.PATCH} patch.")
    drawn = tensor.images(chosen.values, full, at["row"], at["col"], n)
    pictures.html(drawn + tensor.script(), unsafe_allow_javascript=True)
    if c > 1:
        numbers.html(tensor.patch(chosen.values, full, at["row"], at["col"], n))

unlinked = input_state.finish(batch, n)
st.caption(" ".join(filter(None, [scale_sentence(chosen, full), unlinked])))
with onward:
    st.page_link(
        "convolution.py",
        label="Step through a convolution with this picture",
        icon=":material/arrow_forward:",
        icon_position="right",
        query_params={"x": chosen.text} if chosen.text else None,
    )

st.markdown("## Three things to try")
grey, colour, several = st.columns(3)
with grey:
    to_try(
        "One channel",
        "A grey picture is one grid of brightnesses, C = 1. Which numbers turn the 7 into a 1?",
        ["digit"], "grey", 6, "0-9",
    )  # fmt: skip
with colour:
    to_try(
        "Three channels",
        "Colour takes three grids: red, green and blue. In one of them the red and white squares cannot be "
        "told apart. Which, and why?",
        ["checkerboard"], "rgb", 6, "0-9",
    )  # fmt: skip
with several:
    to_try(
        "A batch",
        "Networks are fed several pictures at once: N = 3. Which numbers of the shape must be the same for "
        "all three?",
        ["digit", "letter", "scene"], "rgb", 8, "0-255",
    )  # fmt: skip

left, right = st.columns([1, 1], gap="large")
with left:
    st.markdown("## Usual misunderstandings")
    st.markdown(
        "- **Rows come first.** `x[n, c, h, w]`: h counts down from the top, w to the right; not (x, y).\n"
        "- **Channels come before rows in PyTorch** (N, C, H, W), and last in NumPy and Pillow (H, W, C): "
        "`permute(2, 0, 1)` goes from one to the other.\n"
        "- **Grey is not the mean of red, green and blue.** The eye sees green best: "
        "0.299 R + 0.587 G + 0.114 B.\n"
        "- **The scale is part of the input.** A network that was trained on 0–1 fails on 0–255.\n"
        "- **A picture that looks grey may have three channels**, all the same."
    )
with right:
    st.markdown("## The same in PyTorch")
    file = None
    if picked and source in ("Upload", "Camera"):
        file = (sources.setting("size"), sources.setting("channels"), sources.CUTS[sources.setting("cut")])
    st.code(picture_code.code(batch, file), language="python", height=280)
