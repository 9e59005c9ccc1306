"""Exercises on convolution: one output number and a whole map, channels, windows, groups, 1 × 1, transposed."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from engine import functional as F
from engine.exercises import sizes
from engine.exercises.draw import Draw
from engine.exercises.form import ALL, RESULT, SUMS, Cell, Item, Kind, Problem, Scene
from engine.layers import Conv1d, Conv2d, ConvTranspose2d
from engine.layers.kerneled import Filtered
from engine.slips import Blank, Slip, asked, asking, targets
from engine.slips.form import chain, text
from engine.trace import Trace
from engine.writing.display import signed_text

TOPIC = "convolution"


def cell(trace: Trace, step: int, label: str) -> tuple[Item, ...]:
    """Return the working of one output cell: its products, its channels' sums, the result."""
    one, there, ask = trace.steps[step], targets(trace, step), asking(trace, step)
    panes, items = trace.phases[0].group_names, []
    single = len(one.terms) == len(panes)  # a channel's sum is its only product
    for t, term in enumerate(one.terms):
        if f"term.{t}" in there:
            number = "" if single else t % (len(one.terms) // len(panes))
            name = f"{panes[term.group]} product {number}".strip()
            how = partial(_product, trace, term)
            items.append(Item(name, SUMS if single else ALL, partial(ask, f"term.{t}"), how))
    for k, pane in enumerate(panes):
        if f"sum.{k}" in there and not single:
            values = [term.value for term in one.terms if term.group == k]
            name = f"sum of {pane}" if pane else "sum of the products"
            blank = partial(_sum, trace, ask, k)
            items.append(Item(name, SUMS, blank, partial(chain, values) if values else "0"))
    values = [value for _, value in one.partials]
    return (*items, Item(label, RESULT, ask, partial(chain, values) if values[1:] else ""))


def _sum(trace: Trace, ask: Callable[[str], Blank], k: int) -> Blank:
    blank = ask(f"sum.{k}")
    return blank.likeliest if isinstance(trace.layer, ConvTranspose2d) else blank


def _product(trace: Trace, term) -> str:
    return chain(trace.factors(term), "×")


def drawn(draw: Draw, layer: Filtered, size: tuple[int, int], most: int = 4) -> dict[str, np.ndarray]:
    """Return an input, halves now and then, with weights and biases that are not 0."""
    shapes = layer.parameter_shapes()
    step = draw.choice((1.0, 1.0, 0.5))
    arrays = {"input": draw.array(layer.in_channels, *size, most=most, step=step)}
    arrays["weight"] = draw.array(*shapes["weight"], most=3)
    return arrays | ({"bias": draw.array(*shapes["bias"], most=4, zero=False)} if layer.bias else {})


def one_cell(draw: Draw, layer: Filtered, size: tuple[int, int], question: str, story: str, **more) -> Problem:
    """Return a problem about one output cell of a layer, some cell of some filter."""
    arrays, output = drawn(draw, layer, size, more.pop("most", 4)), layer.output_shape((layer.in_channels, *size))
    step = draw.whole(0, int(np.prod(output)) - 1)
    scene = Scene(more.pop("page", "convolution"), layer, arrays, step=step)
    o, i, j = np.unravel_index(step, output)
    filter = f" of filter {o}" if layer.out_channels > 1 else ""
    where = f"row {i}, column {j}" if not layer.sequences else f"place {j}"
    items = cell(scene.trace, step, "output")
    fields = {"where": where, "filter": filter, "settings": _settings(layer), "o": o, "i": i, "j": j}
    return Problem(question.format(**fields), story.format(**fields), scene.arrays, items, scene, **more)


def _settings(layer: Filtered) -> str:
    named = {name: getattr(layer, name) for name in ("stride", "padding", "dilation", "groups")}
    plain = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
    return ", ".join(f"{name} {value}" for name, value in named.items() if value != plain[name]) or "stride 1"


QUESTION = "What is the output at {where}{filter} ({settings})?"
NAMES = {"input": "brightness", "weight": "recipe", "bias": "basic amount"}
PATCH = (
    "A lamp tester reads the brightness of a wall, patch by patch{}. It multiplies every reading of a patch by the "
    "number at the same place of its recipe, adds the products and a basic amount, and writes the sum into its report. "
    "What stands in line {{i}}, place {{j}} of the report, both counted from 0?"
)
BY_1, RIM = ", each one place further", "; around the wall lies a rim of 0, one reading wide"


def one_number(draw: Draw, level: int) -> Problem:
    return one_cell(draw, Conv2d(1, 1, 2), (3, 3), QUESTION, PATCH.format(BY_1), names=NAMES)


def channels(draw: Draw, level: int) -> Problem:
    count = draw.choice((2, 2, 3))
    story = (
        f"{count} microphones record a room as {count} grids of levels. For each patch every microphone has weights of "
        "its own; all products are added, and the offset is added once. What stands in line {i}, "
        "place {j} of the report, both counted from 0?"
    )
    names = {"input": "levels", "weight": "microphones' weights", "bias": "offset"}
    return one_cell(draw, Conv2d(count, 1, 2), (2, 3), QUESTION, story, names=names, most=9)


def whole_map(draw: Draw, level: int) -> Problem:
    layer = Conv2d(1, 1, 2)
    arrays, last = drawn(draw, layer, (3, 3)), draw.whole(0, 3)
    scene = Scene("convolution", layer, arrays, step=last)
    items = []
    for step in (*(k for k in range(4) if k != last), last):
        label = f"output row {step // 2}, column {step % 2}"
        parts = cell(scene.trace, step, label)
        items += [replace(part, label=f"{label}, {part.label}", depth=ALL) for part in parts[-2:-1]]
        place = Cell("output", step // 2, step % 2, 2, 2)
        items.append(replace(parts[-1], depth=RESULT if step == last else SUMS, cell=place))
    question = "Fill in the map that the filter makes of the input (stride 1, no padding)."
    story = PATCH.format(BY_1).format(i=last // 2, j=last % 2)
    return Problem(question, story, scene.arrays, tuple(items), scene, NAMES, apart=RESULT)


def strided(draw: Draw, level: int) -> Problem:
    padding = draw.choice((0, 1))
    layer = Conv2d(1, 1, 2, stride=2, padding=padding)
    story = PATCH.format(f", each two places further{RIM if padding else ''}")
    return one_cell(draw, layer, (4, 4), QUESTION, story, names=NAMES)


def padded(draw: Draw, level: int) -> Problem:
    story = PATCH.format(BY_1 + RIM)
    return one_cell(draw, Conv2d(1, 1, 3, padding=1), (2, 3), QUESTION, story, names=NAMES)


def dilated(draw: Draw, level: int) -> Problem:
    story = PATCH.format(f"{BY_1}; a patch's readings lie two apart, down and across")
    return one_cell(draw, Conv2d(1, 1, 2, dilation=2), (3, 4), QUESTION, story, names=NAMES)


def pointwise(draw: Draw, level: int) -> Problem:
    story = (
        "Three inks lie on each dot of a print. A dot's price is each ink's amount times its price, and a fee for each "
        "dot. What does the dot in line {i}, place {j} cost, both counted from 0?"
    )
    names = {"input": "amounts of ink", "weight": "prices", "bias": "fee"}
    return one_cell(draw, Conv2d(3, 1, 1), (2, 2), QUESTION, story, names=names, most=9)


def grouped(draw: Draw, level: int) -> Problem:
    story = (
        "Four sensors stand in two teams, 0 and 1 in the first, 2 and 3 in the second. Team by team one report is "
        "made: each sensor's readings times its weights, all added, and the team's offset. What stands in report {o}, "
        "line {i}, place {j}, all counted from 0?"
    )
    names = {"input": "readings", "weight": "weights of the teams' sensors", "bias": "offsets"}
    return one_cell(draw, Conv2d(4, 2, (1, 2), groups=2), (1, 3), QUESTION, story, names=names, most=9)


def depthwise(draw: Draw, level: int) -> Problem:
    story = (
        "Two sensors each make a report of their own: readings of a patch times the sensor's weights, added, and its "
        "offset. What stands in report {o}, line {i}, place {j}, all counted from 0?"
    )
    names = {"input": "readings", "weight": "weights", "bias": "offsets"}
    return one_cell(draw, Conv2d(2, 2, 2, groups=2), (2, 3), QUESTION, story, names=names)


def signed_product(a: float, b: float) -> str:
    """Return a product as a summand: "2 × (−3)", "(−2) × 3"."""
    return f"{signed_text(text(a))} × {signed_text(text(b))}"


def sequence(draw: Draw, level: int) -> Problem:
    story = (
        "A shop's takings of six days are watched through a window of three: each day's number times its weight, "
        "added, and a constant. What is the value of window {j}, windows counted from 0?"
    )
    names = {"input": "takings", "weight": "weights", "bias": "constant"}
    return one_cell(draw, Conv1d(1, 1, 3), (1, 6), QUESTION, story, names=names)


def transposed(draw: Draw, level: int) -> Problem | None:
    story = (
        "Each number of a small card is stamped on a large one: the stamp's four numbers times the card's, one cell "
        "further for each cell of the card. Where stamps overlap they are added; then the ground tone is added. What "
        "stands at line {i}, place {j}, both counted from 0?"
    )
    names = {"input": "card", "weight": "stamp", "bias": "ground tone"}
    page = {"page": "transposed", "names": names}
    made = one_cell(draw, ConvTranspose2d(1, 1, 2, stride=1), (2, 2), QUESTION, story, **page)
    return made if len(made.scene.trace.steps[made.scene.step].terms) > 1 else None


def window(draw: Draw, level: int) -> Problem:
    layer = Conv2d(1, 1, draw.choice((2, 3)), stride=draw.choice((1, 2, 3)), padding=draw.choice((0, 1)))
    arrays, (_, rows, columns) = drawn(draw, layer, (6, 6)), layer.output_shape((1, 6, 6))
    i, j = draw.whole(1, rows - 1), draw.whole(1, columns - 1)
    step = i * columns + j
    scene = Scene("convolution", layer, arrays, step=step)
    k, s, p = layer.kernel_size, layer.stride, layer.padding
    items = (
        Item("rows of the output, and as many columns", ALL, lambda: _rows(rows, layer)),
        sizes.step("cells of the window", SUMS, k * k, f"{k} × {k}", ("kernel-side", k, "counted one side alone"),
                   look=f"The window has {k} rows of {k} cells."),
        Item("first row and column of the window", RESULT, lambda: asked(scene.trace, step, "corner"),
             f"({i} × {s} − {p}, {j} × {s} − {p})"),
    )  # fmt: skip
    question = f"Which input cells does the output at row {i}, column {j} read (kernel {k}, {_settings(layer)})?"
    begin = f"{p} outside the field's edge, above and to the left" if p else "in the field's corner"
    story = (
        f"A gardener lays a frame of {k} × {k} on a field and moves it by {s}. It starts {begin}. Where on the field "
        f"does frame {j} of frame row {i} begin: at which row, and at which column? All counts begin with 0."
    )
    return Problem(question, story, {"input": scene.arrays["input"]}, items, scene)


def _rows(rows: int, layer: Conv2d) -> Blank:
    padded = f"6 + 2 × {layer.padding}" if layer.padding else "6"
    look = f"It is floor(({padded} − {layer.kernel_size}) ÷ {layer.stride}) + 1."
    slips = [Slip("kernel-side", float(layer.kernel_size), "gave the kernel's side", look)]
    return Blank.of("rows of the output", float(rows), look, slips)


def unfolded(draw: Draw, level: int) -> Problem:
    layer = Conv2d(1, 1, 2, bias=False)
    scene = Scene("convolution", layer, drawn(draw, layer, (3, 3)), step=draw.whole(0, 3))
    x, weight, at = scene.arrays["input"], scene.arrays["weight"], scene.step
    columns = F.unfold(x, 2)
    rows = F.unfold(x.swapaxes(1, 2).copy(), 2)
    look = "A column holds the cells of one window, row by row; windows are counted row by row too."

    def entry(k: int) -> Blank:
        slips = [
            Slip("flatten-columns", rows[k, at], "read column by column", look),
            Slip("window-column", columns[k, (at + 1) % 4], "took another window", look),
            Slip("row-for-column", columns.ravel()[at * 4 + k], "swapped rows and columns of the matrix", look),
        ]
        return Blank.of(f"row {k} of column {at}", float(columns[k, at]), look, slips)

    items = [
        Item(f"row {k} of column {at}", SUMS, lambda k=k: entry(k), cell=Cell(f"column {at}", k, 0, 4, 1))
        for k in range(4)
    ]
    size = Blank.of("shape of the matrix", (4, 4), "One row for each kernel cell, one column for each window.",
                    [Slip("size-kept", (3, 3), "kept the input's shape", look),
                     Slip("one-side", (2, 4), "counted one side of the kernel", look)])  # fmt: skip
    items.insert(0, Item("shape of the matrix", ALL, lambda: size))
    work = " + ".join(signed_product(*pair) for pair in zip(weight.ravel(), columns[:, at], strict=True))
    items.append(Item(f"product with column {at}", RESULT, lambda: asked(scene.trace, at), work))
    question = (
        f"The input is unfolded into a matrix with a column for each window of 2 × 2. What stands in column {at}, and "
        "what is the row of weights times it?"
    )
    story = (
        "A clerk copies every square of 2 × 2 into one column of a list, its four numbers row by row; the squares are "
        f"taken row by row. The recipe's four numbers times the list's column {at}, added up: what comes out?"
    )
    return Problem(question, story, {"input": x, "weight": weight}, tuple(items), scene,
                   {"input": "grid", "weight": "recipe"}, apart=RESULT)  # fmt: skip


KINDS = (
    Kind("conv-number", "One output number", TOPIC, one_number),
    Kind("conv-channels", "Several channels", TOPIC, channels),
    Kind("conv-map", "A whole map", TOPIC, whole_map),
    Kind("conv-stride", "With a stride", TOPIC, strided),
    Kind("conv-padding", "With padding", TOPIC, padded),
    Kind("conv-dilation", "With dilation", TOPIC, dilated),
    Kind("conv-1x1", "A 1 × 1 convolution", TOPIC, pointwise),
    Kind("conv-groups", "Groups", TOPIC, grouped),
    Kind("conv-depthwise", "Depthwise", TOPIC, depthwise),
    Kind("conv-sequence", "Along a sequence", TOPIC, sequence),
    Kind("conv-window", "Which cells are read", TOPIC, window),
    Kind("conv-matrix", "As one matrix product", TOPIC, unfolded),
    Kind("conv-transposed", "Transposed convolution", TOPIC, transposed),
)
