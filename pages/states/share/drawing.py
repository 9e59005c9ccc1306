"""One step of a trace as an SVG picture: the boards that it reads, the products, their sums, what it writes.

The same drawing serves pictures, animations, print and worksheets. It shows the player's digits, since it is made from
what the player gets (engine.trace.payload).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine import limits
from engine.trace import NONE
from engine.writing.display import signed_text
from pages.states.share.canvas import Canvas
from pages.states.share.columns import APART, Column, board_column, products_column
from pages.states.share.shown import ShownPhase, ShownTrace

GAP, ABOVE = 34, 46  # between columns; for the titles above them
MOST_TERMS = 16  # of a sum that is written out
OPERATORS = "÷×−+"  # a finish that begins with one of them is no function


def drawing(payload: Mapping[str, Any], step: int, theme: str = "light") -> str:
    """Return a step as an SVG text. Raises IndexError where there is none, ValueError where a board is too large."""
    return Drawing(ShownTrace(payload), theme).svg(step)


class Drawing:
    """Draws the steps of one trace."""

    def __init__(self, trace: ShownTrace, theme: str = "light"):
        for board in trace.boards.values():
            if board.per_page > limits.DRAWN:
                raise ValueError(
                    f"the board “{board.title}” has {board.per_page:,} cells, a picture at most {limits.DRAWN:,}"
                )
        self.trace, self.theme = trace, theme

    def svg(self, number: int) -> str:
        """Return a step as an SVG text."""
        phase, s = self.trace.at(number)
        return self.step(number).svg(f"{self.trace.title}. {phase.say(s)}")

    def phases(self) -> Iterator[list[Canvas]]:
        """Yield the steps of each phase, drawn."""
        for phase in self.trace.phases:
            yield [self.step(phase.start + s) for s in range(len(phase.writes))]

    def step(self, number: int) -> Canvas:
        """Draw a step."""
        limits.look()
        phase, s = self.trace.at(number)
        canvas = Canvas(self.theme)
        canvas.text(0, 8, self.trace.title, 17, bold=True)
        bottom = self._columns(canvas, phase, s)
        bottom = self._sums(canvas, phase, s, bottom + 18)
        canvas.text(0, bottom + 12, phase.say(s), 15)
        return canvas

    # The boards, side by side

    def _columns(self, canvas: Canvas, phase: ShownPhase, s: int) -> float:
        """Draw what is read, the products and what is written; return how far down that goes."""
        data = phase.data
        columns: list[Column | str] = []
        for name in dict.fromkeys(factor["board"] for factor in data["factors"]):
            lit = {flat for factor, index in zip(data["factors"], phase.factors, strict=True)
                   if factor["board"] == name for flat in index[s].tolist()}  # fmt: skip
            columns += [data["operation"], board_column(self.trace.boards[name], phase.page(s), lit, "accent")]
        del columns[0]
        if len(phase.groups) > 1 and len(data["factors"]) > 1:
            columns += ["=", products_column(phase, s)]
        written, flat = self.trace.boards[data["writes"]["board"]], int(phase.writes[s])
        columns += ["→", board_column(written, flat // written.per_page, {flat}, "output", self._done(phase, s))]
        # Panes of one channel stand beside one another; what has one pane stands in the middle.
        drawn = [column for column in columns if isinstance(column, Column)]
        most = max(len(column.panes) for column in drawn[:-1])
        pitch = max([column.height for column in drawn if len(column.panes) == most])
        height = max([most * (pitch + APART), *(len(one.panes) * (one.height + APART) for one in drawn)]) - APART
        x = 0.0
        for column in columns:
            if isinstance(column, str):
                canvas.text(x + GAP / 2, ABOVE + height / 2, column, 20, "muted", "middle")
                x += GAP
                continue
            step = pitch if len(column.panes) == most else column.height
            first = (height - len(column.panes) * (step + APART) + APART) / 2 + (step - column.height) / 2
            column.draw(canvas, x, [ABOVE + first + k * (step + APART) for k in range(len(column.panes))])
            x += column.width
        return ABOVE + height

    def _done(self, phase: ShownPhase, s: int) -> set[int] | None:
        """Return the cells of the written board that are filled at a step; None where all are."""
        name = phase.data["writes"]["board"]
        if not self.trace.boards[name].data["hidden"]:
            return None
        before = [one for one in self.trace.phases if one.start < phase.start and one.data["writes"]["board"] == name]
        return {*(int(flat) for one in before for flat in one.writes), *phase.writes[: s + 1].tolist()}

    # The sums, in full

    def _sums(self, canvas: Canvas, phase: ShownPhase, s: int, y: float) -> float:
        """Write out each group's sum, and the last one; return the bottom."""
        data, lines = phase.data, []
        largest = data["reduce"] == "max"
        for k, partial in enumerate(data["partials"]):
            if partial["group"] is None or len(phase.groups) < 2:
                continue
            terms = [
                t
                for t in range(len(phase.groups))
                if phase.groups[t] == partial["group"] and phase.factors[0][s, t] != NONE
            ]
            if len(terms) <= MOST_TERMS:
                joined = (", " if largest else " + ").join(self._term(phase, s, t) for t in terms)
                closes = "=" if phase.holds(partial["closes"], s) else "≈"
                lines.append(
                    (partial["name"], f"max({joined})" if largest else joined, closes, phase.partials[k].text(s))
                )
        for name, text, sign, value in lines:
            label = f"{name}  " if len(lines) > 1 else ""
            canvas.text(0, y, f"{label}{text} {sign} {value}", 14)
            y += 21
        last = self._last(phase, s)
        if last and (len(lines) != 1 or data["finish"] or len(data["partials"]) > 1):
            canvas.text(0, y + 3, last, 17, "output", bold=True)
            y += 26
        return y

    def _term(self, phase: ShownPhase, s: int, t: int) -> str:
        factors = [self.trace.boards[factor["board"]].written.text(int(index[s, t]))
                   for factor, index in zip(phase.data["factors"], phase.factors, strict=True)]  # fmt: skip
        sign = "·" if phase.data["operation"] == "×" else f" {phase.data['operation']} "
        first, *more = factors
        return sign.join([signed_text(first) if not more else first, *map(signed_text, more)])

    def _last(self, phase: ShownPhase, s: int) -> str:
        """Return the line that ends in the result: "−2 + 3 + bias 2 = 3", "32 ÷ 8 = 4"; "" where nothing is done."""
        data, result = phase.data, phase.results.text(s)
        partials = list(zip(data["partials"], phase.partials, strict=True))
        one = len(partials) == 1 and len(phase.groups) == 1
        if one:
            joined, signs = self._term(phase, s, 0), [phase.holds(data["terms_close"], s)]
        else:
            named = len(partials) > 1
            parts = [f"{partial['name'] if named else ''} {values.text(s)}".strip() for partial, values in partials]
            joined = (", " if data["reduce"] == "max" else " + ").join(parts)
            signs = [phase.holds(data["closes"], s)]
        if not data["finish"]:
            copied = one and len(data["factors"]) == 1
            return "" if copied else f"{joined} {_sign(signs[0])} {result}"
        finish, last = data["finish"].format(**phase.fields(s)), _sign(phase.holds(data["finish_closes"], s))
        before = phase.before.text(s)
        if finish[:1] in OPERATORS:
            return f"{before} {finish} {last} {result}"
        whole = f"{joined} {_sign(signs[0])} {before}, " if joined != before else ""
        return f"{whole}{finish}({before}) {last} {result}"


def _sign(closes: bool) -> str:
    return "=" if closes else "≈"
