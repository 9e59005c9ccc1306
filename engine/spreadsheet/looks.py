"""How the cells of a spreadsheet look: Stride's colours, frames and the form of numbers."""

import json
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parents[2] / "assets" / "colors.json"
WHOLE = {"num_format": '0;"−"0'}  # a whole number is written without a point, where a condition finds one
LEAST = 3  # decimals of a number that has them
SIZES = {"title": 16, "sentence": 11, "label": 9}


@cache
def colors() -> dict[str, str]:
    """Return the colours of the light theme, by name."""
    return json.loads(TABLE.read_text(encoding="utf-8"))["light"]


def form(decimals: int) -> str:
    """Return the format of numbers with up to so many decimals."""
    digits = f"0.0{'#' * (decimals - 1)}"
    return f'{digits};"−"{digits}'


class Looks:
    """The formats of one workbook, by what they are for."""

    def __init__(self, book):
        self._book, self._made = book, {}
        self._colors = colors()

    def __getitem__(self, name: str):
        """Return the format of a kind of cell: "made.4" with so many decimals, "head-ROLE" of a board's title."""
        if name not in self._made:
            self._made[name] = self._book.add_format(self._settings(name))
        return self._made[name]

    def _settings(self, name: str) -> dict[str, Any]:
        color = self._colors
        if name.startswith("head-"):
            return {"bold": True, "font_color": color.get(name.removeprefix("head-"), color["muted-strong"])}
        name, _, decimals = name.partition(".")
        cell = {
            "num_format": form(int(decimals or LEAST)),
            "align": "center",
            "valign": "vcenter",
            "border": 1,
            "border_color": color["line"],
        }
        muted = {"font_color": color["muted"], "font_size": SIZES["label"]}
        wholes = (("", {}), ("-whole", WHOLE))
        signs = {
            "above-ground": {"bg_color": color["positive-2"]}, "above-digits": {"font_color": color["positive-line"]},
            "below-ground": {"bg_color": color["negative-2"]}, "below-digits": {"font_color": color["negative-line"]},
        }  # fmt: skip
        return {
            "title": {"bold": True, "font_size": SIZES["title"], "font_color": color["ink"]},
            "text": {"font_size": SIZES["sentence"], "font_color": color["ink"]},
            "wrapped": {"font_size": SIZES["sentence"], "font_color": color["ink"], "text_wrap": True, "valign": "top"},
            "muted": muted,
            "pane": {**muted, "bold": True},
            "across": {**muted, "align": "center"},
            "down": {**muted, "align": "right", "valign": "vcenter"},
            "given": {**cell, "bg_color": color["accent-soft"], "locked": False},
            "made": cell,
            "result": {**cell, "bold": True, "border": 2, "border_color": color["output"]},
            "padding": {**cell, "bg_color": color["panel"], "font_color": color["muted"]},
            "link": {"font_color": color["link"], "underline": 1},
            **{f"{name}{kind}": {**look, **whole} for name, look in signs.items() for kind, whole in wholes},
            "whole": WHOLE,
        }[name]

    def scale(self, most: float) -> dict[str, Any]:
        """Return the conditional format of numbers that are made: their sign's colour, stronger for larger ones."""
        color = self._colors
        return {
            "type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num",
            "min_value": -most, "mid_value": 0, "max_value": most,
            "min_color": color["negative-4"], "mid_color": color["zero"], "max_color": color["positive-4"],
        }  # fmt: skip

    def whole(self, first: str) -> dict[str, Any]:
        """Return the conditional format of whole numbers. first: the name of the first cell that it is for."""
        return self._when(f"AND(ISNUMBER({first}),{first}=ROUND({first},0))", "whole")

    def signs(self, kind: str, first: str) -> list[dict[str, Any]]:
        """Return the conditional formats by sign alone, of whole numbers and of others: the first that holds counts.

        kind: "ground" or "digits" for what is coloured. first: the name of the first cell that they are for.
        """
        number, whole = f"ISNUMBER({first})", f"{first}=ROUND({first},0)"
        signs = ((f"{first}>0", f"above-{kind}"), (f"{first}<0", f"below-{kind}"))
        made = [self._when(f"AND({number},{whole},{sign})", f"{name}-whole") for sign, name in signs]
        return [*made, self.whole(first), *(self._when(f"AND({number},{sign})", name) for sign, name in signs)]

    def _when(self, condition: str, name: str) -> dict[str, Any]:
        return {"type": "formula", "criteria": f"={condition}", "format": self[name]}
