"""Exercises on gradients: of a weight, a bias, an input cell; through ReLU and through max pooling."""

from functools import partial

import numpy as np

from engine.exercises.draw import Draw
from engine.exercises.form import ALL, RESULT, SUMS, Cell, Item, Kind, Problem, Scene
from engine.layers import Conv2d, Linear, MaxPool2d, ReLU
from engine.slips import Blank, Slip, asked, dense
from engine.slips.form import chain
from engine.trace import Trace

TOPIC = "gradients"
NAMES = {"grad_output": "price of each number of the report"}
PRICE = "Each number of the report has a price a unit"


def added(trace: Trace, step: int, label: str) -> tuple[Item, ...]:
    """Return the working of a gradient that is a sum: its products, the sum of the first ones, the result."""
    terms = trace.steps[step].terms
    factors, values = [trace.factors(term) for term in terms], [term.value for term in terms]
    items = []
    if factors and len(factors[0]) == 2:
        items = [
            Item(f"product {t}", ALL if len(values) > 2 else SUMS, partial(product, *pair), partial(chain, pair, "×"))
            for t, pair in enumerate(factors)
        ]
    half = -(-len(values) // 2)
    if len(values) > 2:
        items.append(
            Item(f"sum of the first {half}", SUMS, partial(_sum, values[:half]), partial(chain, values[:half]))
        )
    how = partial(chain, [sum(values[:half]), *values[half:]] if len(values) > 2 else values) if values else "0"
    return (*items, Item(label, RESULT, partial(asked, trace, step), how))


def product(a: float, b: float) -> Blank:
    """Return the blank of one product on the way."""
    look = f"Multiply: {chain([a, b], '×')}."
    slips = [Slip("added", a + b, "added the two", look), Slip("sign", -a * b, "lost a sign", look)]
    return Blank.of("product", float(a * b), look, slips)


def _sum(values: list[float]) -> Blank:
    look = f"Add them: {chain(values)}."
    return Blank.of("sum of some", float(sum(values)), look, dense.added_up(values, look)).likeliest


def _conv(draw: Draw, of: str) -> tuple[Scene, int]:
    layer = Conv2d(1, 1, 2)
    arrays = {
        "input": draw.array(1, 3, 3, most=6), "weight": draw.array(1, 1, 2, 2, most=5), "bias": draw.array(1, most=3),
        "grad_output": draw.array(1, 2, 2, most=5, zero=False),
    }  # fmt: skip
    count = {"weight": 4, "bias": 1, "input": 9}[of]
    step = 4 if of == "input" and draw.choice((True, False)) else draw.whole(0, count - 1)
    return Scene("convolution", layer, arrays, of=of, step=step), step


def weight(draw: Draw, level: int) -> Problem:
    scene, step = _conv(draw, "weight")
    row, column = divmod(step, 2)
    question = (
        f"What is the gradient of the kernel's weight at row {row}, column {column}? It was used at every position."
    )
    story = (
        f"A recipe of 2 × 2 numbers was laid on every square of 2 × 2 of a grid and made a report. {PRICE}. By how "
        f"much does the whole price rise for one unit more of the recipe's number in line {row}, place {column}, both "
        "counted from 0?"
    )
    data = {n: scene.arrays[n] for n in ("input", "grad_output")}
    return Problem(question, story, data, added(scene.trace, step, "gradient of the weight"), scene,
                   NAMES | {"input": "grid"})  # fmt: skip


def bias(draw: Draw, level: int) -> Problem:
    scene, step = _conv(draw, "bias")
    question = "What is the gradient of the filter's bias, with these gradients for its output?"
    story = (
        f"A basic amount is added to every number of a report. {PRICE}. By how much does the whole price rise for one "
        "unit more of the basic amount?"
    )
    items = added(scene.trace, step, "gradient of the bias")
    values = scene.arrays["grad_output"].ravel().tolist()
    items = (Item("sum of the last two", ALL, partial(_sum, values[2:]), partial(chain, values[2:])), *items)
    return Problem(question, story, {"grad_output": scene.arrays["grad_output"]}, items, scene, NAMES)


def cell(draw: Draw, level: int) -> Problem | None:
    scene, step = _conv(draw, "input")
    if step not in (1, 3, 4, 5, 7):  # corners are in one window alone
        return None
    row, column = divmod(step, 3)
    question = f"What is the gradient of the input at row {row}, column {column}?"
    story = (
        f"A recipe of 2 × 2 numbers was laid on every square of 2 × 2 of a 3 × 3 grid and made a report. {PRICE}. By "
        f"how much does the whole price rise for one unit more of the grid's number in line {row}, place {column}, "
        "both counted from 0?"
    )
    data = {n: scene.arrays[n] for n in ("weight", "grad_output")}
    items = added(scene.trace, step, "gradient of the input cell")
    return Problem(question, story, data, items, scene, NAMES | {"weight": "recipe"})


def relu(draw: Draw, level: int) -> Problem | None:
    x, g = draw.apart(1, 2, 2), draw.apart(1, 2, 2)
    step = draw.whole(0, 3)
    if (x == 0).any() or (g == 0).any() or x.ravel()[step] > 0 or g.ravel()[step] in (-1.0, 1.0):
        return None
    scene = Scene("activation", ReLU(), {"input": x, "grad_output": g}, of="input", step=step)
    slopes = (x > 0).ravel().astype(float)

    def slope(k: int) -> Blank:
        look = "The slope of ReLU is 1 above zero and 0 below."
        return Blank.of("slope", float(slopes[k]), look, [Slip("slope-kept", 1.0, "took 1 below zero", look),
                                                          Slip("blocked", 0.0, "took 0 above zero", look)])  # fmt: skip

    def place(map: str, k: int) -> Cell:
        return Cell(map, *divmod(k, 2), 2, 2)

    where = f"row {step // 2}, column {step % 2}"
    others = [k for k in range(4) if k != step]
    items = (
        *(Item(f"slope at row {k // 2}, column {k % 2}", ALL, partial(slope, k), cell=place("slope", k))
          for k in range(4)),
        *(Item(f"gradient at row {k // 2}, column {k % 2}", SUMS, partial(asked, scene.trace, k),
               partial(chain, [g.ravel()[k], slopes[k]], "×"), place("gradient", k)) for k in others),
        Item(f"gradient at {where}", RESULT, partial(asked, scene.trace, step),
             partial(chain, [g.ravel()[step], slopes[step]], "×"), place("gradient", step)),
    )  # fmt: skip
    question = f"ReLU made its output from this input. What is the gradient of the input at {where}?"
    story = (
        "A shop writes down its gain of four days, and 0 for a loss. Each number written has a price a unit. By how "
        f"much does the price rise for one unit more of day {step}'s gain, days counted from 0, line by line?"
    )
    return Problem(question, story, scene.arrays, items, scene, NAMES | {"input": "gain"}, apart=RESULT)


def max_pool(draw: Draw, level: int) -> Problem | None:
    x, g = draw.apart(1, 2, 4), draw.array(1, 1, 2, most=9, zero=False)
    if abs(g[0, 0, 0]) == abs(g[0, 0, 1]) or (abs(g) < 2).any():
        return None
    half = draw.whole(0, 1)
    window = x[0][:, 2 * half : 2 * half + 2]
    won = int(window.argmax())
    step = won // 2 * 4 + 2 * half + won % 2
    scene = Scene("pooling", MaxPool2d(2), {"input": x, "grad_output": g}, of="input", step=step)
    others = [row * 4 + 2 * half + column for row in (0, 1) for column in (0, 1)]
    others = [k for k in others if k != step]

    def at(k: int) -> str:
        return f"gradient at row {k // 4}, column {k % 4}"

    def one(k: int, depth: int) -> Item:
        cell = Cell(f"gradients of window {half}'s cells", k // 4, k % 4 - 2 * half, 2, 2)
        return Item(at(k), depth, partial(asked, scene.trace, k), cell=cell)

    items = (one(others[0], SUMS), *(one(k, ALL) for k in others[1:]), one(step, RESULT))
    question = (
        f"MaxPool2d(2) made two numbers of this map. What is the gradient at row {step // 4}, column {step % 4}, and "
        f"at the other cells of window {half}?"
    )
    story = (
        "In two teams of four, two lines each, only the best one's points count, times the team's price. By how much "
        f"does the whole price rise for one more point of the runner in line {step // 4}, place {step % 4}, both "
        "counted from 0? Places 0 and 1 are the first team, 2 and 3 the second."
    )
    return Problem(question, story, scene.arrays, items, scene,
                   {"input": "points", "grad_output": "prices of the teams"}, apart=RESULT)  # fmt: skip


def neuron(draw: Draw, level: int) -> Problem:
    x, w, g = draw.array(2, most=5), draw.array(3, 2, most=5), draw.array(3, most=5, zero=False)
    scene = Scene(
        "fully_connected", Linear(2, 3), {"input": x, "weight": w, "bias": np.zeros(3), "grad_output": g}, of="input",
        step=draw.whole(0, 1),
    )  # fmt: skip
    items = added(scene.trace, scene.step, f"gradient of input {scene.step}")
    question = f"What is the gradient of input {scene.step}? It went into all three neurons."
    story = (
        "Three critics each weigh two marks of a meal and say a number; each number has a price a unit. By how much "
        f"does the whole price rise for one unit more of mark {scene.step}, marks counted from 0?"
    )
    names = {"weight": "critics' weights, a row each", "grad_output": "prices"}
    return Problem(question, story, {"weight": w, "grad_output": g}, items, scene, names)


KINDS = (
    Kind("grad-weight", "Gradient of a weight", TOPIC, weight),
    Kind("grad-bias", "Gradient of a bias", TOPIC, bias),
    Kind("grad-input", "Gradient of an input cell", TOPIC, cell),
    Kind("grad-neuron", "Gradient of a neuron's input", TOPIC, neuron),
    Kind("grad-relu", "Gradient through ReLU", TOPIC, relu),
    Kind("grad-max-pool", "Gradient through max pooling", TOPIC, max_pool),
)
