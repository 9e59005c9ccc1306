"""The one table of colours, for figures and for style sheets."""

import json
import re
from functools import cache
from pathlib import Path

import numpy as np

TABLE = Path(__file__).resolve().parents[3] / "assets" / "colors.json"

# The grounds that text stands on: each has the colour of its text as "NAME-ink".
INKED = (*(f"pixel-{k}" for k in range(9)), "panel", "output", "positive-line")


@cache
def colors(theme: str = "light") -> dict[str, str]:
    """Return the colours of a theme, "light" or "dark", by name."""
    return json.loads(TABLE.read_text(encoding="utf-8"))[theme]


def rgb(color: str) -> np.ndarray:
    """Return red, green and blue of "#rrggbb", each from 0 to 255."""
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)


def luminance(color: str) -> float:
    """Return a colour's relative luminance as WCAG 2 defines it; `color` is "#rrggbb"."""
    channels = (rgb(color) / 255).tolist()
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(background: str, theme: str) -> str:
    """Return the darker or lighter text colour, whichever reads better on a background."""
    table = colors(theme)
    return max((table["on-dark"], table["on-light"]), key=lambda ink: contrast(ink, background))


def resolved(text: str, theme: str) -> str:
    """Return a text with the colours of a theme in the place of their names, such as var(--ink)."""
    return re.sub(r"var\(--([a-z0-9-]+)\)", lambda found: _color(found[1], theme), text)


def _color(name: str, theme: str) -> str:
    table = colors(theme)
    return table[name] if name in table else ink_on(table[name.removesuffix("-ink")], theme)


def tone(level: int) -> str:
    """Return the name of a cell's colour: its sign's, stronger for larger levels. level: from −4 to 4."""
    return "zero" if not level else f"{'positive' if level > 0 else 'negative'}-{abs(level)}"


@cache
def css_variables(selector: str = ":host") -> str:
    """Return every colour as a CSS variable that follows the page's colour scheme."""
    light, dark = colors("light"), colors("dark")
    lines = [f"  --{name}: light-dark({light[name]}, {dark[name]});" for name in light]
    for name in INKED:
        inks = ", ".join(ink_on(colors(theme)[name], theme) for theme in ("light", "dark"))
        lines.append(f"  --{name}-ink: light-dark({inks});")
    return f"{selector} {{\n" + "\n".join(lines) + "\n}\n"
