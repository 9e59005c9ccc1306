"""Every exercise is solvable, short, free of double meanings, PyTorch's own answer, and the same for ever."""

import json
import re
from hashlib import sha256

import numpy as np
import pytest

from engine.exercises import KINDS, LEVELS, TOPICS, VERSION, exercise
from engine.exercises.draw import Draw
from engine.exercises.form import plain
from engine.exercises.kinds import drawn
from engine.slips import judge
from tests.depth import cases
from tests.engine.exercises.torch_answers import answer

SEEDS = 10_000
LONG = re.compile(r"[0-9]\.[0-9]{3}")
NO_SENTENCE = re.compile(  # two blanks, two stops, a hyphen for a minus, "1 cells", a sign behind a sign
    r"  |\.\.|-[0-9]|(?<![0-9.−]) 1 (cells|numbers|terms|channels|filters|inputs|neurons|places|columns|rows)\b|[×÷] −"
)


def numbers(value) -> list[float]:
    """Return the numbers in data, however deep."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return [one for part in value for one in numbers(part)]
    return [float(value)] if isinstance(value, (int, float)) else []


@pytest.mark.parametrize("kind", KINDS)
def test_pytorch_has_the_answer_and_no_number_means_two_things(kind):
    for seed in range(cases(SEEDS, share=10) // len(KINDS)):
        one = exercise(kind, seed % 5 + 1, seed)
        result = one.problem.items[-1].blank
        theirs = answer(one)
        assert np.allclose(result.answer, theirs, rtol=1e-9, atol=1e-9), (one.link, result.answer, theirs)
        assert judge(result, theirs).state == "right"
        assert result.apart and len({slip.name for slip in result.slips}) >= 2
        for item in one.asked:
            text = item.blank.shown.replace("−", "-")
            assert isinstance(item.blank.answer, tuple) or judge(item.blank, float(text)).state == "right"
            assert all(judge(item.blank, slip.value).state == "slip" for slip in item.blank.slips)
            assert item.blank.apart, (one.link, item.label)
        for value in numbers(list(one.data.values())):
            assert abs(value) <= 100_000 and round(value, 2) == value, "a number has more than two decimals"
        assert not LONG.search(" ".join(one.working)), "a worksheet prints two decimals at most"
        if one.problem.items[-1].blank.decimals is None and not isinstance(result.answer, tuple):
            assert round(float(result.answer), 4) == pytest.approx(float(result.answer), abs=1e-9), one.link


@pytest.mark.parametrize("kind", KINDS)
def test_levels_fade_and_data_is_json(kind):
    for level in LEVELS:
        one = exercise(kind, level, 11)
        body = json.loads(json.dumps(one.json(), allow_nan=False, ensure_ascii=False))
        blanks = [item["blank"] for item in body["items"] if item["blank"]]
        up_to = [sum(item.depth <= depth for item in one.problem.items) for depth in (1, 2, 3)]
        assert 1 == up_to[0] < up_to[1] <= up_to[2] == len(one.problem.items)
        assert len(blanks) == [0, *up_to, 1][level - 1]
        assert one.title and one.question.endswith((".", "?")) and "{" not in one.question + "".join(one.working)
        assert body["scene"]["step"] >= 0 and len(one.working) == len(one.problem.items)
        assert " -" not in one.question and not any("-" in item.blank.shown for item in one.shown)
        same = exercise(**{**one.link, "level": level, "seed": 11, "turn": int(one.link["turn"]), "v": VERSION})
        assert same.json() == one.json() == exercise(kind, level, 11).json()
    assert exercise(kind, 5, 11).question != exercise(kind, 2, 11).question
    assert [item.label for item in exercise(kind, 5, 11).shown] == [one.problem.items[-1].label]


@pytest.mark.parametrize("kind", KINDS)
def test_the_working_gives_no_blank_away(kind):
    for level in (2, 3, 4):
        one = exercise(kind, level, 4)
        deepest = max(item.depth for item in one.asked)
        assert all(not one.work(item) for item in one.shown if item.depth < deepest or level == 4)


@pytest.mark.parametrize("kind", KINDS)
def test_sentences_read_well_and_give_no_answer_away(kind):
    for seed in range(3):
        for item in (items := exercise(kind, 4, seed)).asked:
            given = re.compile(rf"[=≈] {re.escape(item.blank.shown)}(?![0-9]| [+×÷−])[^√]*$")
            for says in (item.blank.look, *(slip.says for slip in item.blank.slips)):
                assert says.endswith((".", ")")) and not NO_SENTENCE.search(says), (items.link, item.label, says)
                assert not given.search(says.replace("n − 1 = ", "")), (items.link, item.label, says)


def test_there_are_enough_kinds_and_topics():
    assert len(KINDS) >= 30 and len(TOPICS) == 7
    assert len({kind.title for kind in KINDS.values()}) == len(KINDS)


def test_drawings_are_the_same_for_ever():
    """What links stand for: where this fails, VERSION has to change, so that old links say that they are old."""
    draw = Draw("stride")
    assert [draw.whole(0, 99) for _ in range(6)] == DRAWN
    made = {(kind, turn): drawn(kind, 2, 0, turn) for kind in KINDS for turn in range(4)}
    text = [[*key, one and {n: plain(value) for n, value in one.data.items()}] for key, one in made.items()]
    text = json.dumps(text, sort_keys=True)
    assert sha256(text.encode()).hexdigest()[:16] == FINGERPRINT


def test_a_link_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="kind 'conv' is none of conv-number"):
        exercise("conv", 1, 0)
    with pytest.raises(ValueError, match="level 6 must be 1 to 5"):
        exercise("relu", 6, 0)
    with pytest.raises(ValueError, match="version 0; this is version 1"):
        exercise("relu", 1, 0, v=0)
    with pytest.raises(ValueError, match="turn 1000 of relu, level 1, seed 0 is no exercise"):
        exercise("relu", 1, 0, turn=1000)


DRAWN = [22, 72, 95, 10, 16, 84]
FINGERPRINT = "c9d87c0adfaf3449"
