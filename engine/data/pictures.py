"""Pictures as numbers: bundled examples drawn at any size, resizing, grey, and scales.

A picture is uint8 (H, W, 3), red, green and blue from 0 to 255. A tensor is float64 (C, H, W).
"""

from functools import lru_cache

import numpy as np

MIN_SIZE, MAX_SIZE = 5, 512
CHANNELS = ("grey", "rgb")
SCALES = ("0-255", "0-1", "0-9")

_NAVY, _YELLOW = (24, 36, 66), (255, 214, 92)
_CREAM, _CRIMSON = (246, 240, 228), (178, 34, 52)
_DUSK, _ORANGE = (28, 44, 92), (240, 150, 60)
_WHITE, _RED = (255, 255, 255), (255, 40, 40)


class _Canvas:
    """A square of colour over 0 ≤ x, y ≤ 1 (y downwards), sampled finely enough to be averaged to `size`."""

    def __init__(self, size: int, ground: tuple[int, int, int]):
        self.size = size
        self.samples = max(2, -(-576 // size))
        centres = (np.arange(size * self.samples) + 0.5) / (size * self.samples)
        self.x, self.y = centres[None, :], centres[:, None]
        self.colour = np.empty((centres.size, centres.size, 3), np.float32)
        self.colour[:] = ground

    def paint(self, inside: np.ndarray, colour) -> None:
        self.colour[np.broadcast_to(inside, self.colour.shape[:2])] = colour

    def box(self, left, top, right, bottom, colour) -> None:
        inside = (self.x >= left) & (self.x < right) & (self.y >= top) & (self.y < bottom)
        self.paint(inside, colour)

    def disc(self, x, y, radius, colour) -> None:
        self.paint((self.x - x) ** 2 + (self.y - y) ** 2 < radius**2, colour)

    def polygon(self, corners, colour) -> None:
        """Fill a convex polygon whose corners go clockwise as seen (y downwards)."""
        inside = np.ones(self.colour.shape[:2], bool)
        for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
            inside &= (x1 - x0) * (self.y - y0) - (y1 - y0) * (self.x - x0) >= 0
        self.paint(inside, colour)

    def picture(self) -> np.ndarray:
        blocks = self.colour.reshape(self.size, self.samples, self.size, self.samples, 3)
        return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)


def _snap(part: float, size: int) -> float:
    """Return the pixel border nearest to `part`, so that straight strokes stay sharp in small pictures."""
    return max(1, round(part * size)) / size


def _digit(size: int) -> np.ndarray:
    canvas = _Canvas(size, _NAVY)
    near, far, stroke = _snap(1 / 6, size), 1 - _snap(1 / 6, size), _snap(1 / 6, size)
    canvas.box(near, near, far, near + stroke, _YELLOW)
    foot, below = (near + far) / 2 - 0.15, near + stroke
    canvas.polygon([(far - 0.22, below), (far, below), (foot + 0.21, far), (foot, far)], _YELLOW)
    return canvas.picture()


def _letter(size: int) -> np.ndarray:
    canvas = _Canvas(size, _CREAM)
    near, far, stroke = _snap(1 / 6, size), 1 - _snap(1 / 6, size), _snap(1 / 6, size)
    cut, bar = 0.12, near + _snap(0.29, size)
    outline = [(near + cut, near), (far - cut, near), (far, near + cut), (far, far), (near, far)]
    canvas.polygon([*outline, (near, near + cut)], _CRIMSON)
    canvas.box(near + stroke, near + stroke, far - stroke, bar, _CREAM)
    canvas.box(near + stroke, bar + stroke, far - stroke, far, _CREAM)
    return canvas.picture()


def _edges(size: int) -> np.ndarray:
    canvas = _Canvas(size, _DUSK)
    corner = _snap(1 / 3, size)
    canvas.box(corner, corner, 1, 1, _ORANGE)
    return canvas.picture()


def _checkerboard(size: int) -> np.ndarray:
    square = np.arange(size) // max(1, round(size / 8))
    odd = (square[:, None] + square[None, :]) % 2
    return np.array([_WHITE, _RED], np.uint8)[odd]


def _gradient(size: int) -> np.ndarray:
    ramp = np.linspace(0, 255, size)
    red, green = np.broadcast_arrays(ramp[None, :], ramp[:, None])
    return np.rint(np.stack([red, green, 255 - red], axis=-1)).astype(np.uint8)


def _scene(size: int) -> np.ndarray:
    canvas = _Canvas(size, (0, 0, 0))
    dusk = np.clip(canvas.y / 0.8, 0, 1)[..., None]
    canvas.colour[:] = (1 - dusk) * np.float32((86, 160, 232)) + dusk * np.float32((206, 232, 250))
    for x, y, radius in [(0.13, 0.15, 0.05), (0.20, 0.125, 0.065), (0.28, 0.15, 0.05)]:
        canvas.disc(x, y, radius, (250, 252, 255))
    canvas.disc(5 / 6, 1 / 6, 1 / 6 * 0.95, (255, 208, 40))
    canvas.disc(0.18, 1.02, 0.30, (122, 182, 92))
    canvas.box(0, 5 / 6, 1, 1, (92, 160, 70))
    canvas.box(0.43, 0.20, 0.49, 0.40, (150, 62, 50))
    canvas.box(1 / 6, 3 / 6, 3 / 6, 0.88, (244, 222, 184))
    canvas.polygon([(2 / 6, 0.19), (0.585, 3 / 6), (0.082, 3 / 6)], (196, 62, 48))
    canvas.box(0.365, 0.66, 0.45, 0.88, (112, 70, 44))
    canvas.box(0.205, 0.57, 0.305, 0.68, (90, 140, 190))
    canvas.box(0.25, 0.57, 0.26, 0.68, (244, 222, 184))
    canvas.box(0.205, 0.62, 0.305, 0.63, (244, 222, 184))
    canvas.box(0.735, 0.66, 0.80, 0.90, (120, 76, 42))
    canvas.disc(0.765, 0.56, 0.15, (34, 116, 58))
    canvas.disc(0.72, 0.60, 0.10, (42, 128, 66))
    canvas.disc(0.83, 0.62, 0.09, (30, 104, 52))
    return canvas.picture()


def _ship(size: int) -> np.ndarray:
    canvas = _Canvas(size, (0, 0, 0))
    shore = 0.7
    sky, sea = np.clip(canvas.y / shore, 0, 1)[..., None], np.clip((canvas.y - shore) / (1 - shore), 0, 1)[..., None]
    canvas.colour[:] = (1 - sky) * np.float32((150, 186, 216)) + sky * np.float32((222, 230, 236))
    water = (1 - sea) * np.float32((64, 120, 164)) + sea * np.float32((28, 70, 112))
    canvas.colour[:] = np.where(canvas.y[..., None] >= shore, water, canvas.colour)
    canvas.box(0.27, 0.22, 0.285, 0.61, (90, 84, 80))
    canvas.box(0.80, 0.26, 0.815, 0.61, (90, 84, 80))
    canvas.box(0.36, 0.46, 0.70, 0.62, (244, 244, 240))
    canvas.box(0.42, 0.36, 0.60, 0.48, (232, 232, 228))
    canvas.box(0.50, 0.22, 0.58, 0.38, (196, 62, 48))
    canvas.box(0.50, 0.22, 0.58, 0.26, (40, 40, 46))
    canvas.polygon([(0.08, 0.60), (0.94, 0.60), (0.82, 0.80), (0.18, 0.80)], (44, 54, 74))
    canvas.polygon([(0.13, 0.70), (0.88, 0.70), (0.82, 0.80), (0.18, 0.80)], (150, 50, 44))
    for window in (0.40, 0.48, 0.56, 0.64):
        canvas.box(window, 0.52, window + 0.035, 0.56, (60, 90, 130))
    return canvas.picture()


EXAMPLES = {
    "digit": _digit,
    "letter": _letter,
    "edges": _edges,
    "checkerboard": _checkerboard,
    "gradient": _gradient,
    "scene": _scene,
    "ship": _ship,
}


@lru_cache(maxsize=64)
def example(name: str, size: int) -> np.ndarray:
    """Draw a bundled example.

    The shapes are sampled many times inside each pixel and averaged, so that a picture is drawn for its
    size rather than scaled.

    Returns a read-only uint8 (size, size, 3). Raises ValueError for a name that is not in EXAMPLES and a
    size outside 5…512.
    """
    if name not in EXAMPLES:
        raise ValueError(f"there is no example of that name; the examples are {', '.join(EXAMPLES)}")
    check_size(size)
    picture = EXAMPLES[name](size)
    picture.flags.writeable = False
    return picture


def grey(picture: np.ndarray) -> np.ndarray:
    """Return a picture's brightness: L = 0.299 R + 0.587 G + 0.114 B, rounded.

    uint8 (H, W, 3) → uint8 (H, W, 1). Source: ITU-R BT.601, in the integer form of Pillow's convert("L").
    """
    red, green, blue = (picture[..., c].astype(np.uint32) for c in range(3))
    brightness = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16
    return brightness.astype(np.uint8)[..., None]


def square(picture: np.ndarray, where: float = 0.5) -> np.ndarray:
    """Cut the largest square out of a picture, from its start (`where` 0), middle (0.5) or end (1).

    (H, W, C) → (min(H, W), min(H, W), C), a view.
    """
    h, w, _ = picture.shape
    side = min(h, w)
    top, left = round((h - side) * where), round((w - side) * where)
    return picture[top : top + side, left : left + side]


def fit(height: int, width: int, size: int) -> tuple[int, int]:
    """Return (h, w) with the longer side `size` and the same proportions, each at least 1."""
    longer = max(height, width)
    return max(1, round(height * size / longer)), max(1, round(width * size / longer))


def resize(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return a picture at another size: area averages where an axis shrinks, bilinear where it grows.

    Output row i averages the input rows from floor(i·H/h) to ceil((i+1)·H/h), as
    torch.nn.functional.adaptive_avg_pool2d does; a growing axis is read at (i + ½)·H/h − ½ between its two
    neighbours, as interpolate(mode="bilinear") does. Values are rounded to whole numbers at the end.

    uint8 (H, W, C) → uint8 (h, w, C). Raises ValueError for a size below 1.
    """
    h, w = size
    if h < 1 or w < 1:
        raise ValueError(f"size {h} × {w} has a side below 1")
    values, areas = picture, 1.0
    for axis, n in ((0, h), (1, w)):
        if n < picture.shape[axis]:
            values, counts = _sums(values, n, axis)
            areas = areas * counts
    # Whole sums divided once: the same rounding as torch's average.
    values = values / areas
    for axis, n in ((1, w), (0, h)):
        if n > picture.shape[axis]:
            values = _between(values, n, axis)
    return np.rint(values).astype(np.uint8)


def _sums(values: np.ndarray, n: int, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums of n stretches along an axis, and how many values each has."""
    old = values.shape[axis]
    ends = [(i * old // n, -(-(i + 1) * old // n)) for i in range(n)]
    parts = [values.take(range(start, end), axis).sum(axis, dtype=np.float64) for start, end in ends]
    counts = np.array([end - start for start, end in ends], dtype=np.float64)
    return np.stack(parts, axis), counts.reshape([n if k == axis else 1 for k in range(3)])


def _between(values: np.ndarray, n: int, axis: int) -> np.ndarray:
    """Return values read at n places along an axis, each between its two neighbours."""
    old = values.shape[axis]
    places = np.clip((np.arange(n) + 0.5) * (old / n) - 0.5, 0, old - 1)
    low = np.floor(places).astype(int)
    part = (places - low).reshape([n if k == axis else 1 for k in range(3)])
    return values.take(low, axis) * (1.0 - part) + values.take(np.minimum(low + 1, old - 1), axis) * part


def tensor(picture: np.ndarray, size: int, channels: str = "rgb", scale: str = "0-255") -> np.ndarray:
    """Return a picture's numbers as a tensor: made grey or not, resized to a longer side of `size`, scaled.

    Scale "0-255": the bytes themselves. "0-1": x/255 rounded to two decimals, so that sums written with
    these numbers close. "0-9": round(9·x/255).

    uint8 (H, W, 3) → read-only float64 (C, h, w), C = 1 for "grey" and 3 for "rgb". Raises ValueError for
    other channels and scales, and for a size outside 5…512.
    """
    if channels not in CHANNELS:
        raise ValueError(f"channels is one of {', '.join(CHANNELS)}")
    if scale not in SCALES:
        raise ValueError(f"scale is one of {', '.join(SCALES)}")
    check_size(size)
    if channels == "grey":
        picture = grey(picture)
    picture = resize(picture, fit(*picture.shape[:2], size))
    values = np.ascontiguousarray(picture.transpose(2, 0, 1), dtype=np.float64)
    if scale == "0-1":
        values = np.round(values / 255, 2)
    elif scale == "0-9":
        values = np.rint(values * 9 / 255)
    values.flags.writeable = False
    return values


def check_size(size: int) -> None:
    if not MIN_SIZE <= size <= MAX_SIZE:
        raise ValueError(f"size {size} is not between {MIN_SIZE} and {MAX_SIZE}")
