"""A class's results, checked: what is pasted comes in with the question, and nothing of it is kept."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.exercises import KINDS
from engine.sets import ExerciseSet, Result, Summary, pasted, summary
from engine.sets.pasted import MOST_CHARACTERS, Damaged
from engine.sets.result import LATER, OPEN, RIGHT, SHOWN
from engine.sets.summary import slips_of, when_of
from engine.writing.display import sentence
from pages.states.edits import Malformed
from pages.states.link import Link, write
from pages.states.sets.fields import SET, said
from pages.states.sets.words import ENGLISH
from pages.states.sheet import Sheet
from pages.states.sheet.figure import Figure, ink
from pages.states.sheet.writing import plain
from pages.states.view import File, View, menus

FILE = "stride-results.csv"
MOST_BARS, MOST_LISTED = 15, 60
HONEST = "The check sum finds mistakes of copying, not cheating."


@dataclass(frozen=True)
class ResultsState:
    """set: the one that the results are to be of; None takes the one that most of them are of."""

    set: ExerciseSet | None = None

    def query(self) -> dict[str, str]:
        return write((SET, self.set))

    def with_step(self, step: int) -> "ResultsState":
        """Return the state: nothing in it has steps."""
        return self

    @property
    def titles(self) -> list[str]:
        """What the exercises are, in order, where the set is known."""
        one = self.set
        return [KINDS[one.kinds[k % len(one.kinds)]].title for k in range(one.count)] if one else []


def read(query: Mapping[str, str], chosen: Any = None, *, traced: bool = True) -> tuple[ResultsState, list[str]]:
    """Return the state of a link, and a sentence for each part of it that could not be read."""
    link = Link(query)
    return ResultsState(link.take(SET)), link.end()


def fill(page: Sheet, state: ResultsState) -> None:
    menus(page, state)
    about = f"The set: {said(state.set)}." if state.set else "The set is the one that most results belong to."
    page.text(f"**{about}** {HONEST}")
    page.fold("set", "Another set" if state.set else "Name the set", _set)
    before = page.inner()
    _before(before)
    code = state.set.code if state.set else ""
    page.widget("results", "results", before=before.blocks, most=MOST_CHARACTERS, words=ENGLISH, set=code)


def _before(page: Sheet) -> None:
    """Say what comes here, as long as nothing was pasted."""
    page.heading("What comes here")
    page.text(
        "- **The class's slips**: which usual mistakes were made, and by how many learners.\n"
        "- **Exercise by exercise**: how many were right at first try, right later, shown, not done.\n"
        "- **Learner by learner**: when, how many right, how many wrong tries, which slips; also as a table (CSV).\n"
        "- Each result that cannot be taken, with its line and why: damaged, of another set, sent twice."
    )
    page.heading("Where results come from")
    page.text(
        "1. Make a set, and show its QR code or send its link.\n"
        "2. At its end each learner sees a short text that begins with STRIDE-, and sends it to you.\n"
        "3. Paste all of these texts here, with whatever stands around them."
    )
    page.link("Make a set", {}, "sets")


def _set(page: Sheet) -> None:
    page.widget("entry", "code", act="code", label=ENGLISH["code"], button=ENGLISH["results_of"],
                help=[ENGLISH["results_code"]], most=200)  # fmt: skip


def with_code(state: ResultsState, code: str) -> ResultsState:
    return ResultsState(ExerciseSet.read(str(code)))


def judged(state: ResultsState, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be said of pasted results: `says`, in short, the `blocks`, and the table as a file in `base64`.

    value: `pasted`, the text. Raises Malformed where it has not that form.
    """
    try:
        text = str(value["pasted"])
    except (KeyError, TypeError) as error:
        raise Malformed(f"what was pasted has not the form of a text: {error!r}") from error
    page = Sheet()
    try:
        made = pasted(text)
    except ValueError as error:
        page.notice(plain(sentence(error)), "error")
        return {"says": sentence(error), "blocks": page.blocks}
    class_ = summary(made, state.set and state.set.mark)
    says = _says(class_)
    page.text(f"**{says}**")
    _told(page, class_, made.damaged)
    if not class_.results:
        return {"says": says, "blocks": page.blocks}
    _tables(page, class_, state.titles)
    return {"says": says, "blocks": page.blocks, **File(FILE, "text/csv", class_.csv(state.titles)).told()}


def _says(class_: Summary) -> str:
    if not class_.results:
        return "There is no result of this set in the text: a result begins with STRIDE-."
    count, all_of = len(class_.results), sum(len(one.went) for one in class_.results)
    learners = "1 learner" if count == 1 else f"{count} learners"
    return f"{learners}: {sum(one.right for one in class_.results)} of {all_of} exercises right at first try."


def _told(page: Sheet, class_: Summary, damaged: tuple[Damaged, ...]) -> None:
    """Add a sentence for each result that does not count."""
    problems = [
        *(f"Line {one.line}{f' (after “{one.before}”)' if one.before else ''}: {one.why}." for one in damaged),
        *(f"{_who(one)} belongs to another set." for one in class_.others),
    ]
    notes = [f"{_who(one)} does not count: a later one of the same learner does." for one in class_.replaced]
    if class_.same:
        notes.append(f"{class_.same} {'result was' if class_.same == 1 else 'results were'} pasted more than once.")
    if problems:
        page.notice(_listed("These could not be read:", problems), "warning")
    if notes:
        page.caption("  \n".join(map(plain, notes[-MOST_LISTED:])))


def _who(one: Result) -> str:
    return f"The result of “{one.learner}”" + (f" of {when_of(one)}" if one.when else "")


def _listed(head: str, lines: list[str]) -> str:
    more = [f"and {len(lines) - MOST_LISTED} more"] if len(lines) > MOST_LISTED else []
    return "\n".join([f"**{head}**", "", *(f"- {plain(line)}" for line in [*lines[:MOST_LISTED], *more])])


def _tables(page: Sheet, class_: Summary, titles: list[str]) -> None:
    """Add the class as a whole, and then, below it, learner by learner."""
    left, right = page.columns()
    slips = class_.slips
    if slips:
        left.plot(_chart(slips), "slips")
        more = f" The {MOST_BARS} most frequent of {len(slips)} are drawn." if len(slips) > MOST_BARS else ""
        left.caption(f"An exercise tells up to three slips, each once.{more}")
    else:
        left.text("No slip was made that Stride knows.")
    right.heading("Exercise by exercise")
    right.table(_by_exercise(class_, titles))
    page.heading("Learner by learner")
    page.table([
        {"who": one.learner, "when": when_of(one), "right at first try": f"{one.right} of {len(one.went)}",
         "right in the end": str(one.solved), "wrong tries": str(one.wrong), "slips": slips_of(one)}
        for one in class_.results
    ])  # fmt: skip


def _chart(slips: list[tuple[str, int, int]]) -> dict[str, Any]:
    """Draw the class's slips as bars: by how many learners each was made."""
    drawn = slips[:MOST_BARS]
    figure = Figure("<b>The class's slips</b>: how many learners made each", 70 + 28 * len(drawn), bargap=0.3)
    figure.data.append({
        "type": "bar", "orientation": "h", "x": [learners for _, learners, _ in drawn],
        "y": [title for title, *_ in drawn], "marker": {"color": ink("output")},
        "text": [str(learners) for _, learners, _ in drawn], "textposition": "auto", "textangle": 0,
        "textfont": {"size": 13}, "insidetextfont": {"color": ink("output-ink")},
        "customdata": [exercises for *_, exercises in drawn],
        "hovertemplate": "%{y}: %{x} learners, in %{customdata} exercises<extra></extra>",
    })  # fmt: skip
    figure.axes("y", autorange="reversed", type="category", tickmode="linear", showgrid=False)
    figure.axes("x", rangemode="tozero", tickformat="d", gridcolor=ink("line"), dtick=max(1, drawn[0][1] // 6))
    return figure.drawn()


def _by_exercise(class_: Summary, titles: list[str]) -> list[dict[str, str]]:
    """Return a line for each exercise: how it ended, for how many."""
    rows = []
    for k in range(max(len(one.went) for one in class_.results)):
        ends = Counter(one.went[k].end for one in class_.results if k < len(one.went))
        name = titles[k] if k < len(titles) else ""
        counts = {head: ends[head] for head in (RIGHT, LATER, SHOWN, OPEN)}
        rows.append(
            {
                "": str(k + 1),
                **({"exercise": name} if titles else {}),
                **{head: str(count) for head, count in counts.items()},
            }
        )
    return rows


VIEW = View(read, fill, {"code": with_code}, pictured=False, judged=judged)
