"""The Batch norm lesson, with group norm as its second layer."""

import numpy as np

from engine import functional as F
from engine.facts import norm as norm_facts
from engine.layers import GroupNorm
from engine.layers.steps.norm import NormSteps
from engine.writing.display import channel_names, number_text, shared_decimals
from pages.states.lesson.figures import norm as figures
from pages.states.sheet import Sheet


def number(value: float) -> str:
    """Return a number as it stands in a sentence, with ≈ where it is rounded."""
    decimals, exact = shared_decimals(np.array(value))
    return f"{'' if exact else '≈ '}{number_text(value, decimals)}"


def before_and_after(page: Sheet, state) -> None:
    """Draw the numbers of a channel (or a group) before and after, and the mean and the variance of each."""
    trace, step = state.trace, state.shown_step
    layer = state.layer
    stages = norm_facts.stages(layer, state.input, state.parameters, trace.output)
    unit = shown_unit(trace, step)
    page.heading("Before and after" + (f", {name_of(layer, unit)}" if layer.units > 1 else ""))
    page.plot(figures.spread(stages, unit, layer.unit), "batch_norm.spread")
    page.gives("step")
    if layer.units > 1:
        page.text(f"Mean · variance of every {layer.unit}:")
        page.text(table(layer, stages))
        page.gives("step")


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


def whose_statistics(page: Sheet, state) -> None:
    """Draw which numbers share a mean and a variance, and whether training and evaluation differ."""
    if isinstance(state.layer, GroupNorm):
        groups(page, state)
    else:
        training_and_evaluation(page, state)


def groups(page: Sheet, state) -> None:
    """Draw what a group is, which relative of group norm this is, and how it differs from batch norm."""
    layer = state.layer
    each, count = layer.num_channels // layer.num_groups, state.input.size // layer.num_groups
    page.heading("Which numbers share a mean")
    channels = "1 channel" if each == 1 else f"{each} channels"
    page.text(
        f"A group is {channels} of **one picture**: {count} numbers, with one mean and one variance. Each channel "
        f"still has its own γ and β. {norm_facts.relative(layer)}"
    )
    page.text(
        "**What differs from batch norm:** the other pictures of the batch do not count, so a batch of one or two "
        "works as well as a large one. There are no running statistics: training and evaluation do the same."
    )


def training_and_evaluation(page: Sheet, state) -> None:
    """Draw which statistics are used, and where the running ones come from."""
    layer = state.layer
    page.heading("Training and evaluation")
    if not layer.track_running_stats:
        count = state.input[0].size
        page.text(
            f"**Now: the input's own statistics**, over the {count} numbers of each channel, as in training. In a "
            "batch of several pictures it would be the numbers of all of them. So the output of a picture depends on "
            "the other pictures in its batch. Turn *running statistics* on to see evaluation."
        )
        return
    page.text(
        "**Now: the running statistics**, as in evaluation (`model.eval()`): two stored numbers for each channel. "
        "The output of a picture depends on that picture only. Turn *running statistics* off to see training."
    )
    found = norm_facts.moved(state.input, state.parameters["running_mean"], state.parameters["running_var"])
    if found is None:
        return
    page.text(
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
    page.text("\n".join(lines))
    page.caption(
        "The running variance moves towards the unbiased variance (divided by m − 1). The numbers themselves are "
        "normalised with the biased one (divided by m)."
    )


def moved_line(old: float, batch: float, new: float) -> str:
    """Return one move of a running statistic with its numbers."""
    decimals, exact = shared_decimals(np.array([old, batch, new]))
    texts = [number_text(value, decimals) for value in (old, batch, new)]
    return f"0.9 × {texts[0]} + 0.1 × {texts[1]} {'=' if exact else '≈'} **{texts[2]}**"


def eps(page: Sheet, state) -> None:
    """Draw what eps does here."""
    trace, step = state.trace, state.shown_step
    layer, unit = state.layer, shown_unit(trace, step)
    page.heading("What eps does")
    text = f"It keeps the square root away from 0: a {layer.unit} whose numbers are all equal has variance 0."
    if layer.own_statistics:
        left = norm_facts.narrowed(layer, state.input, unit)
        text += (
            f" It also leaves the variance{f' of {name_of(layer, unit)}' if layer.units > 1 else ''} a little below 1: "
            f"{left.variance} ÷ {left.divisor} {'=' if left.closes else '≈'} **{left.result}**."
        )
    page.text(text)


def below(page: Sheet, state) -> None:
    """Draw the parts that only this lesson has."""
    left, right = page.columns()
    before_and_after(left, state)
    whose_statistics(right, state)
    eps(right, state)


def source(state):
    """Return the engine's code behind a state."""
    return NormSteps, F.group_norm if isinstance(state.layer, GroupNorm) else F.batch_norm
