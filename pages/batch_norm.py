"""The Batch norm lesson, with group norm as its second layer."""

import numpy as np
import streamlit as st

from engine import functional as F
from engine.facts import norm as norm_facts
from engine.layers import GroupNorm
from engine.layers.steps.norm import NormSteps
from engine.writing.display import channel_names, number_text, shared_decimals
from pages.states.registry import KINDS
from pages.ui.draw.figure import plot
from pages.ui.draw.theme import theme
from pages.ui.lesson import parts as lesson
from pages.ui.lesson.figures import norm as figures_norm
from pages.ui.lesson.page import lesson_page

BATCH_NORM = KINDS["batch_norm"]

PAGE = "batch_norm.py"


def number(value: float) -> str:
    """Return a number as it stands in a sentence, with ≈ where it is rounded."""
    decimals, exact = shared_decimals(np.array(value))
    return f"{'' if exact else '≈ '}{number_text(value, decimals)}"


def before_and_after(state, trace, step: int) -> None:
    """Draw the numbers of a channel (or a group) before and after, and the mean and the variance of each."""
    layer = state.layer
    stages = norm_facts.stages(layer, state.input, state.parameters)
    unit = shown_unit(trace, step)
    st.markdown("##### Before and after" + (f", {name_of(layer, unit)}" if layer.units > 1 else ""))
    plot(figures_norm.spread(stages, unit, layer.unit, theme()), "batch_norm.spread")
    if layer.units > 1:
        st.markdown(f"Mean · variance of every {layer.unit}:")
        st.markdown(table(layer, stages))


def table(layer, stages) -> str:
    """Return the mean and variance of every channel (or group) at each stage, as a Markdown table."""
    heads = " | ".join(stage.name for stage in stages)
    lines = [f"| {layer.unit} | {heads} |", "|---" * (len(stages) + 1) + "|"]
    for k in range(layer.units):
        cells = " | ".join(f"{number(s.mean[k])} · {number(s.variance[k])}" for s in stages)
        lines.append(f"| {name_of(layer, k).removeprefix(f'{layer.unit} ')} | {cells} |")
    return "\n".join(lines)


def name_of(layer, unit: int) -> str:
    """Return what a channel (or a group) is called inside a sentence."""
    name = layer.unit_name(unit)
    return name[0].lower() + name[1:]


def shown_unit(trace, step: int) -> int:
    """Return the channel (or the group) that a step is about."""
    return int(np.concatenate([phase.page for phase in trace.phases])[step])


def whose_statistics(state) -> None:
    """Draw which numbers share a mean and a variance, and whether training and evaluation differ."""
    if isinstance(state.layer, GroupNorm):
        groups(state)
    else:
        training_and_evaluation(state)


def groups(state) -> None:
    """Draw what a group is, which relative of group norm this is, and how it differs from batch norm."""
    layer = state.layer
    each, count = layer.num_channels // layer.num_groups, state.input.size // layer.num_groups
    st.markdown("##### Which numbers share a mean")
    channels = "1 channel" if each == 1 else f"{each} channels"
    st.markdown(
        f"A group is {channels} of **one picture**: {count} numbers, with one mean and one variance. Each channel "
        f"still has its own γ and β. {norm_facts.relative(layer)}"
    )
    st.markdown(
        "**What differs from batch norm:** the other pictures of the batch do not count, so a batch of one or two "
        "works as well as a large one. There are no running statistics: training and evaluation do the same."
    )


def training_and_evaluation(state) -> None:
    """Draw which statistics are used, and where the running ones come from."""
    layer = state.layer
    st.markdown("##### Training and evaluation")
    if not layer.track_running_stats:
        count = state.input[0].size
        st.markdown(
            f"**Now: the input's own statistics**, over the {count} numbers of each channel, as in training. In a "
            "batch of several pictures it would be the numbers of all of them. So the output of a picture depends on "
            "the other pictures in its batch. Turn *running statistics* on to see evaluation."
        )
        return
    st.markdown(
        "**Now: the running statistics**, as in evaluation (`model.eval()`): two stored numbers for each channel. "
        "The output of a picture depends on that picture only. Turn *running statistics* off to see training."
    )
    found = norm_facts.moved(state.input, state.parameters["running_mean"], state.parameters["running_var"])
    if found is None:
        return
    st.markdown(
        "Each step of training moves them a tenth of the way (momentum 0.1). With this input, channel by channel:"
    )
    names = channel_names(len(state.input))
    lines = []
    for c, name in enumerate(names):
        for what, old, batch, new in (
            ("mean", state.parameters["running_mean"][c], found.batch_mean[c], found.mean[c]),
            ("variance", state.parameters["running_var"][c], found.batch_var[c], found.var[c]),
        ):
            lines.append(f"- {name + ' ' if name else ''}{what}: {moved_line(float(old), float(batch), float(new))}")
    st.markdown("\n".join(lines))
    st.caption(
        "The running variance moves towards the unbiased variance (divided by m − 1). The numbers themselves are "
        "normalised with the biased one (divided by m)."
    )


def moved_line(old: float, batch: float, new: float) -> str:
    """Return one move of a running statistic with its numbers."""
    decimals, exact = shared_decimals(np.array([old, batch, new]))
    texts = [number_text(value, decimals) for value in (old, batch, new)]
    return f"0.9 × {texts[0]} + 0.1 × {texts[1]} {'=' if exact else '≈'} **{texts[2]}**"


def eps(state, trace, step: int) -> None:
    """Draw what eps does here."""
    layer, unit = state.layer, shown_unit(trace, step)
    st.markdown("##### What eps does")
    text = f"It keeps the square root away from 0: a {layer.unit} whose numbers are all equal has variance 0."
    if layer.own_statistics:
        left = norm_facts.narrowed(layer, state.input, unit)
        text += (
            f" It also leaves the variance{f' of {name_of(layer, unit)}' if layer.units > 1 else ''} a little below 1: "
            f"{left.variance} ÷ {left.divisor} {'=' if left.closes else '≈'} **{left.result}**."
        )
    st.markdown(text)


def below(state, trace, step: int) -> None:
    """Draw the parts that only this lesson has."""
    left, right = st.columns(2, gap="large")
    with left:
        before_and_after(state, trace, step)
    with right:
        whose_statistics(state)
        eps(state, trace, step)


def source(state):
    """Return the engine's code behind a state."""
    return NormSteps, F.group_norm if isinstance(state.layer, GroupNorm) else F.batch_norm


lesson_page(
    BATCH_NORM,
    PAGE,
    "What is left of a channel when its mean and its spread are removed?",
    below=below,
    source=source,
    tries=(
        lesson.Try(
            "The same input in evaluation: why is the mean no longer 1 after γ and β?",
            {"example": "evaluation"},
        ),
        lesson.Try("γ = σ and β = μ: what comes out? Then change one number of the input.", {"example": "undone"}),
        lesson.Try(
            "Group norm: set the groups to 1, then to 4. Which numbers share a mean now?", {"example": "groups"}
        ),
    ),
    beliefs=(
        (
            "Batch norm normalises each picture.",
            "It normalises each channel, over all pictures of the batch together (N, H and W).",
        ),
        (
            "In evaluation it uses the batch.",
            "In evaluation it uses the running statistics. Forgetting `model.eval()` is a common bug.",
        ),
        (
            "γ and β undo it, so it is useless.",
            "They can, where training finds that useful. But then the mean and the spread are two numbers that are "
            "learned, and do not depend on all the weights before.",
        ),
        (
            "Group norm is batch norm with fewer channels at a time.",
            "Batch norm mixes pictures and keeps channels apart; group norm mixes the channels of a group and keeps "
            "pictures apart.",
        ),
        ("It makes the numbers normally distributed.", "It shifts and scales: the shape of the distribution stays."),
        ("A convolution before it needs a bias.", "The mean is subtracted, and the bias with it. β does its work."),
    ),
)
