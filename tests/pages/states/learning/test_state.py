"""The learning page's state: links both ways, steps that are recomputed, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from engine.learning.optim import SGD
from engine.learning.passes import Learner
from engine.network import zoo
from pages.states.learning import courses
from pages.states.learning import state as learning
from pages.states.learning.state import PARTS, LearningState
from pages.states.learning.state import read as open_link
from tests.engine.learning.steps import take_steps

LINKS = [
    {"part": "check", "example": "worked", "w": "0.bias.0", "h": "1e-5.5"},
    {"part": "check", "example": "lenet5", "w": "11.weight.77", "h": "1e-3"},
    {"part": "step", "example": "worked", "w": "4.weight.3", "lr": "0.1", "momentum": "0.9", "two": "1", "count": "12"},
    {"part": "step", "example": "worked", "edits": "0.bias.0_5", "w": "4.weight.0", "optimiser": "Adam"},
    {"part": "kernel", "source": "digit", "hidden": "box-blur", "seed": "4", "count": "17", "cell": "8"},
    {"part": "kernel", "hidden": "own-numbers", "own": "1_0_-1_2_0.5_-2_1_0_-1"},
    {"part": "train", "classes": "disc_ring", "size": "12", "count": "100", "batch": "8"},
    {"part": "train", "epochs": "20", "done": "3", "shown": "2"},
    {"part": "kernel", "reveal": "1"},
]


@pytest.mark.parametrize("query", LINKS, ids=lambda query: query["part"])
def test_links_go_both_ways(query):
    state, problems = open_link(query, None)
    assert problems == [] and state.query() == query


@pytest.mark.parametrize("part", PARTS)
def test_the_part_alone_is_a_link(part):
    state, problems = open_link({"part": part}, None)
    assert problems == [] and state.part == part
    assert open_link(state.query(), None)[1] == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"part": "nothing"}, "none of step, check"),
        ({"part": "step", "lr": "-1"}, "from 0 to 1000"),
        ({"part": "step", "lr": "1e9"}, "lr 1e+09 is out of range: it goes from 0 to 1000"),
        ({"part": "step", "count": "1001"}, "from 0 to 1,000"),
        ({"part": "check", "w": "9.weight.0"}, "there is no number"),
        ({"part": "check", "w": "4.weight.12"}, "there is no number 12"),
        ({"part": "check", "h": "0"}, "is not one of"),
        ({"part": "kernel", "own": "1_2"}, "is not of the form 0_0_0_0_1_0_0_0_0"),
        ({"part": "kernel", "hidden": "magic"}, "none of"),
        ({"part": "train", "classes": "disc_disc"}, "at least two"),
        ({"part": "train", "size": "99"}, "from 8 to 12"),
        ({"part": "train", "done": "61"}, "from 0 to 60"),
        ({"part": "train", "zzz": "1"}, "does not know"),
        ({"part": "check", "example": "own", "stack": "ReLU"}, "no loss"),
        (
            {
                "part": "step",
                "example": "own",
                "stack": "Flatten~Linear-64-3~Softmax~Linear-3-3",
            },
            "softmax must be the last",
        ),
    ],
)
def test_what_a_link_cannot_say_is_left_out_with_a_sentence(query, words):
    state, problems = open_link(query, None)
    assert len(problems) == 1 and words.lower() in problems[0].lower(), problems
    assert open_link(state.query(), None)[1] == []


def test_steps_are_the_engines_and_kept_learners_change_nothing():
    state = replace(LearningState(part="step"), steps=learning.Steps(lr=0.01, momentum=0.5, count=30))
    expected = take_steps(
        Learner(zoo.WORKED.network, dict(zoo.WORKED_PARAMETERS)),
        SGD(0.01, 0.5),
        zoo.WORKED_INPUT,
        zoo.WORKED_TARGET,
        30,
    )
    kept: dict = {}
    fresh = courses.walked(state, {})
    for count in (1, 11, 30, 29, 30):
        made = courses.walked(replace(state, steps=replace(state.steps, count=count)), kept)
        assert made.after.steps == count
    assert made.loss == fresh.loss == expected.loss
    for name, array in expected.after.parameters.items():
        np.testing.assert_array_equal(made.after.parameters[name], array)
    assert len(kept) <= courses.MOST_KEPT + 2


def test_steps_end_at_the_most_and_at_the_start():
    state = learning.with_count(LearningState(part="step"), 5000)
    assert state.steps.count == learning.MOST_STEPS and learning.with_count(state, -1).steps.count == 0
    assert learning.with_count(LearningState(part="kernel"), 7).kernel.count == 7
    with pytest.raises(ValueError, match="takes no steps"):
        learning.with_count(LearningState(part="check"), 1)


def test_a_link_of_a_training_has_not_more_epochs_done_than_planned():
    state, problems = open_link({"part": "train", "epochs": "5", "done": "9"})
    assert problems == [] and state.training.done == 5


def test_large_networks_take_fewer_steps():
    state, problems = open_link({"part": "step", "example": "lenet5", "count": "500"}, None)
    assert problems == [] and state.steps.count == 100
