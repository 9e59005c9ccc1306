"""The Pooling lesson."""

from engine import functional as F
from engine.facts import pooling as pooling_facts
from engine.layers import AdaptiveAvgPool2d, MaxPool2d, Upsample
from engine.layers.steps.pooling import copied, steps
from engine.layers.steps.windows import sharing, sliding
from pages.states.sheet import Sheet, changed


def listed(name: str, places: tuple[int, ...]) -> str:
    """Return "row 4", "rows 1, 2 and 5", or nothing where there are none."""
    if not places:
        return ""
    *first, last = map(str, places)
    return f"{name}s {', '.join(first)} and {last}" if first else f"{name} {last}"


def what_is_left(page: Sheet, state) -> None:
    """Draw how many numbers remain, and which ones no window reaches."""
    layer, shape = state.layer, state.input.shape
    into, out = pooling_facts.numbers(layer, shape)
    page.heading("What is left")
    page.text(
        f"**{into} numbers go in, {out} come out**, channel by channel: there are still {shape[0]} channels. "
        if shape[0] > 1
        else f"**{into} numbers go in, {out} come out.**"
    )
    missed = pooling_facts.missed(layer, shape)
    if not missed.cells:
        page.text("Every number of the input lies in a window.")
        return
    lines = " and ".join(filter(None, (listed("row", missed.rows), listed("column", missed.columns))))
    verb = "is" if len(missed.rows) + len(missed.columns) == 1 else "are"
    remedy = " With `ceil_mode` a last window would reach them." if missed.ceil_mode else ""
    page.text(
        f"**{lines[0].upper()}{lines[1:]} {verb} dropped**: no window reaches them, so {missed.cells} of the "
        f"{missed.of} numbers of each channel do not count.{remedy}"
    )


def what_is_forgotten(page: Sheet, state) -> None:
    """Draw the present channel, the same moved right by one cell, and what pooling makes of each."""
    trace, step = state.trace, state.shown_step
    shift = pooling_facts.shift(state.layer, state.input, trace.output)
    channel = int(trace.phases[0].page[step])
    page.heading("What pooling forgets")
    before, after, changes = shift.before[channel], shift.after[channel], shift.changed[channel]
    pooled, again, noticed = (a[channel] for a in (shift.pooled_before, shift.pooled_after, shift.pooled_changed))
    drawn = changed.pairs(
        (changed.Board("input", before, changes), changed.Board("pooled", pooled, noticed)),
        (changed.Board("moved right by one", after, changes), changed.Board("pooled", again, noticed)),
    )
    page.html(drawn)
    page.gives("step")
    moved, of, differ, of_pooled = shift.counts(channel)
    page.text(
        f"Move the picture one cell to the right and **{moved} of {of}** numbers change, of the pooled "
        f"ones **{differ} of {of_pooled}** (marked). Only a move inside one window goes unnoticed: "
        + (
            "the largest number counts, not where in the window it stood."
            if isinstance(state.layer, MaxPool2d)
            else "the sum counts, not which cell gave which part of it."
        )
    )


def short_formula(page: Sheet, state) -> None:
    """Draw the short formula of the size, and whether it is right here."""
    page.heading("The short formula")
    if isinstance(state.layer, AdaptiveAvgPool2d):
        page.text(
            "There is none: the output's size is the setting itself, and the regions follow from it. With "
            "`output_size` 1 a channel of any size becomes one number, its mean: **global average pooling**."
        )
        return
    axes = pooling_facts.short(state.layer, state.input.shape)
    page.math(r",\qquad ".join(axis.line.latex for axis in axes))
    reasons = list(dict.fromkeys(reason for axis in axes for reason in axis.reasons))
    if not reasons:
        page.text(
            "**It is right here**: the stride is the window, nothing is padded, and the window divides both sizes."
        )
        return
    sizes = " × ".join(str(axis.size) for axis in axes)
    by_chance = all(axis.agrees for axis in axes)
    verdict = "It is right only by chance" if by_chance else "It is wrong here"
    page.text(
        f"**{verdict}**, because {' and '.join(reasons)}. The output is {sizes}; the general formula, worked out "
        "under *Shapes*, always holds."
    )


def below(page: Sheet, state) -> None:
    """Draw the parts that only this lesson has."""
    if isinstance(state.layer, Upsample):
        page.heading("The way back")
        page.text(
            "Pooling makes maps smaller; this makes them larger again, with nothing to learn. What pooling has "
            "forgotten does not come back: each cell is only repeated. A convolution behind it can smooth the blocks."
        )
        return
    left, right = page.columns()
    what_is_left(left, state)
    short_formula(left, state)
    what_is_forgotten(right, state)


def source(state):
    """Return the engine's code behind a state."""
    if isinstance(state.layer, Upsample):
        return sharing, copied
    where = sharing if isinstance(state.layer, AdaptiveAvgPool2d) else sliding
    return where, steps, getattr(F, state.layer.functional)
