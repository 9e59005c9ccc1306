r"""The backward pass of a traced layer, as traces again: the gradient of each cell that the forward steps read.

A forward step is a sum of terms, so that the gradient of a cell follows from the forward trace alone: it is the sum,
over every term that the cell stood in, of the other factor times the gradient of what that term went into.

$$\frac{\partial L}{\partial a} = \sum_{\text{terms } a \cdot b \text{ of } y} b \cdot \frac{\partial L}{\partial y}$$

A bias meets the factor 1; a maximum passes its gradient to the winner alone; a function applied last multiplies
by its derivative first. Source: the chain rule; Rumelhart, Hinton and Williams (1986).
"""

from dataclasses import replace

import numpy as np

from engine.trace import NONE, Board, Cells, Partial, Phase, Trace, build
from engine.trace.terms import columns_of, pairs_of
from engine.writing.display import number_text, rounded_decimals, shared_decimals

SAY = "Gradient of {cell}: {work}."
WHERE = "Gradient of {cell}: {count}."


def gradient_trace(forward: Trace, board: str, grad_output: np.ndarray, slope: np.ndarray | None = None) -> Trace:
    """Return the trace of the gradient of a loss for every cell of a board that the forward steps read.

    forward: a trace of one phase. board: the input's, a weight's or a bias's. grad_output: ∂L/∂y, shaped as the output
    board. slope: ∂y/∂(what the finish was applied to), one a step, where the forward phase has a finish; 1 else.
    The output board is "grad"; cells of padding have no gradient of their own, and pass it on to the cell that they
    copy. Raises ValueError where the forward trace has several phases or does not read the board.
    """
    if len(forward.phases) != 1:
        raise ValueError(f"the trace has {len(forward.phases)} phases; the gradient of one is traced at a time")
    (phase,) = forward.phases
    output, target = forward.board(phase.writes.board), forward.board(board)
    grad_output = np.asarray(grad_output, dtype=np.float64)
    if grad_output.shape != output.values.shape:
        raise ValueError(f"grad_output must have the output's shape {output.values.shape}, got {grad_output.shape}")
    incoming = Board(
        "incoming", "gradient", grad_output, output.axes, "∂L/∂ output", origin=output.origin,
        panes=output.panes if len(output.panes) > 1 else ("",) * len(output.panes),
        first_pane=output.first_pane, wrap=output.wrap,
    )  # fmt: skip
    boards, phases = [incoming], []
    if phase.finish:
        if slope is None:
            raise ValueError(f"the steps end in {phase.finish!r}: its slope is needed")
        passed, made = _through_finish(phase, output, incoming, slope)
        boards += made
        phases.append(passed)
        incoming = made[-1]
    pairs = pairs_of(phase, target, board)
    if pairs is None:
        raise ValueError(f"no step reads board {board!r}")
    if phase.finish and _is_elementwise(phase, target, pairs[0]):
        return _elementwise(forward, target, boards, phases[0], pairs[0])
    grad, last, made = _collect(forward, phase, target, incoming, *pairs)
    boards = [board for board in boards if board.name not in {other.name for other in made}]
    boards = [*boards, *made]
    return Trace(
        layer=forward.layer,
        title=f"gradient of the {target.title}",
        boards=(*boards, grad),
        phases=(*phases, last),
        formula=_formula(board, bool(phase.finish), weighed=pairs[3] is not None),
        output_board="grad",
        page_name=_page_name(forward, target, last),
    )


def _is_elementwise(phase: Phase, target: Board, cell: np.ndarray) -> bool:
    """Whether every step applies a function to one cell, each cell once."""
    sole = len(phase.factors) == len(phase.partials) == phase.terms.shape[1] == 1
    return sole and np.array_equal(cell, np.arange(target.values.size))


def _elementwise(forward: Trace, target: Board, boards: list[Board], passed: Phase, cell: np.ndarray) -> Trace:
    """Return the trace of a function's input gradient: only the slope times what arrives."""
    incoming, slope, local = boards
    names = tuple(_cell(target, flat) for flat in cell.tolist())
    name = f"gradient of the {target.title}"
    last = replace(passed, name=name, writes=Cells("grad", cell), fields={**passed.fields, "cell": names})
    return Trace(
        layer=forward.layer,
        title=name,
        boards=(incoming, slope, _grad_board(target, local.values.ravel())),
        phases=(last,),
        formula=r"\frac{\partial L}{\partial x_k} = \frac{\partial L}{\partial y_k}\, f'(x_k)",
        output_board="grad",
        page_name=_page_name(forward, target, last),
    )


def _page_name(forward: Trace, target: Board, last: Phase) -> str:
    if target.paged:
        return forward.page_name
    if target.values.ndim == 3:
        return "channel"
    return "input" if last.page.any() else ""


def _through_finish(phase: Phase, output: Board, incoming: Board, slope: np.ndarray) -> tuple[Phase, list[Board]]:
    """Return the phase that multiplies the incoming gradient by the finish's slope, and its boards."""
    at = phase.writes.index
    slopes = np.ones(output.values.size)
    slopes[at] = slope
    passed = incoming.values.ravel() * slopes
    shape = output.values.shape
    drawn = replace(incoming, name="slope", role="scratch", values=slopes.reshape(shape), title="slope of the function")
    local = replace(incoming, name="local", values=passed.reshape(shape), title="∂L/∂ before it", hidden=True)
    names = [_cell(output, flat) for flat in at.tolist()]
    decimals, exact = shared_decimals(incoming.values, slopes, passed)
    decimals = decimals if exact else rounded_decimals(passed)
    texts = [number_text(v, decimals) for v in passed[at]]
    work = tuple(
        f"{number_text(g, decimals)} times the slope {number_text(k, decimals)} is {'' if exact else 'about '}{text}"
        for g, k, text in zip(incoming.values.ravel()[at], slopes[at], texts, strict=True)
    )
    through = build.phase(
        {board.name: board for board in (incoming, drawn, local)},
        "through the function",
        (("incoming", at[:, None]), ("slope", at[:, None])),
        "local",
        index=at,
        operation="×",
        partial="product",
        page=phase.page,
        say=SAY,
        where=WHERE,
        fields={
            "cell": tuple(f"what the function was applied to at {name}" for name in names),
            "work": work,
            "count": tuple("the incoming gradient times the function's slope" for _ in names),
        },
    )
    return through, [drawn, local]


def _collect(forward: Trace, phase: Phase, target: Board, incoming: Board, cell, s, t, other, other_cell):
    """Return the gradient's board, the phase that adds up its terms, and the boards that this reads anew."""
    column, widths, grid = columns_of(phase, target, cell, s, t)
    output = forward.board(phase.writes.board)
    if target.role != "input" and len(widths) == 1:
        rows, columns = (*(1, 1), *output.values.shape)[-2:]
        grid = (rows, columns) if rows * columns == widths[0] else grid
    wanted = np.arange(target.values.size)
    if target.padding is not None:
        wanted = wanted[~target.padding.ravel()]
    row_of = np.full(target.values.size, NONE)
    row_of[wanted] = np.arange(len(wanted))
    shape = (len(wanted), sum(widths))
    gradient_index, other_index = np.full(shape, NONE), np.full(shape, NONE)
    gradient_index[row_of[cell], column] = phase.writes.index[s]
    factors, made = [Cells(incoming.name, gradient_index)], []
    terms = np.where(gradient_index != NONE, incoming.values.ravel()[gradient_index], 0.0)
    pages = _pages(target, wanted, other is not None)
    if other is not None:
        board = replace(forward.board(other), hidden=False, editable=False)
        if target.role == "input":
            # The factor is a weight: its board is turned, so that a page holds what one input channel meets.
            board, other_cell = _turned(
                board, int(pages.max(initial=0)) + 1, pages[row_of[cell]], phase.page[s], other_cell
            )
        else:
            incoming = _paged(incoming, output)
            made.append(incoming)
        other_index[row_of[cell], column] = other_cell
        terms = np.where(other_index != NONE, board.values.astype(np.float64).ravel()[other_index] * terms, 0.0)
        made.append(board)
        place = 1 if target.role == "input" else 0
        factors.insert(place, Cells(other, other_index))
    groups = np.repeat(np.arange(len(widths)), widths)
    names = tuple(f"filter {int(p)}" for p in np.unique(phase.page[s])) if len(widths) > 1 else ("",)
    sums = np.stack([terms[:, groups == g].sum(axis=1) for g in range(len(widths))], axis=1)
    results = sums.sum(axis=1)
    values = np.zeros(target.values.size)
    values[wanted] = results
    partials = tuple(Partial(name or "sum", sums[:, g], group=g) for g, name in enumerate(names))
    last = Phase(
        name=f"gradient of the {target.title}",
        factors=tuple(factors),
        operation="×" if other is not None else "",
        terms=terms,
        groups=groups,
        group_names=names,
        grid=grid,
        partials=partials,
        before=results,
        results=results,
        writes=Cells("grad", wanted),
        page=pages,
        say=SAY,
        where=WHERE,
        fields=_fields(target, wanted, gradient_index, sums, names, results),
    )
    return _grad_board(target, values), last, made


def _pages(target: Board, wanted: np.ndarray, weighed: bool) -> np.ndarray:
    """Return the page of each cell: a weight's filter, an input's channel, or, where weighed, a vector's number."""
    if not (target.paged or (target.role == "input" and (target.values.ndim == 3 or weighed))):
        return np.zeros(len(wanted), int)
    return wanted // (target.values.size // len(target.values))


def _turned(
    board: Board, pages: int, page: np.ndarray, filter: np.ndarray, cells: np.ndarray
) -> tuple[Board, np.ndarray]:
    """Return a weight's board with the input's channel as its page and filters as panes, and where cells went.

    pages: how many channels (or numbers) the input has. page, filter, cells: for each pair, the input's channel, the
    output's, and the weight's cell.
    """
    per_page = board.values[0].size
    inner = board.values.shape[2:] if board.values.ndim == 4 else ()
    area = int(np.prod(inner, dtype=int))
    filters = [np.unique(filter[page == p]) for p in range(pages)]
    most = max(1, *map(len, filters))
    rank = np.zeros(len(page), int)
    for p, found in enumerate(filters):
        rank[page == p] = np.searchsorted(found, filter[page == p])
    values = np.zeros((len(filters), most, *inner))
    moved = (page * most + rank) * area + (cells % per_page) % area
    values.ravel()[moved] = board.values.ravel()[cells]
    panes = tuple(f"filter {int(f)}" for f in filters[0]) if inner and len(set(map(tuple, filters))) == 1 else ()
    panes = panes or (tuple(f"filter {k}" for k in range(most)) if inner else ())
    return replace(board, values=values, panes=panes, paged=True, origin=(0, 0), wrap=0, labels=()), moved


def _paged(incoming: Board, output: Board) -> Board:
    """Return maps of gradients as pages, one a filter, where a weight meets those of its own filter only."""
    if output.values.ndim != 3:
        return incoming
    shape = (len(output.values), 1, *output.values.shape[1:])
    return replace(incoming, values=incoming.values.reshape(shape), axes=("O", "", "H", "W"), panes=("",), paged=True)


def _grad_board(target: Board, values: np.ndarray) -> Board:
    """Return the gradient's board: as the target's; four axes become panes of filter and channel."""
    shape, panes, padding = target.values.shape, target.panes, target.padding
    if len(shape) == 4:
        names = [name or "" for name in (*panes, *[""] * shape[1])[: shape[1]]]
        panes = tuple(f"filter {o} {name}".strip() for o in range(shape[0]) for name in names)
        shape = (shape[0] * shape[1], *shape[2:])
    axes = ("C", "H", "W")[-len(shape) :] if len(target.values.shape) == 4 else target.axes
    return Board(
        "grad", "gradient", values.reshape(shape), axes, f"∂L/∂ {target.title}", panes=panes, origin=target.origin,
        first_pane=target.first_pane, wrap=target.wrap, padding=padding, hidden=True,
    )  # fmt: skip


def _fields(target: Board, wanted, gradient_index, sums, names, results) -> dict[str, tuple[str, ...]]:
    counts = (gradient_index != NONE).sum(axis=1).tolist()
    decimals, exact = shared_decimals(sums, results)
    decimals = decimals if exact else rounded_decimals(results)
    work = []
    for count, row, result in zip(counts, sums, results, strict=True):
        text = number_text(result, decimals)
        if count == 0:
            work.append("nothing that it went into, so it is 0")
            continue
        parts = [f"{n} {number_text(v, decimals)}" for n, v in zip(names, row, strict=True) if n]
        listed = f" ({', '.join(parts)})" if parts else ""
        work.append(f"the sum of {_terms(count)}{listed} is {'' if exact else 'about '}{text}")
    return {
        "cell": tuple(_cell(target, flat) for flat in wanted.tolist()),
        "work": tuple(work),
        "count": tuple(f"one term for each place that it was used in, {_terms(n)}" for n in counts),
    }


def _terms(count: int) -> str:
    return "1 term" if count == 1 else f"{count or 'no'} terms"


def _cell(board: Board, flat: int) -> str:
    """Name a cell in a sentence: "input R, row 1, column 2"."""
    index = board.outside(flat) or ()
    name = board.title
    if len(index) == 1:
        return f"{name} {index[0]}"
    pane = ""
    if len(index) > 2 and board.panes:
        pane = board.panes[np.unravel_index(flat, board.values.shape)[-3]]
    unit = "filter" if len(index) > 2 else "neuron"
    page = f" of {unit} {index[0]}" if board.paged else ""
    return f"{name}{' ' if pane else ''}{pane}{page}, row {index[-2]}, column {index[-1]}"


def _formula(board: str, finish: bool, weighed: bool) -> str:
    passed = r"\delta" if finish else r"\frac{\partial L}{\partial y}"
    through = r"\delta_s = \frac{\partial L}{\partial y_s}\, f'(z_s),\qquad " if finish else ""
    letter = {"input": "x", "weight": "w", "bias": "b"}.get(board, board)
    other = {"input": r"w\;", "weight": r"x\;"}.get(board, "") if weighed else ""
    return (
        rf"{through}\frac{{\partial L}}{{\partial {letter}_k}} = "
        rf"\sum_{{s:\; {letter}_k \text{{ in step }} s}} {other}{passed}_s".replace(r"y}_s", r"y_s}")
    )
