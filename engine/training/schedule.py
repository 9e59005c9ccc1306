"""The learning rate at each step. Imports no torch, so that a page can draw it."""

from math import cos, pi

from engine.training.config import Config


def lr_at(config: Config, step: int, steps: int) -> float:
    r"""Return the learning rate of a step, counted from 0.

    constant: $\eta$. cosine: $\eta \cdot \tfrac12 (1 + \cos(\pi t / T))$. one-cycle: from $\eta/5$ up to $\eta$ in a
    straight line over the first `warmup` of the steps, then down to 0 in a straight line.

    Source of one-cycle: Smith and Topin, "Super-convergence" (2017).
    """
    if config.schedule == "constant":
        return config.lr
    if config.schedule == "cosine":
        return config.lr * 0.5 * (1 + cos(pi * step / steps))
    top = config.warmup * steps
    if step < top:
        return config.lr * (0.2 + 0.8 * step / top)
    return config.lr * (steps - step) / (steps - top)
