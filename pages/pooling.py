"""The Pooling lesson."""

import streamlit as st

from engine import functional as F
from engine.facts import pooling as pooling_facts
from engine.layers import AdaptiveAvgPool2d, MaxPool2d
from engine.layers.steps.pooling import steps
from engine.layers.steps.windows import sharing, sliding
from pages.states.registry import KINDS
from pages.ui.draw import changed
from pages.ui.lesson import parts as lesson
from pages.ui.lesson.page import lesson_page

POOLING = KINDS["pooling"]

PAGE = "pooling.py"


def listed(name: str, places: tuple[int, ...]) -> str:
    """Return "row 4", "rows 1, 2 and 5", or nothing where there are none."""
    if not places:
        return ""
    *first, last = map(str, places)
    return f"{name}s {', '.join(first)} and {last}" if first else f"{name} {last}"


def what_is_left(state) -> None:
    """Draw how many numbers remain, and which ones no window reaches."""
    layer, shape = state.layer, state.input.shape
    into, out = pooling_facts.numbers(layer, shape)
    st.markdown("##### What is left")
    st.markdown(
        f"**{into} numbers go in, {out} come out**, channel by channel: there are still {shape[0]} channels. "
        if shape[0] > 1
        else f"**{into} numbers go in, {out} come out.**"
    )
    missed = pooling_facts.missed(layer, shape)
    if not missed.cells:
        st.markdown("Every number of the input lies in a window.")
        return
    lines = " and ".join(filter(None, (listed("row", missed.rows), listed("column", missed.columns))))
    verb = "is" if len(missed.rows) + len(missed.columns) == 1 else "are"
    remedy = " With `ceil_mode` a last window would reach them." if missed.ceil_mode else ""
    st.markdown(
        f"**{lines[0].upper()}{lines[1:]} {verb} dropped**: no window reaches them, so {missed.cells} of the "
        f"{missed.of} numbers of each channel do not count.{remedy}"
    )


def what_is_forgotten(state, step: int, trace) -> None:
    """Draw the present channel, the same moved right by one cell, and what pooling makes of each."""
    shift = pooling_facts.shift(state.layer, state.input)
    channel = int(trace.phases[0].page[step])
    st.markdown("##### What pooling forgets")
    before, after, changes = shift.before[channel], shift.after[channel], shift.changed[channel]
    pooled, again, noticed = (a[channel] for a in (shift.pooled_before, shift.pooled_after, shift.pooled_changed))
    drawn = changed.pairs(
        (changed.Board("input", before, changes), changed.Board("pooled", pooled, noticed)),
        (changed.Board("moved right by one", after, changes), changed.Board("pooled", again, noticed)),
    )
    st.html(drawn)
    moved, of, differ, of_pooled = shift.counts(channel)
    st.markdown(
        f"Move the picture one cell to the right and **{moved} of {of}** numbers change, of the pooled "
        f"ones **{differ} of {of_pooled}** (marked). Only a move inside one window goes unnoticed: "
        + (
            "the largest number counts, not where in the window it stood."
            if isinstance(state.layer, MaxPool2d)
            else "the sum counts, not which cell gave which part of it."
        )
    )


def short_formula(state) -> None:
    """Draw the short formula of the size, and whether it is right here."""
    st.markdown("##### The short formula")
    if isinstance(state.layer, AdaptiveAvgPool2d):
        st.markdown(
            "There is none: the output's size is the setting itself, and the regions follow from it. With "
            "`output_size` 1 a channel of any size becomes one number, its mean: **global average pooling**."
        )
        return
    axes = pooling_facts.short(state.layer, state.input.shape)
    st.latex(r",\qquad ".join(axis.line.latex for axis in axes))
    reasons = list(dict.fromkeys(reason for axis in axes for reason in axis.reasons))
    if not reasons:
        st.markdown(
            "**It is right here**: the stride is the window, nothing is padded, and the window divides both sizes."
        )
        return
    sizes = " × ".join(str(axis.size) for axis in axes)
    by_chance = all(axis.agrees for axis in axes)
    verdict = "It is right only by chance" if by_chance else "It is wrong here"
    st.markdown(
        f"**{verdict}**, because {' and '.join(reasons)}. The output is {sizes}; the general formula, worked out "
        "under *Shapes*, always holds."
    )


def below(state, trace, step: int) -> None:
    """Draw the parts that only this lesson has."""
    left, right = st.columns(2, gap="large")
    with left:
        what_is_left(state)
        short_formula(state)
    with right:
        what_is_forgotten(state, step, trace)


def source(state):
    """Return the engine's code behind a state."""
    where = sharing if isinstance(state.layer, AdaptiveAvgPool2d) else sliding
    return where, steps, getattr(F, state.layer.functional)


lesson_page(
    POOLING,
    PAGE,
    "What is left when each window becomes one number?",
    below=below,
    source=source,
    tries=(
        lesson.Try(
            "Move the 20 to another cell of its window (double-click): what changes below?",
            {"example": "max", "step": "2"},
        ),
        lesson.Try(
            "A digit, then the same one cell further right: how many pooled numbers notice?",
            {"x": "pic.digit.grey.12.0-9", "layer": "MaxPool2d"},
        ),
        lesson.Try(
            "An average at the edge: which numbers change when count padding is off?",
            {"example": "average", "kernel_size": "3", "stride": "2", "padding": "1"},
        ),
    ),
    beliefs=(
        ("Pooling has weights.", "It has none: 0 parameters, nothing is learned."),
        (
            "Max pooling keeps positions.",
            "It keeps the value. Which cell of the window it came from is lost to the next layer.",
        ),
        ("The stride is 1 unless set.", "In PyTorch a pooling's stride is its kernel_size; a convolution's is 1."),
        ("Padding is zeros.", "Not in max pooling: it is −∞, or it would win over negative numbers."),
        ("Pooling mixes the channels.", "Each channel is pooled on its own: as many come out as go in."),
    ),
)
