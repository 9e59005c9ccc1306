"""Drawn pictures of ten shapes, from a seed: a data set for machines that have no other. They are synthetic.

Every picture differs in place, size, turn, contrast and noise; the colour form in its colours too.
"""

import numpy as np

CLASSES = ("disc", "ring", "square", "frame", "triangle", "plus", "cross", "bars", "columns", "checker")
NOISE = 0.06


def shape_pictures(
    count: int, size: int, seed: int, *, classes: tuple[str, ...] = CLASSES, colour: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return (pictures, labels): uint8 (count, 1 or 3, size, size), and indices into `classes`.

    The classes come in turn, so that all are equally frequent. The same arguments give the same pictures.
    Raises ValueError for a class that is not known, and for sizes and counts that make no picture.
    """
    unknown = [name for name in classes if name not in CLASSES]
    if unknown or not classes:
        raise ValueError(f"classes {unknown or '()'} are not among {', '.join(CLASSES)}")
    if count < 1 or not 6 <= size <= 128:
        raise ValueError(f"count must be at least 1 and size from 6 to 128, got {count} and {size}")
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % len(classes)
    names = np.array(classes)[labels]
    masks = np.empty((count, size, size))
    for name in classes:
        which = np.flatnonzero(names == name)
        masks[which] = _masks(name, len(which), size, rng)
    channels = 3 if colour else 1
    ink = rng.uniform(0.65, 1.0, (count, channels, 1, 1))
    paper = rng.uniform(0.0, 0.3, (count, channels, 1, 1))
    if colour:
        paper = rng.uniform(0.0, 1.0, (count, 3, 1, 1))
        ink = (paper + rng.uniform(0.35, 0.65, (count, 3, 1, 1)) * rng.choice([-1, 1], (count, 3, 1, 1))) % 1.0
    light = paper + (ink - paper) * masks[:, None] + rng.normal(0, NOISE, (count, channels, size, size))
    order = rng.permutation(count)
    return np.rint(np.clip(light, 0, 1) * 255).astype(np.uint8)[order], labels[order]


def noise(size: int, seed: int) -> np.ndarray:
    """Return one grey picture (1, size, size) of independent numbers from −1 to 1, of one decimal."""
    return np.round(np.random.default_rng((seed, size)).uniform(-1, 1, (1, size, size)), 1) + 0.0


def _masks(name: str, count: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return how far each pixel lies in the shape, 0 to 1 with soft edges, (count, size, size)."""
    spread = (np.arange(size) + 0.5) / size * 2 - 1
    centre = rng.uniform(-0.25, 0.25, (2, count, 1, 1))
    scale = rng.uniform(0.5, 0.75, (count, 1, 1))
    turn = rng.uniform(-0.25, 0.25, (count, 1, 1))
    y, x = spread[None, :, None] - centre[0], spread[None, None, :] - centre[1]
    u = (x * np.cos(turn) + y * np.sin(turn)) / scale
    v = (y * np.cos(turn) - x * np.sin(turn)) / scale
    inside = _DISTANCE[name](u, v) * scale * size / 2
    return np.clip(inside + 0.5, 0, 1)


def _square(u, v):
    return 0.8 - np.maximum(np.abs(u), np.abs(v))


def _plus(u, v):
    arms = np.minimum(np.abs(u), np.abs(v)), np.maximum(np.abs(u), np.abs(v))
    return np.minimum(0.25 - arms[0], 0.95 - arms[1])


def _stripes(along, across):
    waves = np.abs((across * 1.5 + 0.25) % 1 - 0.5) - 0.25
    return np.minimum(waves / 1.5, 1.0 - np.maximum(np.abs(along), np.abs(across)))


def _checker(u, v):
    parity = (np.floor(u * 1.5) + np.floor(v * 1.5)) % 2
    edge = np.minimum(np.abs((u * 1.5 + 0.5) % 1 - 0.5), np.abs((v * 1.5 + 0.5) % 1 - 0.5)) / 1.5
    return np.minimum(np.where(parity == 0, edge, -edge), 1.0 - np.maximum(np.abs(u), np.abs(v)))


# How far inside its edge a point of the shape lies, in units of the shape; negative outside.
_DISTANCE = {
    "disc": lambda u, v: 0.85 - np.hypot(u, v),
    "ring": lambda u, v: 0.22 - np.abs(np.hypot(u, v) - 0.68),
    "square": _square,
    "frame": lambda u, v: 0.18 - np.abs(_square(u, v) - 0.12),
    "triangle": lambda u, v: np.minimum(0.6 - v, (v + 0.85 - 2 * np.abs(u)) / np.sqrt(5)),
    "plus": _plus,
    "cross": lambda u, v: _plus((u + v) / np.sqrt(2), (u - v) / np.sqrt(2)),
    "bars": _stripes,
    "columns": lambda u, v: _stripes(v, u),
    "checker": _checker,
}
