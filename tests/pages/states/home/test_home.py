"""Home without a browser: the network's numbers are the engine's, the ranges are right, every way leads somewhere."""

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data import weights
from engine.network.zoo import ZOO
from engine.pytorch.modules import torch_model
from pages.states.answers import PAGES, answer
from pages.states.home import stages
from pages.states.home.state import PICTURES, HomeState
from pages.states.path import PATH
from pages.states.registry import LESSONS
from tests.pages.states.asking import act, blocks, said


def alive(data: dict) -> dict:
    return next(block for block in blocks(data) if block.get("widget") == "alive")["data"]


def links(data: dict) -> dict[str, dict]:
    return {block["label"]: block for block in blocks(data) if block["kind"] == "link"}


def pixels(png: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png.partition(",")[2]))))


def test_the_trained_network_reads_the_seven_and_its_numbers_are_torchs():
    drawn = alive(answer("home", {"query": {}}))
    values = torch.tensor([float(text) for text in drawn["texts"]]).reshape(1, 1, 28, 28).double() / 9
    model = torch_model(ZOO["lenet5"].network, weights.load("lenet5")).double()
    with torch.no_grad():
        probabilities = torch.softmax(model(values), dim=1)[0]
        convolved = model[0](values)[0].numpy()
    shares = [bar["share"] for bar in drawn["output"]["bars"]]
    assert np.allclose(shares, probabilities.numpy(), atol=1e-4)
    assert [bar["label"] for bar in drawn["output"]["bars"] if bar["best"]] == ["7"]
    assert drawn["output"]["end"].startswith("The answer: 7")
    largest = np.abs(convolved).max()
    for shown, array in zip(drawn["stages"][0]["maps"], convolved, strict=True):
        image = pixels(shown["png"])
        assert image.shape == (28, 28, 4)
        assert np.abs(image[..., 3] - np.abs(array) / largest * 255).max() <= 0.51


def test_ranges_and_windows_are_those_of_the_layers():
    drawn = {stage["key"]: stage for stage in alive(answer("home", {"query": {}}))["stages"]}
    assert drawn["conv1"]["reads"][0][0] == [0, 3] and drawn["conv1"]["reads"][1][13] == [11, 16]
    assert drawn["pool1"]["reads"][0][13] == [26, 28] and drawn["full1"]["reads"] is None
    rows, columns = drawn["pool2"]["reach"]
    # 14 → 12 … 16 → 6 … 8 → 2 … 8 → 1 … 4
    assert rows[0] == [0, 1] and columns[14] == [1, 5] and drawn["full1"]["reach"] is None


@pytest.mark.parametrize("name", PICTURES[1:])
def test_another_picture_goes_through_the_network_and_along_into_the_lessons(name):
    data = act("home", {}, "picture", name)
    assert data["query"] == {"input": name}
    text = f"pic.{name}.grey.12.0-9"
    assert links(data)["Lead me through"]["query"] == {"x": text}
    convolution, problems = PAGES["convolution"].read(alive(data)["leads"]["convolution"])
    assert problems == [] and convolution.chosen.text == text
    activation, _ = PAGES["activation"].read(alive(data)["leads"]["activation"])
    assert (activation.input == convolution.output).all()
    assert "calls any picture a digit" in alive(data)["output"]["end"]


def test_three_ways_in_and_every_lesson_is_one_of_them():
    data = answer("home", {"query": {}})
    found = links(data)
    assert found["Lead me through"]["page"] == "input" and found["Size my network"]["page"] == "calculator"
    menu = next(block for block in blocks(data) if block["kind"] == "menu")
    pages = {block["page"] for block in menu["blocks"]}
    assert pages == {*PATH, *(lesson.kind.page for lesson in LESSONS)}


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_carried_along_opens_without_a_complaint(name):
    for page in PATH:
        if page != "training":
            assert PAGES[page].read(HomeState(name).carried(page), None)[1] == [], page


def test_an_unknown_picture_gets_a_sentence():
    data = answer("home", {"query": {"input": "<b>"}})
    assert "is none of digit, letter, scene" in said(data) and "<b>" not in said(data)
    assert alive(data)["output"]["end"].startswith("The answer: 7")


def test_the_words_fit_the_network():
    layers = ZOO["lenet5"].network.layers
    assert [type(layers[stage.place]).__name__ for stage in stages.STAGES] == [
        "Conv2d", "Tanh", "AvgPool2d", "Conv2d", "Tanh", "AvgPool2d", "Tanh", "Tanh",
    ]  # fmt: skip
