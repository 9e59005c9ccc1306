"""Tensors drawn: arrays → HTML, whose texts are all ours or escaped. Colours come from assets/colors.json."""

from functools import cache
from html import escape

import numpy as np

from engine.writing.display import typographic
from pages.states.codec import decimal_text
from pages.states.sheet.bundle import module
from pages.states.sheet.colors import luminance, tone
from pages.states.sheet.png import brightness, picture_address
from pages.ui.draw.component import sheet

COLOURED = ".sx, .st-key-onward, [class*='st-key-stage-']"
MAX_CELLS = 16
PATCH = 8
CHANNELS = {1: (("grey", "k"),), 3: (("red", "r"), ("green", "g"), ("blue", "b"))}
_PURE = {"r": (1, 0, 0), "g": (0, 1, 0), "b": (0, 0, 1), "k": (1, 1, 1)}
_DOT = {"r": "rgb(255 0 0)", "g": "rgb(0 255 0)", "b": "rgb(0 0 255)", "k": "rgb(128 128 128)"}


def style() -> str:
    """Return the style sheet that every figure of this module needs, once a page."""
    return sheet("tensor/tensor.css", COLOURED)


def script() -> str:
    """Return the script that lights one pixel in all channels, and copies cells as numbers."""
    return f'<script type="module">\n{module("tensor/tensor.js")}</script>'


def picture(values: np.ndarray, full: float | None) -> np.ndarray | None:
    """Return (C, H, W) as uint8 (H, W, 3) for C = 1 or 3, None for other numbers of channels."""
    if len(values) not in CHANNELS:
        return None
    pixels = np.broadcast_to(brightness(values, full), (3, *values.shape[1:]))
    return np.ascontiguousarray(pixels.transpose(1, 2, 0))


def shape(n: int, c: int, h: int, w: int) -> str:
    """Return the tensor's shape, each letter with what its number counts."""
    names = {1: "channel: grey", 3: "channels: red, green, blue"}
    axes = [
        ("N", n, "picture" if n == 1 else "pictures in the batch"),
        ("C", c, names.get(c, "channels")),
        ("H", h, "row" if h == 1 else "rows, h down"),
        ("W", w, "column" if w == 1 else "columns, w right"),
    ]
    chips = [
        f'<div class="sx-axis"><b><i>{letter}</i>{number}</b><span>{what}</span></div>' for letter, number, what in axes
    ]
    total = n * c * h * w
    chips.append(f'<div class="sx-axis sx-all"><b>{n} × {c} × {h} × {w} = {total:,}</b><span>numbers</span></div>')
    return f'<div class="sx"><div class="sx-shape" data-shape="{n},{c},{h},{w}">{"".join(chips)}</div></div>'


def batch(pictures: list[np.ndarray | None], titles: list[str], now: int) -> str:
    """Return a strip of thumbnails along N, the one at `now` marked. Pictures are uint8 (H, W, 3)."""
    figures = []
    for n, (pixels, title) in enumerate(zip(pictures, titles, strict=True)):
        image = f'<img alt="" src="{picture_address(pixels, 64)}">' if pixels is not None else ""
        mark = ' class="sx-now"' if n == now else ""
        figures.append(f"<figure{mark}>{image}<code>x[{n}]</code> {escape(title)}</figure>")
    strip = f'<span class="sx-arrow">N →</span>{"".join(figures)}'
    return f'<div class="sx sx-free"><div class="sx-batch">{strip}</div></div>'


def cells(values: np.ndarray, full: float | None, n: int = 0) -> str:
    """Return a picture, up to 16 × 16, as large pixels and as one board of numbers a channel.

    `values` is (C, H, W); `full` the value of full brightness; `n` the picture's place in its batch. A pixel
    that is pointed at is lit in every channel, and its line reads x[n, :, h, w] = [r, g, b].
    """
    c, h, w = values.shape
    pixels = picture(values, full)
    texts = _texts(values)
    says = [
        [f"x[{n}, :, {i}, {j}] = [{', '.join(texts[k][i][j] for k in range(c))}]" for j in range(w)] for i in range(h)
    ]
    # Where there is no picture, the first board says what a place holds.
    spoken = [says if pixels is None and k == 0 else None for k in range(c)]
    light, largest = brightness(values, full), _largest(values)
    boards = [_board(values, texts, light, largest, k, n, spoken[k]) for k in range(c)]
    small = 1.0 if c == 1 else 0.6
    parts = []
    if pixels is not None:
        squares = "".join(
            f'<i data-at="{i},{j}" data-say="{says[i][j]}" '
            f'style="background:rgb({" ".join(map(str, pixels[i, j]))})"></i>'
            for i in range(h)
            for j in range(w)
        )
        parts.append(
            '<div class="sx-board sx-whole"><div class="sx-title">the picture</div>'
            f'<div class="sx-pixels" tabindex="0" role="group" style="--small:{small}" '
            f'aria-label="The picture, {h} by {w} pixels. Arrow keys move over them.">{squares}</div></div>'
        )
        # A sign stays with the board after it where the row breaks.
        signs = "=" + "+" * (c - 1)
        boards = [
            f'<div class="sx-part"><span class="sx-sign">{sign}</span>{board}</div>'
            for sign, board in zip(signs, boards, strict=True)
        ]
    parts += boards
    across = w * (c + (small if pixels is not None else 0))
    apart = 24 * c + (34 * c if pixels is not None else 8 * c)
    rest = "Point at a pixel, or tap it: its numbers light up in every channel."
    return (
        f'<div class="sx sx-linked"><div class="sx-row" style="{_sizes(texts, h, w, across, apart)}">'
        f'{"".join(parts)}</div><p class="sx-say" aria-live="polite"><i></i><span>{rest}</span></p></div>'
    )


def images(values: np.ndarray, full: float | None, row: int, column: int, n: int = 0) -> str:
    """Return a picture too large for cells: itself and each channel as a picture, a frame round one patch.

    Where there is one channel, the patch's numbers stand beside it; else `patch` draws them.
    """
    c, h, w = values.shape
    pixels = picture(values, full)
    light = brightness(values, full)
    shown = [("the picture", "", pixels)] if pixels is not None else []
    if c > 1:
        for k, (name, kind) in enumerate(_names(c)):
            plane = (light[k][..., None] * np.array(_PURE[kind], np.uint8)).astype(np.uint8)
            shown.append((name, f"x[{n}, {k}]", plane))
    frame = (
        f"left:{100 * column / w:.3f}%;top:{100 * row / h:.3f}%;"
        f"width:{100 * min(PATCH, w) / w:.3f}%;height:{100 * min(PATCH, h) / h:.3f}%"
    )
    parts = [
        f'<div class="sx-board"><div class="sx-title">{name} <code>{index}</code></div>'
        f'<div class="sx-image"><img alt="{name}, {h} by {w} pixels" src="{picture_address(array, 320)}">'
        f'<span style="{frame}"></span></div></div>'
        for name, index, array in shown
    ]
    if pixels is not None:
        parts[1:] = [f'<span class="sx-sign">{"+" if i else "="}</span>{part}' for i, part in enumerate(parts[1:])]
    side = 236 if c > 1 else 260
    sizes = f"--images:{max(len(shown), 2)};--wide:{side if w >= h else max(8, side * w // h)}px"
    drawn = f'<div class="sx"><div class="sx-row sx-large" style="{sizes}">{"".join(parts)}</div></div>'
    return (
        drawn if c > 1 else drawn.removesuffix("</div></div>") + _patch(values, full, row, column, n) + "</div></div>"
    )


def patch(values: np.ndarray, full: float | None, row: int, column: int, n: int = 0) -> str:
    """Return the numbers of one patch of a large picture, a board a channel, by the picture's indices."""
    return f'<div class="sx">{_patch(values, full, row, column, n)}</div>'


def _patch(values: np.ndarray, full: float | None, row: int, column: int, n: int) -> str:
    rows, columns = slice(row, row + PATCH), slice(column, column + PATCH)
    c, h, w = values[:, rows, columns].shape
    texts = _texts(values[:, rows, columns])
    light, largest = brightness(values, full)[:, rows, columns], _largest(values)
    part = values[:, rows, columns]
    boards = [_board(part, texts, light, largest, k, n, None, row, column) for k in range(c)]
    return f'<div class="sx-row" style="{_sizes(texts, h, w, w * c, 50 * c, most=24)}">{"".join(boards)}</div>'


def _names(c: int):
    return CHANNELS.get(c, tuple((f"channel {k}", "k") for k in range(c)))


def _texts(values: np.ndarray) -> list[list[list[str]]]:
    return [[[typographic(decimal_text(v)) for v in line] for line in plane] for plane in values.tolist()]


def _sizes(texts, h: int, w: int, across: float, apart: float, most: int = 40) -> str:
    longest = max(len(text) for plane in texts for line in plane for text in line)
    text = min(0.5, 0.95 / (0.57 * longest))
    least = max(20, round(5 + 5.6 * longest))
    return (
        f"--w:{w};--h:{h};--across:{across:g};--apart:{apart:g}px;--least:{least}px;--largest:{most}px;"
        f"--text:{text:.3f}"
    )


def _largest(values: np.ndarray) -> float | None:
    """Return the largest size of values with negatives, which take colours by their sign; else None."""
    return float(np.abs(values).max()) if values.min() < 0 else None


def _board(values, texts, light, largest, k: int, n: int, says=None, row: int = 0, column: int = 0) -> str:
    """Return one channel's numbers as a table with its rows' and columns' indices."""
    c, h, w = values.shape
    name, kind = _names(c)[k]
    head = "".join(f"<th scope='col'>{column + j}</th>" for j in range(w))
    lines = []
    for i in range(h):
        tds = []
        for j in range(w):
            if largest is not None:
                mark = f' style="--v:{_sign_colour(values[k, i, j], largest)}"'
            else:
                mark = f' class="{_ink(kind, int(light[k, i, j]))}" style="--v:{light[k, i, j]}"'
            say = f' data-say="{says[i][j]}"' if says else ""
            tds.append(f'<td data-at="{row + i},{column + j}"{say}{mark}>{texts[k][i][j]}</td>')
        lines.append(f"<tr><th scope='row'>{row + i}</th>{''.join(tds)}</tr>")
    return (
        '<div class="sx-board"><div class="sx-title">'
        f'<span class="sx-dot" style="background:{_DOT[kind]}"></span>{name} <code>x[{n}, {k}]</code></div>'
        '<div class="sx-scroll">'
        f'<table class="sx-cells sx-{kind if largest is None else "s"}" data-channel="{k}">'
        f"<tr><td></td>{head}</tr>{''.join(lines)}</table></div></div>"
    )


def _sign_colour(value: float, largest: float) -> str:
    level = min(4, int(-(-4 * abs(value) // largest))) if largest else 0
    return f"var(--{tone(level if value > 0 else -level)})"


@cache
def _ink(kind: str, light: int) -> str:
    """Return "l" for black or "d" for white text, whichever has more contrast on a channel's colour."""
    r, g, b = (part * light for part in _PURE[kind])
    # Equal contrast with black and white lies at (L + 0.05)² = 1.05 · 0.05.
    return "l" if luminance(f"#{r:02x}{g:02x}{b:02x}") > 0.179 else "d"
