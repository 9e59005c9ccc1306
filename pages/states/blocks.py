"""Blocks of numbers that somebody typed or pasted, on Input or in a player, as the texts of their cells."""

import re
from itertools import pairwise

from engine.writing.typed import SPACES, plain
from pages.states.codec import shown

MAX_CHARACTERS = 60_000
WRAPPED = 60  # NumPy ends a line of a vector after 75 characters at most
Channel = list[list[str]]
_NAME = r"(?:(?:>>>|In ?\[[0-9]+\]:|Out\[[0-9]+\]:)\s*)?(?:[A-Za-z_]\w*\s*=\s*)?"
_CALL = r"(?:[A-Za-z_]\w*\.)?(?:tensor|Tensor|FloatTensor|array|Array|asarray|constant)"
_ARGUMENT = r"\s*,\s*(?:\w+\s*=\s*)?(?:<[^<>]*>|\([^()]*\)|[^,()<>\[\]=\s]+)"
_SAME = r"(?:\.(?:cuda|cpu|float|double|half|long|int|numpy|detach|clone|copy|contiguous)\(\))*"  # other numbers: none
_PRINTED = re.compile(rf"{_NAME}{_CALL}\(\s*(\[.*\])(?:{_ARGUMENT})*+\s*,?\s*\){_SAME}\s*;?", re.DOTALL)
_LISTED = re.compile(rf"{_NAME}(\[.*\])\s*;?", re.DOTALL)
_LATEX = re.compile(
    r"\\(?:begin|end)\{[a-z]*(?:matrix|array)\*?\}(?:\{[lcr| ]*\})?|\\(?:left|right)\s?[][(){}|.]|\\hline|\$+|\\\[|\\\]"
)
_NEW_ROW = re.compile(r"\\\\(?:\[[^][]*\])?[ \t]*\n?")
_GROUPS = r"(?<![\w.])([+-]?[0-9]{{1,3}}(?:[{0}][0-9]{{3}})+(?:\.[0-9]*)?)(?![\w.])"
_THIN = "\u202f\u2009"  # never between two numbers


def cells(text: str) -> list[Channel]:
    """Return the texts of a block's cells, channel by channel, row by row; [] where there is none.

    Tabs, commas, spaces or LaTeX's & stand between cells. A new line ends a row, as a semicolon does in brackets, or
    where more than one number stands between semicolons; single numbers between semicolons are a row. An empty line
    ends a channel. Lists and tensors as Python prints them, matrices of LaTeX, MATLAB and Julia are read too.
    A cell between two separators can be empty: its text is "". Raises ValueError, with a sentence, where the separators
    have two meanings, and for texts of more than 60,000 characters.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"The text has {len(text)} characters; at most {MAX_CHARACTERS} are read.")
    text = re.sub(r"\r\n?|[\u2028\u2029\u0085\v\f]", "\n", plain(text))
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text.strip()):
        raise ValueError(
            f"{shown(text.strip())} is one number or two. Write decimals with a point and thousands without a comma, "
            "or put a space between two numbers."
        )
    blocks: list[list[str]] = [[]]
    for line in _unwrapped(text).split("\n"):
        if line.strip():
            blocks[-1] += _lines(line)
        elif blocks[-1]:
            blocks.append([])
    channels = [block for block in blocks if block]
    return [
        _channel([_row(line, f"Channel {c}, row {i}") for i, line in enumerate(lines)])
        for c, lines in enumerate(channels)
    ]


def _unwrapped(text: str) -> str:
    """Return a text whose rows are lines and whose channels stand apart by an empty line, without what is around."""
    inner = text.strip()
    if inner.startswith("<tf.") and "numpy=" in inner:
        inner = inner.partition("numpy=")[2]
        inner = inner[inner.find("[") : inner.rfind("]") + 1]
    elif found := _PRINTED.fullmatch(inner) or _LISTED.fullmatch(inner):
        inner = found[1]
    if "\\" in text:
        return re.sub(rf"^\s*{_NAME}", "", _LATEX.sub("", _NEW_ROW.sub("\n", text)))
    if "[" not in inner:
        return text
    around = inner[: inner.find("[")] + inner[inner.rfind("]") + 1 :]
    if around.strip():
        raise ValueError(f"What stands around the brackets is not read ({shown(around.strip())}): paste them alone.")
    lines = [line.strip() for line in inner.split("\n")]
    # Python goes on in the next line, after a comma, or where NumPy has filled one; MATLAB begins a row.
    goes_on = "[" in inner[1:] or len(lines[0]) > WRAPPED or any(line.endswith(",") for line in lines[:-1])
    inner = (" " if goes_on else "\n").join(lines)
    inner = re.sub(r"\]\s*\]\s*,?", "\n\n", inner)
    return re.sub(r"\]\s*,?", "\n", inner).replace("[", " ").replace(";", "\n")


def _lines(line: str) -> list[str]:
    """Split a line at semicolons that end rows; those between single numbers separate columns."""
    parts = [part.strip(f" {SPACES}") for part in line.split(";")]
    if len(parts) == 1:
        return [line]
    if any(parts) and not any(re.search(r"[\s,]", part) for part in parts):
        return ["\t".join(parts)]
    if re.search(r"[0-9],[0-9]", line):
        raise ValueError(
            f"There are both semicolons and commas in {shown(line.strip())}. "
            "Write decimals with a point, and put each row on a line of its own."
        )
    return parts if parts[-1] else parts[:-1]


def _row(line: str, place: str) -> list[str]:
    """Return the texts of a row's cells; at least one, which may be empty. place: what the row is called."""
    line = line.strip(" \n")
    for separator in ("\t", "&"):
        if separator in line:
            return [cell.strip() for cell in line.split(separator)]
    if "," not in line:
        return _spaced(line, place) or [""]
    apart = re.search(r",\s", line) and not re.search(r",\S", line)
    row = [cell.strip() for cell in (_joined(line, f" {SPACES}") if apart else line).split(",")]
    if any(re.search(r"\s", cell) for cell in row):
        raise ValueError(
            f"{place} has both commas and spaces between numbers ({shown(line.strip())}). "
            "Write decimals with a point, and use one separator."
        )
    return row


def _spaced(line: str, place: str) -> list[str]:
    """Split a line at its spaces, but for those that stand between thousands."""
    row = _joined(line, SPACES if re.search(rf"[^\S{SPACES}]", line.strip()) else _THIN).split()
    grouped = [k for k, (a, b) in enumerate(pairwise(row)) if _thousand(a, b)]
    if grouped == [0] and all(re.fullmatch("[0-9]{3}", group) for group in row[1:]):
        return ["".join(row)]
    if grouped:
        before, group = row[grouped[0] : grouped[0] + 2]
        raise ValueError(
            f"{place}: {shown(f'{before} {group}')} is one number or two. Write it without a space, {before}{group}, "
            "or put commas between numbers."
        )
    return row


def _thousand(before: str, group: str) -> bool:
    """Whether a space between two texts stands between thousands: 1 000, but not the 255 000 of padded numbers."""
    return bool(re.fullmatch("[+-]?[1-9][0-9]?", before) and re.fullmatch("0[0-9]{2}", group))


def _joined(line: str, spaces: str) -> str:
    """Return a line without the spaces of that kind between groups of three digits."""
    return re.sub(_GROUPS.format(spaces), lambda found: re.sub(f"[{spaces}]", "", found[1]), line)


def _channel(rows: Channel) -> Channel:
    """Return rows without columns on the right that are empty in all of them."""
    width = max((k + 1 for row in rows for k, cell in enumerate(row) if cell), default=1)
    return [row[:width] for row in rows]
