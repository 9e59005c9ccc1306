"""Arithmetic on what the text's expressions stand for: Python's own, with bounds on sizes and without side effects."""

import ast
import math
import operator
import re
from typing import Any

from engine.network.reading.python.limits import MAX_INTEGER, MAX_ITEMS, Unread
from engine.network.reading.python.values import Dim, Sizes, Training

_BINARY = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}  # fmt: skip
_COMPARED = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
PLAIN_FORMAT = re.compile(r"[^%]*(%[ds][^%]*)*")
PLAIN = (bool, int, float, str, list, tuple, dict, set, type(None))
FUNCTIONS = {
    "int": int, "float": float, "str": str, "bool": bool, "len": len, "abs": abs, "min": min, "max": max, "sum": sum,
    "round": round, "list": list, "tuple": tuple, "sorted": sorted, "any": any, "all": all, "set": set,
    "divmod": divmod, "math.floor": math.floor, "math.ceil": math.ceil, "math.sqrt": math.sqrt, "math.prod": math.prod,
    "math.log2": math.log2, "math.log": math.log, "np.prod": math.prod, "numpy.prod": math.prod, "pow": pow,
}  # fmt: skip
METHODS = {
    str: ("format", "lower", "upper", "strip", "split", "replace", "startswith", "endswith", "join"),
    list: ("copy", "index", "count"),
    tuple: ("index", "count"),
    dict: ("keys", "values", "items", "get", "copy"),
}  # fmt: skip


def checked(value: Any, line: int) -> Any:
    """Return a value that is not too large to go on with."""
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise Unread(f"a number is larger than {MAX_INTEGER:,}", line)
    if isinstance(value, complex):
        raise Unread("complex numbers are not read", line)
    if isinstance(value, str | list | tuple | dict | set) and len(value) > MAX_ITEMS:
        raise Unread(f"something has {len(value):,} parts; at most {MAX_ITEMS:,} are read", line)
    return value


def binary(kind: type[ast.operator], left: Any, right: Any, line: int) -> Any:
    """Return left (kind) right."""
    if isinstance(left, Dim) or isinstance(right, Dim):
        return _with_dim(kind, left, right, line)
    if kind not in _BINARY or not isinstance(left, PLAIN) or not isinstance(right, PLAIN):
        raise Unread("this is arithmetic that cannot be read", line)
    long = [value for value in (left, right) if isinstance(value, str | list | tuple)]
    if kind is ast.Mult and long:
        times = right if long[0] is left else left
        if isinstance(times, int) and len(long[0]) * times > MAX_ITEMS:
            raise Unread(f"something has {len(long[0]) * times:,} parts; at most {MAX_ITEMS:,} are read", line)
    if kind is ast.Mod and isinstance(left, str):
        if not PLAIN_FORMAT.fullmatch(left):
            raise Unread("only plain texts with %d and %s are read", line)
        bounded(line, right, times=left.count("%"))
    if kind in (ast.Pow, ast.LShift) and not (_small(left, 10**6) and _small(right, 64)):
        raise Unread("a power is too large to read", line)
    return checked(attempt(_BINARY[kind], left, right, line=line), line)


def _small(value: Any, most: float) -> bool:
    return isinstance(value, int | float) and abs(value) <= most


def _with_dim(kind: type[ast.operator], left: Any, right: Any, line: int) -> Any:
    if kind is ast.Mult:
        return product([left, right], line)
    raise Unread("only products of a tensor's sizes are read", line)


def product(parts: list, line: int) -> int | Dim:
    """Return a product of numbers and of a tensor's sizes."""
    axes: list[int] = []
    factor, of = 1, None
    for part in parts:
        if isinstance(part, Dim):
            if of is not None and part.of is not of:
                raise Unread("this is a product of sizes of two tensors", line)
            of = part.of
            axes += part.axes
            factor *= part.factor
        elif isinstance(part, int):
            factor *= part
        else:
            raise Unread("only products of whole numbers and of a tensor's sizes are read", line)
    checked(factor, line)
    return Dim(tuple(sorted(axes)), of, factor) if of is not None else factor


def compared(kind: type[ast.cmpop], left: Any, right: Any, line: int) -> bool:
    """Return whether left (kind) right."""
    if isinstance(left, Dim | Sizes) or isinstance(right, Dim | Sizes):
        raise Unread("what comes next depends on the size of what comes in", line)
    if kind not in (ast.Is, ast.IsNot, ast.Eq, ast.NotEq, ast.In, ast.NotIn) and not (
        isinstance(left, PLAIN) and isinstance(right, PLAIN)
    ):
        raise Unread("this comparison cannot be read", line)
    if kind not in (ast.Is, ast.IsNot):
        bounded(line, left, right)
    return bool(attempt(_COMPARED[kind], left, right, line=line))


def unary(kind: type[ast.unaryop], value: Any, line: int) -> Any:
    """Return (kind) value."""
    if kind is ast.Not:
        return Training(not value.inverted) if isinstance(value, Training) else not truth(value, line)
    if isinstance(value, int | float):
        if kind is ast.USub:
            return -value
        if kind is ast.UAdd:
            return +value
    raise Unread("this sign cannot be read", line)


def truth(value: Any, line: int) -> bool:
    """Return whether a value counts as true. Networks are read as in evaluation."""
    if isinstance(value, Training):
        return value.inverted
    if isinstance(value, Dim | Sizes):
        raise Unread("what comes next depends on the size of what comes in", line)
    return bool(value) if isinstance(value, PLAIN) else True


def size(*values: Any) -> int:
    """Return how many plain values these are, all that is in them counted, up to MAX_ITEMS and a few more."""
    count, rest = 0, list(values)
    while rest and count <= MAX_ITEMS:
        value = rest.pop()
        count += 1 + len(value) // 50 if isinstance(value, str) else 1
        if isinstance(value, list | tuple | set):
            rest += value
        elif isinstance(value, dict):
            rest += value.values()
    return count


def bounded(line: int, *values: Any, times: int = 1) -> None:
    """Raise Unread where so many parts, all that is in them counted, are too many for one step of Python's own.

    A list that holds another one twice, and so on, is small, but Python compares, hashes and writes all that it stands
    for. times: how often they are written.
    """
    if times * size(*values) > MAX_ITEMS:
        raise Unread("this is too much to read", line)


def called(name: str, arguments: list, line: int) -> Any:
    """Return what one of FUNCTIONS gives."""
    if name.endswith("prod") and len(arguments) == 1 and isinstance(arguments[0], list | tuple):
        return product(list(arguments[0]), line)
    if not all(isinstance(value, PLAIN) for value in arguments):
        raise Unread(f"{name} of this cannot be read", line)
    if name in ("int", "float") and arguments and isinstance(arguments[0], str) and len(arguments[0]) > 20:
        raise Unread("a text is too long to be a number", line)
    if name == "pow" and len(arguments) == 2:
        return binary(ast.Pow, *arguments, line)
    if name == "pow":
        raise Unread("pow of this is too much to read", line)
    bounded(line, *arguments)
    return checked(attempt(FUNCTIONS[name], *arguments, line=line), line)


def method(value: Any, name: str, arguments: list, keywords: dict, line: int) -> Any:
    """Return what a method of a plain value, which changes nothing, gives."""
    if name not in METHODS.get(type(value), ()):
        raise Unread(f".{name}() of this cannot be read", line)
    if name in ("format", "replace", "join") and (
        ("{" in value and any(mark in value for mark in (":", ".", "[", "!"))) or len(arguments) > 10
    ):
        raise Unread("only plain texts with {} are read", line)
    if (name == "replace" and len(value) > 1000) or any(isinstance(one, str) and len(one) > 1000 for one in arguments):
        raise Unread("a text is too long", line)
    written = {"format": value.count("{"), "join": 1 + len(value) // 50} if isinstance(value, str) else {}
    bounded(line, value, *arguments, *keywords.values(), times=max(1, written.get(name, 1)))
    made = attempt(getattr(value, name), *arguments, line=line, **keywords)
    return checked(list(made) if name in ("keys", "values", "items") else made, line)


def attempt(function: Any, *arguments: Any, line: int, **keywords: Any) -> Any:
    """Return what Python's own function gives. Unread where Python itself refuses it."""
    try:
        return function(*arguments, **keywords)
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        words = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        raise Unread(f"Python itself would stop here ({words})", line) from None
