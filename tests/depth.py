"""How many random cases a test tries: a quarter of them in `make test`, all where STRIDE_DEEP is set (`make deep`)."""

import os


def cases(all: int) -> int:
    """Return how many of a test's random cases are tried now."""
    return all if os.environ.get("STRIDE_DEEP") else max(10, all // 4)
