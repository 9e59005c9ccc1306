"""The backward rule from the loss to the probabilities, which no layer has, and that rule joined with softmax's."""

import numpy as np

from engine.layers import CrossEntropyLoss
from engine.layers.output import checked_answer
from engine.layers.steps.output import Steps
from engine.trace import Trace
from engine.trace.formula import latex_number
from engine.writing.display import rounded_decimals, small_text


def probability_trace(probabilities: np.ndarray, target: int, classes: tuple[str, ...] = ()) -> Trace:
    r"""Trace the gradient of −log p of the true class for each probability: −q ÷ p, q being 1 for the true class.

    Raises ValueError where the target is no class.
    """
    probabilities = checked_answer(probabilities, target)
    wanted = (np.arange(len(probabilities)) == target).astype(np.float64)
    steps = Steps(probabilities.shape, classes)
    steps.board("input", "probabilities", probabilities, "input", hidden=False)
    steps.board("target", "target", wanted, hidden=False)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(wanted > 0, wanted / probabilities, 0.0)
    steps.board("grad", "∂L/∂p", -share + 0.0, "gradient")
    each = np.arange(len(probabilities))[:, None]
    steps.phase(
        "gradient", (("target", each), ("input", each)), "grad", each[:, 0],
        "{who}: −({a} ÷ {b}) {joins} {result}.", "{who}: minus the target over the probability.",
        operation="÷", partial="quotient", finish="× −1", before=share,
        fields={"b": tuple(small_text(p, steps.decimals) for p in probabilities.tolist())},
    )  # fmt: skip
    return steps.trace(CrossEntropyLoss(), r"\frac{\partial L}{\partial p_k} = -\frac{q_k}{p_k}", "grad")


def softmax_derivation(
    probabilities: np.ndarray, target: int, chosen: int, classes: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    """Return (sentence, LaTeX) of each step from −log p of the true class to the gradient for the logit `chosen`."""
    p, names = np.asarray(probabilities, dtype=np.float64), classes or tuple(map(str, range(len(probabilities))))
    t, k = names[target], names[chosen]
    same = chosen == target
    q = 1 if same else 0
    right, mine = _number(p[target]), _number(p[chosen])
    slope = p[target] * (1 - p[target]) if same else -p[target] * p[chosen]
    by = rf"{right} \cdot (1 - {right})" if same else rf"-{right} \cdot {mine}"
    with np.errstate(divide="ignore"):
        outer = -1 / p[target]
    symbols = r"p_t (1 - p_t)" if same else r"-p_t\, p_k"
    return [
        (
            f"The loss looks at the probability of the true class ({t}) only.",
            rf"L = -\log p_t \quad\Rightarrow\quad \frac{{\partial L}}{{\partial p_t}} = -\frac{{1}}{{p_t}} "
            rf"= -\frac{{1}}{{{right}}} \approx {_number(outer)}",
        ),
        (
            f"Every logit moves that probability, as all share one sum. For the logit of {k}:",
            rf"\frac{{\partial p_t}}{{\partial z_k}} = p_t\,(q_k - p_k) = {symbols} = {by} \approx {_number(slope)}",
        ),
        (
            "The chain rule multiplies the two, and the probability of the true class cancels.",
            rf"\frac{{\partial L}}{{\partial z_k}} = -\frac{{1}}{{p_t}} \cdot p_t\,(q_k - p_k) = p_k - q_k "
            rf"= {mine} - {q} \approx {_number(p[chosen] - q)}",
        ),
        (
            "So each logit is pushed down by the probability of its class, and that of the true class is pushed up.",
            r"\sum_k (p_k - q_k) = 1 - 1 = 0",
        ),
    ]


def _number(value: float) -> str:
    """Return a number in LaTeX with four digits, a tiny one as a power of ten."""
    decimals = rounded_decimals(np.array([value]), 4)
    if value and round(value, decimals) == 0:
        digits, _, power = f"{value:.2e}".partition("e")
        return rf"{digits} \cdot 10^{{{int(power)}}}"
    return latex_number(value, decimals).text
