"""Question banks, read back by readers of their own: every answer is marked as Stride judges it."""

import json
from dataclasses import replace
from functools import cache
from html import unescape

import pytest

from engine.banks import BANKS
from engine.exercises import KINDS, exercise
from engine.exercises.form import RESULT, Item
from engine.paper import FILES, Pack, Version
from engine.slips import Blank, Slip, judge
from tests.engine.banks import readers

READERS = {"moodle": readers.moodle, "qti": readers.qti, "canvas": readers.canvas, "gift": readers.gift}
SPLIT = ("canvas", "gift")  # a question for each gap
BAD = '= {~# <b> & "x" ]]> \x07 \\ /\n'
NICE = '= {~# <b> & "x" ]]> \\ /'
TAKEN = 123_457.5  # a number that nothing gives


@cache
def every():
    """Every kind at every level that asks."""
    return [exercise(kind, level, 7) for kind in KINDS for level in (2, 3, 4, 5)]


@cache
def variants():
    """200 variants of one exercise."""
    return [exercise("size-conv", 3, seed) for seed in range(200)]


def typed(value) -> str:
    """Return an answer as a learner types it."""
    if isinstance(value, tuple):
        return " x ".join(map(str, value))
    return value if isinstance(value, str) else repr(float(value))


def read(name: str, exercises, title: str = "T"):
    """Return the title, and the marks and the questions of each exercise, as they were read back."""
    made, questions = READERS[name](BANKS[name].make(exercises, title))
    if name not in SPLIT:
        return made, [(question.marks, [question]) for question in questions]
    grouped, at = [], 0
    for one in exercises:
        those = questions[at : at + len(one.asked)]
        at += len(one.asked)
        grouped.append(([mark for question in those for mark in question.marks], those))
    assert at == len(questions)
    return made, grouped


def check(name: str, one, marks) -> None:
    """Assert that a bank marks right answers, slips and anything else as Stride does."""
    assert len(marks) == len(one.asked)
    for item, mark in zip(one.asked, marks, strict=True):
        blank = item.blank
        for right in (typed(blank.answer), blank.shown.replace("−", "-"), *map(typed, blank.near)):
            is_right, feedback = mark(right)
            assert is_right and f"Right: {blank.shown}." in readers.as_text(feedback), (one.link, right)
        for slip in blank.slips:
            is_right, feedback = mark(typed(slip.value))
            assert not is_right, (name, one.link, slip)
            says = readers.as_text(feedback)
            if name == "canvas":  # which tells all slips at once
                assert slip.says in says
            else:
                said = says.removeprefix(f"{item.label}: ")
                assert said and judge(blank, slip.value).says.startswith(said), (name, one.link, slip)
        is_right, feedback = mark(typed(TAKEN))
        assert not is_right and blank.look in readers.as_text(feedback)


@pytest.mark.parametrize("name", READERS)
def test_every_kind_is_read_back_as_stride_judges_it(name):
    exercises = every()
    for one, (marks, questions) in zip(exercises, read(name, exercises)[1], strict=True):
        check(name, one, marks)
        for question in questions:
            shown = readers.as_text(question.html)
            assert one.question in shown and f"{one.title}, level {one.level}, seed 7" in question.name
            assert all(text in shown for text in one.data)
        if name != "qti":
            assert all(line in readers.as_text(questions[0].feedback) for line in one.working)


@pytest.mark.parametrize("name", READERS)
def test_200_variants_of_one_exercise_are_read_back(name):
    exercises = variants()
    grouped = read(name, exercises)[1]
    assert len(grouped) == 200
    for one, (marks, _) in zip(exercises, grouped, strict=True):
        check(name, one, marks)


@pytest.mark.parametrize("name", READERS)
def test_a_title_is_never_markup(name):
    one = exercise("softmax", 3, 1)
    title, [(marks, _)] = read(name, [one], BAD)
    if name in ("moodle", "gift"):
        assert title == f"$course$/top/{NICE.replace('/', '//')}"
    else:
        assert title == NICE
    check(name, one, marks)


@pytest.mark.parametrize("name", READERS)
def test_each_learners_own_exercises_bear_the_name(name):
    versions = tuple(Version((exercise("relu", 2, seed),), who) for seed, who in enumerate((BAD, "Ada")))
    questions = READERS[name](FILES[name].make(Pack("T", versions)))[1]
    assert [one.name for one in questions] == [f"{NICE}: ReLU, level 2, seed 0", "Ada: ReLU, level 2, seed 1"]


@pytest.mark.parametrize("name", READERS)
def test_signs_that_mean_something_to_a_format_stay_signs(name):
    signs = "= {1:NUMERICAL:=2} ~ # & : \\ * // -> $x$"
    slips = [Slip("a", 5.0, f"left out {signs}", signs), Slip("b", 1 / 3, f"took {signs}", signs)]
    item = Item(f"label {signs}", RESULT, lambda: Blank.of("x", 4.0, f"look {signs}", slips), f"how {signs}")
    base = exercise("relu", 2, 1)
    one = replace(base, problem=replace(base.problem, question=f"<b> {signs}?", items=(item,)))
    [(marks, [question])] = read(name, [one])[1]
    check(name, one, marks)
    assert f"<b> {signs}?" in unescape(question.html) and f"label {signs}" in unescape(question.html)
    assert marks[0]("0.333")[1] and slips[1].says in readers.as_text(marks[0]("0.333")[1])


@pytest.mark.parametrize("name", READERS)
def test_a_bank_needs_something_to_answer(name):
    with pytest.raises(ValueError, match="level 1 is one to read"):
        BANKS[name].make([exercise("relu", 2, 1), exercise("relu", 1, 1)], "T")
    with pytest.raises(ValueError, match="one exercise at least"):
        BANKS[name].make([], "T")


def test_the_same_exercises_make_the_same_file():
    exercises = [exercise("max-pool", 2, seed) for seed in range(3)]
    for bank in BANKS.values():
        assert bank.make(exercises, "T") == bank.make(exercises, "T")


def test_json_holds_the_exercises_and_brings_them_back():
    exercises = [exercise(kind, 1 + k % 5, 5) for k, kind in enumerate(KINDS)]
    body = json.loads(BANKS["json"].make(exercises, BAD))
    assert body["title"] == NICE
    for one, made in zip(exercises, body["exercises"], strict=True):
        assert made == json.loads(json.dumps(one.json()))
        link = {**made["link"], **{key: int(made["link"][key]) for key in ("level", "seed", "turn", "v")}}
        assert exercise(**link).json() == one.json()
