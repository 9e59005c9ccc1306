"""The path through the pages: one chain of numbers, and each page leads to the next with what its layer has put out."""

import numpy as np
import pytest

from engine.facts.examples import seven
from engine.learning import kinks
from engine.network.blocks import own as own_of
from engine.writing import glossary
from pages.states import path
from pages.states.answers import PAGES, opened
from pages.states.picture import PATH, Spec, draw, from_numbers
from pages.states.registry import KINDS, LESSONS
from tests.engine.trace.decoded import board, machine
from tests.pages.states.asking import blocks, json_answer, player_of, said

FIVE = ("convolution", "activation", "pooling", "fully_connected", "output_loss")


def shown(page: str, query: dict[str, str] | None = None) -> dict:
    return json_answer(page, {"query": query or {}, "act": None})


def onward(page: str, query: dict[str, str], slot: str = path.SLOT) -> dict:
    """Return the way on in a page's bar: at the foot, or in the head."""
    (bar,) = [block for block in shown(page, query)["sheet"] if block.get("name") == slot]
    return bar["blocks"][0]


def came(page: str, query: dict[str, str]) -> str:
    """Return what a page's bar says of what came over."""
    told = [block["blocks"][0]["html"] for block in shown(page, query)["sheet"] if block.get("name") == path.CAME]
    return told[0].strip().removeprefix("<p>").removesuffix("</p>") if told else ""


def test_every_page_of_the_path_is_there_and_the_others_have_no_bar():
    assert list(path.PATH)[:3] == ["input", "convolution", "activation"] and len(path.PATH) == 11
    assert set(path.PATH) <= set(PAGES)
    back = {page: path.bar(page)[0] for page in path.BESIDE}
    assert set(PAGES) == {*path.PATH, *path.BESIDE, "home", "practice", "questions", "check", "sets", "set", "results"}
    assert {page: (link["label"], link["page"]) for page, link in back.items()} == {
        "transposed": ("Back to the path: Convolution", "convolution"),
        "batch_norm": ("Back to the path: Fully connected", "fully_connected"),
        "calculator": ("Back to the path: Forward pass", "forward"),
    }
    assert path.next_of("inside") is None and path.next_of("batch_norm") is None
    assert path.before("input") == () and path.before("transposed") == () and path.before("inside") == ("training",)
    assert all(lesson.title == path.PATH.get(lesson.kind.page, lesson.title) for lesson in LESSONS)
    (row,) = path.bar("pooling")
    bar, words, *slots = row["blocks"]
    assert (bar["at"], bar["where"]) == (3, "4 of 11") and bar["pages"][4]["label"] == "Fully connected"
    assert [slot["name"] for slot in slots] == [path.CAME, path.HEAD]
    assert words["label"] == "Words" and "<strong>stride</strong>: by how many" in words["blocks"][2]["html"]
    (foot,) = path.bar("pooling", last=True)
    assert [slot["name"] for slot in foot["blocks"][1:]] == [path.SLOT]


def test_the_words_of_each_page_are_told_in_a_sentence_or_two_and_none_is_told_for_nothing():
    assert list(path.WORDS) == list(path.PATH)
    told = [word for words in path.WORDS.values() for word in words]
    assert set(told) == set(glossary.WORDS) and all(len(set(words)) == len(words) for words in path.WORDS.values())
    assert all(text.endswith(".") and text.count(". ") <= 1 and len(text) <= 150 for text in glossary.WORDS.values())


# One chain of numbers


def test_each_bare_page_shows_what_the_page_before_has_put_out():
    players = {page: player_of(shown(page))["trace"] for page in FIVE}
    inputs = [board(players[page], "input") for page in FIVE]
    outputs = [seven.NETWORK.layers[0].forward(inputs[0], **own_of(seven.PARAMETERS, "0"))]
    outputs += [board(players[page], "output") for page in FIVE[1:4]]
    assert (inputs[0] == seven.PICTURE).all() and (board(players["convolution"], "output") == outputs[0]).all()
    for page, put_out, taken in zip(FIVE[1:], outputs, inputs[1:], strict=True):
        assert (taken.ravel() == put_out.ravel()).all(), page
    network = next(block["data"] for block in blocks(shown("forward")) if block.get("widget") == "network")
    numbers = [column_numbers(column) for column in network["columns"]]
    flat = outputs[2].ravel()  # flattened
    for written, of_lesson in zip(numbers, [inputs[0], *outputs[:3], flat, outputs[3]], strict=False):
        assert written.tolist() == of_lesson.ravel().tolist()
    loss = board(players["output_loss"], "loss").item()
    assert len(numbers) == 7 and numbers[6].item() == pytest.approx(loss, abs=5e-5)


def column_numbers(column: dict) -> np.ndarray:
    texts = column.get("full") or column["texts"]
    return machine(texts["pool"])[texts["index"]].astype(float)


@pytest.mark.parametrize("page", ["forward", "backward", "learning"])
def test_the_networks_are_the_lessons_own(page):
    _, state = opened(page, {})
    network = {"forward": lambda s: s, "backward": lambda s: s.forward, "learning": lambda s: s.network}[page](state)
    assert network.network == seven.NETWORK and (network.input == seven.PICTURE).all()
    assert all(network.parameters[name] is array for name, array in seven.PARAMETERS.items())
    assert (network.classes, network.target) == (seven.CLASSES, seven.TARGET)
    assert page != "learning" or (state.part, state.name, state.flat) == ("step", "4.weight", 9)


def test_the_chain_is_small_whole_and_off_every_kink():
    outputs = seven.NETWORK.forward(seven.PICTURE, seven.PARAMETERS)
    assert (np.concatenate([seven.PICTURE.ravel(), *(one.ravel() for one in outputs[:4])]) % 1 == 0).all()
    assert np.abs(outputs[0]).max() <= 21 and (outputs[0] < 0).sum() > (outputs[0] > 0).sum() > 10
    np.testing.assert_allclose(outputs[4], [5.9, 1.0, 4.5], atol=1e-12)
    odds = np.exp(outputs[4]) / np.exp(outputs[4]).sum()
    assert 0.6 < odds[seven.TARGET] < 0.9
    relu, pool = seven.NETWORK.layers[1:3]
    assert kinks.gaps(relu, outputs[0]).min() >= 1
    # Where two numbers of a window are equal, both are 0, and come from far below the kink.
    assert (kinks.gaps(pool, outputs[1])[outputs[2].ravel() > 0] >= 1).all()


def test_each_lesson_opens_on_its_point():
    states = {page: opened(page, {})[1] for page in FIVE}
    sentences = {page: state.trace.steps[state.shown_step].say for page, state in states.items()}
    assert "relu(−9) is 0, because it is below zero" in sentences["activation"]
    assert "the largest of 0, 12, 6, 11 is 12" in sentences["pooling"]
    assert sentences["fully_connected"].startswith("Neuron 0")
    assert "0.7974, its probability" in sentences["output_loss"] and "Class seven" in sentences["output_loss"]


def test_a_neuron_says_what_it_looks_for_until_its_weights_are_changed():
    _, state = opened("fully_connected", {"example": seven.KEY, "step": "2"})
    told = "Neuron 2 looks for a four"
    assert told in said(shown("fully_connected", state.query()))
    edit = {"board": "weight", "shape": [3, 25], "origin": [0, 0], "cells": [50], "text": "2"}
    changed, _ = state.with_edit(edit)
    assert changed.parameters["weight"][2, 0] == 2
    assert told not in said(shown("fully_connected", changed.query()))


# What a link means


@pytest.mark.parametrize("page", [*FIVE, "forward", "backward", "learning"])
def test_only_a_bare_address_is_the_paths_and_what_is_written_names_its_numbers(page):
    bare, _ = opened(page, {})
    assert bare["query"]["example"] == seven.KEY and came(page, {}) and came(page, bare["query"])
    again, _ = opened(page, bare["query"])
    assert again["query"] == bare["query"] and again["sheet"] == bare["sheet"]
    # A link of the days before the path has keys, but no example.
    old, _ = opened(page, {"part": "step"} if page == "learning" else {"step": "0"})
    assert old["query"]["example"] == (KINDS[page].default if page in KINDS else "worked")
    assert came(page, old["query"]) == ""


@pytest.mark.parametrize("page", FIVE)
def test_the_paths_own_picture_chosen_on_the_input_page_changes_nothing(page):
    chosen = from_numbers(seven.PICTURE, text=PATH.text)
    assert opened(page, {}, chosen)[0]["query"] == opened(page, {})[0]["query"]
    other = from_numbers(1 - (seven.PICTURE > 3))
    if page in ("convolution", "activation", "pooling"):
        assert (opened(page, {}, other)[1].input == other.values).all()


def test_an_example_that_opens_later_can_be_left_and_is_found_at_any_step():
    kind = KINDS["pooling"]
    for step, query in ((13, {"example": "seven"}), (0, {"example": "seven", "step": "0"})):
        state, problems = kind.read(query)
        assert (state.shown_step, problems, kind.query(state)) == (step, [], query)
        assert kind.query(state.with_step(step)) == query


# What comes along


@pytest.mark.parametrize("page", ["convolution", "activation", "pooling"])
def test_the_next_lesson_opens_on_what_this_one_has_put_out(page):
    for name in KINDS[page].examples:
        state = KINDS[page].from_example(name)
        link = onward(page, {"example": name})
        assert link["page"] == path.next_of(page) and link == onward(page, {"example": name}, path.HEAD)
        taken, problems = KINDS[link["page"]].read(link["query"])
        assert problems == []
        np.testing.assert_allclose(taken.input.ravel(), state.trace.output.ravel(), atol=5e-5)
        size = "×".join(map(str, state.trace.output.shape))
        exact = np.allclose(taken.input.ravel(), state.trace.output.ravel(), rtol=0, atol=1e-9)
        maps = "this map" if len(state.trace.output) == 1 else "these maps"
        assert link["label"].endswith(f"with {maps}, {size}" + ("" if exact else ", rounded to 4 decimals"))
        assert came(link["page"], link["query"]).startswith(f"from {path.PATH[page]}: its ")


def test_an_edited_picture_goes_along_to_the_answer_and_the_bar_says_so():
    link = onward("convolution", {"example": seven.KEY, "b": "1_-2"})
    sizes = []
    while link["page"] != "forward":
        page, state = link["page"], opened(link["page"], link["query"])[1]
        sizes.append(came(page, link["query"]))
        assert state.example == "" and state.came == list(path.PATH)[list(path.PATH).index(page) - 1]
        link = onward(page, link["query"])
    assert sizes == [
        "from Convolution: its map, 1×10×10", "from Activation: its map, 1×10×10",
        "from Pooling: its map, as 25 numbers", "from Fully connected: its 3 logits",
    ]  # fmt: skip
    assert state.knobs[1].value == "seven"  # the class that it really shows


def test_another_picture_goes_all_the_way_through_the_lessons_own_network():
    letter = draw(Spec("letter", "grey", 12, "0-9"))
    link = onward("input", {"x": letter.text})
    while link["page"] != "output_loss":
        link = onward(link["page"], link["query"])
    assert link["label"] == "Next: Output and loss, with these 3 logits"
    logits = opened("output_loss", link["query"])[1].input
    _, state = opened("forward", {}, letter)  # who comes here has chosen the letter
    assert (state.base, state.text) == (seven.KEY, letter.text)
    np.testing.assert_allclose(state.logits, logits, atol=1e-9)
    assert came("forward", state.query()).startswith("from Output and loss: all the layers so far")
    link = onward("forward", state.query())
    assert came("backward", link["query"]).startswith("from Forward pass: the same network")
    assert opened("backward", {}, letter)[1].forward.query() == state.query()
    link = onward("backward", link["query"])
    assert came("learning", link["query"]) and opened("learning", link["query"])[1].network.text == letter.text
    assert opened("forward", {}, draw(Spec("letter", "rgb", 12, "0-9")))[1].base == "own"


def test_a_number_that_is_changed_did_not_come_over():
    query = {"x": "1x2x2_1_-2_3_4", "from": "convolution"}
    assert came("activation", query) == "from Convolution: its map, 1×2×2"
    _, state = opened("activation", query)
    changed, _ = state.with_edit({"board": "input", "shape": [1, 2, 2], "origin": [0, 0], "cells": [0], "text": "5"})
    assert changed.came == "" and "from" not in changed.query() and changed.input[0, 0, 0] == 5
    assert state.query()["from"] == "convolution" and came("activation", {"x": query["x"]}) == ""


def test_logits_go_along_and_a_flat_vector_or_a_loss_does_not():
    assert onward("fully_connected", {"example": "output"})["query"]["x"].startswith("3_")
    assert onward("fully_connected", {"example": "flatten"})["query"] == {}
    assert onward("output_loss", {"example": "loss"})["query"] == {}
    assert (
        onward("output_loss", {})["query"] == {"example": seven.KEY} and onward("output_loss", {})["page"] == "forward"
    )


def test_the_networks_lead_on_with_their_numbers_and_each_page_to_the_next():
    query = {"example": "worked", "target": "0", "edits": "0.bias.0_1"}
    link = onward("forward", query)
    assert link["page"] == "backward" and link["label"] == "Next: Backpropagation, with this network"
    link = onward("backward", link["query"])
    _, state = opened(link["page"], link["query"])
    assert (state.part, state.network.target, state.network.parameters["0.bias"].item()) == ("step", 0, 1)
    page, walked = "input", ["input"]
    while path.next_of(page):
        page = onward(page, {})["page"]
        walked.append(page)
    assert walked == list(path.PATH)


@pytest.mark.parametrize("query", [{}, {"x": "pic.letter.grey.12.0-9"}, {"x": "pic.scene.rgb.12.0-9"}])
def test_who_is_led_from_the_picture_sees_the_convolution_as_pictures_first(query):
    link = onward("input", query, path.HEAD)
    assert player_of(shown(link["page"], link["query"]))["picture"]["view"] == "picture"
    assert came("convolution", link["query"]).startswith("from Input: the picture")


def test_the_small_network_that_learns_shapes_goes_on_to_the_training_of_large_ones():
    link = onward("learning", {"part": "train", "classes": "disc_plus"})
    assert (link["page"], link["label"]) == ("training", "Next: Training, with this network")
    _, state = opened("training", link["query"])
    code = [layer.code() for layer in state.settings.network.layers]
    assert code[0] == "nn.Conv2d(3, 8, kernel_size=3, padding=1)" and code[-1] == "nn.Linear(1024, 2)"
    assert (
        state.data == "shapes"
        and came("training", link["query"]) == "from Learning: its small network, for 32×32 pictures"
    )
    for part in ("step", "kernel", "check"):
        link = onward("learning", {"part": part})
        along = "" if part == "check" else ", with thousands of such steps"
        assert (link["label"], link["query"]) == (f"Next: Training{along}", {})
    assert came("training", {}) == "from Learning: a step, now thousands of times"


def test_the_training_says_and_shows_what_goes_on_and_it_opens_there():
    link = onward("training", {})
    assert link["label"] == "Next: Inside the network, with the seven"
    sheet, _ = opened("training", {})
    assert any('alt="the seven"' in block.get("html", "") for block in blocks(sheet))
    _, state = opened(link["page"], link["query"])
    assert state.is_path
    sheet, _ = opened("training", {}, draw(Spec("letter", "grey", 12, "0-9")))
    told = [str(block) for block in blocks(sheet)]
    assert any('alt="the letter"' in one for one in told) and not any("the seven" in one for one in told)
    assert any("Next: Inside the network, with the letter" in one for one in told)
    assert came("inside", link["query"]) == "from Training: a trained network (LeNet-5), and the seven"


def test_what_no_link_can_hold_stays_behind():
    assert onward("output_loss", {"example": "large"})["query"] == {}
    large = onward("convolution", {"x": "pic.digit.rgb.16.0-9", "layer": "Conv2d", "out_channels": "8"})
    assert large == {**large, "query": {}, "label": "Next: Activation"}


@pytest.mark.parametrize("page", ["convolution", "forward", "inside"])
def test_a_link_that_a_chat_or_a_mail_has_added_to_opens_what_it_opened(page):
    added = {"fbclid": "IwAR0x", "utm_source": "moodle", "utm_campaign": "week 3"}
    assert shown(page, added)["sheet"] == shown(page)["sheet"] and shown(page, added)["query"] == shown(page)["query"]
    assert "could not be followed" in said(shown(page, {"utm": "1"}))
