"""The one list of pages: sections, titles, icons, order."""

from dataclasses import dataclass

from pages.states.path import PATH
from pages.states.registry import LESSONS

HOME = "home"  # the page of the address without a name


@dataclass(frozen=True)
class Entry:
    """A page in the menu. name: of its file, and its address. icon: of Material Symbols."""

    name: str
    title: str
    icon: str


def _on_path(name: str, icon: str) -> Entry:
    return Entry(name, PATH[name], icon)


SECTIONS = {
    "": (Entry(HOME, "Home", "home"), _on_path("input", "image")),
    "Lessons": tuple(Entry(lesson.kind.page, lesson.title, lesson.icon) for lesson in LESSONS),
    "Networks": (
        _on_path("forward", "account_tree"),
        _on_path("backward", "keyboard_double_arrow_left"),
        _on_path("learning", "trending_down"),
        Entry("calculator", "Shapes", "straighten"),
    ),
    "Training": (_on_path("training", "model_training"), _on_path("inside", "frame_inspect")),
    "Practise": (
        Entry("practice", "Practice", "exercise"),
        Entry("questions", "Twenty questions", "quiz"),
        Entry("check", "Check my function", "code"),
    ),
    "Class": (
        Entry("sets", "Make a set", "qr_code_2"),
        Entry("set", "Work on a set", "edit_note"),
        Entry("results", "Check results", "fact_check"),
    ),
}
