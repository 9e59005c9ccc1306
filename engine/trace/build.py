"""The builder of traces: it works out a phase from the boards that it reads, and the texts for its sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from string import Formatter

import numpy as np

from engine.trace.decimals import phase_decimals
from engine.trace.finish import NAMED
from engine.trace.form import NONE, Board, Cells, Partial, Phase, Reduce, Trace
from engine.writing.display import (
    HUGE,
    JOIN,
    closes,
    number_text,
    rounded_decimals,
    scaled_integers,
    shared_decimals,
    signed_text,
)

Read = tuple[str, np.ndarray]
Single = tuple[str, str, np.ndarray]


def phase(
    boards: Mapping[str, Board],
    name: str,
    reads: Sequence[Read],
    writes: str,
    *,
    index: np.ndarray | None = None,
    operation: str = "",
    reduce: Reduce = "sum",
    group_names: tuple[str, ...] = ("",),
    partial: str = "sum",
    grid: tuple[int, int] = (1, 1),
    singles: Sequence[Single] = (),
    finish: str = "",
    before: np.ndarray | None = None,
    page: np.ndarray | None = None,
    say: str,
    where: str,
    fields: dict[str, tuple[str, ...]] | None = None,
) -> Phase:
    """Return a phase whose terms and partials are worked out from the boards.

    reads: one or two (board, index (S, T)), NONE where a step has no such term. writes, index: the board that is
    written and the cell of each step (S,), by default the cells in order. group_names: the terms are shared out evenly
    among so many groups, in order; `partial` is what the sum of a group without a name is called. singles: (name,
    board, index (S,)) of cells that are added at last. before: what the finish is applied to, where the sum of the
    partials could differ from it by rounding. page: 0 where it is not given.
    """
    results = boards[writes].values.ravel().astype(np.float64)
    index = np.arange(len(results)) if index is None else index
    results = results[index]
    with np.errstate(all="ignore"):
        terms = _terms(boards, reads, operation)
    present = reads[0][1] != NONE
    terms = np.where(present, terms, 0.0)
    if reduce == "max":
        sums = np.where(present, terms, -np.inf).max(axis=1, keepdims=True)
    else:
        sums = terms.reshape(len(terms), len(group_names), -1).sum(axis=2)
    partials = [Partial(group or partial, sums[:, k], group=k) for k, group in enumerate(group_names)]
    for title, board, at in singles:
        partials.append(Partial(title, _values(boards, board)[at], cell=Cells(board, at)))
    if not finish:
        before = results
    elif before is None:
        before = sum(one.values for one in partials)
    return Phase(
        name=name,
        factors=tuple(Cells(board, at) for board, at in reads),
        operation=operation,
        terms=terms,
        groups=np.repeat(np.arange(len(group_names)), terms.shape[1] // len(group_names)),
        group_names=group_names,
        grid=grid,
        partials=tuple(partials),
        before=before,
        results=results,
        writes=Cells(writes, index),
        page=np.zeros(len(results), int) if page is None else page,
        say=say,
        where=where,
        reduce=reduce,
        finish=finish,
        fields=fields or {},
    )


def _values(boards: Mapping[str, Board], name: str) -> np.ndarray:
    return boards[name].values.ravel().astype(np.float64)


def _terms(boards: Mapping[str, Board], reads: Sequence[Read], operation: str) -> np.ndarray:
    factors = [_values(boards, board)[at] for board, at in reads]
    return JOIN[operation](*factors) if operation else factors[0]


class Builder:
    """Boards and phases of a trace, added one after another."""

    def __init__(self):
        self.boards: dict[str, Board] = {}
        self.phases: list[Phase] = []

    def add(self, board: Board) -> None:
        self.boards[board.name] = board

    def add_phase(self, name: str, reads: Sequence[Read], writes: str, **options) -> None:
        """Add a phase, as `phase` makes it, with the fields of `texts` that its sentences ask for."""
        new = phase(self.boards, name, reads, writes, **options)
        sentences = new.say + new.where + new.finish
        asked = {field for _, field, _, _ in Formatter().parse(sentences) if field}
        fields = {field: column for field, column in texts(new, self.boards).items() if field in asked}
        self.phases.append(replace(new, fields={**fields, **new.fields}))

    def trace(self, layer, formula: str, output_board: str = "output", page_name: str = "") -> Trace:
        """Return the trace of what was added."""
        boards, phases = tuple(self.boards.values()), tuple(self.phases)
        return Trace(layer, layer.summary, boards, phases, formula, output_board, page_name)


def texts(phase: Phase, boards: Mapping[str, Board]) -> dict[str, tuple[str, ...]]:
    """Return the fields of a phase's sentences, with a text for each step.

    a, b: the first term's factors, as on their boards. group, single, before, result: as in the sum. count: of terms.
    sum_is, sum_equals: whether the terms and single cells, as written, add up to what is before the finish; about: ""
    where all of the sum is exact. joins: = or ≈ from one term's factors to what is before; equals, is: to the result.
    """
    numbers = [partial.values for partial in phase.partials]
    decimals, exact = phase_decimals(phase, boards[phase.writes.board])
    columns = {"group": numbers[0], "before": phase.before, "result": phase.results}
    fields = {name: written(values, decimals) for name, values in columns.items()}
    if len(numbers) > 1:
        fields["single"] = written(numbers[1], decimals, signed=True)
    factors, places = [], []
    for letter, cells in zip("ab", phase.factors, strict=False):
        read = _values(boards, cells.board)[cells.index]
        needed, known = shared_decimals(read)
        factors.append(read[:, 0])
        places.append(needed if known else rounded_decimals(read, boards[cells.board].decimals))
        fields[letter] = written(factors[-1], places[-1], signed=letter == "b")
    whole = _exact(decimals, *phase.terms.T, phase.before, phase.results)
    equals = joins = whole
    if phase.terms.shape[1] == 1:
        joins = closes(phase.operation, factors, places, phase.before, decimals, added=numbers[1:])
        equals = joins
    if phase.finish:
        equals = _exact(decimals, phase.before, phase.results)
        if phase.finish in NAMED:
            equals = equals & (NAMED[phase.finish].ends(phase.before) | ~np.isfinite(phase.results))
        if not phase.operation and phase.terms.shape[1] == 1:
            equals = equals & (_exact(places[0], factors[0]) | ~np.isfinite(phase.results))
    total = scaled_integers(phase.terms, decimals).sum(axis=1)
    total = total + sum(scaled_integers(values, decimals) for values in numbers[1:])
    adds = exact | (total == scaled_integers(phase.before, decimals))
    return fields | {
        "joins": _choose(joins, "=", "≈"),
        "equals": _choose(equals, "=", "≈"),
        "is": _choose(equals, "is", "is about"),
        "sum_equals": _choose(adds, "=", "≈"),
        "sum_is": _choose(adds, "is", "is about"),
        "about": _choose(whole, "", "about "),
        "count": (str(phase.terms.shape[1]),) * len(phase),
    }


def written(values: np.ndarray, decimals: int, signed: bool = False) -> tuple[str, ...]:
    """Write numbers for a sentence; `signed`: negative ones in parentheses, as inside a sum."""
    numbers = values.tolist()
    texts = {number: number_text(number, decimals) for number in set(numbers)}
    if signed:
        texts = {number: signed_text(text) for number, text in texts.items()}
    return tuple(texts[number] for number in numbers)


def said_sums(partials: Sequence[Partial], results: np.ndarray, names: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return each step's sum as a text: "R 2, G 6, bias 2: the total is 10". names: what each calls its partials."""
    numbers = [partial.values for partial in partials]
    decimals, exact = shared_decimals(results, *numbers)
    equals = "is" if exact else "is about"
    rows = zip(names, *(written(values, decimals) for values in (results, *numbers)), strict=True)
    sums = ((", ".join(map(" ".join, zip(called, parts, strict=True))), total) for called, total, *parts in rows)
    return tuple(f"{text}: the total {equals} {total}" for text, total in sums)


def _exact(decimals: int, *columns: np.ndarray) -> np.ndarray:
    """Return where so many decimals write the last column and all before it exactly, or the number is not finite.

    Not exact are a 0 that stands for a number too small for a float64, and a number too long to be written out.
    """
    *before, results = columns
    exact = np.ones(len(results), bool)
    with np.errstate(all="ignore"):
        for column in columns:
            scaled = np.abs(column) * 10.0**decimals
            slack = 256 * np.finfo(np.float64).eps * np.maximum(1.0, scaled) + 1e-10
            exact &= np.abs(scaled - np.rint(scaled)) <= slack
    lost = np.abs(results) >= HUGE
    if before:
        lost |= (results == 0) & (before[-1] < 0)
    return ~np.isfinite(results) | (exact & ~lost)


def _choose(mask: np.ndarray, yes: str, no: str) -> tuple[str, ...]:
    return tuple(np.where(mask, yes, no).tolist())
