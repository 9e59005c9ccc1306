"""An exercise as HTML that every platform keeps: its question, tables of what is given, the working with its gaps."""

from collections.abc import Callable, Iterable
from html import escape

from engine.banks.given import Board, given
from engine.exercises import Exercise, Item

ROWS = "Rows, columns, channels and filters count from 0."
TABLE = (
    ' border="1" cellpadding="5"'
    ' style="display: inline-table; margin: 0 1.5em 1em 0; border-collapse: collapse; text-align: right"'
)


def written(text: str) -> str:
    """Return a text as HTML shows it."""
    return escape(text, quote=False)


def body(one: Exercise, gap: Callable[[int], str], *, only: int | None = None, styled: bool = True) -> str:
    """Return the whole exercise as XHTML. gap(k) is what stands in the place of its k-th gap.

    only: the one gap that is asked for now; the other lines with gaps are left out. styled: whether there may be style
    attributes, which QTI 2 has not.
    """
    return "".join([stem(one, styled), *_lines(one, gap, only)])


def stem(one: Exercise, styled: bool = True) -> str:
    """Return the question and what is given."""
    there = given(one.data)
    parts = [f"<p>{written(one.question)}</p>"]
    if there.boards:
        parts.append(f"<div>{''.join(_table(board, styled) for board in there.boards)}</div>")
    facts = [f"{written(name)} <strong>{written(text)}</strong>" for name, text in there.facts]
    shapes = [f"{written(name)}: {written(text)}" for name, text in there.shapes]
    parts += [f"<p>{line}</p>" for line in (" · ".join(facts), "; ".join(shapes)) if line]
    if there.boards and one.level < 5:
        parts.append(f"<p>{ROWS}</p>")
    return "".join(parts)


def working(one: Exercise) -> str:
    """Return every step with its answer."""
    return listed(one.working)


def listed(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{written(line)}</li>' for line in lines)}</ul>"


def line(one: Exercise, item: Item) -> str:
    """Return what stands before an item's number: "sum of c0: 5 + 0 =", without what is not to be seen yet."""
    work = one.work(item)
    return f"{item.label}: {work} {item.sign}" if work else f"{item.label} {item.sign}"


def _lines(one: Exercise, gap: Callable[[int], str], only: int | None) -> list[str]:
    made, asked = [], one.asked
    for item in one.shown:
        at = asked.index(item) if item in asked else None
        if at is None:
            made.append(f"<p>{written(line(one, item))} {written(item.blank.shown)}</p>")
        elif only in (None, at):
            made.append(f"<p>{written(line(one, item))} {gap(at)}</p>")
    return made


def _table(board: Board, styled: bool) -> str:
    rows = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in board.rows)
    return f"<table{TABLE if styled else ''}><caption>{written(board.title)}</caption><tbody>{rows}</tbody></table>"
