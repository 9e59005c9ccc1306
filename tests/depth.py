"""How many random cases a test tries: a quarter of them in `make test`, all where STRIDE_DEEP is set (`make deep`)."""

import os


def cases(all: int, share: int = 4) -> int:
    """Return how many of a test's random cases are tried now: in `make test` one in `share`."""
    return all if os.environ.get("STRIDE_DEEP") else max(10, all // share)
