"""Boards as pictures: which lessons offer them, where a first visit begins, and how the link holds it."""

import pytest

from pages.states.registry import KINDS
from tests.pages.states.asking import act, json_answer, player_of

SEVEN = "pic.digit.grey.12.0-9"
LARGE = {
    "convolution": {"x": SEVEN},
    "activation": {"x": SEVEN},
    "pooling": {"x": SEVEN, "layer": "MaxPool2d"},
    "transposed": {"x": SEVEN},
}


def picture(page, query):
    return player_of(json_answer(page, {"query": query}))["picture"]


@pytest.mark.parametrize("page", LARGE)
def test_maps_that_are_large_enough_are_offered_as_pictures_with_what_is_seen(page):
    shown = picture(page, {**LARGE[page], "view": "numbers"})
    assert shown == {"view": "numbers", "note": KINDS[page].seen} and shown["note"]


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("convolution", {"example": "one-channel"}),  # 6×6
        ("convolution", {"x": "pic.scene.rgb.32.0-9"}),  # whole maps, one pixel of them open
        ("convolution", {"layer": "Conv1d", "x": "1x1x12_1_2_3_4_5_6_7_8_9_1_2_3"}),
        ("pooling", {"x": SEVEN, "layer": "AdaptiveAvgPool2d", "output_size": "1"}),
        ("fully_connected", {"x": SEVEN}),
        ("batch_norm", {"x": SEVEN}),
    ],
)
def test_small_maps_vectors_and_other_lessons_are_not(page, query):
    assert picture(page, query) is None


def test_a_first_visit_begins_with_the_picture_and_a_link_with_more_in_it_with_numbers():
    assert picture("convolution", {"x": SEVEN})["view"] == "picture"
    kernel = {"w": "1x1x3x3_-1_0_1_-2_0_2_-1_0_1", "b": "1_0"}
    assert picture("convolution", {"x": SEVEN, **kernel})["view"] == "numbers"
    assert picture("activation", {"x": SEVEN})["view"] == "numbers"


def test_the_view_is_in_the_link_and_stays_while_the_layer_changes():
    query = json_answer("convolution", {"query": {"x": SEVEN}})["query"]
    assert query["view"] == "picture"
    numbers = act("convolution", query, "view", "numbers", step=3)
    assert "view" not in numbers["query"] and numbers["query"]["step"] == "3" and not numbers["push"]
    back = act("convolution", numbers["query"], "view", "picture")
    turned = act("convolution", back["query"], "edit", {"knob": "stride", "by": 1})
    assert turned["query"]["view"] == "picture" and turned["query"]["stride"] == "2"
    wrong = act("convolution", query, "view", "sound")
    assert "is none of picture, numbers" in wrong["message"] and wrong["query"] == query
    (problem,) = KINDS["convolution"].read({"x": SEVEN, "view": "3d"})[1]
    assert problem == 'view "3d" is none of picture, numbers.'
