"""A drawn step: its boards, sums and sentence say what the trace says, for every kind of layer and both directions."""

import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from engine.trace.gradient import gradient_trace
from engine.trace.payload import payload
from engine.writing.display import MINUS
from pages.states.registry import KINDS
from pages.states.share import raster
from pages.states.share.drawing import Drawing, drawing
from pages.states.share.shown import ShownTrace

SVG = "{http://www.w3.org/2000/svg}"
EXAMPLES = [(page, name) for page, kind in KINDS.items() for name in kind.examples]


def texts(svg: str) -> list[str]:
    return [node.text for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def number(text: str) -> float:
    return float(text.replace(MINUS, "-").strip("()"))


def first_steps(trace) -> list[int]:
    """The first step of each phase, and the last step of all."""
    starts = np.cumsum([0, *map(len, trace.phases)])
    return [*starts[:-1].tolist(), len(trace.steps) - 1]


def check(trace) -> None:
    packed = payload(trace)
    for number_of in first_steps(trace):
        drawn, step = texts(drawing(packed, number_of)), trace.steps[number_of]
        assert drawn[0] == trace.title and drawn[-1] == step.say
        ends = [re.split(r"[=≈] ", text)[-1] for text in drawn if re.search(r" [=≈] ", text)]
        results = {number(end) for end in ends[:-1] if re.fullmatch(r"\(?−?[\d.e−]+\)?", end)}
        shown = [number(text) for text in drawn if re.fullmatch(r"−?\d+(\.\d+)?", text)]
        near = [value for value in (*shown, *results) if np.isclose(value, step.result, rtol=2e-3, atol=6e-3)]
        assert near or not np.isfinite(step.result), (step.say, drawn)


@pytest.mark.parametrize(("page", "name"), EXAMPLES)
def test_every_example_is_drawn_with_its_result(page, name):
    kind = KINDS[page]
    check(kind.from_example(name).trace)


@pytest.mark.parametrize("page", ["convolution", "pooling", "transposed"])
def test_gradients_are_drawn_too(page):
    trace = KINDS[page].from_example(KINDS[page].default).trace
    for board in {"input", "weight", "bias"} & {board.name for board in trace.boards}:
        check(gradient_trace(trace, board, np.ones(trace.output.shape)))


def test_the_last_line_closes_or_says_about():
    drawn = texts(drawing(payload(KINDS["convolution"].from_example("three-channels-three-filters").trace), 7))
    assert "R 0 + G 2 + B −1 + bias 2 = 3" in drawn
    assert "R  2·1 + 0·0 + 1·(−1) + 1·1 + 2·0 + 0·(−1) + 0·1 + 1·0 + 2·(−1) = 0" in drawn
    probabilities = texts(drawing(payload(KINDS["output_loss"].from_example(KINDS["output_loss"].default).trace), 7))
    assert "1 ÷ 1.5918 ≈ 0.6282" in probabilities


def test_a_step_that_is_not_there_and_a_board_that_is_too_large_are_refused():
    packed = payload(KINDS["pooling"].from_example(KINDS["pooling"].default).trace)
    with pytest.raises(IndexError):
        drawing(packed, 10_000)
    packed["boards"][0]["shape"] = [1, 70, 70]
    with pytest.raises(ValueError, match="4,900 cells"):
        drawing(packed, 0)


@pytest.mark.parametrize(("page", "name"), [("convolution", "three-channels-three-filters"), ("output_loss", "loss")])
def test_an_animation_in_layers_shows_what_whole_pictures_show(page, name):
    drawn = Drawing(ShownTrace(payload(KINDS[page].from_example(name).trace)))
    for canvases in drawn.phases():
        those = canvases[12:20] or canvases  # two fillings of the ground, and two filters
        wide, tall = (max(getattr(canvas, side) for canvas in those) for side in ("width", "height"))
        for canvas, picture in zip(those, raster.layered(those, wide, tall), strict=True):
            canvas.width, canvas.height = wide, tall
            whole = Image.open(io.BytesIO(raster.png(canvas.svg(""), 1))).convert("RGB")
            assert np.abs(np.asarray(picture, int) - np.asarray(whole, int)).max() <= 16  # rounding at the edges
