"""The numbers of the cases: halves that are not 0, so that every number counts, and the same on every machine."""

import numpy as np

from engine.exercises.draw import Draw


def halves(draw: Draw, *shape: int, most: int = 6) -> np.ndarray:
    """Return numbers of −most/2 … most/2 in halves, without 0, in a shape."""
    return draw.array(*shape, most=most, zero=False, step=0.5)


def apart(draw: Draw, *shape: int) -> np.ndarray:
    """Return halves of which no two are equal in a map, and none is 0: no window has a tie."""
    size = int(np.prod(shape[-2:]))
    options = [k / 2 for k in range(-size // 2 - 2, size // 2 + 3) if k]
    maps = [draw.order(options)[:size] for _ in range(int(np.prod(shape[:-2], dtype=int)))]
    return np.array(maps).reshape(shape)
