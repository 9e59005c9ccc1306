"""Slips on the way from logits to probabilities, to the loss, and back to p − q."""

from collections.abc import Callable, Iterator

import numpy as np

from engine.slips.at import At
from engine.slips.form import Slip, chain, text

NATURAL = "log is the natural logarithm, to the base e."


def _largest(at: At) -> Iterator[Slip]:
    terms = at.terms
    yield Slip("smallest", terms.min(), "took the smallest", "The largest logit is taken off from all of them.")
    yield Slip("size-for-value", terms[np.abs(terms).argmax()], "took the number of the largest size",
               "A negative number is smaller than any positive one.")  # fmt: skip
    yield Slip("winner-for-value", float(terms.argmax()), "gave its place", "The number itself is asked.")


def _exponential(at: At) -> Iterator[Slip]:
    x, look = at.before, f"It is e to the power of {text(at.before)}: exp({text(at.before)})."
    yield Slip("function-forgotten", x, "stopped at the difference", look)
    yield Slip("base-10", 10.0**x, "took 10 for the base", look)
    yield Slip("base-2", 2.0**x, "took 2 for the base", look)
    yield Slip("exponent-sign", np.exp(-x), "lost the minus in the exponent", look)
    if len(at.phase.factors) == 2:
        logit = at.factor(0)[0]
        yield Slip("largest-kept", np.exp(logit), f"did not take off the largest: exp({text(logit)})", look)


def _sum(at: At) -> Iterator[Slip]:
    terms, look = at.terms, f"Add all of them: {chain(at.terms)}."
    yield Slip("mean-for-sum", terms.mean(), "took their mean", look)
    yield Slip("one-term", terms.max(), "took the largest alone", look)
    for t in range(len(terms) if len(terms) > 2 else 0):
        yield Slip("term-forgotten", terms.sum() - terms[t], f"left out {text(terms[t])}", look)


def _probability(at: At) -> Iterator[Slip]:
    power, whole = at.factor(0)[0], at.factor(1)[0]
    powers, logits = at.values("exponentials"), at.values("input")
    name = "scaled" if at.has("scaled") else "input"
    width = at.board("input").values.shape[-1]
    cell = at.index(0)[0]
    row = slice(cell // width * width, cell // width * width + width)
    look = f"Divide its exponential by the sum of all: {text(power)} ÷ {text(whole)}."
    yield Slip("exponential-undivided", power, "did not divide by the sum", look)
    if powers[row].max() != 1:  # else it is the exponential itself
        yield Slip("divided-by-largest", power / powers[row].max(), "divided by the largest exponential", look)
    others = whole - power
    yield Slip("divided-by-others", power / others if others else np.nan, "left its own exponential out of the sum",
               look)  # fmt: skip
    shares = logits[row].sum()
    yield Slip("logits-divided", logits[cell] / shares if shares else np.nan, "divided the logits themselves",
               f"The exponentials are divided, not the logits. {look}")  # fmt: skip
    for name_of, base in (("base-10", 10.0), ("base-2", 2.0)):
        shifted = base ** (at.values(name)[row] - at.values(name)[row].max())
        yield Slip(name_of, shifted[cell % width] / shifted.sum(), f"took {base:g} for the base", look)
    if power != 1:
        yield Slip("divided-by-count", power / width, f"divided by the number of classes, {width}", look)
    yield Slip("quotient-turned", whole / power if power else np.nan, "divided the sum by the exponential", look)
    yield Slip("even-guess", 1 / width, "shared evenly", look)


def _loss(at: At) -> Iterator[Slip]:
    p = at.before
    probabilities = at.values("probabilities")
    width = at.board("input").values.shape[-1]
    cell = int(at.index(0)[0])
    first = cell // width * width
    look = f"It is minus the natural logarithm of the true class's probability: −log({text(p)})."
    yield Slip("loss-sign", np.log(p), "left out the minus", f"{look} A loss is at least 0.")
    yield Slip("log-10", -np.log10(p), "took the logarithm to the base 10", f"{NATURAL} {look}")
    yield Slip("log-2", -np.log2(p), "took the logarithm to the base 2", f"{NATURAL} {look}")
    for k in range(width):
        if first + k != cell:
            yield Slip("wrong-class", -np.log(probabilities[first + k]), f"took class {k}'s probability", look)
    yield Slip("log-forgotten", p, "gave the probability itself", look)
    yield Slip("one-minus-p", 1 - p, f"took 1 − {text(p)}", look)
    yield Slip("logit-for-probability", -at.values("input")[cell], "took minus the true class's logit", look)
    yield Slip("all-classes", -np.log(probabilities[first : first + width]).sum(), "added up all classes",
               f"The target is 0 for the others, so one term is left. {look}")  # fmt: skip


def _mean(at: At) -> Iterator[Slip]:
    terms = at.terms
    count, classes = len(terms), at.board("input").values.shape[-1]
    look = f"Add the {count} losses and divide by {count}: {text(terms.sum())} ÷ {count}."
    yield Slip("sum-for-mean", terms.sum(), "did not divide", look)
    yield Slip("one-term", terms.max(), "took the largest alone", look)
    yield Slip("one-term", terms[0], "took the first picture's alone", look)
    yield Slip("divided-by-classes", terms.sum() / classes, f"divided by the number of classes, {classes}", look)
    yield Slip("mean-before-log", -np.log(np.exp(-terms).mean()), "took the mean of the probabilities first",
               f"Each picture has its own loss. {look}")  # fmt: skip


def _difference(at: At) -> Iterator[Slip]:
    p, q = at.factor(0)[0], at.factor(1)[0]
    count = 1 if at.board("input").values.ndim == 1 else at.board("input").values.shape[0]
    rule, numbers = "p − q", chain([p, q], "−")
    if at.phase.finish:
        rule, numbers = f"(p − q) ÷ {count}", f"({numbers}) ÷ {count}"
    else:
        count = 1
    look = f"It is {rule}: {numbers}, q being 1 for the true class and 0 for others."
    yield Slip("p-for-difference", p / count, "gave p", look)
    yield Slip("q-minus-p", (q - p) / count, "took q − p", look)
    yield Slip("wrong-class", (p - (1 - q)) / count, "took another class for the true one", look)
    yield Slip("batch-undivided", p - q, "did not divide by the batch", look)
    yield Slip("minus-one-over-p", -1 / p / count if q else np.nan, "gave the slope for p, not for the logit", look)


RULES: dict[str, Callable[[At], Iterator[Slip]]] = {
    "largest": _largest,
    "exponentials": _exponential,
    "sum": _sum,
    "probabilities": _probability,
    "loss": _loss,
    "mean": _mean,
    "gradient": _difference,
}


def result(at: At) -> Iterator[Slip]:
    """Yield the slips of a step of softmax or of the cross-entropy loss, forward or backward."""
    rule = RULES.get(at.phase.name)
    plain = at.phase.name != "loss" or at.phase.finish == "−log"
    if at.phase.name == "gradient" and not at.has("target"):
        rule = None
    if rule is not None and plain:
        with np.errstate(all="ignore"):
            yield from rule(at)
