"""What a step applies last: a function by its name, or a sign with one more number ("÷ 4")."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.writing.display import JOIN


def _everywhere(x: np.ndarray) -> np.ndarray:
    return np.ones(np.shape(x), bool)


@dataclass(frozen=True)
class Finish:
    """A function of one number.

    ends: where the function of a number with finitely many digits can have finitely many. tex: how it is written
    around a number or a sum; "" for its name in front of parentheses. cell: a spreadsheet's formula of {x}.
    """

    function: Callable[[np.ndarray], np.ndarray]
    ends: Callable[[np.ndarray], np.ndarray] = _everywhere
    tex: str = ""
    cell: str = ""


NAMED = {
    "relu": Finish(lambda x: np.maximum(x, 0), cell="MAX(0,{x})"),
    "square": Finish(np.square, tex="{}^2", cell="({x})^2"),
    "sqrt": Finish(np.sqrt, tex=r"\sqrt{{{}}}", cell="SQRT({x})"),
    "exp": Finish(np.exp, lambda x: x == 0, r"\exp({})", "EXP({x})"),
    "log": Finish(np.log, lambda x: x == 1, r"\log({})", "LN({x})"),
    "−log": Finish(lambda x: -np.log(x), lambda x: x == 1, r"-\log({})", "-LN({x})"),
}
SIGNS = {"÷": "/", "×": "*", "−": "-"}
"""How a spreadsheet writes the signs of engine.writing.display.JOIN."""


def known(layer: object, finish: str) -> Finish | None:
    """Return what a finish applies; None for a function that nobody knows.

    layer: where `finish` is its own symbol, its function counts (it has `function`, `ends` and `cell` as a Finish has);
    else the finish is one of NAMED or, as "÷ 4", a sign of engine.writing.display.JOIN and a number.
    """
    sign, _, number = finish.partition(" ")
    if number:
        other = float(number.replace("−", "-"))
        return Finish(lambda x: JOIN[sign](x, other), cell=f"({{x}}){SIGNS[sign]}{number.replace('−', '-')}")
    return layer if getattr(layer, "symbol", "") == finish else NAMED.get(finish)


def finish_closes(layer: object, finish: str, before: np.ndarray, result: np.ndarray) -> np.ndarray:
    """Return where a finish turns the numbers on show into exactly the results on show: only there may = stand.

    layer, finish: as `known` takes them. Of a function that nobody knows, nobody can say it: False.
    """
    made = known(layer, finish)
    if made is None:
        return np.zeros(np.shape(before), bool)
    before, result = np.asarray(before, dtype=np.float64), np.asarray(result, dtype=np.float64)
    with np.errstate(all="ignore"):
        value = made.function(before)
        error = np.abs(value - result)
        near = error <= 8 * np.finfo(np.float64).eps * np.maximum(np.abs(before), np.abs(result))
    return np.isnan(before) | made.ends(before) & (near | (value == result))
