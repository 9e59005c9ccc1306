"""A picture as large pixels and as boards of numbers: arrays → HTML, whose texts are all ours or escaped."""

from functools import cache
from html import escape

import numpy as np

from engine.writing.display import typographic
from pages.states.codec import decimal_text
from pages.states.input.state import PATCH, InputState
from pages.states.sheet.colors import luminance, tone
from pages.states.sheet.png import brightness, coloured, picture_address

SIDE = 512  # pixels of a picture that is shown whole
CHANNELS = {1: (("grey", "k"),), 3: (("red", "r"), ("green", "g"), ("blue", "b"))}
_PURE = {"r": (1, 0, 0), "g": (0, 1, 0), "b": (0, 0, 1), "k": (1, 1, 1)}
_DOT = {"r": "rgb(255 0 0)", "g": "rgb(0 255 0)", "b": "rgb(0 0 255)", "k": "rgb(128 128 128)"}


def picture(values: np.ndarray, full: float | None) -> np.ndarray | None:
    """Return (C, H, W) as uint8 (H, W, 3) for C = 1 or 3, None for other numbers of channels."""
    if len(values) not in CHANNELS:
        return None
    return coloured(brightness(values, full))


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
    return f'<div class="sx-shape" data-shape="{n},{c},{h},{w}">{"".join(chips)}</div>'


def widget(state: InputState) -> dict:
    """Return what the widget "tensor" draws (assets/tensor/tensor.js): the picture and its boards side by side.

    Of a large picture the boards hold one part, framed on the picture. A pixel that is pointed at is lit on every
    board, and its line reads x[n, :, h, w] = [r, g, b].
    """
    values, full, (row, column) = state.chosen.values, state.full, state.at
    c, h, w = values.shape
    part = values[:, row : row + PATCH, column : column + PATCH] if state.is_large else values
    pixels = picture(values, full)
    texts = [[[typographic(decimal_text(v)) for v in line] for line in plane] for plane in part.tolist()]
    says = [
        [
            f"x[{state.n}, :, {row + i}, {column + j}] = [{', '.join(plane[i][j] for plane in texts)}]"
            for j in range(part.shape[2])
        ]
        for i in range(part.shape[1])
    ]
    light, largest = brightness(values, full), _largest(values)
    if state.is_large:
        light = light[:, row : row + PATCH, column : column + PATCH]
    # Where there are no pixels to point at, the first board says what a place holds.
    spoken = state.is_large or pixels is None
    boards = [
        _board(part, texts, light, largest, k, state.n, says if spoken and k == 0 else None, row, column)
        for k in range(c)
    ]
    whole = ""
    if pixels is not None:
        whole = _image(pixels, row, column, h, w) if state.is_large else _pixels(pixels, says, row, column)
    return {
        "html": whole + "".join(boards),
        "channels": [name for name, _ in _names(c)],
        "all": "all",
        "label": "channels on show",
        "rows": part.shape[1],
        "columns": part.shape[2],
        "height": h,
        "width": w,
        "picture": pixels is not None,
        "large": state.is_large,
        "longest": max(len(text) for plane in texts for line in plane for text in line),
        "rest": _rest(state, c),
    }


def _rest(state: InputState, c: int) -> str:
    lit = "its numbers light up in every channel" if c > 1 else "its number lights up"
    if state.is_large:
        return f"These are the numbers of the framed {PATCH} × {PATCH} part. Point at the picture to move it."
    return f"Point at a pixel, or tap it: {lit}."


def _pixels(pixels: np.ndarray, says: list[list[str]], row: int, column: int) -> str:
    h, w, _ = pixels.shape
    squares = "".join(
        f'<i data-at="{row + i},{column + j}" data-say="{says[i][j]}" '
        f'style="background:rgb({" ".join(map(str, pixels[i, j]))})"></i>'
        for i in range(h)
        for j in range(w)
    )
    return (
        '<div class="sx-board sx-whole"><div class="sx-title">the picture</div>'
        f'<div class="sx-pixels" tabindex="0" role="group" '
        f'aria-label="The picture, {h} by {w} pixels. Arrow keys move over them.">{squares}</div></div>'
    )


def _image(pixels: np.ndarray, row: int, column: int, h: int, w: int) -> str:
    frame = (
        f"left:{100 * column / w:.3f}%;top:{100 * row / h:.3f}%;"
        f"width:{100 * min(PATCH, w) / w:.3f}%;height:{100 * min(PATCH, h) / h:.3f}%"
    )
    return (
        '<div class="sx-board sx-whole"><div class="sx-title">the picture</div><div class="sx-image">'
        f'<img alt="The picture, {h} by {w} pixels" draggable="false" src="{picture_address(pixels, SIDE)}">'
        f'<span style="{frame}"></span></div></div>'
    )


def _names(c: int):
    return CHANNELS.get(c, tuple((f"channel {k}", "k") for k in range(c)))


def _largest(values: np.ndarray) -> float | None:
    """Return the largest size of values with negatives, which take colours by their sign; else None."""
    return float(np.abs(values).max()) if values.min() < 0 else None


def _board(values, texts, light, largest, k: int, n: int, says, row: int, column: int) -> str:
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
                mark = f' class="{ink(kind, int(light[k, i, j]))}" style="--v:{light[k, i, j]}"'
            say = f' data-say="{says[i][j]}"' if says else ""
            tds.append(f'<td data-at="{row + i},{column + j}"{say}{mark}>{texts[k][i][j]}</td>')
        lines.append(f"<tr><th scope='row'>{row + i}</th>{''.join(tds)}</tr>")
    return (
        f'<div class="sx-board" data-board="{k}"><div class="sx-title">'
        f'<span class="sx-dot" style="background:{_DOT[kind]}"></span>{escape(name)} <code>x[{n}, {k}]</code></div>'
        '<div class="sx-scroll">'
        f'<table class="sx-cells sx-{kind if largest is None else "s"}" data-channel="{k}">'
        f"<tr><td></td>{head}</tr>{''.join(lines)}</table></div></div>"
    )


def _sign_colour(value: float, largest: float) -> str:
    level = min(4, int(-(-4 * abs(value) // largest))) if largest else 0
    return f"var(--{tone(level if value > 0 else -level)})"


@cache
def ink(kind: str, light: int) -> str:
    """Return "l" for black or "d" for white text, whichever has more contrast on a channel's colour."""
    r, g, b = (part * light for part in _PURE[kind])
    # Equal contrast with black and white lies at (L + 0.05)² = 1.05 · 0.05.
    return "l" if luminance(f"#{r:02x}{g:02x}{b:02x}") > 0.179 else "d"
