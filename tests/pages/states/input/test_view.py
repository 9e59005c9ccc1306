"""The Input page without a browser: links, sources, bad values, and what goes on to other pages."""

import os
from dataclasses import replace

import numpy as np
import pytest

from engine.data import pictures
from engine.facts.examples import seven
from pages.states.answers import answer
from pages.states.input import acts
from pages.states.input.state import InputState, read
from pages.states.picture import Own, from_own, picture_from_text
from pages.states.registry import KINDS
from tests.pages.states.asking import act, blocks, said


@pytest.fixture(autouse=True)
def no_data_sets(monkeypatch, tmp_path):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))


def shape(query: dict) -> tuple[int, ...]:
    state, _ = read(query)
    return (len(state.batch), *state.shape)


def onward(data: dict) -> dict:
    links = [block for block in blocks(data) if block["kind"] == "link"]
    return next(one for one in links if one["label"].startswith("Next: Convolution"))["query"]


def turn(query: dict, knob: str, text: str) -> dict:
    return act("input", query, "edit", {"knob": knob, "text": text})


def test_it_opens_with_the_path_s_seven_and_leads_on_with_it():
    data = answer("input", {"query": {}})
    state, _ = read({})
    assert data["query"] == {} and state.query() == {}
    assert (state.chosen.values == pictures.tensor(pictures.example("digit", 12), 12, "grey", "0-9")).all()
    assert onward(data) == {"example": "seven", "view": "picture"}
    state, problems = KINDS["convolution"].read(onward(answer("input", {"query": {"x": "pic.scene.grey.12.0-9"}})))
    assert problems == [] and state.layer == seven.CONVOLUTION.layer and state.chosen.text == "pic.scene.grey.12.0-9"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pic.digit.grey.6.0-9", (1, 1, 6, 6)),
        ("pic.checkerboard.rgb.6.0-9", (1, 3, 6, 6)),
        ("pic.digit.rgb.8.0-255*pic.letter.rgb.8.0-255*pic.scene.rgb.8.0-255", (3, 3, 8, 8)),
    ],
    ids=["grey", "colour", "batch"],
)
def test_worked_example_1(text, expected):
    """An image is a grid of pixels: one channel for grey, three for colour; a batch stacks several."""
    state, problems = read({"x": text})
    assert problems == [] and (len(state.batch), *state.shape) == expected and state.query() == {"x": text}


@pytest.mark.parametrize("key", ["source", "n", "row"])
def test_a_link_of_before_without_a_picture_opens_the_picture_of_before(key):
    value = {"source": "Numbers", "n": "0", "row": "0"}[key]
    assert read({key: value})[0].chosen.text == "pic.digit.rgb.6.0-9"


def test_size_channels_and_scale_change_the_picture_and_the_link():
    query = {"x": "pic.scene.rgb.8.0-255"}
    for knob, text in (("size", "12"), ("channels", "grey"), ("scale", "0–1")):
        query = turn(query, knob, text)["query"]
    assert query == {"x": "pic.scene.grey.12.0-1"}
    assert read(query)[0].chosen.values.max() <= 1
    assert "so that the sums on later pages close" in said(answer("input", {"query": query}))


def test_an_example_replaces_the_picture_and_in_a_batch_joins_it():
    query = act("input", {}, "example", "scene")["query"]
    assert query == {"x": "pic.scene.grey.12.0-9"}
    query = act("input", query, "batch", True)["query"]
    assert query == {"x": "pic.scene.grey.12.0-9*pic.digit.grey.12.0-9"}
    query = act("input", query, "example", "ship")["query"]
    assert shape(query) == (3, 1, 12, 12)
    data = act("input", query, "picture", 2)
    assert data["query"]["n"] == "2" and onward(data)["x"] == "pic.ship.grey.12.0-9"
    assert act("input", data["query"], "example", "scene")["query"] == {
        "x": "pic.digit.grey.12.0-9*pic.ship.grey.12.0-9", "n": "1",
    }  # fmt: skip
    assert act("input", data["query"], "batch", False)["query"] == {"x": "pic.ship.grey.12.0-9"}


def test_numbers_are_typed_and_what_cannot_be_read_leaves_the_last_good_ones():
    query = {"source": "Numbers", "x": "pic.digit.grey.6.0-9"}
    field = next(b for b in blocks(answer("input", {"query": query})) if b.get("widget") == "paste")["data"]
    assert field["text"].split("\n")[0] == "1 1 1 1 1 1"
    data = act("input", query, "import", "1 2 3\n4 5 -6")
    assert data["query"] == {"x": "1x2x3_1_2_3_4_5_-6"} and shape(data["query"]) == (1, 1, 2, 3)
    data = act("input", data["query"], "import", "1 2 3\n4 5 six")
    field = next(b for b in blocks(data) if b.get("widget") == "paste")["data"]
    assert field["text"] == "1 2 3\n4 5 six" and 'Channel 0, row 1, column 2 is "six"' in field["problem"]
    assert data["query"] == {"x": "1x2x3_1_2_3_4_5_-6"}
    data = turn(data["query"], "panel", "Examples")
    assert data["query"]["x"] == "1x2x3_1_2_3_4_5_-6", "another panel alone changes nothing"
    assert act("input", data["query"], "example", "edges")["query"] == {"x": "pic.edges.grey.12.0-9"}


def test_the_part_of_a_large_picture_follows_a_click_and_the_knobs():
    query = {"x": "pic.scene.rgb.64.0-255"}
    assert act("input", query, "part", {"row": 63, "column": 2})["query"] == query | {"row": "56", "col": "0"}
    assert turn(query, "row", "9")["query"] == query | {"row": "9"}
    data = turn(query, "row", "57")
    refused = next(b for b in blocks(data) if b["kind"] == "knobs")["refused"]
    assert refused["knob"] == "row" and "from 0 to 56" in refused["sentence"]


def own_picture(side: int) -> Own:
    return Own(np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8), 0.5)


def test_an_own_picture_is_made_anew_at_every_size_and_travels_in_the_link_up_to_32():
    mine = own_picture(64)
    offered = from_own(mine, "grey", 12, "0-9")
    state, note = acts.own(replace(read({"x": "pic.digit.rgb.16.0-255"})[0], offered=offered), "a note")
    assert note == "a note" and (state.chosen.values == pictures.tensor(mine.pixels, 16, "rgb", "0-255")).all()
    assert (picture_from_text(state.query()["x"]).values == state.chosen.values).all()
    there = read(state.query(), state.chosen)[0]
    assert there.chosen.own is mine and there.source == "Your picture"
    large = acts.turned(there, {"knob": "size", "text": "64"})
    assert (large.chosen.values == pictures.tensor(mine.pixels, 64, "rgb", "0-255")).all()
    assert large.query() == {"x": "own"}
    assert read({"x": "own"}, large.chosen)[0].chosen is large.chosen
    elsewhere, problems = read({"x": "own"})
    assert "stayed in the session" in problems[0] and elsewhere.shape == (3, 6, 6)


def test_without_its_session_an_own_picture_is_numbers():
    state, problems = read({"x": from_own(own_picture(8), "rgb", 8, "0-9").text})
    assert problems == [] and state.source == "Numbers" and state.made is None
    with pytest.raises(ValueError, match="not in this session any more"):
        acts.own(state, "")


def test_several_files_are_a_batch_of_one_shape():
    texts = ["1x2x2_1_2_3_4", "1x2x2_5_6_7_8", "1x3x3_0~9"]
    data = act("input", {}, "files", {"texts": texts, "note": "It is grey."})
    assert data["query"] == {"x": "1x2x2_1_2_3_4*1x2x2_5_6_7_8"}
    assert "have one shape" in data["message"] and data["message"].endswith("It is grey.")
    long = [from_own(own_picture(32), "rgb", 32, "0-255").text] * 8
    data = act("input", {}, "files", {"texts": long})
    assert 0 < len(read(data["query"])[0].batch) < 8 and "no link could hold all" in data["message"]
    assert sum(map(len, data["query"].values())) <= 16_100


def test_cifar10_is_quiet_where_it_is_absent(tmp_path):
    data = answer("input", {"query": {"source": "CIFAR-10"}})
    assert str(tmp_path / "cifar-10-batches-py") in said(data)
    assert shape(data["query"]) == (1, 3, 6, 6)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"x": "pic.dog.rgb.6.0-9"}, 'there is no picture "dog"'),
        ({"x": "pic.scene.rgb.9999.0-9"}, "size 9999 is not between 5 and 512"),
        ({"x": "3x6x6_1_2"}, "there are 2 values where its shape needs 108"),
        ({"x": "9" * 70_000}, "the text has 70000 characters"),
        ({"x": "<img src=//evil.example>"}, "is not a shape"),
        ({"x": "pic.cifar10-test-0.rgb.32.0-255"}, "needs CIFAR-10, which is not in"),
        ({"x": "pic.digit.rgb.6.0-9*pic.digit.rgb.8.0-9"}, "is left out: the pictures of a batch have one shape"),
        ({"x": "*".join(["pic.digit.rgb.6.0-9"] * 9)}, "The link holds 9 pictures; the first 8 are shown"),
        ({"source": "Telepathy"}, 'source "Telepathy" is none of Examples, Numbers'),
        ({"n": "5"}, "n 5 is out of range: it goes from 0 to 0"),
        ({"x": "pic.digit.rgb.6.0-9*pic.edges.rgb.6.0-9", "n": "two"}, 'n "two" is not a whole number'),
        ({"x": "pic.digit.rgb.64.0-9", "row": "57"}, "row 57 is out of range: it goes from 0 to 56"),
        ({"x": "pic.digit.rgb.64.0-9", "col": "-1"}, "col −1 is out of range: it goes from 0 to 56"),
        ({"y": "1"}, 'This page does not know "y"'),
    ],
)
def test_bad_links_get_a_sentence_and_a_working_page(query, sentence):
    data = answer("input", {"query": query})
    assert sentence in said(data) and "evil.example" not in said(data)
    good = turn(data["query"], "size", "9")["query"]
    assert read(good)[0].shape[1:] == (9, 9) and sentence not in said(answer("input", {"query": good}))


@pytest.mark.parametrize("made", [{}, {"x": "pic.scene.rgb.512.0-255"}, {"x": "pic.scene.rgb.512.0-255", "n": "0"}])
def test_an_empty_x_is_no_link_and_the_largest_picture_is_answered_in_little(made):
    state, problems = read({"x": ""} | made)
    assert isinstance(state, InputState) and problems == []
    assert len(str(answer("input", {"query": made}))) < 1_000_000


REAL = os.environ.get("STRIDE_CIFAR10_FIRST1000")


@pytest.mark.skipif(REAL is None, reason="STRIDE_CIFAR10_FIRST1000 does not name a folder with the real pictures")
def test_cifar10_pictures(monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", REAL)
    query = {"x": "pic.cifar10-test-8.rgb.32.0-255*pic.cifar10-test-9.rgb.32.0-255"}
    state, problems = read(query)
    assert problems == [] and state.source == "CIFAR-10" and state.batch[1].title == "automobile, test 9"
    query = turn(query, "index", "0")["query"]
    assert query == {"x": "pic.cifar10-test-0.rgb.32.0-255*pic.cifar10-test-1.rgb.32.0-255"}
