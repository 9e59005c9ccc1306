"""Slips in batch norm and group norm: means, variances, and what is taken off, divided and added."""

from collections.abc import Callable, Iterator

import numpy as np

from engine.slips.at import At
from engine.slips.form import Slip, chain, text
from engine.writing.display import signed_text


def _mean(at: At) -> Iterator[Slip]:
    terms = at.terms
    look = f"Add the {len(terms)} numbers and divide by {len(terms)}: {text(terms.sum())} ÷ {len(terms)}."
    yield Slip("sum-for-mean", terms.sum(), "did not divide", look)
    yield Slip("divided-by-fewer", terms.sum() / max(1, len(terms) - 1), f"divided by {len(terms) - 1}", look)
    yield Slip("median-for-mean", float(np.median(terms)), "took the middle one", look)


def _square(at: At) -> Iterator[Slip]:
    x = at.before
    look = f"A square is the number times itself: {chain([x, x], '×')}."
    yield Slip("square-doubled", 2 * x, "doubled it", look)
    yield Slip("square-forgotten", x, "did not square it", look)
    yield Slip("sign", -x * x, "kept the minus", look)
    yield Slip("size-for-square", abs(x), "took its size", look)


def _variance(at: At) -> Iterator[Slip]:
    terms, count = at.terms, len(at.terms)
    look = f"Divide the sum of the squares, {text(terms.sum())}, by {count}: all of them count."
    if count > 1:
        yield Slip("variance-fewer", terms.sum() / (count - 1), f"divided by n − 1 = {count - 1}", look)
    yield Slip("sum-for-mean", terms.sum(), "did not divide", look)
    yield Slip("root-early", np.sqrt(terms.mean()), "took the square root already", look)


def _deviation(at: At) -> Iterator[Slip]:
    variance, eps = at.sums[0], at.single or 0.0
    look = f"σ is the square root of variance + eps: √({text(variance)} + {text(eps)})."
    yield Slip("eps-forgotten", np.sqrt(variance), "left out eps", look)
    yield Slip("eps-outside", np.sqrt(variance) + eps, "added eps after the root", look)
    yield Slip("root-forgotten", variance + eps, "did not take the root", look)


def _centred(at: At) -> Iterator[Slip]:
    x, mean = at.factor(0)[0], at.factor(1)[0]
    look = f"Take the mean off the number: {chain([x, mean], '−')}."
    yield Slip("difference-turned", mean - x, "took the number off the mean", look)
    yield Slip("mean-added", x + mean, "added the mean", look)
    own = _own(at, "input", "running_mean")
    if own is not None:
        yield Slip("batch-for-running", x - own.mean(), f"took the channel's own mean, {text(own.mean())}",
                   f"In evaluation the running mean counts. {look}")  # fmt: skip


def _quotient(at: At) -> Iterator[Slip]:
    x, sigma = at.factor(0)[0], at.factor(1)[0]
    look = f"Divide by σ: {text(x)} ÷ {text(sigma)}."
    yield Slip("variance-for-deviation", x / sigma**2, "divided by the variance", look)
    yield Slip("deviation-forgotten", x, "did not divide", look)
    yield Slip("product-for-quotient", x * sigma, "multiplied by σ", look)
    yield Slip("sign", -x / sigma, "lost a sign", look)


def _scaled(at: At) -> Iterator[Slip]:
    x, gamma, beta = at.factor(0)[0], at.factor(1)[0], at.single or 0.0
    look = f"Times γ, plus β: {chain([x, gamma], '×')} + {signed_text(text(beta))}."
    yield Slip("beta-forgotten", x * gamma, "left out β", look)
    yield Slip("gamma-forgotten", x + beta, "left out γ", look)
    yield Slip("beta-first", (x + beta) * gamma, "added β before γ", look)
    yield Slip("gamma-beta-swapped", x * beta + gamma, "swapped γ and β", look)
    yield from _whole(at, gamma, beta)


def _whole(at: At, gamma: float, beta: float) -> Iterator[Slip]:
    """Yield slips made earlier, in mean and variance, that show in the end."""
    channel = int(at.phase.page[at.s])
    own = at.values("input")[at.phase.page == channel]
    x, eps = at.values("input")[at.s], at.values("eps")[0]
    mean, variance = own.mean(), own.var()
    if at.has("running_mean"):
        look = "In evaluation the running mean and variance count, not the picture's own."
        yield Slip("batch-for-running", (x - mean) / np.sqrt(variance + eps) * gamma + beta,
                   "took the channel's own mean and variance", look)  # fmt: skip
        mean, variance = at.values("running_mean")[channel], at.values("running_var")[channel]
    elif len(own) > 1:
        fewer = own.var(ddof=1)
        yield Slip("variance-fewer", (x - mean) / np.sqrt(fewer + eps) * gamma + beta,
                   f"divided the squares by n − 1 = {len(own) - 1}", f"Divide by all {len(own)}.")  # fmt: skip
    look = f"σ is the square root of variance + eps: √({text(variance)} + {text(eps)})."
    if variance:
        yield Slip("eps-forgotten", (x - mean) / np.sqrt(variance) * gamma + beta, "left out eps", look)
    yield Slip("variance-for-deviation", (x - mean) / (variance + eps) * gamma + beta, "divided by the variance", look)
    yield Slip("mean-forgotten", x / np.sqrt(variance + eps) * gamma + beta, "did not take the mean off",
               f"Take the mean {text(mean)} off first.")  # fmt: skip


def running(at: At, mean: float, variance: float) -> Slip:
    """Return the slip of the last step in training that takes a running mean and variance, which no board has."""
    gamma, beta = at.factor(1)[0], at.single or 0.0
    wrong = (at.values("input")[at.s] - mean) / np.sqrt(variance + at.values("eps")[0]) * gamma + beta
    look = "In training the channel's own mean and variance count; the running ones are kept for evaluation."
    return Slip("running-for-batch", wrong, "took the running mean and variance", look)


def _own(at: At, name: str, needs: str) -> np.ndarray | None:
    """Return all numbers of the step's unit on a board, where the trace has the board `needs`."""
    if not at.has(needs):
        return None
    return at.values(name)[at.phase.page == at.phase.page[at.s]]


RULES: dict[str, Callable[[At], Iterator[Slip]]] = {
    "mean": _mean,
    "squares": _square,
    "variance": _variance,
    "deviation": _deviation,
    "difference": _centred,
    "quotient": _quotient,
    "scale and shift": _scaled,
}


def result(at: At) -> Iterator[Slip]:
    """Yield the slips of a step of a norm's forward trace."""
    rule = RULES.get(at.phase.name)
    if rule is not None:
        with np.errstate(all="ignore"):
            yield from rule(at)
