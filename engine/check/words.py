"""Words of findings."""

from collections.abc import Sequence


def listed(names: Sequence[str]) -> str:
    """Return names in a row: "dx, dw and db"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
