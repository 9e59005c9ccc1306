"""Slips in a step of an optimiser: SGD, SGD with momentum, Adam."""

from collections.abc import Iterator

import numpy as np

from engine.learning.optim import SGD, Adam, Optimiser, Update
from engine.slips.form import Blank, Slip, chain, text
from engine.writing.display import decimals_needed, rounded_decimals, signed_text

DECIMALS = 4
NAMES = {"after": "the new number", "velocity": "the velocity v", "change": "the change", "m": "m, the mean gradient",
         "v": "v, the mean square", "mean": "m̂, corrected", "square": "v̂, corrected"}  # fmt: skip


def blank(optimiser: Optimiser, update: Update, index: tuple[int, ...], memory: dict, part: str = "after") -> Blank:
    """Return the blank of one number of an update: "after", or one of its parts ("velocity", "m", "change", …).

    memory: what the optimiser remembered before the step, as it was given to `update`. KeyError for an unknown part.
    """
    answer = float((update.after if part == "after" else update.parts[part])[index])
    w, g = float(update.before[index]), float(update.gradient[index])
    rule = _adam if isinstance(optimiser, Adam) else _sgd
    with np.errstate(all="ignore"):
        look, slips = rule(optimiser, update, index, memory, part, w, g)
        slips = list(slips)
    rounded = {}
    if decimals_needed(np.asarray(answer)) is None:
        rounded = {"decimals": rounded_decimals(np.asarray(answer), DECIMALS)}
    return Blank.of(NAMES[part], answer, look, slips, **rounded)


def _sgd(optimiser: SGD, update: Update, index, memory, part: str, w: float, g: float):
    lr, mu = optimiser.lr, optimiser.momentum
    old = float(memory["velocity"][index]) if "velocity" in memory else None
    slope = float(update.parts.get("decayed", update.gradient)[index])
    if part == "velocity":
        look = f"v is {text(mu)} × old v + gradient: {chain([mu, old or 0.0], '×')} + {signed_text(text(slope))}."
        return look, _velocity(mu, old, slope, look)
    move = float(update.parts["velocity"][index]) if mu else slope
    if part == "change":
        look = f"The change is rate × {'v' if mu else 'gradient'}: {chain([lr, move], '×')}."
        return look, [Slip("rate-forgotten", move, "left out the learning rate", look)]
    look = f"It is w − rate × {'v' if mu else 'gradient'}: {text(w)} − {text(lr)} × {signed_text(text(move))}."
    return look, _stepped(optimiser, old, w, g, slope, move, look)


def _velocity(mu: float, old: float | None, slope: float, look: str) -> Iterator[Slip]:
    before = old or 0.0
    yield Slip("momentum-forgotten", slope, "left out the old velocity", look)
    yield Slip("momentum-side", before + mu * slope, "multiplied the gradient by the momentum, not the old velocity",
               look)  # fmt: skip
    yield Slip("momentum-undamped", before + slope, "added the old velocity whole", look)
    yield Slip("gradient-forgotten", mu * before, "left out the new gradient", look)
    yield Slip("momentum-mean", mu * before + (1 - mu) * slope, "took the mean of the two",
               f"PyTorch's SGD adds the gradient whole. {look}")  # fmt: skip
    yield Slip("sign", mu * before - slope, "took the gradient off", look)


def _stepped(optimiser: SGD, old, w: float, g: float, slope: float, move: float, look: str) -> Iterator[Slip]:
    lr, mu = optimiser.lr, optimiser.momentum
    yield Slip("step-added", w + lr * move, "added the step", f"The step goes down the slope. {look}")
    yield Slip("rate-forgotten", w - move, "left out the learning rate", look)
    yield Slip("gradient-forgotten", w - lr, "took the learning rate alone off", look)
    yield Slip("number-forgotten", lr * move, "gave the change alone", look)
    yield Slip("number-scaled", w - lr * move * w, "multiplied by the number too", look)
    if old is not None and mu:
        for made in _velocity(mu, old, slope, f"v is {text(mu)} × old v + gradient. {look}"):
            yield Slip(made.name, w - lr * made.value, made.did, made.look)
    if slope != g:
        yield Slip("decay-forgotten", w - lr * g, "left out the weight decay", look)


def _adam(optimiser: Adam, update: Update, index, memory, part: str, w: float, g: float):
    lr, (first, second), eps = optimiser.lr, optimiser.betas, optimiser.eps
    parts = {name: float(value[index]) for name, value in update.parts.items()}
    old = {n: float(memory[n][index]) if n in memory else 0.0 for n in ("m", "v")}
    slope, t = parts.get("decayed", g), int(memory.get("t", 0)) + 1
    m, v, mean, square = (parts[n] for n in ("m", "v", "mean", "square"))
    return {
        "m": lambda: _moment(first, second, old["m"], slope, slope, "g", "β₁"),
        "v": lambda: _moment(second, first, old["v"], slope**2, slope, "g²", "β₂"),
        "mean": lambda: _corrected(m, first, t, "m", "β₁"),
        "square": lambda: _corrected(v, second, t, "v", "β₂"),
        "change": lambda: _adam_change(0.0, -1.0, lr, m, v, mean, square, eps, slope),
        "after": lambda: _adam_change(w, 1.0, lr, m, v, mean, square, eps, slope),
    }[part]()


def _moment(beta: float, other: float, old: float, new: float, slope: float, letter: str, name: str):
    look = f"It is {name} × old + (1 − {name}) × {letter}: {chain([beta, old], '×')} + {chain([1 - beta, new], '×')}."
    return look, [
        Slip("momentum-forgotten", (1 - beta) * new, "left out the old mean", look) if old else
        Slip("betas-sides", beta * new, f"multiplied {letter} by {name}, not by 1 − {name}", look),
        Slip("betas-sides", (1 - beta) * old + beta * new, f"swapped {name} and 1 − {name}", look),
        Slip("betas-swapped", other * old + (1 - other) * new, "took the other β", look),
        Slip("square-forgotten", beta * old + (1 - beta) * slope, "did not square the gradient", look),
        Slip("momentum-undamped", beta * old + new, "added it whole", look),
        Slip("gradient-alone", new, f"gave {letter} alone", look),
    ]  # fmt: skip


def _corrected(moment: float, beta: float, t: int, letter: str, name: str):
    look = f"Divide by 1 − {name} to the power of {t}: {text(moment)} ÷ {text(1 - beta**t)}."
    return look, [
        Slip("bias-correction-forgotten", moment, "did not correct it for its start at 0", look),
        Slip("bias-correction-times", moment * (1 - beta**t), "multiplied by that, not divided", look),
        Slip("bias-correction-first", moment / (1 - beta), f"left out the power {t}", look),
    ]


def _adam_change(w: float, sign: float, lr, m, v, mean, square, eps, slope):
    """sign: 1 for w − change; −1, with w = 0, for the change itself."""
    look = f"The change is rate × m̂ ÷ (√v̂ + ε): {chain([lr, mean], '×')} ÷ {text(np.sqrt(square))}."
    if sign > 0:
        look = f"Take the change off w = {text(w)}. {look}"

    def made(name: str, change: float, did: str) -> Slip:
        return Slip(name, w - sign * change, did, look)

    slips = [
        made("bias-correction-forgotten", lr * m / (np.sqrt(v) + eps), "did not correct m and v for their start at 0"),
        made("root-forgotten", lr * mean / (square + eps), "left out the square root"),
        made("sgd-for-adam", lr * slope, "took the rate times the gradient, as SGD does"),
        made("rate-forgotten", mean / (np.sqrt(square) + eps), "left out the learning rate"),
    ]
    if mean != slope:
        slips.append(made("square-forgotten", lr * mean, "did not divide by √v̂"))
    if sign > 0:
        slips.insert(0, made("step-added", -lr * mean / (np.sqrt(square) + eps), "added the step"))
    return look, slips
