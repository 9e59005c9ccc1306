"""The Output and loss lesson: logits into probabilities, probabilities and a true class into a loss."""

import numpy as np

from engine import functional as F
from engine.facts import vectors as vector_facts
from engine.layers import CrossEntropyLoss, LogSoftmax, Softmax
from engine.layers.steps import output as output_steps
from engine.layers.steps.log_softmax import LogSteps
from engine.writing.display import number_text, small_text
from pages.states.lesson.figures import vectors as figures
from pages.states.lesson.vectors import class_names
from pages.states.sheet import Sheet


def batch(page: Sheet, answers, trace, present: int, names: list[str]) -> None:
    """Draw each picture's loss, with a button that opens it, and their mean."""
    page.heading("The batch")
    for n, answer in enumerate(answers):
        name, probability, loss, button = page.columns([2, 2, 2, 1.4])
        mark = "**" if n == present else ""
        name.text(f"{mark}picture {n} · {names[answer.target]}{mark}")
        probability.text(f"p = {small_text(answer.probability, 4)}")
        loss.text(f"loss **{number_text(answer.loss, 4)}**")
        loss.gives("step")
        button.button("Open", "go", answer.step, help=f"Go to the step that makes the loss of picture {n}")
    mean = float(trace.output[0])
    page.text(f"mean of the {len(answers)} losses: **{number_text(mean, 4)}** ({number_text(mean, 6)})")
    page.gives("step")


def rounding(page: Sheet, answer) -> None:
    """Draw why a loss computed from the rounded probability has other last digits."""
    page.heading("Why the last digits differ")
    if not np.isfinite(answer.surprise):
        page.text("There is no probability here to take a logarithm of.")
        return
    told = vector_facts.digits(answer)
    rounded = r"\infty" if told.lost else rf"{told.rounded}\ldots"
    page.math(
        rf"\begin{{aligned}}-\log({told.probability}) &= {told.exact}\ldots \\"
        rf" -\log({told.rounded_probability}) &= {rounded}\end{{aligned}}"
    )
    page.gives("step")
    if told.lost:
        differ = (
            "Rounded to four decimals this probability is 0, and −log(0) is ∞. So the loss is made from the logits: "
            "the largest less the true class's, plus the logarithm of the sum."
        )
    elif told.differ:
        differ = (
            "The player shows few decimals, but computes with all of them. If you type in four of them, your last "
            "digits differ."
        )
    else:
        differ = "Here rounding to four decimals changes none of the six digits."
    page.text(f"{differ} Round what you show, never what you compute with.")


def largest(page: Sheet) -> None:
    """Draw why the largest logit is taken off."""
    limit, single = vector_facts.LARGEST_EXPONENTS
    page.heading("Why the largest logit is taken off")
    page.math(r"\frac{e^{z_k}}{\sum_j e^{z_j}} = \frac{e^{-m} e^{z_k}}{e^{-m} \sum_j e^{z_j}} = "
             r"\frac{e^{z_k - m}}{\sum_j e^{z_j - m}}")  # fmt: skip
    page.text(
        f"The probabilities stay the same, but no exponential is above 1. Without it, a logit above {limit:.2f} "
        f"(float64; {single:.2f} in float32) becomes ∞, and ∞ ÷ ∞ is no number."
    )
    for label, query in (
        ("See it go wrong: logits of about 1000", {"example": "large"}),
        ("The same logits with the largest taken off", {"layer": "CrossEntropyLoss", "x": "3_1000_998_995",
                                                        "target": "0"}),
    ):  # fmt: skip
        page.link(label, query)


def with_loss(page: Sheet, state) -> None:
    """Draw the answers and their losses."""
    trace, step = state.trace, state.shown_step
    names = class_names(state)
    answers = vector_facts.answers(trace, state.extras["target"])
    present = vector_facts.picture_at(trace, step)
    answer = answers[present]
    left, right = page.columns()
    many = len(answers) > 1
    left.heading(f"What the network answers{f', picture {present}' if many else ''}")
    wanted = vector_facts.target_of(trace, present)
    left.html(figures.bars(answer, names, wanted))
    left.gives("step")
    ticks = "" if wanted is None else " The upright lines are the smoothed target."
    left.caption(f"▸ is the true class: {names[answer.target]}.{ticks}")
    if many:
        batch(left, answers, trace, present, names)
    rounding(left, answer)
    right.heading("The loss as a curve")
    curve = vector_facts.loss_curve(state.layer.label_smoothing, state.input.shape[-1])
    right.plot(figures.loss_curve(curve[:2], curve[2], answers, present), "loss.curve")
    right.gives("step")
    if not np.isfinite(answer.loss):
        right.caption(f"The loss is {number_text(answer.loss, 4)}, so it has no point on the curve.")
    if curve[2] is not None:
        right.caption(
            "The dashed curve is the loss with this smoothing where the other classes share the rest evenly: "
            "an answer that is too sure costs more again."
        )
    largest(right)


def without_loss(page: Sheet, state) -> None:
    """Draw the probabilities, and how the temperature moves them."""
    trace, step = state.trace, state.shown_step
    names = class_names(state)
    present = vector_facts.picture_at(trace, step)
    left, right = page.columns()
    left.heading("What the network answers")
    probabilities = np.atleast_2d(trace.output)[present]
    if isinstance(state.layer, LogSoftmax):
        probabilities = np.exp(probabilities)
    left.html(figures.bars(vector_facts.Answer(probabilities, -1, np.nan, np.nan, np.nan, 0), names))
    left.gives("step")
    largest(left)
    if not isinstance(state.layer, Softmax):
        return
    right.heading("What the temperature does")
    curves = vector_facts.temperature_curves(np.atleast_2d(state.input)[present])
    figure = figures.temperature_curves(*curves, names, state.extras["temperature"])
    right.plot(figure, "temperature.curve")
    right.caption("Near 0 the largest logit takes all; the higher the temperature, the more even the answer.")


def below(page: Sheet, state) -> None:
    """Draw the parts that only this lesson has."""
    (with_loss if isinstance(state.layer, CrossEntropyLoss) else without_loss)(page, state)


def source(state):
    """Return the engine's code behind a state."""
    if isinstance(state.layer, Softmax):
        return output_steps.Steps.softmax, F.softmax
    if isinstance(state.layer, LogSoftmax):
        return LogSteps.log_softmax, F.log_softmax
    return output_steps.Steps.true_class, output_steps.Steps.whole_target, F.cross_entropy
