"""A trace as JSON for the player: every number is a text already, every index is worked out.

Numbers travel as texts, each different text once (`pool`), with a strength of colour beside it. Index
arrays travel as base64 of little-endian integers; one that is base[s] + offset[t] travels as its two parts.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from engine.trace import NONE, Board, Cells, Phase, Trace
from engine.trace.decimals import phase_decimals
from engine.trace.finish import finish_closes
from engine.writing.display import (
    closes,
    number_text,
    scaled_integers,
    texts,
)

VERSION = 1


def payload(trace: Trace, held: Mapping[str, float] | None = None) -> dict:
    """Return the JSON form of a trace; `id` changes whenever anything in it does.

    The player's own sentences (engine/writing/words.py) go beside it, under `words`: a page has them once.

    Its `scales` say, for each array by its name, which magnitude has the strongest colour. held: magnitudes that these
    have at least, those of the trace before an edit: so the edit leaves the colours of all other cells as they are.
    """
    scales = Scales(held or {})
    body = {
        "version": VERSION,
        "title": trace.title,
        "page_name": trace.page_name,
        "boards": [_board(board, scales) for board in trace.boards],
        "phases": [_phase(trace, phase, scales.of(f"phase {k}")) for k, phase in enumerate(trace.phases)],
        "scales": scales.found,
    }
    digest = hashlib.blake2b(json.dumps(body).encode(), digest_size=8)
    return {"id": digest.hexdigest(), **body}


@dataclass(frozen=True)
class Scales:
    """Writes arrays as texts, and notes which magnitude has the strongest colour in each."""

    held: Mapping[str, float]
    part: str = ""
    found: dict[str, float] = field(default_factory=dict)

    def of(self, part: str) -> "Scales":
        return replace(self, part=f"{part} ")

    def texts(self, name: str, values: np.ndarray, decimals: int, scale: float | None = None) -> dict:
        written = texts(values, decimals, scale, self.held.get(self.part + name, 0.0))
        self.found[self.part + name] = written.scale if np.isfinite(written.scale) else 0.0  # JSON has no infinity
        return {
            "pool": list(written.pool),
            "level": written.level.tolist(),
            "pixel": written.pixel.tolist(),
            "index": _integers(written.index),
        }


def _board(board: Board, scales: Scales) -> dict:
    decimals, exact = board.precision
    inked = board.values if board.padding is None else board.values[~board.padding]
    return {
        "name": board.name,
        "role": board.role,
        "title": board.title,
        "shape": list(board.values.shape),
        "axes": list(board.axes),
        "panes": list(board.panes),
        "labels": list(board.labels),
        "paged": board.paged,
        "origin": list(board.origin),
        "first_pane": board.first_pane,
        "whole": list(board.whole),
        "wrap": board.wrap,
        "hidden": board.hidden,
        "editable": board.editable,
        "exact": exact,
        "shade": "pixel" if board.role == "input" and inked.size and inked.min() >= 0 else "sign",
        "values": scales.texts(board.name, board.values.ravel(), decimals),
        "full": number_text(scales.found[board.name], decimals),
        "padding": _cells(board.padding),
        "source": _sparse(board.source),
        "dropped": _cells(board.dropped),
    }


def _phase(trace: Trace, phase: Phase, scales: Scales) -> dict:
    decimals, exact = phase_decimals(phase, trace.board(phase.writes.board))
    # So that f(number) shows the number that was read.
    read, read_exact = trace.board(phase.factors[0].board).precision if phase.alone else (decimals, exact)
    scale = float(np.abs(phase.terms).max()) if phase.terms.size else 0.0
    return {
        "name": phase.name,
        "operation": phase.operation,
        "reduce": phase.reduce,
        "winners": _winners(phase),
        "finish": phase.finish,
        "grid": list(phase.grid),
        "groups": phase.groups.tolist(),
        "group_names": list(phase.group_names),
        "factors": [_index_board(factor) for factor in phase.factors],
        "terms": scales.texts("terms", phase.terms, read, scale),
        "terms_close": _closing_terms(trace, phase, read, read_exact),
        "partials": [
            {
                "name": partial.name,
                "group": partial.group,
                "cell": None if partial.cell is None else _index_board(partial.cell),
                "values": scales.texts(f"partial {k}", partial.values, read),
                "closes": _flags(_partial_closes(phase, partial, read, read_exact)),
            }
            for k, partial in enumerate(phase.partials)
        ],
        "before": scales.texts("before", phase.before, read),
        "results": scales.texts("results", phase.results, decimals),
        "closes": _flags(_sum_closes(phase, read, read_exact)),
        "finish_closes": _flags(_finish_closes(trace.layer, phase, read, decimals)),
        "writes": _index_board(phase.writes),
        "page": _integers(phase.page),
        "say": phase.say,
        "where": phase.where,
        "fields": {name: _column(column) for name, column in phase.fields.items()},
    }


def _winners(phase: Phase) -> list[int] | None:
    """Return which term of each step is the largest, the first where several are; None unless `reduce` is max."""
    if phase.reduce != "max":
        return None
    present = phase.factors[0].index != NONE
    return np.where(present, phase.terms, -np.inf).argmax(axis=1).tolist()


def _closing_terms(trace: Trace, phase: Phase, decimals: int, exact: bool) -> dict | None:
    """Flag the terms whose shown factors do not give the shown product; None where all do."""
    factors, places = [], []
    for factor in phase.factors:
        board = trace.board(factor.board)
        needed, board_exact = board.precision
        exact = exact and board_exact
        places.append(needed)
        factors.append(board.values.ravel().astype(np.float64)[factor.index])
    if exact:
        return None
    lacking = phase.factors[0].index == NONE  # a term that the step lacks spoils nothing
    return _flags(lacking | closes(phase.operation, factors, places, phase.terms, decimals))


def _partial_closes(phase: Phase, partial, decimals: int, exact: bool) -> np.ndarray:
    if exact or partial.group is None or phase.reduce == "max":
        return np.ones(len(phase), bool)
    terms = np.where(phase.factors[0].index != NONE, phase.terms, 0.0)[:, phase.groups == partial.group]
    return scaled_integers(terms, decimals).sum(axis=1) == scaled_integers(partial.values, decimals)


def _sum_closes(phase: Phase, decimals: int, exact: bool) -> np.ndarray:
    if exact or phase.reduce == "max":
        return np.ones(len(phase), bool)
    total = sum(scaled_integers(partial.values, decimals) for partial in phase.partials)
    return total == scaled_integers(phase.before, decimals)


def _finish_closes(layer: object, phase: Phase, read: int, decimals: int) -> np.ndarray:
    """Flag the steps whose shown result is, digit for digit, what the finish makes of the number shown before it.

    read: decimals of the number before; decimals: those of the result.
    """
    flags = np.ones(len(phase), bool)
    if not phase.finish:
        return flags
    before, results = np.round(phase.before, read), np.round(phase.results, decimals)
    if "{" not in phase.finish:
        return finish_closes(layer, phase.finish, before, results)
    rows = (dict(zip(phase.fields, row, strict=True)) for row in zip(*phase.fields.values(), strict=True))
    texts = [phase.finish.format(**row) for row in rows]
    for finish in set(texts):
        alike = np.array([text == finish for text in texts])
        flags[alike] = finish_closes(layer, finish, before[alike], results[alike])
    return flags


def _index_board(cells: Cells) -> dict:
    return {"board": cells.board, "index": _integers(cells.index)}


def _integers(array: np.ndarray) -> dict:
    """Encode integers; −1 travels as the largest unsigned value."""
    array = np.asarray(array)
    if array.ndim == 2 and array.size > 64 and (array != NONE).all():
        base, offset = array[:, 0], array[0] - array[0, 0]
        if np.array_equal(array, base[:, None] + offset):
            return {"base": _raw(base), "offset": offset.tolist()}
    return {"flat": _raw(array)}


def _raw(array: np.ndarray) -> dict:
    largest = int(array.max()) if array.size else 0
    kind = np.dtype("<u2") if largest < 0xFFFF else np.dtype("<u4")
    flat = np.where(array == NONE, np.iinfo(kind).max, array).astype(kind)
    return {"bits": kind.itemsize * 8, "data": base64.b64encode(flat.tobytes()).decode()}


def _flags(flags: np.ndarray) -> dict | None:
    """Encode booleans by the positions of the False ones; None where all are True."""
    wrong = np.flatnonzero(~flags.ravel())
    return None if wrong.size == 0 else _raw(wrong)


def _cells(mask: np.ndarray | None) -> list[int] | None:
    return None if mask is None or not mask.any() else np.flatnonzero(mask).tolist()


def _sparse(source: np.ndarray | None) -> dict | None:
    if source is None or (source == NONE).all():
        return None
    where = np.flatnonzero(source != NONE)
    return {"cell": where.tolist(), "copies": source.ravel()[where].tolist()}


def _column(column: tuple[str, ...]) -> dict:
    pool = list(dict.fromkeys(column))
    place = {text: k for k, text in enumerate(pool)}
    return {"pool": pool, "index": _raw(np.array([place[text] for text in column], dtype=np.int64))}
