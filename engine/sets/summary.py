"""A class's results: one for each learner, the slips that were made, and a table that a spreadsheet opens."""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.sets.form import key_of
from engine.sets.pasted import Pasted
from engine.sets.result import Result, when_of
from engine.slips.names import TITLES

HEADS = ("who", "when", "right at first try", "right in the end", "wrong tries", "exercises", "slips")
HARMFUL = "=+-−@\t\r\n＝＋－＠"  # what a cell begins with that a spreadsheet takes for a formula


@dataclass(frozen=True)
class Summary:
    """The results that count, by name; those that a learner's later one replaces; those of other sets.

    same: how many stood there more than once, letter for letter.
    """

    results: tuple[Result, ...]
    replaced: tuple[Result, ...]
    others: tuple[Result, ...]
    same: int

    @property
    def slips(self) -> list[tuple[str, int, int]]:
        """Each slip that was made, by its title: by how many learners, and in how many exercises; the most first."""
        learners, exercises = Counter(), Counter()
        for one in self.results:
            made = [slip for went in one.went for slip in went.slips if slip in TITLES]
            exercises.update(made)
            learners.update(set(made))
        ordered = sorted(learners, key=lambda slip: (-learners[slip], -exercises[slip], TITLES[slip]))
        return [(TITLES[slip], learners[slip], exercises[slip]) for slip in ordered]

    def csv(self, titles: Sequence[str] = ()) -> bytes:
        """Return the table as CSV, in UTF-8 with a mark that says so. titles: of the exercises, in order."""
        file = io.StringIO()
        rows = csv.writer(file)
        count = max((len(one.went) for one in self.results), default=0)
        named = [f"{k + 1} {titles[k]}" if k < len(titles) else str(k + 1) for k in range(count)]
        rows.writerow([*HEADS, *named])
        for one in self.results:
            ends = [f"{went.end}{f', {went.wrong} wrong' if went.wrong else ''}" for went in one.went]
            rows.writerow(map(harmless, (*cells(one), *ends)))
        return file.getvalue().encode("utf-8-sig")


def summary(pasted: Pasted, mark: int | None = None) -> Summary:
    """Return what a class's results say. mark: of the set that they are of; None takes the one that most are of."""
    unique = list(dict.fromkeys(pasted.results))
    if mark is None and unique:
        mark = Counter(one.set for one in unique).most_common(1)[0][0]
    counting, replaced = {}, []
    for one in (one for one in unique if one.set == mark):
        key = key_of(one.learner)
        before = counting.get(key)
        if before is None or _time(before) <= _time(one):
            counting[key] = one
        replaced += [(one if counting[key] is before else before)] if before else []
    ordered = tuple(counting[key] for key in sorted(counting, key=_sorted_as))
    others = tuple(one for one in unique if one.set != mark)
    return Summary(ordered, tuple(replaced), others, len(pasted.results) - len(unique))


def _sorted_as(name: str) -> str:
    """Return a name without its accents, so that Émile stands beside Emil."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def _time(one: Result) -> datetime:
    return one.when or datetime.min


def cells(one: Result) -> tuple[str, ...]:
    """Return a learner's line of the table, as HEADS name its cells."""
    numbers = (one.right, one.solved, one.wrong, len(one.went))
    return one.learner, when_of(one), *map(str, numbers), slips_of(one)


def slips_of(one: Result) -> str:
    """Return the slips of a learner, each with the number of exercises in which it was made."""
    made = Counter(slip for went in one.went for slip in went.slips)
    said = ((TITLES.get(slip, "a slip of a later Stride"), times) for slip, times in made.items())
    return "; ".join(f"{title}, {times} ×" if times > 1 else title for title, times in said)


def harmless(cell: str) -> str:
    """Return a cell's text so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell[:1] and cell[0] in HARMFUL else cell
