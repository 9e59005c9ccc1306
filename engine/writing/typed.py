"""Numbers as people type and paste them: dashes for a minus, thousands that stand apart, signs that cannot be seen."""

import re
import unicodedata

SPACES = "\u00a0\u202f\u2007\u2009"  # non-breaking and thin ones, as text programs write them between digits
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad"
_SIGNS = str.maketrans({**dict.fromkeys("−–‐‑﹣－", "-"), "＋": "+", **dict.fromkeys(_INVISIBLE)})
_APART = f"'’_ {SPACES}"
_CALLED = {"-": "minus sign", "\\": "backslash", "/": "slash", "|": "vertical bar", "…": "row of three dots"}


def plain(text: str) -> str:
    """Return a text with hyphens for dashes that stand for a minus, and without signs that cannot be seen."""
    return text.translate(_SIGNS)


def number(text: str, apart: str = "") -> str:
    """Return the text of one number as Python reads it: − 1'000.5 is -1000.5. Any other text stays, but as `plain`.

    apart: signs that may stand between thousands, beside apostrophes, underscores and spaces.
    """
    text = re.sub(r"^([+-])\s+", r"\1", plain(text).strip())
    if re.fullmatch(rf"[+-]?[0-9]{{1,3}}([{_APART}{apart}])[0-9]{{3}}(\1[0-9]{{3}})*(\.[0-9]*)?", text):
        return re.sub(rf"[{_APART}{apart}]", "", text)
    return text


def at_fault(text: str) -> str:
    """Return the name of the first sign in a text that no number has ("an em dash"); "" where it is a letter."""
    sign = next((c for c in text if not (c.isascii() and c.isalnum()) and c not in "+-. "), "")
    if not sign and text and not text.strip("+-. "):
        sign = text[0]
    if not sign or sign.isalpha():
        return ""
    name = _CALLED.get(sign) or unicodedata.name(sign, f"sign U+{ord(sign):04X}").lower()
    return f"{'an' if name[0] in 'aeio' else 'a'} {name}"
