"""One measured budget."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, against which budget. `detail` says how: sizes, repeats, what was compared."""

    name: str
    value: float
    unit: str
    budget: float | None = None
    met: bool | None = None
    detail: str = ""

    @classmethod
    def at_most(cls, name: str, value: float, unit: str, budget: float, detail: str = "") -> "Row":
        return cls(name, float(value), unit, budget, bool(value <= budget), detail)

    @classmethod
    def at_least(cls, name: str, value: float, unit: str, budget: float, detail: str = "") -> "Row":
        return cls(name, float(value), unit, budget, bool(value >= budget), detail)
