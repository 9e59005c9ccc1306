"""A sheet: what stands on a page, as blocks that any host can draw (assets/sheet/blocks.js)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pages.states.fields import PREDICT
from pages.states.knobs import Knob, Refusal
from pages.states.link import write
from pages.states.sheet import writing


class Sheet:
    """Blocks in reading order. Each verb adds one; texts are Markdown of ours, with `plain` around what others typed.

    unfolded: the keys of the folded parts that are open; only these are filled. has: the ids of what the page has
    already and need not get again, such as a trace. scales: those that colours have at least, by the names of a trace's
    (engine/trace/payload.py). address: where its reader has the page, without a query. predict: what is left blank in
    its player (fields.PREDICT), or "". more: of
    an answer to `ask`: whether it is not finished, so that it is asked for again. A block is a dict with its `kind`.
    """

    def __init__(
        self,
        unfolded: Iterable[str] = (),
        has: Iterable[str] = (),
        address: str = "",
        scales: Mapping[str, float] | None = None,
        predict: str = "",
    ):
        self.blocks: list[dict[str, Any]] = []
        self.unfolded, self.has, self.scales = frozenset(unfolded), frozenset(has), scales or {}
        self.address, self.predict, self.more = address, predict, False

    def add(self, kind: str, **block: Any) -> None:
        self.blocks.append({"kind": kind, **block})

    def gives(self, what: str) -> None:
        """Say that the last block would give something away while that is blank in the page's player.

        what: "step", a number of the player's step; or "shape", the output's.
        """
        self.blocks[-1]["gives"] = what

    def inner(self) -> "Sheet":
        """Return an empty sheet for a part of this one."""
        return Sheet(self.unfolded, self.has, self.address, self.scales, self.predict)

    def query(self, state: Any) -> dict[str, str]:
        """Return the link's query of a state, with what is left blank in its player."""
        return {**state.query(), **write((PREDICT, self.predict or None))}

    # Texts

    def heading(self, text: str, level: int = 2) -> None:
        self.add("heading", html=writing.line(text), level=level)

    def text(self, markdown: str) -> None:
        self.add("text", html=writing.html(markdown))

    def caption(self, markdown: str) -> None:
        self.add("text", html=writing.html(markdown), role="caption")

    def notice(self, markdown: str, sort: str = "info") -> None:
        """Add a text in a box. sort: "info", "success", "warning" or "error"."""
        self.add("text", html=writing.html(markdown), role=f"notice {sort}")

    def typed(self, text: str) -> None:
        """Add a text that may quote what somebody typed: it is shown as it is."""
        self.add("typed", text=text)

    def math(self, latex: str) -> None:
        self.add("math", html=writing.mathml(latex))

    def code(self, text: str) -> None:
        self.add("code", text=text)

    # Figures

    def html(self, html: str) -> None:
        """Add HTML of ours, with every text in it escaped."""
        self.add("html", html=html)

    def plot(self, figure: dict, key: str) -> None:
        """Add a Plotly figure (pages/states/sheet/figure.py)."""
        self.add("plot", figure=figure, key=key)

    def table(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Add a table of plain texts; all rows have the same keys."""
        self.add("table", heads=list(rows[0]), rows=[list(row.values()) for row in rows])

    def widget(self, kind: str, key: str, **data: Any) -> None:
        """Add a component of ours, which is changed in place: the player, a network, maps."""
        self.add("widget", widget=kind, key=key, data=data)

    # Where to go, what to do

    def link(self, label: str, query: Mapping[str, Any], page: str = "", *, help: str = "", main: bool = False) -> None:
        """Add a link to a state of this page, or of the page at another address, such as "output_loss".

        main: it is the page's one way on.
        """
        texts = {key: str(value) for key, value in query.items()}
        self.add("link", label=label, page=page, query=texts, help=help, **({"main": True} if main else {}))

    def tabs(
        self,
        present: str,
        tabs: Mapping[str, tuple[str, Mapping[str, str] | None]],
        label: str = "Parts of this page",
        own: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Add the choice between a page's frames: a label and a link for each, by the frame's name.

        label: what they are, for a screen reader. present: the one on show. Another one that was on show before is
        found as it was left; one without a link is there only then. own: of frames that are about the same thing, the
        keys that are each one's own; they share the others of their links.
        """
        entries = [{"frame": frame, "label": label, "query": query} for frame, (label, query) in tabs.items()]
        self.add("tabs", present=present, tabs=entries, label=label, own={k: list(v) for k, v in (own or {}).items()})

    def button(
        self, label: str, name: str, value: Any = None, *, help: str = "", disabled: bool = False, main: bool = False
    ) -> None:
        """Add a button that acts on the state: pages/states/answers.py, `act`. main: it is what the page is for."""
        self.add("button", label=label, act=[name, value], help=help, disabled=disabled, main=main)

    def knobs(self, knobs: Iterable[Knob], key: str, act: str = "edit", refused: Refusal | None = None) -> None:
        """Add knobs that stand by themselves, not beside a player. act: the name of what a turn does.

        refused: a turn of one of them, with why it cannot be: said below the knob.
        """
        drawn = [knob.drawn() for knob in knobs]
        self.add("knobs", knobs=drawn, key=key, act=act, refused=refused and asdict(refused))

    def ask(self, key: str, label: str, about: str, *, at_once: bool = False, again: str = "") -> None:
        """Add a button that asks for something that takes longer, such as a check; its answer stands below it.

        about: what the answer depends on, as a short text: where it changes, the answer is out of date. at_once: the
        page asks by itself, now and where that changes. again: once the learner has asked, the page asks by itself as
        long as this text stays.
        """
        self.add("ask", key=key, label=label, about=about, atOnce=at_once, again=again)

    def question(
        self, key: str, text: str, choices: Iterable[str], closed: Mapping[str, str], act: str, verdict: Any = None
    ) -> None:
        """Add a question with a place for its answer, which goes out as an act: {"text": …}, or {"show": true}.

        choices: the answers to choose from, none where a number is typed. closed: the link without the question.
        verdict: what is said to the answer that was just given: `right`, `text`, `answer`.
        """
        said = verdict and {"right": verdict.right, "html": writing.line(verdict.text), "answer": verdict.answer}
        self.add(
            "question", key=key, html=writing.line(text), choices=list(choices), closed=dict(closed), act=act, said=said
        )

    def download(self, key: str, label: str) -> None:
        """Add a button that asks for a file of the present state, when it is pressed."""
        self.add("download", key=key, label=label)

    # Arrangement

    def columns(self, count: int | Sequence[float] = 2) -> list["Sheet"]:
        """Add columns and return a sheet for each. count: their number, or their widths against each other."""
        widths = [1] * count if isinstance(count, int) else list(count)
        made = [self.inner() for _ in widths]
        self.add("columns", widths=widths, columns=[one.blocks for one in made])
        return made

    def row(self) -> "Sheet":
        """Add a row whose blocks stand side by side, each as wide as it needs, and return a sheet for it."""
        made = self.inner()
        self.add("row", blocks=made.blocks)
        return made

    def slot(self, name: str) -> None:
        """Keep a place in a page's head for what its state puts there: `into`."""
        self.add("slot", name=name)

    def into(self, name: str) -> "Sheet":
        """Return a sheet whose blocks stand side by side in the slot of that name in the page's head."""
        made = self.inner()
        self.add("into", name=name, blocks=made.blocks)
        return made

    def menu(self, label: str) -> "Sheet":
        """Add a button that opens a small window, and return a sheet for what is in it."""
        made = self.inner()
        self.add("menu", label=label, blocks=made.blocks)
        return made

    def fold(self, key: str, label: str, fill: Callable[["Sheet"], None]) -> None:
        """Add a part that is folded until it is opened; only then is it filled."""
        made = self.inner()
        is_open = key in self.unfolded
        if is_open:
            fill(made)
        self.add("fold", key=key, label=label, open=is_open, blocks=made.blocks)
