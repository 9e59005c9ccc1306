"""Every registered layer is taught by a page that exists."""

import re
from pathlib import Path

from engine.layers import LAYERS
from pages.states.network.presets import PRESETS
from pages.states.registry import KINDS, LESSONS

PAGES = Path(__file__).resolve().parents[3] / "pages"


def test_every_registered_layer_has_one_lesson():
    taught = [layer for lesson in LESSONS for layer in lesson.layers]
    assert sorted(taught) == sorted(LAYERS)


def test_every_lesson_has_its_page():
    assert all((PAGES / lesson.file).is_file() for lesson in LESSONS)


def test_examples_are_named_by_what_they_teach_not_by_size():
    titles = [example.title for lesson in LESSONS for example in lesson.kind.examples.values()]
    titles += [preset.title for preset in PRESETS.values()]
    assert not [title for title in titles if re.search("[0-9] ?×|→|padding [0-9]|kernel [0-9]", title)]
    assert all(title[0].isupper() or title[0] in "γ" or "_" in title.partition(":")[0] for title in titles)
    for lesson in LESSONS:
        own = [example.title for example in lesson.kind.examples.values()]
        assert len(own) == len(set(own))
    assert list(KINDS["convolution"].examples)[1:3] == ["three-channels", "three-channels-three-filters"]
