"""Counts as texts, and a network's table as CSV and Markdown."""

UNITS = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))


def short(count: int) -> str:
    """Return a count in three to five digits: 138.36 M; below ten thousand, all of it."""
    if count < 10_000:
        return f"{count:,}"
    size, unit = next((size, unit) for size, unit in UNITS if count >= size)
    return f"{count / size:.2f} {unit}"


def counted(count: int) -> str:
    """Return a count with separators, and beside it the short form where it is long: 138,357,544 (138.36 M)."""
    return f"{count:,}" if count < 1_000_000 else f"{count:,} ({short(count)})"
