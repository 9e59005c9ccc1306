"""The Output and loss lesson: logits into probabilities, probabilities and a true class into a loss."""

import numpy as np
import streamlit as st

from engine import functional as F
from engine.facts import vectors as vector_facts
from engine.layers import CrossEntropyLoss, Softmax
from engine.layers.steps import output as output_steps
from engine.writing.display import number_text
from pages.states.lesson.vectors import class_name
from pages.states.registry import KINDS
from pages.ui import handlers
from pages.ui.draw.figure import plot
from pages.ui.draw.theme import theme
from pages.ui.lesson import parts as lesson
from pages.ui.lesson.figures import vectors as figures_vectors
from pages.ui.lesson.page import lesson_page
from pages.ui.session import Link

OUTPUT = KINDS["output_loss"]

PAGE = "output_loss.py"
link = Link(OUTPUT.page)


def opened(step: int) -> None:
    """Go to the step that writes a picture's loss."""
    handlers.change(link, lambda state: OUTPUT.with_step(state, step))
    link.jump()


def names_of(state) -> list[str]:
    """Return what the classes are called."""
    count = state.input.shape[-1]
    return [class_name(k, count) for k in range(count)]


def batch(answers, trace, present: int, names: list[str]) -> None:
    """Draw each picture's loss, with a button that opens it, and their mean."""
    st.markdown("##### The batch")
    with st.container(key="batch"):
        for n, answer in enumerate(answers):
            name, probability, loss, button = st.columns([2, 2, 2, 1.4], vertical_alignment="center")
            mark = "**" if n == present else ""
            name.markdown(f"{mark}picture {n} · {names[answer.target]}{mark}")
            probability.markdown(f"p = {number_text(answer.probability, 4)}")
            loss.markdown(f"loss **{number_text(answer.loss, 4)}**")
            button.button(
                "Open", key=f"open.{n}", on_click=opened, args=(answer.step,), width="stretch",
                help=f"Go to the step that makes the loss of picture {n}",
            )  # fmt: skip
        mean = float(trace.output[0])
        st.markdown(f"mean of the {len(answers)} losses: **{number_text(mean, 4)}** ({number_text(mean, 6)})")


def rounding(answer) -> None:
    """Draw why a loss computed from the rounded probability has other last digits."""
    told = vector_facts.digits(answer.probabilities, answer.target)
    st.markdown("##### Why the last digits differ")
    if not np.isfinite(answer.loss):
        st.markdown("There is no probability here to take a logarithm of.")
        return
    st.latex(
        rf"\begin{{aligned}}-\log({told.probability}\ldots) &= {told.exact}\ldots \\"
        rf" -\log({told.rounded_probability}) &= {told.rounded}\ldots\end{{aligned}}"
    )
    differ = (
        "The player shows four decimals, but computes with all of them. If you type in the four that it shows, your "
        "last digits differ."
        if told.differ
        else "Here rounding to four decimals changes none of the six digits."
    )
    st.markdown(f"{differ} Round what you show, never what you compute with.")


def largest() -> None:
    """Draw why the largest logit is taken off."""
    limit, single = vector_facts.LARGEST_EXPONENTS
    st.markdown("##### Why the largest logit is taken off")
    st.latex(r"\frac{e^{z_k}}{\sum_j e^{z_j}} = \frac{e^{-m} e^{z_k}}{e^{-m} \sum_j e^{z_j}} = "
             r"\frac{e^{z_k - m}}{\sum_j e^{z_j - m}}")  # fmt: skip
    st.markdown(
        f"The probabilities stay the same, but no exponential is above 1. Without it, a logit above {limit:.2f} "
        f"(float64; {single:.2f} in float32) becomes ∞, and ∞ ÷ ∞ is no number."
    )
    for label, query in (
        ("See it go wrong: logits of about 1000", {"example": "large"}),
        ("The same logits with the largest taken off", {"layer": "CrossEntropyLoss", "x": "3_1000_998_995",
                                                        "target": "0"}),
    ):  # fmt: skip
        st.page_link(PAGE, label=label, query_params=query, icon=":material/arrow_forward:")


def with_loss(state, trace, step: int) -> None:
    """Draw the answers and their losses."""
    names = names_of(state)
    answers = vector_facts.answers(trace, state.extras["target"])
    present = vector_facts.picture_at(trace, step)
    answer = answers[present]
    left, right = st.columns(2, gap="large")
    with left:
        many = len(answers) > 1
        st.markdown(f"##### What the network answers{f', picture {present}' if many else ''}")
        wanted = vector_facts.target_of(trace, present)
        st.html(figures_vectors.bars(answer, names, wanted))
        ticks = "" if wanted is None else " The upright lines are the smoothed target."
        st.caption(f"▸ is the true class: {names[answer.target]}.{ticks}")
        if many:
            batch(answers, trace, present, names)
        rounding(answer)
    with right:
        st.markdown("##### The loss as a curve")
        curve = vector_facts.loss_curve(state.layer.label_smoothing, state.input.shape[-1])
        plot(figures_vectors.loss_curve(curve[:2], curve[2], answers, present, theme()), "loss.curve")
        if not np.isfinite(answer.loss):
            st.caption(f"The loss is {number_text(answer.loss, 4)}, so it has no point on the curve.")
        if curve[2] is not None:
            st.caption(
                "The dashed curve is the loss with this smoothing where the other classes share the rest evenly: "
                "an answer that is too sure costs more again."
            )
        largest()


def without_loss(state, trace, step: int) -> None:
    """Draw the probabilities, and how the temperature moves them."""
    names = names_of(state)
    present = vector_facts.picture_at(trace, step)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("##### What the network answers")
        probabilities = np.atleast_2d(trace.output)[present]
        st.html(figures_vectors.bars(vector_facts.Answer(probabilities, -1, np.nan, np.nan, 0), names))
        largest()
    with right:
        st.markdown("##### What the temperature does")
        curves = vector_facts.temperature_curves(np.atleast_2d(state.input)[present])
        figure = figures_vectors.temperature_curves(*curves, names, state.extras["temperature"], theme())
        plot(figure, "temperature.curve")
        st.caption("Near 0 the largest logit takes all; the higher the temperature, the more even the answer.")


def below(state, trace, step: int) -> None:
    """Draw the parts that only this lesson has."""
    (with_loss if isinstance(state.layer, CrossEntropyLoss) else without_loss)(state, trace, step)


def source(state):
    """Return the engine's code behind a state."""
    if isinstance(state.layer, Softmax):
        return output_steps.Steps.softmax, F.softmax
    return output_steps.Steps.true_class, output_steps.Steps.whole_target, F.cross_entropy


lesson_page(
    OUTPUT,
    PAGE,
    "How do scores become probabilities, and how wrong is the answer?",
    below=below,
    source=source,
    links={"Fully connected: where the logits come from": "fully_connected.py"},
    tries=(
        lesson.Try(
            "Add 100 to every logit: which numbers change, and which do not?",
            {"layer": "CrossEntropyLoss", "x": "3_107.86_108.78_109.64"},
        ),
        lesson.Try(
            "Make lion the true class: how much larger is the loss of the same answer?",
            {"layer": "CrossEntropyLoss", "x": "3_7.86_8.78_9.64", "target": "0"},
        ),
        lesson.Try(
            "A sure answer with label smoothing: make elephant's logit larger still. Does the loss fall?",
            {"layer": "CrossEntropyLoss", "x": "3_1_2_8", "label_smoothing": "0.1"},
        ),
    ),
    beliefs=(
        (
            "CrossEntropyLoss takes probabilities.",
            "It takes logits: softmax is inside. A network that already ends in Softmax applies it twice, and learns "
            "slowly.",
        ),
        (
            "The loss looks at all wrong classes.",
            "It looks only at the probability of the true class. The others count by how much they leave for it (and "
            "through label smoothing).",
        ),
        ("The loss lies between 0 and 1.", "It has no upper end. Guessing evenly over K classes gives log K."),
        (
            "A probability of 0.9 means right nine times in ten.",
            "Only where the network is calibrated. Softmax gives numbers that add up to 1; it does not know how "
            "often the network is right. Temperature is one remedy.",
        ),
        ("The logarithm has base 10.", "It is the natural one, of base e, in PyTorch and here."),
    ),
)
