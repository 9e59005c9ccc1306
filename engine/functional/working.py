"""Output sizes with the working written out: every line of arithmetic that leads to the number."""

from dataclasses import dataclass
from functools import lru_cache

from engine.functional.shapes import conv_size, conv_transpose_size, effective_kernel, pool_size, room_for


@dataclass(frozen=True)
class Line:
    """One line of working, as plain text and as LaTeX, with a note that says what it stands for."""

    text: str
    latex: str
    note: str = ""


@dataclass(frozen=True)
class Working:
    """An output size and how it comes about.

    `formula` is in symbols, `substitution` is the same with the numbers put in, and `steps` work it out.
    `dropped` counts the trailing rows (or columns) of the padded input that no window reaches.
    """

    size: int
    formula: Line
    substitution: Line
    steps: tuple[Line, ...]
    dropped: int = 0


@lru_cache
def conv_working(input_size, kernel_size, stride=1, padding=0, dilation=1, axis="H"):
    """The working of `conv_size`; `axis` is the letter of the input size, H or W."""
    size = conv_size(input_size, kernel_size, stride, padding, dilation)
    room, stride, span, sides = room_for(input_size, kernel_size, stride, padding, dilation)
    return _window_working(size, False, input_size, kernel_size, dilation, room, stride, span, sides, axis)


@lru_cache
def pool_working(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, axis="H"):
    """The working of `pool_size`; `axis` is the letter of the input size, H or W."""
    size = pool_size(input_size, kernel_size, stride, padding, dilation, ceil_mode)
    stride = kernel_size if stride is None else stride
    room, stride, span, sides = room_for(input_size, kernel_size, stride, padding, dilation, ceil_mode)
    return _window_working(size, ceil_mode, input_size, kernel_size, dilation, room, stride, span, sides, axis)


@lru_cache
def conv_transpose_working(input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1, axis="H"):
    """The working of `conv_transpose_size`; `axis` is the letter of the input size, H or W."""
    size = conv_transpose_size(input_size, kernel_size, stride, padding, output_padding, dilation)
    spread = (input_size - 1) * stride
    span_line, span, kernel = _kernel_lines(kernel_size, dilation)
    numbers = f"− 2 × {padding} + {span} + {output_padding}"
    return Working(
        size,
        formula=_line(f"({axis} − 1) × S − 2P + {kernel} + OP"),
        substitution=_line(f"({input_size} − 1) × {stride} {numbers}"),
        steps=(
            *span_line,
            _line(f"({input_size} − 1) × {stride} = {spread}", "from the first kernel's start to the last's"),
            _line(f"{spread} {numbers} = {size}", "less the padding, plus the last kernel and output_padding"),
        ),
    )


def _window_working(size, ceil_mode, input_size, kernel_size, dilation, room, stride, span, sides, axis):
    span_line, span, kernel = _kernel_lines(kernel_size, dilation)
    left, right = sides
    if left == right:
        symbols, numbers = f"{axis} − {kernel} + 2P", f"{input_size} − {span} + 2 × {left}"
    else:
        symbols, numbers = f"{axis} − {kernel} + P1 + P2", f"{input_size} − {span} + {left} + {right}"
    rounded, why = ("ceil", "a part of a stride counts: ceil_mode") if ceil_mode else ("floor", "whole strides only")
    quotient, remainder = _decimal(room, stride), room % stride
    steps_up = room // stride + (1 if ceil_mode and remainder else 0)
    fits = "strides that fit after the first window" if room >= 0 else "the first window reaches over the edge"
    steps = [
        *span_line,
        _fraction(numbers, stride, f" = {quotient}", fits),
        _rounding(rounded, quotient, f" = {steps_up}", why),
        _line(f"{steps_up} + 1 = {steps_up + 1}", "and the first window"),
    ]
    if ceil_mode and remainder:
        start, limit = steps_up * stride, input_size + left
        if size > steps_up:
            sign, note = "<", "the last window starts inside the input or its left padding, so it stays"
        else:
            sign, note = "≥", "the last window would start beyond the input"
        steps.append(_line(f"{steps_up} × {stride} = {start} {sign} {input_size} + {left} = {limit}", note))
        if size == steps_up:
            steps.append(_line(f"{steps_up + 1} − 1 = {size}", "so it is dropped again"))
    return Working(
        size,
        formula=_rounding(rounded, _fraction(symbols, "S"), " + 1"),
        substitution=_rounding(rounded, _fraction(numbers, stride), " + 1"),
        steps=tuple(steps),
        dropped=max(0, room - (size - 1) * stride),
    )


def _kernel_lines(kernel_size, dilation):
    """(line for the effective kernel where dilated, its size, its symbol)."""
    span = effective_kernel(kernel_size, dilation)
    if dilation == 1:
        return (), span, "F"
    line = _line(f"{dilation} × ({kernel_size} − 1) + 1 = {span}", "cells that the dilated kernel spans")
    return (line,), span, "(D (F − 1) + 1)"


def _line(text, note=""):
    latex = text
    for plain, tex in _LATEX.items():
        latex = latex.replace(plain, tex)
    return Line(text, latex, note)


_LATEX = {"−": "-", "×": r"\times", "≥": r"\ge", "…": r"\ldots", "OP": "O_P", "P1": "P_1", "P2": "P_2"}


def _fraction(top, bottom, rest="", note=""):
    top, rest = _line(top), _line(rest)
    return Line(f"({top.text}) / {bottom}{rest.text}", rf"\frac{{{top.latex}}}{{{bottom}}}{rest.latex}", note)


def _rounding(name, inner, rest, note=""):
    inner = inner if isinstance(inner, Line) else _line(inner)
    return Line(f"{name}({inner.text}){rest}", rf"\left\l{name} {inner.latex} \right\r{name}{rest}", note)


def _decimal(top, bottom):
    """A quotient in decimals, exact where three do, else cut off there with an ellipsis."""
    digits, rest = divmod(abs(top) * 1000, bottom)
    text = f"{'−' if top < 0 else ''}{digits // 1000}.{digits % 1000:03d}"
    return f"{text}…" if rest else text.rstrip("0").rstrip(".")
