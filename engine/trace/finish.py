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
    around a number or a sum; "" for its name in front of parentheses.
    """

    function: Callable[[np.ndarray], np.ndarray]
    ends: Callable[[np.ndarray], np.ndarray] = _everywhere
    tex: str = ""


NAMED = {
    "relu": Finish(lambda x: np.maximum(x, 0)),
    "square": Finish(np.square, tex="{}^2"),
    "sqrt": Finish(np.sqrt, tex=r"\sqrt{{{}}}"),
    "exp": Finish(np.exp, lambda x: x == 0, r"\exp({})"),
    "log": Finish(np.log, lambda x: x == 1, r"\log({})"),
    "−log": Finish(lambda x: -np.log(x), lambda x: x == 1, r"-\log({})"),
}


def finish_closes(layer: object, finish: str, before: np.ndarray, result: np.ndarray) -> np.ndarray:
    """Return where a finish turns the numbers on show into exactly the results on show: only there may = stand.

    layer: where `finish` is its own symbol, its function counts; else the finish is one of NAMED or, as "÷ 4", a sign
    of engine.writing.display.JOIN and a number. Of a function that is neither, nobody can say it: False.
    """
    sign, _, number = finish.partition(" ")
    if number:
        other = float(number.replace("−", "-"))
        known = Finish(lambda x: JOIN[sign](x, other))
    else:
        known = layer if getattr(layer, "symbol", "") == finish else NAMED.get(finish)
        if known is None:
            return np.zeros(np.shape(before), bool)
    before, result = np.asarray(before, dtype=np.float64), np.asarray(result, dtype=np.float64)
    with np.errstate(all="ignore"):
        value = known.function(before)
        error = np.abs(value - result)
        near = error <= 8 * np.finfo(np.float64).eps * np.maximum(np.abs(before), np.abs(result))
    return np.isnan(before) | known.ends(before) & (near | (value == result))
