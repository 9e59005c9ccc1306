"""An SVG picture while it is made: boxes, cells and texts at places in pixels, in the colours of the one table."""

from collections.abc import Iterable
from html import escape

from pages.states.sheet.colors import colors, ink_on

FONT = "SourceSans3VF, 'Source Sans 3', system-ui, sans-serif"
MARGIN = 16
DIGIT = 0.53  # of a text's height: how wide one character is, about


def width_of(text: str, size: float) -> float:
    """Return about how wide a text is."""
    return len(text) * DIGIT * size


class Canvas:
    """theme: "light" or "dark". A colour is a name of the table, such as "ink". A cell is one of its parts."""

    def __init__(self, theme: str = "light"):
        self.theme = theme
        self.parts: list[str] = []
        self.width = self.height = 0.0

    def color(self, name: str) -> str:
        return colors(self.theme)[name]

    def box(self, x: float, y: float, wide: float, tall: float, **look: str | float) -> None:
        """Draw a box. look: fill, line (names of colours), thick, round."""
        self._reach(x + wide, y + tall)
        fill = self.color(look["fill"]) if "fill" in look else "none"
        line = f' stroke="{self.color(look["line"])}" stroke-width="{look.get("thick", 1)}"' if "line" in look else ""
        corner = f' rx="{look["round"]}"' if "round" in look else ""
        self.parts.append(f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{tall:g}" fill="{fill}"{line}{corner}/>')

    def cell(self, x: float, y: float, wide: float, tall: float, text: str, fill: str, size: float) -> None:
        """Draw a cell with its number in the middle, in the ink that reads best on its ground."""
        self.box(x, y, wide, tall, fill=fill, line="line")
        ink = ink_on(self.color(fill), self.theme) if fill.startswith("pixel") else self.color("ink")
        self._text(x + wide / 2, y + tall / 2, text, size, ink, "middle", 550)
        if text:
            written = self.parts.pop()
            self.parts[-1] += written

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 14,
        color: str = "ink",
        anchor: str = "start",
        bold: bool = False,
    ) -> None:
        """Write a text whose middle line is at y. anchor: "start", "middle" or "end"."""
        beyond = {"start": 1, "middle": 0.5, "end": 0}[anchor] * width_of(text, size)
        self._reach(x + beyond, y + size / 2)
        self._text(x, y, text, size, self.color(color), anchor, 700 if bold else 400)

    def _text(self, x: float, y: float, text: str, size: float, fill: str, anchor: str, weight: int) -> None:
        if text:
            self.parts.append(
                f'<text x="{x:g}" y="{y + 0.35 * size:.4g}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}" '
                f'font-weight="{weight}">{escape(text)}</text>'
            )

    def _reach(self, x: float, y: float) -> None:
        self.width, self.height = max(self.width, x), max(self.height, y)

    def svg(self, title: str) -> str:
        """Return the picture, with a margin around all that was drawn. title: what a screen reader says of it."""
        return picture(self.parts, self.width, self.height, title, self.color("surface"))


def picture(parts: Iterable[str], width: float, height: float, title: str = "", ground: str = "") -> str:
    """Return parts of canvases as an SVG, with a margin around them. ground: a colour; "" for none."""
    wide, tall, edge = (f"{n:.0f}" for n in (width + 2 * MARGIN, height + 2 * MARGIN, -MARGIN))
    name, box = escape(title), f"{edge} {edge} {wide} {tall}"
    below = f'<rect x="{edge}" y="{edge}" width="{wide}" height="{tall}" fill="{ground}"/>' if ground else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{tall}" viewBox="{box}" '
        f'role="img" aria-label="{name}" font-family="{FONT}"><title>{name}</title>{below}{"".join(parts)}</svg>'
    )
