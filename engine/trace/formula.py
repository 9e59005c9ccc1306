r"""One step of a trace as LaTeX, with its numbers put in: y_{0,1,2} = 4_R + (−2)_G + 1_B + 2_b = 5.

Every number is written once, and the signs between are = where the digits that were written close, else ≈.
"""

import math
import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from engine.trace import NONE, Board, Partial, Phase, Trace
from engine.trace.finish import NAMED, finish_closes
from engine.writing.display import HUGE, plain_number, rounded_decimals, shared_decimals

MOST_TERMS = 9
PLAIN = re.compile(r"[0-9.]+")
SIGNS = {"×": r" \cdot ", "÷": r" \div ", "−": " - "}
Value = Fraction | float  # a float where the number is infinite or NaN


@dataclass(frozen=True)
class Written:
    """A number, or what is made of several, as LaTeX, and the value of the digits written."""

    text: str
    value: Value

    @property
    def inner(self) -> "Written":
        """The same with parentheses where it begins with a minus, to stand after a sign."""
        return Written(f"({self.text})" if self.text.startswith("-") else self.text, self.value)


def numbers_formula(trace: Trace, step: int) -> str:
    """Return LaTeX of a step: what it writes, from its sums or, where there is one sum only, from its terms."""
    phase, s = trace.steps.place(step)
    board = trace.board(phase.writes.board)
    parts = _parts(trace, phase, s, board)
    value = _reduced([part.value for part in parts], phase.reduce)
    texts = [part.text for part in parts]
    if len(texts) > MOST_TERMS:
        texts = [*texts[: MOST_TERMS - 2], r"\cdots", *texts[-1:]]
    body = r"\max(" + r",\; ".join(texts) + ")" if phase.reduce == "max" else " + ".join(texts) or "0"
    result = _number(board, phase.results[s])
    made = f"{_symbol(trace, phase, s)} = "
    if not phase.finish:
        return made + (body if body == result.text else f"{body} {_equals(value, result.value)} {result.text}")
    finish = phase.filled(phase.finish, s)
    before = _before(trace, phase, s)
    if body != before.text:
        made += f"{_finished(finish, body)} {_equals(value, before.value)} "
    closes = finish_closes(trace.layer, finish, float(before.value), float(result.value))
    sign = "=" if closes else r"\approx"
    return made + f"{_finished(finish, before.text)} {sign} {result.text}"


def _parts(trace: Trace, phase: Phase, s: int, board: Board) -> list[Written]:
    """Return what a step adds up: its terms where they are few and of one group, else its groups; then single cells."""
    groups = [partial for partial in phase.partials if partial.group is not None]
    singles = [partial for partial in phase.partials if partial.group is None]
    present = np.flatnonzero(phase.factors[0].index[s] != NONE)
    if len(groups) == 1 and len(present) <= (MOST_TERMS - len(singles) if singles else len(present)):
        parts = _terms(trace, phase, s, present)
        decimals = _sum_decimals(phase, s, board)
    else:
        decimals = _sum_decimals(phase, s, board)
        parts = [_under(latex_number(p.values[s], decimals), p, trace, s, k > 0) for k, p in enumerate(groups)]
    return parts + [_under(latex_number(p.values[s], decimals), p, trace, s, bool(parts)) for p in singles]


def _terms(trace: Trace, phase: Phase, s: int, present: np.ndarray) -> list[Written]:
    """Return each term of a step in numbers."""
    boards = [trace.board(factor.board) for factor in phase.factors]
    made = []
    for t in present:
        numbers = [
            _number(board, board.values.ravel()[factor.index[s, t]])
            for board, factor in zip(boards, phase.factors, strict=True)
        ]
        if len(numbers) == 1:
            made.append(numbers[0].inner if made and phase.reduce == "sum" else numbers[0])
            continue
        first, second = numbers
        text = f"{first.text}{SIGNS[phase.operation]}{second.inner.text}"
        made.append(Written(text, _joined(phase.operation, first.value, second.value)))
    return made


def _joined(operation: str, first: Value, second: Value) -> Value:
    if operation == "÷":
        return first / second if second and math.isfinite(first) and math.isfinite(second) else math.nan
    return first * second if operation == "×" else first - second if operation == "−" else first + second


def _reduced(values: list[Value], reduce: str) -> Value:
    if reduce == "max":
        return max(values, default=-math.inf)
    return sum(values, Fraction(0))


def _sum_decimals(phase: Phase, s: int, board: Board) -> int:
    """Return the precision of a step's sums: they share one, so that they close."""
    decimals, exact = shared_decimals(np.array([partial.values[s] for partial in phase.partials]), phase.before[s])
    return decimals if exact else rounded_decimals(board.values, board.decimals)


def _before(trace: Trace, phase: Phase, s: int) -> Written:
    """Return the number that a finish is applied to; one that was only read, as it stands on its board."""
    return _number(trace.board(phase.factors[0].board if phase.alone else phase.writes.board), phase.before[s])


def _number(board: Board, value: float) -> Written:
    """Write a number at the precision of the board that it belongs to."""
    decimals, exact = shared_decimals(np.array([value]))
    return latex_number(value, decimals if exact else rounded_decimals(board.values, board.decimals))


def latex_number(value: float, decimals: int) -> Written:
    """Write a number with so many decimals, a huge one as a power of ten."""
    value = float(value)
    if not math.isfinite(value):
        name = r"\mathrm{NaN}" if math.isnan(value) else r"\infty" if value > 0 else r"-\infty"
        return Written(name, value)
    text = plain_number(value, decimals)
    if abs(value) < HUGE:
        return Written(text, Fraction(text))
    digits, _, power = text.partition("e")
    return Written(rf"{digits} \cdot 10^{{{power}}}", Fraction(text))


def _under(number: Written, partial: Partial, trace: Trace, s: int, after: bool) -> Written:
    if partial.cell is None:
        label = rf"\text{{{partial.name}}}"
    else:
        board = trace.board(partial.cell.board)
        at = board.outside(int(partial.cell.index[s])) or ()
        label = "b" if partial.name == "bias" else rf"\text{{{partial.name}}}"
        label += f"_{{{','.join(map(str, at))}}}" if board.values.size > 1 or board.role == "bias" else ""
    text = number.inner.text if after else number.text
    return Written(rf"\underbrace{{{text}}}_{{{label}}}", number.value)


def _symbol(trace: Trace, phase: Phase, s: int) -> str:
    board = trace.board(phase.writes.board)
    at = board.outside(int(phase.writes.index[s])) or ()
    letter = rf"\text{{{board.title}}}"
    if board.title.startswith("∂L/∂"):
        letter = rf"\partial L / \partial\,\text{{{board.title.removeprefix('∂L/∂').strip()}}}"
    elif board.name == trace.output_board:
        letter = "y"
    return f"{letter}_{{{','.join(map(str, at))}}}" if board.values.size > 1 else letter


def _finished(finish: str, inside: str) -> str:
    """Return what a finish does to `inside`: a fraction for "÷ 4", a function around it else."""
    sign, _, number = finish.partition(" ")
    number = number.replace("−", "-")
    if number and sign == "÷":
        return rf"\frac{{{inside}}}{{{number}}}"
    closed = inside if PLAIN.fullmatch(inside) else f"({inside})"
    if number:
        return f"{closed}{SIGNS[sign]}{f'({number})' if number.startswith('-') else number}"
    if finish in NAMED and (tex := NAMED[finish].tex):
        return tex.format(closed if finish == "square" else inside)
    name = finish.replace("_", r"\_")
    return rf"\mathrm{{{name}}}({inside})"


def _equals(shown: Value, result: Value) -> str:
    return "=" if shown == result else r"\approx"
