"""Exercises on maps, number by number: activations, pooling, flattening."""

import numpy as np

from engine.exercises.draw import Draw
from engine.exercises.form import ALL, RESULT, SUMS, Cell, Item, Kind, Problem, Scene
from engine.layers import AvgPool2d, Flatten, LeakyReLU, MaxPool2d, ReLU
from engine.slips import Blank, Slip, asked, dense
from engine.slips.form import chain, text
from engine.trace import Trace

TOPIC = "activation and pooling"


def every(trace: Trace, last: int, count: int, label, how) -> tuple[Item, ...]:
    """Return the first `count` steps of a trace, the step `last` as the result; half of the others come with it first.

    label, how: of a step's number. The trace writes one map.
    """
    rows, columns = trace.output.shape[-2:]
    others = [k for k in range(count) if k != last]
    depth = {k: SUMS if at < -(-len(others) // 2) else ALL for at, k in enumerate(others)} | {last: RESULT}
    order = [*others, last]
    return tuple(
        Item(
            label(k), depth[k], lambda k=k: asked(trace, k), how(k), Cell("output", *divmod(k, columns), rows, columns)
        )
        for k in order
    )


def relu(draw: Draw, level: int) -> Problem | None:
    x = draw.apart(1, 2, 3) / 2
    last = draw.whole(0, 5)
    if x.ravel()[last] >= 0 or abs(x.ravel()[last]) == 1:
        return None
    scene = Scene("activation", ReLU(), {"input": x}, step=last)
    items = every(scene.trace, last, 6, _cell, lambda k: f"max(0, {text(x.ravel()[k])})")
    question = f"What does ReLU make of the number at row {last // 3}, column {last % 3}, and of the others?"
    story = (
        "A shop writes down the gain of six days; a loss is written as 0. What is written for day "
        f"{last}, days counted from 0, row by row?"
    )
    return Problem(question, story, scene.arrays, items, scene, {"input": "gain of each day"})


def leaky(draw: Draw, level: int) -> Problem | None:
    x, slope = draw.apart(1, 2, 2), draw.choice((0.1, 0.2, 0.25, 0.5))
    last = draw.whole(0, 3)
    if x.ravel()[last] >= 0:
        return None
    scene = Scene("activation", LeakyReLU(slope), {"input": x}, step=last)
    items = every(scene.trace, last, 4, lambda k: _cell(k, 2),
                  lambda k: chain([slope, x.ravel()[k]], "×") if x.ravel()[k] < 0 else "")  # fmt: skip
    question = f"What does LeakyReLU({slope:g}) make of row {last // 2}, column {last % 2}, and of the others?"
    story = (
        f"An insurer pays so that of a loss a share of {slope:g} is left to the shop; a gain stays as it is. What is "
        f"left of day {last}, days counted from 0, row by row?"
    )
    return Problem(question, story, scene.arrays | {"slope": slope}, items, scene, {"input": "gain or loss"})


def _cell(k: int, width: int = 3) -> str:
    return f"row {k // width}, column {k % width}"


def max_pool(draw: Draw, level: int) -> Problem:
    return _pooled(draw, MaxPool2d(2), "The highest of each square of four houses counts", "largest of {}")


def average_pool(draw: Draw, level: int) -> Problem:
    return _pooled(draw, AvgPool2d(2), "The mean height of each square of four houses counts", "({}) ÷ 4")


def _pooled(draw: Draw, layer: MaxPool2d | AvgPool2d, words: str, how: str) -> Problem:
    x, last = draw.apart(1, 4, 4), draw.whole(0, 3)
    scene = Scene("pooling", layer, {"input": x}, step=last)

    def work(k: int) -> str:
        row, column = 2 * (k // 2), 2 * (k % 2)
        values = x[0, row : row + 2, column : column + 2].ravel()
        return how.format(", ".join(map(text, values)) if "largest" in how else chain(values))

    items = every(scene.trace, last, 4, lambda k: _cell(k, 2), work)
    where = f"row {last // 2}, column {last % 2}"
    question = f"What does {layer.code()} make of the map, at {where} of the output and at the others?"
    story = (
        f"A town of 4 × 4 houses is drawn with their heights above the square. {words}, square beside square. What is "
        f"the number in line {last // 2}, place {last % 2}, both counted from 0?"
    )
    return Problem(question, story, {"input": x}, items, scene, {"input": "heights"}, apart=RESULT)


def tie(draw: Draw, level: int) -> Problem | None:
    x = draw.array(1, 2, 2, most=3)
    largest = np.flatnonzero(x.ravel() == x.max())
    if len(largest) != 2 or x.min() == x.max() or abs(x.min()) >= x.max():
        return None
    scene = Scene("pooling", MaxPool2d(2), {"input": x})
    items = (
        Item("largest", SUMS, lambda: asked(scene.trace, 0), f"largest of {', '.join(map(text, x.ravel()))}"),
        Item("which cell wins, counted row by row from 0", RESULT, lambda: asked(scene.trace, 0, "winner")),
    )
    question = "Two cells of the window are equal. Which one does max pooling take, and so sends the gradient back to?"
    story = (
        "Four runners' points are listed in two lines; the best gets the cup. Two are equal: the one who is listed "
        "first, line by line, has it. Which one, counted from 0?"
    )
    return Problem(question, story, {"input": x}, items, scene, {"input": "points"})


def flat(draw: Draw, level: int) -> Problem | None:
    shape = (draw.choice((2, 3, 4)), draw.choice((3, 4)), draw.choice((2, 3, 5)))
    channels, height, width = shape
    c, i, j = draw.whole(1, channels - 1), draw.whole(1, height - 1), draw.whole(1, width - 1)
    if height == width:
        return None
    place = (c * height + i) * width + j
    work = f"({c} × {height} + {i}) × {width} + {j}"
    items = (
        Item("cells of one channel", ALL, lambda: _plain("cells of one channel", height, width),
             f"{height} × {width}"),
        Item("cells of the channels before it", SUMS, lambda: _plain("cells before it", c, height * width),
             f"{c} × {height * width}"),
        Item("place in the vector", RESULT, lambda: Blank.of("place", float(place), f"It is {work}.",
                                                             dense.place(shape, (c, i, j))), work),
    )  # fmt: skip
    question = (
        f"Maps of {channels} × {height} × {width} are flattened. Which place of the vector gets channel {c}, row {i}, "
        f"column {j}, all counted from 0?"
    )
    story = (
        f"A house has {channels} floors, each with {height} corridors of {width} rooms. Doors are numbered from 0: "
        f"floor by floor, corridor by corridor. What number is on the door of floor {c}, corridor {i}, room {j}, all "
        "counted from 0?"
    )
    values = np.arange(float(channels * height * width)).reshape(shape)
    scene = Scene("fully_connected", Flatten(), {"input": values}, step=place)
    return Problem(question, story, {"shape": f"{channels} × {height} × {width}"}, items, scene, {"shape": "house"})


def _plain(what: str, a: int, b: int) -> Blank:
    look = f"Multiply: {a} × {b}."
    return Blank.of(what, float(a * b), look, [Slip("added", float(a + b), "added the two", look)])


KINDS = (
    Kind("relu", "ReLU", TOPIC, relu),
    Kind("leaky-relu", "Leaky ReLU", TOPIC, leaky),
    Kind("max-pool", "Max pooling", TOPIC, max_pool),
    Kind("average-pool", "Average pooling", TOPIC, average_pool),
    Kind("max-pool-tie", "Equal numbers in a window", TOPIC, tie),
    Kind("flatten", "Place in the vector", "neurons and loss", flat),
)
