"""Parts that several pages' sheets have: sizes with their working, definitions, source, checks against PyTorch."""

import hashlib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from engine import lean
from engine.functional.working import Working
from engine.layers.base import Layer
from engine.writing.display import rough_text
from pages.states.sheet.sheet import Sheet


def head(question: str) -> tuple[Sheet, Sheet]:
    """Return the head of a page that asks a question, and the row in it, for what stands beside the question.

    What a page's player can be taken along as comes into the slot "share".
    """
    page = Sheet()
    row = page.row()
    row.heading(question, level=1)
    row.slot("share")
    return page, row


def things_to_try(page: Sheet, questions: Iterable[tuple[str, Mapping[str, str]]]) -> None:
    """Add questions, each with the link that opens it (pages/states/tries)."""
    page.heading("Three things to try")
    for question, query in questions:
        page.link(question, query)


def misunderstandings(page: Sheet, pairs: Iterable[tuple[str, str]]) -> None:
    """Add what learners often believe, each with what is true."""
    page.heading("Usual misunderstandings")
    for belief, truth in pairs:
        page.text(f"**“{belief}”** {truth}")


def tries_and_beliefs(
    page: Sheet,
    questions: Iterable[tuple[str, Mapping[str, str]]],
    beliefs: Iterable[tuple[str, str]],
    practice: Mapping[str, str] | None = None,
    check: Mapping[str, str] | None = None,
) -> None:
    """Add both, side by side. practice, check: the links to exercises on what the page is about, and to where a
    learner's own function of it is checked, if there are any.
    """
    left, right = page.columns()
    things_to_try(left, questions)
    if practice is not None:
        left.link("Practise this", practice, "practice")
    if check is not None:
        left.link("Check my own function", check, "check")
    misunderstandings(right, beliefs)


def working(page: Sheet, title: str, steps: Working) -> None:
    """Add an output size with every line of its arithmetic."""
    lines = [steps.formula.latex, steps.substitution.latex, *(line.latex for line in steps.steps)]
    page.text(f"**{title}**")
    page.math(r"\begin{aligned}" + r"\\".join(f"& {line}" for line in lines) + r"\end{aligned}")
    page.gives("shape")


def source(
    page: Sheet, parts: Callable[[], Iterable[Callable | type]], title: str = "The engine's own code for this layer"
) -> None:
    """Add the engine's own source of functions and classes, folded. parts() is called when it is opened."""
    page.fold("source", title, lambda inner: inner.code("\n\n".join(_code(part) for part in parts())))


def _code(part: Callable | type) -> str:
    try:
        return inspect.getsource(part)
    except OSError as error:
        if lean.IN_BROWSER:  # which has bytecode alone till then
            raise lean.Wanted(lean.SOURCES) from error
        raise


def definition(page: Sheet, layer: type[Layer]) -> None:
    """Add a layer's own docstring, folded: formula, shapes, errors, source."""
    title = f"{layer.__name__}: definition, shapes and source"
    page.fold("definition", title, lambda inner: inner.text(inspect.getdoc(layer)))


def fingerprint(*parts: Any) -> str:
    """Return a short text that is another one where any of the arrays, or of what repr tells, is."""
    texts = (part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode() for part in parts)
    return hashlib.blake2b(b"".join(texts), digest_size=12).hexdigest()


def largest(result: Any) -> str:
    return f"largest difference **{rough_text(result.largest_difference)}**"


def verdict(page: Sheet, agrees: bool, right: str, wrong: str) -> None:
    """Say how a check against PyTorch came out."""
    page.notice(right if agrees else wrong, "success" if agrees else "error")


def differences(page: Sheet, columns: tuple[str, str], results: Sequence[Any]) -> None:
    """Add the largest difference of each result. columns: what its name and its shape are of."""
    name, shape = columns
    page.table([
        {
            name: result.name,
            shape: "×".join(map(str, result.shape)) or "1",
            "largest difference": rough_text(result.largest_difference),
        }
        for result in results
    ])  # fmt: skip
