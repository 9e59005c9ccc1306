"""One step of a trace as slips look at it: the numbers of its terms, of their groups, and how they are shown."""

from dataclasses import dataclass

import numpy as np

from engine.cached import cached_property
from engine.slips.form import Blank, Slip
from engine.trace import NONE, Board, Phase, Trace
from engine.trace.decimals import phase_decimals
from engine.trace.finish import known
from engine.writing.display import JOIN


@dataclass(frozen=True)
class At:
    """A step: `s` counts within its phase. Arrays have one entry a term that the step has."""

    trace: Trace
    phase: Phase
    s: int

    @classmethod
    def step(cls, trace: Trace, step: int) -> "At":
        return cls(trace, *trace.steps.place(step))

    @property
    def layer(self):
        return self.trace.layer

    @property
    def forward(self) -> bool:
        """Whether it is a step of a layer's output, not of a gradient."""
        return self.trace.output_board != "grad"

    @cached_property
    def present(self) -> np.ndarray:
        return np.flatnonzero(self.phase.factors[0].index[self.s] != NONE)

    @cached_property
    def terms(self) -> np.ndarray:
        return self.phase.terms[self.s, self.present]

    @cached_property
    def groups(self) -> np.ndarray:
        return self.phase.groups[self.present]

    def index(self, k: int = 0) -> np.ndarray:
        """Return the cells that factor k reads."""
        return self.phase.factors[k].index[self.s, self.present]

    def factor(self, k: int = 0) -> np.ndarray:
        """Return the numbers that factor k reads."""
        return self.values(self.phase.factors[k].board)[self.index(k)]

    def turned(self, k: int = 1) -> np.ndarray:
        """Return the numbers that factor k, a weight, would read of kernels turned by half a turn."""
        turned = self.board("weight").values[..., ::-1, ::-1]
        return turned.ravel().astype(np.float64)[self.index(k)]

    def board(self, name: str) -> Board:
        return self.trace.board(name)

    def has(self, name: str) -> bool:
        return any(board.name == name for board in self.trace.boards)

    def values(self, name: str) -> np.ndarray:
        return self.board(name).values.ravel().astype(np.float64)

    @cached_property
    def sums(self) -> np.ndarray:
        """The result of each group of terms."""
        return np.array([p.values[self.s] for p in self.phase.partials if p.group is not None])

    @cached_property
    def single(self) -> float | None:
        """What is added at last, such as a bias; None where nothing is."""
        singles = [p.values[self.s] for p in self.phase.partials if p.group is None]
        return float(sum(singles)) if singles else None

    @property
    def before(self) -> float:
        return np.float64(self.phase.before[self.s])

    @property
    def result(self) -> float:
        return np.float64(self.phase.results[self.s])

    @property
    def writes(self) -> int:
        return int(self.phase.writes.index[self.s])

    @cached_property
    def place(self) -> tuple[int, ...]:
        """The index that the written cell has in the layer's whole output."""
        return self.board(self.phase.writes.board).outside(self.writes)

    @cached_property
    def where(self) -> str:
        """The trace's own words for where the step is, as the sentence that says where to look."""
        return self.phase.filled(self.phase.where, self.s)

    @cached_property
    def rounding(self) -> dict:
        """How the result is shown: Blank's `decimals` and `near`."""
        decimals, exact = phase_decimals(self.phase, self.board(self.phase.writes.board))
        if exact:
            return {}
        read = self.board(self.phase.factors[0].board).precision[0] if self.phase.alone else decimals
        return {"decimals": decimals, "near": tuple(self._near(read))}

    def _near(self, decimals: int) -> list[float]:
        """Return what the numbers of the step give where they are taken with the decimals that are shown."""
        partials = [np.round(p.values[self.s], decimals) for p in self.phase.partials]
        befores = [np.round(self.before, decimals), sum(partials)]
        if self.phase.reduce == "sum" and self.phase.operation and len(self.present) == 1:
            factors = [np.round(self.factor(k), self.board(f.board).precision[0])
                       for k, f in enumerate(self.phase.factors)]  # fmt: skip
            with np.errstate(all="ignore"):
                befores.append(JOIN[self.phase.operation](*factors).item() + (self.single or 0.0))
        finish = self.phase.finish
        if not finish:
            return [float(value) for value in befores]
        made = known(self.layer, self.phase.filled(finish, self.s))
        with np.errstate(all="ignore"):
            return [float(made.function(np.float64(value))) for value in befores] if made else []

    def blank(self, what: str, answer: float, slips: list[Slip], look: str = "") -> Blank:
        """Return a blank of this step, whose answer is shown as the step's numbers are."""
        rounding = self.rounding if answer == self.result else {k: v for k, v in self.rounding.items() if k != "near"}
        return Blank.of(what, float(answer), look or self.where, slips, **rounding)
