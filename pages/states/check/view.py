"""Check my function as every host sees it: a task, its text and its starter code. Nothing of it runs what is typed:
that is pages/states/check/run.py, which only the site without a server calls, in the learner's own browser.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from engine.check import TASKS, Task
from engine.check.task import LONGEST
from pages.states import fields, knobs
from pages.states.check.words import ENGLISH
from pages.states.link import Link, write
from pages.states.sheet import Sheet
from pages.states.view import View, menus

FIRST = next(iter(TASKS))
NAME = fields.choice("task", TASKS, FIRST)
TITLES = {f"{task.topic}: {task.name}": task.name for task in TASKS.values()}

# The function of what a lesson is about.
OF_LESSON = {
    "convolution": "conv_forward_naive",
    "activation": "relu_forward",
    "pooling": "max_pool_forward_naive",
    "fully_connected": "affine_forward",
    "output_loss": "softmax_loss",
    "batch_norm": "batchnorm_forward",
}


@dataclass(frozen=True)
class CheckState:
    """name: of the task."""

    name: str = FIRST

    @property
    def task(self) -> Task:
        return TASKS[self.name]

    def with_step(self, step: int) -> "CheckState":
        """Return the state as it is: no player of the page's own stands here."""
        return self

    def query(self) -> dict[str, str]:
        return write((NAME, self.name))

    @property
    def knob(self) -> knobs.Knob:
        help = "Which function it is that you have written."
        return knobs.either("task", "function", TITLES, self.name, help, CheckState, wide=True)


def read(query: Mapping[str, str], chosen: Any = None, *, traced: bool = True) -> tuple[CheckState, list[str]]:
    """Return the state of a link, and a sentence for each part of it that could not be read."""
    link = Link(query)
    return CheckState(link.take(NAME, FIRST)), link.end()


def fill(page: Sheet, state: CheckState) -> None:
    """Put the choice of a task, its text and the field for the code on the page."""
    menus(page, state)
    task = state.task
    page.knobs([state.knob], "tasks")
    about = page.inner()
    about.text(f"`{task.signature}` → `{', '.join(task.gives)}`")
    about.text("\n".join(f"- {line}" for line in sentences(task.text)))
    cases = [case.says for case in task.cases()]
    about.text(f"It is called {len(cases)} times, with small numbers, and each result is compared:")
    about.text("\n".join(f"{k}. {case}" for k, case in enumerate(cases, 1)))
    page.widget(
        "check", "check", name=task.name, starter=task.starter, about=about.blocks, most=LONGEST, words=ENGLISH,
        site=on_site(page.query(state)),
    )  # fmt: skip


def on_site(query: Mapping[str, str]) -> str | None:
    """Return the address of a task on the site without a server, which STRIDE_STATIC names; None where it does not."""
    site = os.environ.get("STRIDE_STATIC", "").strip().rstrip("/")
    return f"{site}/check?{urlencode(query)}".rstrip("?") if site.startswith(("http://", "https://")) else None


def sentences(text: str) -> list[str]:
    """Return a task's text in pieces, what each name is, with the names as code."""
    parts = text.replace("; cache:", ". cache:").removesuffix(".").split(". ")
    return [re.sub(r"^([a-z_, ]+?)(?=: | holds | = )", r"`\1`", part) + "." for part in parts]


def chosen(state: CheckState, turn: Mapping[str, Any]) -> CheckState:
    """Choose another task by the knob."""
    return knobs.turn([state.knob], turn)


def of_lesson(page: str) -> dict[str, str] | None:
    """Return the link to the function that computes what a lesson is about; None where there is none."""
    return {NAME.name: OF_LESSON[page]} if page in OF_LESSON else None


VIEW = View(read, fill, {"edit": chosen}, stays=(), pictured=False)
