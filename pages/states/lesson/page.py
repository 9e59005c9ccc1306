"""A lesson page of one layer, from question to misunderstandings, in the order that all lessons share."""

from collections.abc import Iterable, Mapping

from pages.states import tries
from pages.states.check import view as check
from pages.states.lesson.kind import Kind
from pages.states.practice import state as practice
from pages.states.sheet import Page, Sheet, parts


def lesson_page(
    kind: Kind,
    question: str,
    *,
    beliefs: Iterable[tuple[str, str]],
    links: Mapping[str, str] | None = None,
) -> Page:
    """Return a lesson's page.

    beliefs: misunderstandings, each with the truth. links: label → page of links under the worked examples. All that
    stands between follows from the state: pages/states/lesson/body.py; things to try: pages/states/tries.
    """
    head, row = parts.head(question)
    foot = Sheet()
    examples = row.menu("Worked examples")
    for name, example in kind.examples.items():
        examples.link(example.title, {"example": name})
    if kind.pictures:
        examples.link("Use a picture of your own", {}, "input")
    for label, page in (links or {}).items():
        examples.link(label, {}, page)
    exercises, function = practice.of_lesson(kind.page), check.of_lesson(kind.page)
    parts.tries_and_beliefs(foot, tries.links(tries.TRIES[kind.page]), beliefs, exercises, function)
    return Page(kind.page, {"": (head, foot)})
