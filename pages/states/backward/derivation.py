"""Why the gradient for the logits is p − q: the derivation behind a click, with the present numbers."""

from engine.facts.rules import softmax_derivation
from pages.states.backward.state import GradientState
from pages.states.sheet import Sheet


def derivation(page: Sheet, state: GradientState) -> None:
    """Add the steps from the loss to the logit that is open, or to the true class's, folded."""
    title = "Why p − q (in many texts p − y)? The derivation with these numbers"
    page.fold("derivation", title, lambda inner: _steps(inner, state))


def _steps(page: Sheet, state: GradientState) -> None:
    number, name, flat = state.shown
    chosen = flat if (number, name) == (state.logits, "") else state.forward.target
    classes = state.forward.classes
    for text, latex in softmax_derivation(state.both.probabilities, state.forward.target, chosen, classes):
        page.text(text)
        page.math(latex)
