"""Results in a text that somebody pasted: in any order, with mail around them, quoted, broken over lines, damaged."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from engine.sets import letters
from engine.sets.result import LENGTH, MARK, Result, length

MOST_CHARACTERS = 150_000
HYPHENS = r"\-‐‑‒–—−"  # in a set of signs of a pattern
# What may stand between two letters: a hyphen, spaces, the end of a line, and the signs with which mails quote.
BETWEEN = rf"[\s>|{HYPHENS}]"
_BEGIN = re.compile(rf"{MARK}(?: ?\n{BETWEEN}{{0,12}})?[{HYPHENS}]", re.IGNORECASE)
# Groups of five letters without the beginning that they should have.
_STRAY = re.compile(rf"(?:\b[0-9A-Z]{{5}}[{HYPHENS}]{BETWEEN}{{0,20}}){{4,}}[0-9A-Z]*", re.IGNORECASE)
# All that belongs to a damaged result: what hyphens join, and what goes on so in the next line.
_REST = re.compile(
    rf"(?:[^\s{HYPHENS}]{{0,13}}(?:[{HYPHENS}]{BETWEEN}*|\n[\s>|]*(?=[0-9A-HJKMNP-TV-Z]{{1,5}}[{HYPHENS}])))*"
    rf"[^\s{HYPHENS}]*",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
BEFORE, BACK = 100, 4  # signs of a line before a damaged result that say which one it is, and lines that are looked at


@dataclass(frozen=True)
class Damaged:
    """A result that cannot be read. line: of the text, from 1; before: what stands before it there; why: a sentence."""

    line: int
    before: str
    why: str


@dataclass(frozen=True)
class Pasted:
    """What a text holds: results, in its order, each as often as it stands there, and what was damaged."""

    results: tuple[Result, ...]
    damaged: tuple[Damaged, ...]


def pasted(text: str) -> Pasted:
    """Return every result in a text. Raises ValueError where it is too long."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"the text has {len(text):,} characters; at most {MOST_CHARACTERS:,} are read, so paste parts")
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    begins = [found.span() for found in _BEGIN.finditer(text)]
    results, damaged, read_to, gaps = [], [], 0, []
    for k, (start, begin) in enumerate(begins):
        end = begins[k + 1][0] if k + 1 < len(begins) else len(text)
        gaps.append((read_to, start))
        try:
            made, read_to = _one(text, begin, end)
            results.append(made)
        except ValueError as error:
            damaged.append((start, str(error)))
            read_to = _REST.match(text, begin, end).end()
    gaps.append((read_to, len(text)))
    for begin, end in gaps:
        damaged += [
            (found.start(), f"this looks like a result whose beginning, {MARK}-, is missing or damaged")
            for found in _STRAY.finditer(text, begin, end)
        ]
    lines = _Lines(text)
    return Pasted(tuple(results), tuple(lines.damaged(*one) for one in sorted(damaged)))


def _one(text: str, begin: int, end: int) -> tuple[Result, int]:
    """Return the result whose letters begin at a place, and where they end. Raises ValueError with what is wrong."""
    made, at = "", begin
    wanted = 1 + LENGTH
    while len(made) < wanted and at < end:
        sign = text[at]
        at += 1
        if re.match(BETWEEN, sign):
            continue
        letter = letters.meant(sign)
        if letter not in letters.LETTERS:
            raise ValueError("it is cut short, or a character in it does not belong there")
        made += letter
        if len(made) == 1 + LENGTH:
            wanted = length(made)
    if len(made) < wanted:
        raise ValueError("it is cut short")
    try:
        return Result.read(made), at
    except (IndexError, UnicodeDecodeError) as error:
        raise ValueError("a letter in it is wrong, missing or swapped") from error
    except ValueError as error:
        later = "later Stride" in str(error)
        raise ValueError(str(error) if later else "a letter in it is wrong, missing or swapped") from error


class _Lines:
    """The lines of a text, and what stands before a place in it."""

    def __init__(self, text: str):
        self.text = text
        self.begins = [0, *(found.end() for found in re.finditer("\n", text))]

    def damaged(self, at: int, why: str) -> Damaged:
        """Return a damaged result with the line that it stands in, and what is written before it."""
        k = bisect_right(self.begins, at) - 1
        before = ""
        for line in range(k, max(-1, k - BACK), -1):
            end = at if line == k else self.begins[line + 1]
            before = " ".join(re.sub(r"[>|]", " ", self.text[self.begins[line] : end][:BEFORE]).split())
            if before:
                break
        return Damaged(k + 1, before, why)
