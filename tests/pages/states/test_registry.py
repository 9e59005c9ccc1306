"""Every registered layer is taught by a page that exists."""

from pathlib import Path

from engine.layers import LAYERS
from pages.states.registry import LESSONS

PAGES = Path(__file__).resolve().parents[3] / "pages"


def test_every_registered_layer_has_one_lesson():
    taught = [layer for lesson in LESSONS for layer in lesson.layers]
    assert sorted(taught) == sorted(LAYERS)


def test_every_lesson_has_its_page():
    assert all((PAGES / lesson.file).is_file() for lesson in LESSONS)
