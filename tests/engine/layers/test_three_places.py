"""A layer costs three places: its class, its lesson entry, its test case. Shown with one that Stride does not have."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import strategies as st

from engine.layers import LAYERS
from engine.layers.base import register
from engine.layers.elementwise import Elementwise
from engine.network.reading import layers_of
from engine.network.stack_text import read_stack, write_stack
from engine.trace.payload import payload
from engine.writing.setting import setting
from pages.states.answers import PAGES
from pages.states.registry import KINDS, LESSONS
from tests.engine.layers import test_layers
from tests.engine.layers.cases import CASES
from tests.engine.parity import seeds
from tests.pages import test_every_layer as test_pages
from tests.pages.states import test_registry

NAME = "Softshrink"


def softshrink():
    """Register the first place, a class: torch.nn's Softshrink, which takes λ off whatever lies beyond ±λ."""

    @register
    @dataclass(frozen=True)
    class Softshrink(Elementwise):
        """Take λ off whatever lies beyond ±λ; make the rest zero."""

        symbol: ClassVar[str] = "softshrink"

        lambd: float = setting(0.5, help="How much is taken off.", minimum=0.0, maximum=5.0)

        @property
        def corners(self):
            return -self.lambd, self.lambd

        @property
        def tex(self):
            return rf"\operatorname{{sign}}(x) \max(0, |x| - {self.lambd:g})"

        @property
        def cell(self):
            return f"SIGN({{x}})*MAX(0,ABS({{x}})-{self.lambd!r})"

        def function(self, x):
            return np.sign(x) * np.maximum(np.abs(x) - self.lambd, 0.0)

        def passed(self, grad_output, x):
            return grad_output * (np.abs(x) > self.lambd)

    return Softshrink


@st.composite
def case(draw):
    """The third place: a strategy for valid settings."""
    rng = np.random.default_rng(draw(seeds))
    layer = LAYERS[NAME](lambd=draw(st.sampled_from([0.0, 0.5, 2.0])))
    return layer, rng.standard_normal((draw(st.integers(1, 3)), 3, draw(st.integers(1, 4)))), {}


def lessons():
    """Return the second place: the lessons, one of which teaches it too."""
    made = list(LESSONS)
    at = next(k for k, lesson in enumerate(LESSONS) if "ReLU" in lesson.layers)
    made[at] = replace(made[at], kind=replace(made[at].kind, layers=(*made[at].layers, NAME)))
    return tuple(made)


def every_check():
    """Return the tests of tests/engine/layers/test_layers.py that run for each layer."""
    made = {
        name: test
        for name, test in vars(test_layers).items()
        if any(mark.args[:1] == ("name",) for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize")
    }
    assert len(made) >= 6
    return made


@pytest.fixture
def places(monkeypatch):
    """The three places, filled in one by one by name, and emptied again."""

    def fill(*names):
        if "class" in names:
            softshrink()
        if "lesson" in names:
            for module in (test_registry, test_pages):
                monkeypatch.setattr(module, "LESSONS", lessons())
            (lesson,) = (one for one in lessons() if NAME in one.layers)
            monkeypatch.setitem(KINDS, lesson.kind.page, lesson.kind)
            monkeypatch.setitem(PAGES, lesson.kind.page, lesson.view)
        if "case" in names:
            monkeypatch.setitem(CASES, NAME, case())

    yield fill
    LAYERS.pop(NAME, None)


@pytest.mark.parametrize("name", every_check())
def test_with_three_places_every_check_of_a_layer_holds(places, name):
    places("class", "lesson", "case")
    every_check()[name](name=NAME)


def test_with_three_places_no_place_is_missing(places):
    places("class", "lesson", "case")
    test_layers.test_every_registered_layer_has_a_case()
    test_registry.test_every_registered_layer_has_one_lesson()


@pytest.mark.parametrize("page", ["its_lesson", "forward", "backward", "shapes"])
def test_with_three_places_every_page_opens_with_it(places, page):
    places("class", "lesson", "case")
    getattr(test_pages, f"test_{page}")(NAME)


def test_with_three_places_it_can_be_pasted_and_exported(places):
    places("class", "lesson", "case")
    layers = (LAYERS[NAME](lambd=1.5),)
    assert layers_of(f"nn.{NAME}(1.5)") == layers_of(layers[0].code()) == read_stack(write_stack(layers)) == layers


def test_with_three_places_its_lesson_page_has_knobs_a_link_and_steps(places):
    places("class", "lesson", "case")
    kind = KINDS["activation"]
    state = kind.with_class(kind.from_example(kind.default), NAME)
    assert [knob.name for knob in state.knobs][:2] == ["layer", "lambd"]
    turned, message = state.with_edit({"knob": "lambd", "text": "2"})
    assert (turned.layer.lambd, message) == (2.0, "")
    again, problems = kind.read(kind.query(turned), None)
    assert problems == [] and again.layer == turned.layer
    payload(again.trace)


@pytest.mark.parametrize("filled", [("class", "case"), ("lesson", "case")])
def test_without_its_lesson_entry_or_its_class_the_lessons_test_fails(places, filled):
    test_registry.test_every_registered_layer_has_one_lesson()
    places(*filled)
    with pytest.raises(AssertionError):
        test_registry.test_every_registered_layer_has_one_lesson()
    with pytest.raises((ValueError, KeyError)):
        test_pages.test_its_lesson(NAME)


@pytest.mark.parametrize("filled", [("class", "lesson"), ("lesson", "case")])
def test_without_its_case_or_its_class_the_cases_test_fails(places, filled):
    test_layers.test_every_registered_layer_has_a_case()
    places(*filled)
    with pytest.raises(AssertionError):
        test_layers.test_every_registered_layer_has_a_case()


def test_a_layer_that_is_wrong_in_any_part_fails(places, monkeypatch):
    places("class", "lesson", "case")
    cls = LAYERS[NAME]
    wrong = {
        "output_shape": lambda self, shape: (*shape, 1),
        "function": lambda self, x: np.tanh(x),
        "cell": "",
    }
    for name, part in wrong.items():
        with monkeypatch.context() as patch, pytest.raises((AssertionError, ValueError)):
            patch.setattr(cls, name, part)
            for check in every_check().values():
                check(name=NAME)
