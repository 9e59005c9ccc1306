"""One layer in the calculator: the form, the result with its working, the windows, the reverse question."""

from dataclasses import replace

import streamlit as st

from engine.facts import solve
from engine.facts.placement import strips
from engine.functional.working import Working
from engine.layers import ConvTranspose2d
from engine.network.tables import counted
from pages.states.shapes.layer import OneLayer
from pages.ui.shapes import windows as windows_figure
from pages.ui.shapes.form import SETTINGS, WANT, form
from pages.ui.shapes.session import FILE

ANSWERS = 7
SYMBOLS = "F: kernel_size, S: stride, P: padding, D: dilation"
STYLE = """<style>
[class*="st-key-calculator-"] p { font-size: 0.9rem }
.st-key-calculator-result p { line-height: 1.45 }
.st-key-calculator-result > :first-child p { font-size: 1.1rem }
.st-key-calculator-reverse a p { white-space: normal; text-align: left }
.st-key-calculator-working .katex { font-size: 1.02rem; display: inline-block; margin: 2px 0 }
.st-key-calculator-working p { line-height: 1.75 }
</style>"""


def settings(one: OneLayer) -> None:
    """Draw the choice of a class and the form of its settings."""
    form(SETTINGS, one, one.knobs)


def result(one: OneLayer) -> None:
    """Draw shapes in and out, parameters and multiply-adds."""
    inward, outward = (" × ".join(f"{n:,}" for n in shape) for shape in (one.shape, one.output_shape))
    costs = f"{counted(one.layer.parameter_count)} parameters" if one.layer.parameter_count else "no parameters"
    if work := one.layer.multiply_adds(one.shape):
        costs += f" · {counted(work)} multiply-adds"
    with st.container(key="calculator-result", gap=None):
        st.markdown(f"C, H, W: {inward} → **{outward}**")
        st.markdown(f"{costs}  \n`{one.layer.code()}`")


def working(one: OneLayer) -> None:
    """Draw the arithmetic of both sizes, with the meaning of each line; once where the two are alike."""
    down, across = one.layer.working(one.shape)
    with st.container(key="calculator-working", gap=None):
        if [line.text for line in down.steps] == [line.text for line in across.steps]:
            st.markdown(f"**height {down.size}**, and **width {across.size}** in the same way  \n{_lines(down, True)}")
            return
        for column, title, steps in zip(st.columns(2), ("height", "width"), (down, across), strict=True):
            with column:
                st.markdown(f"**{title} {steps.size}**  \n{_lines(steps, False)}")


def _lines(steps: Working, noted: bool) -> str:
    lines = [replace(steps.formula, note=SYMBOLS), replace(steps.substitution, note="with the numbers put in")]
    texts = []
    for line in (*lines, *steps.steps):
        note = f" &emsp; :gray[{line.note}]".replace("_", r"\_") if noted and line.note else ""
        texts.append(rf"$\displaystyle {line.latex}${note}")
    return "  \n".join(texts)


def windows(one: OneLayer) -> None:
    """Draw where the windows lie, and say which cells none of them reaches."""
    st.html(windows_figure.figure(*strips(one.layer, one.shape)))


def reverse(one: OneLayer) -> None:
    """Draw the wanted size, and the settings that give it, each with a link that sets them."""
    st.markdown("**Which settings give the size I want?**")
    form(WANT, one, one.want_knobs)
    wanted, given = (" × ".join(map(str, size)) for size in (one.wanted, one.output_shape[1:]))
    found = solve.solve(one.layer, one.shape, one.wanted, most=ANSWERS)
    if wanted == given:
        st.markdown(f":green[:material/check:] These settings give **{wanted}**. " + "So would:" * bool(found.answers))
    elif found.answers:
        st.markdown(f"Now it is {given}. To make it **{wanted}**:")
    else:
        st.markdown(f"Neither one setting nor two together give **{wanted}**. Now it is {given}.")
    for answer in found.answers:
        query = one.with_answer(answer.layer).query()
        st.page_link(FILE, label=_label(answer, one), query_params=query, icon=":material/arrow_forward:")
    if found.misses:
        with st.popover("Why not the others?", type="tertiary"):
            st.markdown("\n".join(f"- {miss}" for miss in found.misses))


def _label(answer: solve.Answer, one: OneLayer) -> str:
    label = f"**{answer.text}**"
    if any(answer.dropped):
        verb = "leaves empty" if isinstance(one.layer, ConvTranspose2d) else "drops"
        counts = zip(answer.dropped, ("row", "column"), strict=True)
        label += f" :gray[{verb} " + ", ".join(f"{n} {name}{'s' * (n > 1)}" for n, name in counts if n) + "]"
    return label + (" :gray[some windows read padding alone]" if answer.idle else "")
