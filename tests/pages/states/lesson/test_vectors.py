"""The states of the lessons of vectors: shapes that fit, targets, what a link may hold."""

import numpy as np
import pytest

from engine.layers import Flatten, Linear
from pages.states.lesson.vectors import fitted_target
from pages.states.picture import Spec, draw
from pages.states.registry import KINDS
from tests.pages.states.asking import blocks, json_answer, player_of, said

FULLY_CONNECTED = KINDS["fully_connected"]
OUTPUT = KINDS["output_loss"]


def test_a_map_becomes_a_vector_and_back():
    one = FULLY_CONNECTED.from_example("flatten")
    two = FULLY_CONNECTED.with_class(one, "Linear")
    assert isinstance(two.layer, Linear) and two.input.tolist() == [15, 8, 20, 5]
    assert two.layer == Linear(4, 3)
    back = FULLY_CONNECTED.with_class(two, "Flatten")
    np.testing.assert_array_equal(back.input, one.input)


@pytest.mark.parametrize(("count", "shape"), [(12, (1, 3, 4)), (7, (1, 1, 7)), (9, (1, 3, 3))])
def test_a_vector_becomes_the_squarest_map(count, shape):
    assert FULLY_CONNECTED.adapted("Flatten", np.arange(count)).shape == shape


def test_too_many_numbers_for_neurons_are_refused_with_the_numbers():
    with pytest.raises(ValueError, match=r"768 numbers.*400"):
        FULLY_CONNECTED.adapted("Linear", np.zeros((3, 16, 16)))


def test_a_linear_layer_in_a_link_takes_a_map_flattened():
    state, problems = FULLY_CONNECTED.read({"layer": "Linear", "x": "1x2x3_1_2_3_4_5_6"}, None)
    assert problems == [] and state.input.tolist() == [1, 2, 3, 4, 5, 6] and state.layer.in_features == 6
    assert state.query()["x"] == "6_1_2_3_4_5_6"


def test_a_long_vector_is_read_and_a_wide_map_is_not():
    state, problems = FULLY_CONNECTED.read({"layer": "Linear", "x": "40_1~40"}, None)
    assert problems == [] and state.input.shape == (40,)
    _, problems = FULLY_CONNECTED.read({"layer": "Flatten", "x": "1x2x17_1~34"}, None)
    assert "16 columns, not 17" in problems[0]


def test_a_picture_goes_into_flatten_and_not_into_neurons():
    chosen = draw(Spec("digit", "grey", 6, "0-9"))
    state, _ = FULLY_CONNECTED.read({}, chosen)
    assert isinstance(state.layer, Flatten) and state.input.shape == (1, 6, 6)
    state, _ = FULLY_CONNECTED.read({"layer": "Linear"}, chosen)
    assert state.input.tolist() == [15, 8, 20, 5]


def test_a_picture_that_a_link_asks_for_goes_into_neurons_as_a_vector():
    state, problems = FULLY_CONNECTED.read({"layer": "Linear", "x": "pic.digit.grey.6.0-9"}, None)
    assert problems == []
    assert state.input.tolist() == draw(Spec("digit", "grey", 6, "0-9")).values.ravel().tolist()
    again, problems = FULLY_CONNECTED.read(state.query(), None)
    assert problems == [] and again.input.tolist() == state.input.tolist()


def test_relu_is_a_knob_of_neurons_only():
    names = {
        name: [knob.name for knob in FULLY_CONNECTED.knobs(FULLY_CONNECTED.from_example(name))]
        for name in ("flatten", "hidden")
    }
    assert "relu" in names["hidden"] and "relu" not in names["flatten"]
    state = FULLY_CONNECTED.from_example("hidden")
    off, note = state.with_edit({"knob": "relu", "text": "0"})
    assert note == "" and off.trace.phases[0].finish == ""
    assert state.trace.phases[0].finish == "relu"


@pytest.mark.parametrize(
    ("target", "shape", "expected"),
    [(2, (3,), 2), (2, (2,), 1), ((2, 0, 1), (3, 3), (2, 0, 1)), ((2, 0, 1), (2, 2), (1, 0)), (1, (3, 4), (1, 0, 0)),
     ((2, 1), (4,), 2)],
)  # fmt: skip
def test_a_target_is_cut_or_filled_up_to_the_logits(target, shape, expected):
    assert fitted_target(target, shape) == expected


def test_each_picture_of_a_batch_has_its_own_target_knob():
    state = OUTPUT.from_example("batch")
    knobs = [knob for knob in state.knobs if knob.name.startswith("target.")]
    assert [(knob.label, knob.value) for knob in knobs] == [
        ("target of 0", "elephant"), ("target of 1", "lion"), ("target of 2", "tiger")
    ]  # fmt: skip
    changed, note = state.with_edit({"knob": "target.1", "text": "tiger"})
    assert note == "" and changed.extras["target"] == (2, 1, 1)
    assert changed.query()["target"] == "2_1_1"
    same, note = state.with_edit({"knob": "target.1", "text": "zebra"})
    assert same is state and "zebra" in note
    with pytest.raises(ValueError, match=r"target\.3"):
        state.with_edit({"knob": "target.3", "text": "lion"})


def test_softmax_alone_has_no_target():
    names = [knob.name for knob in OUTPUT.knobs(OUTPUT.from_example("softmax"))]
    assert names == ["layer", "temperature", "subtract_largest"]


def test_every_choice_travels_in_the_link():
    state = OUTPUT.from_example("batch")
    state = OUTPUT.with_extras(state, temperature=0.5, subtract_largest=False, target=(0, 1, 2))
    state = OUTPUT.with_step(OUTPUT.with_settings(state, label_smoothing=0.1), 5)
    query = state.query()
    assert query == {
        "layer": "CrossEntropyLoss", "x": state.chosen.text, "label_smoothing": "0.1", "target": "0_1_2",
        "temperature": "0.5", "subtract_largest": "0", "step": "5",
    }  # fmt: skip
    again, problems = OUTPUT.read(query, None)
    assert problems == [] and again.extras == state.extras and again.layer == state.layer


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"target": "3"}, "target 3 is not a class: classes are 0 to 2"),
        ({"target": "0_1"}, "target has 2 classes, but there are 1 pictures"),
        ({"target": "lion"}, "is not a class's number"),
        ({"temperature": "0"}, "from 0.05 to 20"),
        ({"temperature": "1e9"}, "from 0.05 to 20"),
        ({"subtract_largest": "yes"}, "neither 1 (on) nor 0 (off)"),
        ({"x": "7x3_1~21"}, "7 pictures"),
        ({"label_smoothing": "2"}, "label_smoothing"),
    ],
)
def test_what_a_link_gets_wrong_is_said_and_the_rest_is_shown(query, words):
    state, problems = OUTPUT.read({"layer": "CrossEntropyLoss", **query}, None)
    assert len(problems) == 1 and words in problems[0]
    assert state.trace.output.shape == (1,)


def test_fewer_classes_keep_a_target_that_there_is():
    state, problems = OUTPUT.read({"layer": "CrossEntropyLoss", "x": "2_1_2"}, None)
    assert problems == [] and state.extras["target"] == 1
    assert [knob.choices for knob in state.knobs if knob.name == "target.0"] == [("class 0", "class 1")]
    assert state.trace.steps[-1].say.startswith("The true class is 1")


@pytest.mark.parametrize(("logits", "target", "loss"), [("3_30_0_0", "1", "30"), ("3_1000_0_-1000", "2", "2000")])
def test_a_loss_from_tiny_probabilities_is_told_alike_by_the_player_the_fact_and_the_check(logits, target, loss):
    query = {"layer": "CrossEntropyLoss", "x": logits, "target": target}
    answer = json_answer("output_loss", {"query": query})
    text = said(answer)
    assert "−log(0) is ∞. So the loss is made from the logits" in text and "changes none of the six digits" not in text
    assert f"<mn>{loss}</mn><mi>&#x02026;</mi>" in "".join(b["html"] for b in blocks(answer) if b["kind"] == "math")
    player = player_of(answer)["trace"]
    assert next(b for b in player["boards"] if b["name"] == "loss")["values"]["pool"] == [loss]
    checked = json_answer("output_loss", {"query": query, "ask": "check"})
    assert [block["role"] for block in checked["sheet"]] == ["notice success"]
