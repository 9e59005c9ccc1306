"""The calculator's one-layer half: the form, what comes out with its working, the windows, the reverse question."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from engine.facts import solve
from engine.facts.placement import strips
from engine.functional.shapes import Working
from engine.layers import ConvTranspose2d
from engine.network.tables import counted
from pages.states.edits import Refused
from pages.states.shapes import layer as state
from pages.states.shapes.layer import OneLayer
from pages.ui.draw import refusals
from pages.ui.shapes import windows as windows_figure
from pages.ui.shapes.form import Part, Refusal, Row, form, turns
from pages.ui.shapes.session import FILE, link

APART = "calculator.apart"
FORM, WANT = "calculator.form", "calculator.want"
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
HELP = {
    "channels": "Channels of the input and of the output: C.",
    "size": "Height and width of the input, in cells.",
    "kernel_size": "Height and width of the window.",
    "stride": "Cells between one window and the next.",
    "padding": 'Cells added on every side; a convolution also takes "same" and "valid".',
    "dilation": "Distance between the kernel's cells.",
    "output_padding": "Cells added to the output below and to the right.",
    "groups": "Channel groups: each output channel sees only its own group's input channels.",
    "want": "The output's height and width that you want.",
}


def rows(one: OneLayer, apart: bool) -> list[Row]:
    """Return the form's rows for a state; `apart`: the settings' axes each have a field."""
    choices = tuple(state.CLASSES.items())
    made = [Row("", "", (Part("layer", type(one.layer).__name__, "layer", kind="choice", span=2, choices=choices),))]
    channels = [Part("channels", str(one.shape[0]), "in_channels")]
    if "out_channels" in one.names:
        channels.append(Part("out_channels", str(one.layer.out_channels), "out_channels"))
    made.append(Row("channels", HELP["channels"], tuple(channels)))
    made.append(Row("input H, W", HELP["size"], _pair(one, "size", ("height", "width"), True)))
    split = Part("apart", "1" if apart else "0", "rows, columns apart", kind="link", span=2)
    made.append(Row("", "Set rows and columns on their own.", (split,)))
    for name in one.names:
        if name in state.PAIRS:
            made.append(Row(name, HELP[name], _pair(one, name, (f"{name} down", f"{name} across"), apart)))
    last = []
    if "groups" in one.names:
        last.append(Part("groups", str(one.layer.groups), "groups"))
    last += [
        Part(name, "1" if getattr(one.layer, name) else "0", name, kind="toggle")
        for name in state.FLAGS
        if name in one.names
    ]
    made.append(Row("groups" if "groups" in one.names else "", HELP["groups"], tuple(last)))
    return made


def _pair(one: OneLayer, name: str, labels: tuple[str, str], apart: bool) -> tuple[Part, ...]:
    values = [str(value) for value in state.value_of(one, name)]
    if not apart and values[0] == values[1]:
        return (Part(name, values[0], name, span=2),)
    return tuple(Part(name, value, label, axis) for axis, (value, label) in enumerate(zip(values, labels, strict=True)))


def settings(one: OneLayer) -> None:
    """Draw the choice of a class and the form of its settings."""
    _form(FORM, one, rows(one, st.session_state.get(APART, False)))


def _form(key: str, one: OneLayer, drawn: list[Row]) -> None:
    seen = st.session_state.get(f"{key}.seen", 0)
    form(drawn, key=key, on_turn=partial(_turned, key), seen=seen, refused=refusals.kept(key, one))


def _change(key: str, function: Callable[[OneLayer], OneLayer], at: Refusal) -> None:
    """Apply a change where it gives a possible layer; else keep the last good one, and say why at a field."""
    link.touched()
    try:
        link.state = replace(link.state, layer=function(link.state.layer))
        refusals.drop(FORM)
        refusals.drop(WANT)
    except ValueError as error:
        sentence = str(error)
        if not isinstance(error, Refused):
            sentence += "."
        refused = replace(at, sentence=f"{sentence} The last good settings are kept.")
        refusals.keep(key, link.state.layer, refused)


def _turned(key: str) -> None:
    """Take over what was typed and pressed in a form, in order and each once."""
    for turn in turns(key, st.session_state.get(f"{key}.seen", 0)):
        st.session_state[f"{key}.seen"] = turn["number"]
        field, axis, text, by = str(turn["field"]), turn.get("axis"), str(turn.get("text", "")), turn.get("by", 0)
        if field == "apart":
            st.session_state[APART] = text == "1"
            continue
        if field == "layer":
            _change(key, partial(state.with_class, kind=text), Refusal(field, None, "", ""))
            continue
        axis = None if axis is None else 1 if axis else 0
        function = partial(state.with_field, name=field, axis=axis, text=text, by=int(by))
        _change(key, function, Refusal(field, axis, text, ""))


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
    """Draw the arithmetic of both sizes: once, with what each line stands for, where they are alike."""
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
    """Draw where the windows lie, and say what none of them reaches."""
    st.html(windows_figure.figure(*strips(one.layer, one.shape)))


def reverse(one: OneLayer) -> None:
    """Draw the size that is wanted, and the settings that give it, each as a link that sets it."""
    st.markdown("**Which settings give the size I want?**")
    _form(WANT, one, [Row("I want H, W", HELP["want"], _pair(one, "want", ("wanted height", "wanted width"), True))])
    wanted, given = (" × ".join(map(str, size)) for size in (one.wanted, one.output_shape[1:]))
    found = solve.solve(one.layer, one.shape, one.wanted, most=ANSWERS)
    if wanted == given:
        st.markdown(f":green[:material/check:] These settings give **{wanted}**. " + "So would:" * bool(found.answers))
    elif found.answers:
        st.markdown(f"Now it is {given}. To make it **{wanted}**:")
    else:
        st.markdown(f"No one setting, and no two together, give **{wanted}**. Now it is {given}.")
    for answer in found.answers:
        query = state.to_query(state.with_answer(one, answer.layer))
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
