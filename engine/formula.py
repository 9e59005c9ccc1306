r"""One step of a trace as LaTeX, with its numbers put in: y_{0,1,2} = 4_R + (−2)_G + 1_B + 2_b = 5."""

import numpy as np

from engine.display import number_text, rounded_decimals, scaled_integers, shared_decimals
from engine.trace import NONE, Board, Phase, Trace

MOST_TERMS = 9
SIGNS = {"×": r" \cdot ", "÷": r" \div ", "−": " - "}


def numbers_formula(trace: Trace, step: int) -> str:
    """Return LaTeX of a step: what it writes, from its sums or, where there is one sum only, from its terms.

    The equals sign is ≈ where the digits shown do not close.
    """
    phase, s = _phase_at(trace, step)
    partials = np.array([partial.values[s] for partial in phase.partials])
    present = np.flatnonzero(phase.factors[0].index[s] != NONE)
    board = trace.board(phase.writes.board)
    decimals, exact = _decimals(board, partials, phase.before[s : s + 1])
    digits = sum(scaled_integers(partials, decimals))
    closes = exact or phase.reduce == "max" or digits == scaled_integers(phase.before[s], decimals)
    groups = [partial for partial in phase.partials if partial.group is not None]
    singles = [p for p in phase.partials if p.group is None]
    if len(groups) == 1 and 0 < len(present) <= (MOST_TERMS - len(singles) if singles else len(present)):
        terms, terms_close = _terms(trace, phase, s, present)
        closes = closes and terms_close
    else:
        terms = [_under(_text(p.values[s], decimals, k), p, trace, s) for k, p in enumerate(groups)]
    terms += [_under(_text(p.values[s], decimals, 1), p, trace, s) for p in singles]
    if len(terms) > MOST_TERMS:
        terms = [*terms[: MOST_TERMS - 2], r"\cdots", *terms[-1:]]
    body = r"\max(" + r",\; ".join(terms) + ")" if phase.reduce == "max" else " + ".join(terms)
    written = _symbol(trace, phase, s)
    if not phase.finish:
        return rf"{written} = {body} {_equals(closes)} {_result(board, phase, s)}" if len(terms) > 1 or body != _result(
            board, phase, s) else rf"{written} = {body}"  # fmt: skip
    before = number_text(float(phase.before[s]), _decimals(board, phase.before[s : s + 1])[0])
    finished = _finished(phase.finish.format(**{n: c[s] for n, c in phase.fields.items()}), body, len(terms) > 1)
    middle = ""
    if len(terms) > 1 or body != before:
        middle = f"{_equals(closes)} " + _finished(
            phase.finish.format(**{n: c[s] for n, c in phase.fields.items()}), before, False
        )
    _, result_exact = shared_decimals(phase.results[s : s + 1])
    return rf"{written} = {finished} {middle} {_equals(result_exact)} {_result(board, phase, s)}".replace("  ", " ")


def _phase_at(trace: Trace, step: int) -> tuple[Phase, int]:
    for phase in trace.phases:
        if step < len(phase):
            return phase, step
        step -= len(phase)
    raise IndexError(f"step {step} is beyond the trace's last")


def _terms(trace: Trace, phase: Phase, s: int, present: np.ndarray) -> tuple[list[str], bool]:
    """Return each term of a step in numbers, and whether the digits shown close."""
    texts, sums_close = [], True
    boards = [trace.board(factor.board) for factor in phase.factors]
    for t in present:
        values = [board.values.ravel()[f.index[s, t]] for board, f in zip(boards, phase.factors, strict=True)]
        written = [_decimals(board, np.array([value])) for board, value in zip(boards, values, strict=True)]
        sums_close = sums_close and all(exact for _, exact in written)
        first, *others = [_text(v, written[k][0], k) for k, v in enumerate(values)]
        joined = SIGNS.get(phase.operation, " ").join([first, *others])
        negative = not others and first.startswith("-") and texts and phase.reduce == "sum"
        texts.append(f"({joined})" if negative else joined)
    return texts, sums_close


def _text(value: float, decimals: int, place: int) -> str:
    text = number_text(float(value), decimals)
    return f"({text})" if place and text.startswith("-") else text


def _under(text: str, partial, trace: Trace, s: int) -> str:
    if partial.cell is None:
        label = rf"\text{{{partial.name}}}"
    else:
        at = trace.board(partial.cell.board).outside(int(partial.cell.index[s])) or ()
        letter = "b" if partial.name == "bias" else rf"\text{{{partial.name}}}"
        label = f"{letter}_{{{','.join(map(str, at))}}}"
    return rf"\underbrace{{{text}}}_{{{label}}}"


def _symbol(trace: Trace, phase: Phase, s: int) -> str:
    board = trace.board(phase.writes.board)
    at = board.outside(int(phase.writes.index[s])) or ()
    letter = "y" if board.name == trace.output_board else rf"\text{{{board.title}}}"
    return f"{letter}_{{{','.join(map(str, at))}}}" if board.values.size > 1 else letter


def _finished(finish: str, inside: str, many: bool) -> str:
    """Return what a finish does to `inside`: a fraction for "÷ 4", a function's name around it else."""
    if finish.startswith("÷ "):
        return rf"\frac{{{inside}}}{{{finish[2:]}}}"
    if finish[:2] in ("× ", "− ", "+ "):
        sign = {"×": r"\cdot", "−": "-", "+": "+"}[finish[0]]
        return rf"{f'({inside})' if many else inside} {sign} {finish[2:]}"
    name = finish.replace("_", r"\_")
    return rf"\mathrm{{{name}}}({inside})"


def _equals(closes: bool) -> str:
    return "=" if closes else r"\approx"


def _result(board: Board, phase: Phase, s: int) -> str:
    return number_text(float(phase.results[s]), _decimals(board, phase.results[s : s + 1])[0])


def _decimals(board: Board, *values: np.ndarray) -> tuple[int, bool]:
    """Return the precision of numbers that belong to a board, as the player writes it, and whether it is exact."""
    decimals, exact = shared_decimals(*values)
    return (decimals, True) if exact else (rounded_decimals(board.values, board.decimals), False)
