"""The steps of batch norm's trace: statistics, difference, quotient, scale and shift, phase by phase."""

from dataclasses import replace

import numpy as np

from engine.layers.base import neighbourhood
from engine.layers.conv import channel_names
from engine.trace import Board, Cells, Partial, Phase, Role
from engine.writing.display import (
    JOIN,
    decimals_needed,
    number_text,
    rounded_decimals,
    scaled_integers,
    shared_decimals,
    signed_text,
    typographic,
)

MOST_DECIMALS = 8


class Steps:
    """Boards and phases of a BatchNorm2d on one picture (C, H, W), or around one of its cells.

    parameters: by name, as the layer has them. The output is forward's, the statistics are the layer's.
    """

    def __init__(self, layer, input, output, mean, variance, parameters, around=None):
        kept = [range(n) for n in input.shape]
        if around:
            kept = [range(around[0], around[0] + 1), *kept[1:]]
            if layer.track_running_stats:
                kept[1:] = neighbourhood(around[1:], input.shape[1:])
        self.kept = kept
        self.names = tuple(channel_names(input.shape[0])[c] for c in kept[0])
        self.of = np.arange(len(kept[0]))
        self.cells = np.arange(np.prod([len(k) for k in kept], dtype=int)).reshape(len(kept[0]), -1)
        self.of_cell = np.repeat(self.of, self.cells.shape[1])
        self._boards: dict[str, Board] = {}
        self._phases: list[Phase] = []

        self._map("input", "input", input, "input", hidden=False, editable=True)
        if not layer.track_running_stats:
            self._own_mean(mean)
            self._centred(input, mean, "mean")
            self._own_variance(variance)
            self._deviation(layer.eps, variance, "variance")
        else:
            for name, title in (("running_mean", "running mean μ"), ("running_var", "running variance")):
                self._vector(name, title, parameters[name], hidden=False, editable=True)
            self._deviation(layer.eps, variance, "running_var")
            self._centred(input, mean, "running_mean")
        self._quotient(output if not layer.affine else None)
        if layer.affine:
            self._scale_and_shift(parameters["weight"], parameters["bias"], output)

    @property
    def boards(self) -> tuple[Board, ...]:
        return tuple(self._boards.values())

    @property
    def phases(self) -> tuple[Phase, ...]:
        return tuple(self._phases)

    # Phases

    def _own_mean(self, mean: np.ndarray) -> None:
        self._vector("mean", "mean μ", mean)
        self._phase(
            "mean", (("input", self.cells),), "mean", self.of, "sum",
            "{who}: the sum of its {count} numbers {sum_is} {before}; {before} ÷ {count} {equals} {result}, "
            "the mean.",
            "{who}: the mean of all its numbers.", finish="÷ {count}", page=self.of,
        )  # fmt: skip

    def _centred(self, input: np.ndarray, mean: np.ndarray, name: str) -> None:
        self._map("centred", "x − μ", input.astype(np.float64) - mean[:, None, None])
        self._phase(
            "difference", (("input", self._each), (name, self._channel)), "centred", self.cells.ravel(), "difference",
            "{cell}: {a} − {b} {equals} {result}.", "{cell}: the channel's mean is taken off.", operation="−",
        )  # fmt: skip

    def _own_variance(self, variance: np.ndarray) -> None:
        centred = self._boards["centred"].values
        self._add(Board(**{**vars(self._boards["centred"]), "name": "squares", "title": "squares",
                           "values": np.square(centred)}))  # fmt: skip
        self._phase(
            "squares", (("centred", self._each),), "squares", self.cells.ravel(), "difference",
            "{cell}: the square of {a} {is} {result}.", "{cell}: the difference is squared.", finish="square",
        )  # fmt: skip
        self._vector("variance", "variance", variance)
        self._phase(
            "variance", (("squares", self.cells),), "variance", self.of, "sum",
            "{who}: the sum of its {count} squares {sum_is} {before}; {before} ÷ {count} {equals} {result}, "
            "the variance.",
            "{who}: the mean of all its squares.", finish="÷ {count}", page=self.of,
        )  # fmt: skip

    def _deviation(self, eps: float, variance: np.ndarray, name: str) -> None:
        self._add(Board("eps", "scratch", np.array([float(eps)]), ("",), "eps", decimals=MOST_DECIMALS))
        places = decimals_needed(np.array([eps]), MOST_DECIMALS)
        places = max(3, MOST_DECIMALS if places is None else places)  # so that a small eps is seen in the sum
        self._vector("deviation", "σ", np.sqrt(variance + eps), decimals=places)
        self._phase(
            "deviation", ((name, self.of[:, None]),), "deviation", self.of, "variance",
            "{who}: variance {group} + eps {single} {sum_equals} {before}; its square root, σ, {is} {result}.",
            "{who}: the square root of variance + eps.",
            single=("eps", "eps", np.zeros_like(self.of)), finish="sqrt", page=self.of,
        )  # fmt: skip

    def _quotient(self, output: np.ndarray | None) -> None:
        name = "normalised" if output is None else "output"
        if output is None:
            self._add_like_input(name, "normalised", self._values("centred") / self._values("deviation")[:, None, None])
        else:
            self._map(name, name, output, "output")
        self._phase(
            "quotient", (("centred", self._each), ("deviation", self._channel)), name, self.cells.ravel(), "quotient",
            "{cell}: {a} ÷ {b} {equals} {result}.", "{cell}: the difference is divided by σ.", operation="÷",
        )  # fmt: skip

    def _scale_and_shift(self, weight: np.ndarray, bias: np.ndarray, output: np.ndarray) -> None:
        self._vector("weight", "weight γ", weight, "weight", hidden=False, editable=True)
        self._vector("bias", "bias β", bias, "bias", hidden=False, editable=True)
        self._map("output", "output", output, "output")
        self._phase(
            "scale and shift", (("normalised", self._each), ("weight", self._channel)), "output", self.cells.ravel(),
            "product", "{cell}: {a} × {b} + {single} {equals} {result}.",
            "{cell}: times γ, plus β.", operation="×", single=("bias", "bias", self.of_cell),
        )  # fmt: skip

    # Parts

    @property
    def _each(self) -> np.ndarray:
        return self.cells.reshape(-1, 1)

    @property
    def _channel(self) -> np.ndarray:
        return self.of_cell[:, None]

    def _values(self, board: str) -> np.ndarray:
        return self._boards[board].values

    def _add(self, board: Board) -> None:
        self._boards[board.name] = board

    def _map(self, name: str, title: str, values: np.ndarray, role: Role = "scratch", **options) -> None:
        """Add a board of what is kept of a map (C, H, W)."""
        self._add_like_input(name, title, values[np.ix_(*self.kept)], role, **options)

    def _add_like_input(self, name, title, values, role: Role = "scratch", hidden=True, **options) -> None:
        channels, rows, columns = (k.start for k in self.kept)
        self._add(Board(name, role, values, ("C", "H", "W"), title, panes=self.names, origin=(rows, columns),
                        first_pane=channels, hidden=hidden, **options))  # fmt: skip

    def _vector(self, name, title, values, role: Role = "scratch", hidden=True, **options) -> None:
        """Add a board of one number for each channel that is kept."""
        first = self.kept[0].start
        kept = np.asarray(values, dtype=np.float64)[first : self.kept[0].stop]
        self._add(Board(name, role, kept, ("C",), title, origin=(0, first), hidden=hidden, **options))

    def _phase(
        self, name, reads, writes, index, partial, say, where, *, operation="", finish="", single=None, page=None
    ) -> None:  # fmt: skip
        """Add a phase of one group. `reads`: board and index (S, T). `single`: name, board, index (S,)."""
        page = self.of_cell if page is None else page
        factors = [self._values(board).ravel().astype(np.float64)[at] for board, at in reads]
        terms = JOIN[operation](*factors) if operation else factors[0]
        results = self._values(writes).ravel()[index]
        partials = [Partial(partial, terms.sum(axis=1), group=0)]
        if single:
            title, board, at = single
            partials.append(Partial(title, self._values(board).astype(np.float64)[at], cell=Cells(board, at)))
        before = sum(p.values for p in partials) if finish else results
        grid = (1, 1) if terms.shape[1] == 1 else tuple(len(k) for k in self.kept[1:])
        phase = Phase(
            name=name,
            factors=tuple(Cells(board, at) for board, at in reads),
            operation=operation,
            terms=terms,
            groups=np.zeros(terms.shape[1], int),
            group_names=("",),
            grid=grid,
            partials=tuple(partials),
            before=before,
            results=results,
            writes=Cells(writes, index),
            page=page,
            say=say,
            where=where,
            finish=finish,
        )
        self._phases.append(replace(phase, fields=self._texts(phase, factors)))

    def _texts(self, phase: Phase, factors: list[np.ndarray]) -> dict[str, tuple[str, ...]]:
        """Return the fields of a phase's sentences.

        a and b: the first term's factors, written as on their boards. group, single, before, result: as in the sum.
        """
        terms, before, results, board = phase.terms, phase.before, phase.results, self._boards[phase.writes.board]
        numbers = [p.values for p in phase.partials]
        decimals, exact = shared_decimals(terms, *numbers, before, results)
        if not exact:
            decimals = rounded_decimals(results, board.decimals)
        columns = {"group": numbers[0], "before": before, "result": results}
        fields = {name: _written(values, decimals) for name, values in columns.items()}
        shown, read = [results, before, *numbers[1:]], []
        for letter, factor, cells in zip("ab", factors, phase.factors, strict=False):
            values, least = self._values(cells.board), self._boards[cells.board].decimals
            places, known = shared_decimals(values)
            places = places if known else rounded_decimals(values, least)
            fields[letter] = _written(factor[:, 0], places, signed=letter == "b")
            read.append(np.round(factor[:, 0], places))
            shown.append(np.where(_exact(factor[:, 0], places), 0.0, np.nan))
        if len(numbers) > 1:
            fields["single"] = _written(numbers[1], decimals, signed=True)
        closes = np.logical_and.reduce([_exact(values, decimals) for values in shown])
        if phase.operation in ("−", "×"):
            of_shown = JOIN[phase.operation](*read) + sum(np.round(values, decimals) for values in numbers[1:])
            closes |= _same(of_shown, np.round(results, decimals))
        total = scaled_integers(terms, decimals).sum(axis=1)
        total = total + sum(scaled_integers(values, decimals) for values in numbers[1:])
        adds = exact | (total == scaled_integers(before, decimals))
        fields |= {
            "equals": _choose(closes, "=", "≈"),
            "is": _choose(closes, "is", "is about"),
            "sum_equals": _choose(adds, "=", "≈"),
            "sum_is": _choose(adds, "is", "is about"),
            "count": (str(terms.shape[1]),) * len(results),
        }
        if len(results) == len(self.of):
            fields["who"] = tuple(f"Channel {name}" if name else "The channel" for name in self.names)
        if len(results) == self.cells.size:
            fields["cell"] = tuple(self._place(cell) for cell in range(len(results)))
        return fields

    def _place(self, cell: int) -> str:
        c, i, j = (int(k) for k in np.unravel_index(cell, [len(k) for k in self.kept]))
        name = f"Channel {self.names[c]}, row" if self.names[c] else "Row"
        return f"{name} {self.kept[1][i]}, column {self.kept[2][j]}"


def _written(values: np.ndarray, decimals: int, signed: bool = False) -> tuple[str, ...]:
    texts = [number_text(value, decimals) for value in values.tolist()]
    return tuple(map(signed_text if signed else typographic, texts))


def _exact(values: np.ndarray, decimals: int) -> np.ndarray:
    """Return, for each value, whether so many decimals write it exactly, but for float64's own rounding."""
    scaled = np.abs(values) * 10.0**decimals
    return np.abs(scaled - np.rint(scaled)) <= 256 * np.finfo(np.float64).eps * np.maximum(1.0, scaled) + 1e-10


def _same(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.abs(one - other) <= 1e-9 * np.maximum(1.0, np.abs(one))


def _choose(mask: np.ndarray, yes: str, no: str) -> tuple[str, ...]:
    return tuple(np.where(mask, yes, no).tolist())
