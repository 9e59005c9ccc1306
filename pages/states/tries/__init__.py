"""Things to try: questions that a page asks about states of its own, and that can be answered on it.

A link that opens one has it in the key `try`, which every page's link may have beside its own keys.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pages.states import fields
from pages.states.sheet import Sheet
from pages.states.tries import inside
from pages.states.tries.asked import Try, Verdict, judged
from pages.states.tries.learning import LEARNING
from pages.states.tries.networks import BACKWARD, FORWARD
from pages.states.tries.pictures import INPUT
from pages.states.tries.shapes import LAYER as SHAPES
from pages.states.tries.vectors import ACTIVATION, BATCH_NORM, FULLY_CONNECTED, OUTPUT_LOSS
from pages.states.tries.windows import CONVOLUTION, POOLING, TRANSPOSED
from pages.states.view import TRIED, TRY

__all__ = ["ACT", "KEY", "TRIES", "Try", "Verdict", "bar", "judged", "links", "of", "opened"]

ACT, KEY = TRIED, TRY
TRIES: Mapping[str, tuple[Try, ...]] = {
    "input": INPUT,
    "convolution": CONVOLUTION,
    "activation": ACTIVATION,
    "pooling": POOLING,
    "fully_connected": FULLY_CONNECTED,
    "output_loss": OUTPUT_LOSS,
    "transposed": TRANSPOSED,
    "batch_norm": BATCH_NORM,
    "forward": FORWARD,
    "backward": BACKWARD,
    "learning": LEARNING,
    "calculator": SHAPES,
}
OF_A_STATE: Mapping[str, Callable[[Any], tuple[Try, ...]]] = {"inside": inside.of}


def of(page: str, state: Any) -> tuple[Try, ...]:
    """Return the things to try on a page, as it is now."""
    return OF_A_STATE[page](state) if page in OF_A_STATE else TRIES.get(page, ())


def links(tries: Iterable[Try], **only: str) -> list[tuple[str, dict[str, str]]]:
    """Return a page's questions, each with the query of its link. only: those whose link has these values."""
    numbered = enumerate(tries, start=1)
    return [
        (one.question, {**one.query, KEY: str(k)})
        for k, one in numbered
        if all(one.query.get(key) == value for key, value in only.items())
    ]


def opened(page: str, state: Any, text: str) -> tuple[int, Try]:
    """Return which question a link opens, from 1 on, and the question. Raises ValueError where there is no such one."""
    tries = of(page, state)
    if not tries:
        raise ValueError(f"{KEY} {text[:20]!r} opens a question, and this page has none")
    k = fields.whole(KEY, 1, len(tries)).read(text)
    return k, tries[k - 1]


def bar(page: Sheet, k: int, one: Try, closed: Mapping[str, str], verdict: Verdict | None) -> None:
    """Put a question right above what it is about: the first widget of a page.

    closed: the link without the question. verdict: on what was just answered.
    """
    bars = page.inner()
    bars.question(f"question-{k}", one.question, one.choices, closed, ACT, verdict)
    at = next((n for n, block in enumerate(page.blocks) if block["kind"] == "widget"), 0)
    page.blocks[at:at] = bars.blocks
