"""Exercises on sizes and counts: forward and backward, parameters, multiply-adds, receptive field, in_features."""

import numpy as np

from engine.exercises.draw import Draw
from engine.exercises.form import ALL, RESULT, SUMS, Item, Kind, Problem, Scene
from engine.layers import AvgPool2d, Conv2d, ConvTranspose2d, Flatten, Linear, MaxPool2d
from engine.slips import Blank, Slip, counts, sizes

TOPIC, COUNTS = "sizes", "counts"


def step(label: str, depth: int, value: float, how: str, *slips: tuple[str, float, str], look: str = "") -> Item:
    """Return an item of a count, whose slips are (name, value, what was done). look: where to look, if not at `how`."""
    look = look or f"It is {how}."
    made = [Slip(name, float(number), did, look) for name, number, did in slips]
    return Item(label, depth, lambda: Blank.of(label, float(value), look, made), how)


def scene(page: str, layer, shape: tuple[int, ...]) -> Scene:
    """Return the state of a page with a layer on an input of a shape: noughts, and weights of 1."""
    arrays = {name: np.ones(sizes) for name, sizes in layer.parameter_shapes().items()}
    return Scene(page, layer, {"input": np.zeros(shape), **arrays})


def conv_size(draw: Draw, level: int) -> Problem | None:
    layer = Conv2d(1, 1, draw.choice((2, 3, 4, 5)), stride=draw.choice((1, 2, 3)), padding=draw.choice((0, 1, 2)),
                   dilation=draw.choice((1, 1, 2)))  # fmt: skip
    size = draw.whole(7, 16)
    k, s, p, d = layer.kernel_size, layer.stride, layer.padding, layer.dilation
    span = d * (k - 1) + 1
    room = size + 2 * p - span
    if (s, p) == (1, 0) or room < s:
        return None
    spacing = f", dilation {d}" if d > 1 else ""
    items = (
        step("cells that the kernel spans", ALL, span, f"{d} × ({k} − 1) + 1",
             ("dilation-ignored", k, "left the dilation out")),
        step("padded size", ALL, size + 2 * p, f"{size} + 2 × {p}", ("padding-once", size + p, "padded one side")),
        step("cells to move", SUMS, room, f"{size + 2 * p} − {span}", ("plus-1-forgotten", room + 1, "added 1")),
        step("moves that fit", SUMS, room // s, f"floor({room} ÷ {s})",
             ("ceil-for-floor", -(-room // s), "rounded up")),
        Item("output size", RESULT, lambda: sizes.size(layer, (1, size, size), 0), f"{room // s} + 1"),
    )  # fmt: skip
    question = f"How high is the output of Conv2d with input {size}, kernel {k}, stride {s}, padding {p}{spacing}?"
    glued = f", to which {p} blank ones were glued at each end" if p else ""
    shifts = f" Its tiles lie {d} apart from one another." if d > 1 else ""
    story = (
        f"A stencil of {k} tiles in a row is pressed on a strip of {size} tiles{glued}.{shifts} Each time it moves on "
        f"by {s}. How many prints fit on the strip?"
    )
    data = {"input": size, "kernel": k, "stride": s, "padding": p, "dilation": d}
    return Problem(question, story, data, items, scene("convolution", layer, (1, size, size)),
                   {"input": "strip", "kernel": "stencil", "stride": "move", "padding": "blank tiles",
                    "dilation": "distance of its tiles"})  # fmt: skip


def pool_size(draw: Draw, level: int) -> Problem | None:
    kernel, stride, size = draw.choice((3, 4, 5, 6)), draw.choice((2, 3, 4)), draw.whole(8, 24)
    layer = MaxPool2d(kernel, stride=stride, ceil_mode=draw.choice((False, True)))
    room = size - kernel
    if room % stride == 0:
        return None
    rounded = -(-room // stride) if layer.ceil_mode else room // stride
    if layer.output_shape((1, size, size))[1] != rounded + 1:
        return None
    word = "ceil" if layer.ceil_mode else "floor"
    other = room // stride if layer.ceil_mode else -(-room // stride)
    items = (
        step("cells to move", SUMS, room, f"{size} − {kernel}", ("kernel-forgotten", size, "kept the kernel's cells")),
        step("moves that fit", ALL, rounded, f"{word}({room} ÷ {stride})",
             ("ceil-for-floor", other, "rounded the other way")),
        Item("output size", RESULT, lambda: sizes.size(layer, (1, size, size), 0), f"{rounded} + 1"),
    )  # fmt: skip
    mode = ", ceil_mode=True" if layer.ceil_mode else ""
    question = f"How high is the output of MaxPool2d({kernel}, stride={stride}{mode}) with input {size}?"
    last = "A last part of a move counts as one." if layer.ceil_mode else "Only whole moves count."
    story = (
        f"A scanner sees {kernel} pages of a book of {size} at once and moves on by {stride} pages. {last} How many "
        "times does it scan?"
    )
    data = {"input": size, "kernel": kernel, "stride": stride}
    return Problem(question, story, data, items, scene("pooling", layer, (1, size, size)),
                   {"input": "pages", "kernel": "seen at once", "stride": "move"})  # fmt: skip


def up_size(draw: Draw, level: int) -> Problem | None:
    kernel, stride, padding = draw.choice((2, 3, 4)), draw.choice((2, 3)), draw.choice((0, 1))
    layer, size = ConvTranspose2d(1, 1, kernel, stride=stride, padding=padding), draw.whole(3, 8)
    spread = (size - 1) * stride
    items = (
        step("from the first stamp to the last", ALL, spread, f"({size} − 1) × {stride}",
             ("length-1-forgotten", size * stride, "counted one stride too many")),
        step("with the last stamp", SUMS, spread + kernel, f"{spread} + {kernel}",
             ("plus-1-forgotten", spread + kernel - 1, "left out a cell")),
        Item("output size", RESULT, lambda: sizes.size(layer, (1, size, size), 0),
             f"{spread + kernel} − 2 × {padding}"),
    )  # fmt: skip
    question = (
        f"How high is the output of ConvTranspose2d with input {size}, kernel {kernel}, stride {stride}, "
        f"padding {padding}?"
    )
    cut = f"; then {padding} m are cut off at both ends" if padding else ""
    story = (
        f"{size} rugs of {kernel} m are laid in a row, each {stride} m further than the one before{cut}. How long is "
        "the row?"
    )
    data = {"input": size, "kernel": kernel, "stride": stride, "padding": padding}
    return Problem(question, story, data, items, scene("transposed", layer, (1, size, size)),
                   {"input": "rugs", "kernel": "length", "stride": "distance", "padding": "cut off"})  # fmt: skip


def same(draw: Draw, level: int) -> Problem:
    kernel, dilation, size = draw.choice((3, 5, 7)), draw.choice((1, 2, 3)), draw.whole(16, 32)
    layer, total = Conv2d(1, 1, kernel, dilation=dilation), dilation * (kernel - 1)
    items = (
        step("kernel − 1", ALL, kernel - 1, f"{kernel} − 1", ("kernel-1-forgotten", kernel, "kept the 1")),
        step("cells that are lost", SUMS, total, f"{dilation} × {kernel - 1}",
             ("kernel-1-forgotten", dilation * kernel, "kept the 1"),
             ("dilation-ignored", kernel - 1, "left the dilation out")),
        Item("padding", RESULT, lambda: sizes.padding(layer, size), f"{total} ÷ 2"),
    )  # fmt: skip
    question = f"Which padding keeps the size {size} (kernel {kernel}, stride 1, dilation {dilation})?"
    story = (
        f"A comb has {kernel} teeth, {dilation} mm from one to the next. It is moved along a ruler by 1 mm a time, "
        f"with all its teeth on marks. The ruler has {size} marks, 1 mm apart, and the comb is to have {size} places. "
        "How many marks must be added at each end?"
    )
    data = {"input": size, "kernel": kernel, "dilation": dilation}
    return Problem(question, story, data, items, scene("convolution", layer, (1, size, size)),
                   {"input": "marks", "kernel": "teeth", "dilation": "distance"})  # fmt: skip


def shape(draw: Draw, level: int) -> Problem | None:
    channels, filters, kernel = draw.choice((1, 3)), draw.choice((4, 6, 8)), draw.choice((3, 5))
    layer = Conv2d(channels, filters, kernel, stride=draw.choice((1, 2)), padding=draw.choice((0, 1)))
    size = (channels, draw.whole(8, 12), draw.whole(8, 12))
    if size[1] == size[2]:
        return None
    s, p = layer.stride, layer.padding
    items = (
        step("channels", ALL, filters, "", ("channels-kept", channels, "kept the input's channels"),
             ("channels-multiplied", channels * filters, "multiplied by the input's channels"),
             look="Each filter makes one output channel."),
        Item("height", SUMS, lambda: sizes.size(layer, size, 0), f"floor(({size[1]} + 2 × {p} − {kernel}) ÷ {s}) + 1"),
        Item("width", SUMS, lambda: sizes.size(layer, size, 1), f"floor(({size[2]} + 2 × {p} − {kernel}) ÷ {s}) + 1"),
        Item("shape of the output", RESULT, lambda: sizes.shape(layer, size)),
    )  # fmt: skip
    given = " × ".join(map(str, size))
    question = (
        f"Input {given}: what shape does Conv2d({channels}, {filters}, {kernel}, stride={s}, padding={p}) make of it?"
    )
    rim = f" with a blank rim of {p}" if p else ""
    glasses = f"Each looks through {channels} pairs of glasses, one after the other, but e" if channels > 1 else "E"
    story = (
        f"{filters} inspectors each look at a wall of {size[1]} rows and {size[2]} columns of tiles{rim}, through a "
        f"frame of {kernel} × {kernel} that moves by {s}. {glasses}ach writes one number a frame. Stacked: sheets × "
        "rows × columns?"
    )
    return Problem(question, story, {"input": given}, items, scene("convolution", layer, size), {"input": "wall"})


def in_features(draw: Draw, level: int) -> Problem:
    maps = (draw.choice((4, 6, 8, 16)), draw.choice((3, 5, 7)), draw.choice((2, 4, 6)))
    channels, height, width = maps
    items = (
        step("numbers of one map", SUMS, height * width, f"{height} × {width}",
             ("sides-added", height + width, "added the sides")),
        step("maps", ALL, channels, "", ("sides-added", channels + 1, "counted one too many"),
             look="The first of the three sizes counts the maps."),
        Item("in_features", RESULT, lambda: counts.in_features(maps), f"{channels} × {height * width}"),
    )  # fmt: skip
    question = f"Flatten gets maps of {channels} × {height} × {width}. What must in_features of the next Linear be?"
    story = f"{channels} chessboards of {height} × {width} fields are read out field by field. How many fields in all?"
    stack = (Flatten(), Linear(channels * height * width, 10))
    scene = Scene("calculator", arrays={"input": np.zeros(maps)}, layers=stack)
    return Problem(question, story, {"maps": f"{channels} × {height} × {width}"}, items, scene, {"maps": "boards"})


def parameters(draw: Draw, level: int, groups: int = 1) -> Problem:
    channels, filters, kernel = draw.choice((2, 3, 4)), draw.choice((5, 6, 8, 10)), draw.choice((3, 5, 7))
    layer = Conv2d(channels * groups, filters * groups, kernel, groups=groups)
    return _counted(layer, (channels * groups, 12, 12))


def grouped(draw: Draw, level: int) -> Problem:
    return parameters(draw, level, groups=draw.choice((2, 3)))


def _counted(layer: Conv2d, size: tuple[int, int, int]) -> Problem:
    read, k, filters = layer.read_channels, layer.kernel_size, layer.out_channels
    one, weights = read * k * k, filters * read * k * k
    items = (
        step("weights of one kernel", ALL, k * k, f"{k} × {k}", ("kernel-side", k, "counted one side")),
        step("weights of one filter", SUMS, one, f"{read} × {k * k}",
             ("channels-forgotten", k * k, "left the channels out")),
        step("all weights", SUMS, weights, f"{filters} × {one}", ("one-filter", one, "counted one filter")),
        Item("parameters", RESULT, lambda: counts.parameters(layer, size), f"{weights} + {filters}"),
    )  # fmt: skip
    question = f"How many parameters does {layer.code()} have?"
    teams = f" in {layer.groups} teams of {read}" if layer.groups > 1 else ""
    mates = "each judge's team has" if layer.groups > 1 else "there are"
    story = (
        f"{filters} judges rate paintings seen by {layer.in_channels} cameras{teams}. For each of the cameras ({mates} "
        f"{read}) a judge keeps a card of {k} × {k} numbers, and one number of patience. How many numbers in all?"
    )
    data = {"channels": layer.in_channels, "filters": filters, "kernel": k, "groups": layer.groups}
    names = {"channels": "cameras", "filters": "judges", "kernel": "side of a card", "groups": "teams"}
    return Problem(question, story, data, items, scene("convolution", layer, size), names)


def linear_parameters(draw: Draw, level: int) -> Problem:
    inward, outward = draw.choice((12, 16, 20, 24)), draw.choice((3, 5, 10))
    layer = Linear(inward, outward)
    items = (
        step("weights of one neuron", ALL, inward, "", ("added-features", inward + 1, "counted its bias"),
             look="A neuron has one weight for each input."),
        step("all weights", SUMS, inward * outward, f"{inward} × {outward}",
             ("added-features", inward + outward, "added")),
        Item("parameters", RESULT, lambda: counts.parameters(layer, (inward,)), f"{inward * outward} + {outward}"),
    )  # fmt: skip
    story = (
        f"{outward} critics each give every one of {inward} dishes a weight of their own, and each has a mood, one "
        "number. How many numbers in all?"
    )
    question = f"How many parameters does {layer.code()} have?"
    return Problem(question, story, {"inputs": inward, "neurons": outward}, items,
                   scene("fully_connected", layer, (inward,)), {"inputs": "dishes", "neurons": "critics"})  # fmt: skip


def multiply_adds(draw: Draw, level: int) -> Problem:
    channels, filters, kernel, size = draw.choice((2, 3, 4)), draw.choice((4, 5, 6)), 3, draw.whole(6, 12)
    layer = Conv2d(channels, filters, kernel)
    out, one = size - 2, channels * kernel * kernel
    items = (
        step("output cells", SUMS, filters * out * out, f"{filters} × {out} × {out}",
             ("one-filter", out * out, "counted one filter"),
             ("input-positions", filters * size * size, "took the input's size")),
        step("products of one output cell", ALL, one, f"{channels} × {kernel} × {kernel}",
             ("channels-forgotten", kernel * kernel, "left the channels out")),
        Item("multiply-adds", RESULT, lambda: counts.multiply_adds(layer, (channels, size, size)),
             f"{filters * out * out} × {one}"),
    )  # fmt: skip
    question = f"How many multiply-adds does {layer.code()} take for an input of {channels} × {size} × {size}?"
    story = (
        f"{filters} readers go over {channels} pages of {size} × {size} digits with a window of 3 × 3. At each place a "
        "reader multiplies every digit below the window, on all pages, by a number. How many products in all?"
    )
    data = {"channels": channels, "filters": filters, "kernel": kernel, "input": size}
    return Problem(question, story, data, items, scene("convolution", layer, (channels, size, size)),
                   {"channels": "pages", "filters": "readers", "kernel": "window", "input": "side"})  # fmt: skip


def receptive_field(draw: Draw, level: int) -> Problem | None:
    first = Conv2d(1, 1, draw.choice((3, 5)), stride=draw.choice((1, 2)))
    middle = draw.choice((MaxPool2d(2), AvgPool2d(2), MaxPool2d(3)))
    last = Conv2d(1, 1, 3, dilation=draw.choice((1, 2)))
    layers = (first, middle, last)
    a, b, span = first.kernel_size, middle.kernel_size, 2 * last.dilation + 1
    jump, far = first.stride, first.stride * middle.strides[0]
    after = a + (b - 1) * jump
    items = (
        step("after the first layer", ALL, a, "", ("plus-1-forgotten", a - 1, "left out a cell"),
             look="It sees as many cells in a row as its kernel_size says."),
        step("after the second layer", SUMS, after, f"{a} + ({b} − 1) × {jump}",
             ("kernels-added", a + b, "added the kernels"), ("kernels-multiplied", a * b, "multiplied the kernels")),
        Item("receptive field", RESULT, lambda: counts.receptive_field(layers, (1, 48, 48)),
             f"{after} + ({span} − 1) × {far}"),
    )  # fmt: skip
    named = ", ".join(layer.code() for layer in layers)
    question = f"How many input cells in a row does one cell of the last layer see: {named}?"
    days = "day" if jump == 1 else f"{jump} days"
    story = (
        f"A clerk sums up {a} days of a diary on one note, and begins a new one every {days}. A second joins "
        f"{b} notes to one line, and begins every {middle.strides[0]} notes. A third joins 3 lines, each "
        f"{last.dilation} further than the one before. How many days does one entry of the third rest on?"
    )
    return Problem(question, story, {"layers": named}, items, Scene("calculator", layers=layers), {"layers": "clerks"})


KINDS = (
    Kind("size-conv", "Size of a convolution's output", TOPIC, conv_size),
    Kind("size-pool", "Size of a pooling's output", TOPIC, pool_size),
    Kind("size-transposed", "Size of a transposed convolution's output", TOPIC, up_size),
    Kind("size-padding", "Which padding keeps the size", TOPIC, same),
    Kind("size-shape", "Shape of the output", TOPIC, shape),
    Kind("size-in-features", "What in_features must be", TOPIC, in_features),
    Kind("count-parameters", "Parameters of a convolution", COUNTS, parameters),
    Kind("count-groups", "Parameters with groups", COUNTS, grouped),
    Kind("count-linear", "Parameters of Linear", COUNTS, linear_parameters),
    Kind("count-multiply-adds", "Multiply-adds", COUNTS, multiply_adds),
    Kind("count-receptive-field", "Receptive field", COUNTS, receptive_field),
)
