"""The Transposed convolution lesson."""

from math import prod

import numpy as np

from engine import functional as F
from engine import limits
from engine.facts import transposed as transposed_facts
from engine.layers.steps import stamps
from engine.writing.display import channel_names, number_text, rough_text, shared_decimals
from pages.states import codec
from pages.states.sheet import Sheet, grids
from pages.states.sheet.grids import Grid

MOST_STAMPS = 9
MOST_SIDE = 14  # of a drawn board that is stretched
NEAR = 4  # cells drawn on each side of the one on show, of a board that is too large


def number(value: float) -> str:
    """Return a number as it stands in a sentence."""
    decimals, _ = shared_decimals(value)
    return number_text(value, decimals)


def marked(trace, step: int) -> tuple[int, int, int]:
    """Return the output cell (channel, row, column) of a step."""
    return trace.board("output").outside(int(trace.phases[0].writes.index[step]))


def as_stamps(page: Sheet, state) -> None:
    """Draw the stamps of an output channel and their sum."""
    trace, step = state.trace, state.shown_step
    layer, parameters = state.layer, state.parameters
    channel, *place = marked(trace, step)
    count = layer.read_channels * prod(state.input.shape[1:])
    few = count <= MOST_STAMPS
    reaching = transposed_facts.stamps(layer, state.input, parameters["weight"], channel, tuple(place))
    shown = transposed_facts.stamps(layer, state.input, parameters["weight"], channel) if few else reaching
    shown = shown[:MOST_STAMPS]
    output = state.output[channel]
    names, mark = channel_names(layer.in_channels), np.zeros(output.shape, bool)
    mark[*place] = True
    near, where_near = _near(output.shape, place)
    parts = []
    for stamp in shown:
        c, i, j = stamp.cell
        where = f"{names[c]}, row {i}, column {j}" if names[c] else f"row {i}, column {j}"
        title = f"{number(stamp.value)} × kernel"
        parts += [Grid(title, stamp.laid[near], where, blank=~stamp.reached[near], marked=mark[near]), "+"]
    if layer.bias:
        parts.append(f"bias {number(float(parameters['bias'][channel]))}")
    elif parts:
        parts.pop()
    whole = len(shown) == count
    parts += [
        "=" if whole else "… →",
        Grid("output", output[near], f"channel {channel}{where_near}", marked=mark[near]),
    ]
    page.heading("The same numbers as stamps")
    page.text(
        "Each input cell lays down the kernel, times its own value; the next cell's stamp lies a stride further on. "
        "**Where stamps overlap, they add up.** The step above adds up what reaches one cell (marked): "
        + (f"here {len(reaching)} of {count} stamps." if reaching else "here no stamp, only the bias.")
        + ("" if whole else f" Shown are {len(shown)} that reach it.")
    )
    page.html(grids.row(*parts))
    page.gives("step")


def _near(shape: tuple[int, int], place: list[int]) -> tuple[tuple[slice, slice], str]:
    """Return the part of a large board around a place that is drawn, and its rows and columns in words; else all."""
    if max(shape) <= limits.SIDE:
        return np.s_[:, :], ""
    spans = [range(max(0, k - NEAR), min(n, k + NEAR + 1)) for k, n in zip(place, shape, strict=True)]
    said = ", ".join(f"{name} {a[0]} to {a[-1]}" for name, a in zip(("rows", "columns"), spans, strict=True))
    return tuple(slice(a.start, a.stop) for a in spans), f", {said}"


def convolution_link(state, other) -> dict[str, str]:
    """Return the Convolution page's link for a stretched input."""
    layer = other.layer
    query = {"x": codec.encode(other.input), "w": codec.encode(other.weight)}
    query["b"] = codec.encode(state.parameters["bias"]) if layer.bias else "none"
    for name, default in (("padding", (0, 0)), ("dilation", (1, 1))):
        rows, columns = getattr(layer, f"{name}s")
        if (rows, columns) != default:
            query[name] = str(rows) if rows == columns else f"{rows}x{columns}"
    if layer.groups > 1:
        query["groups"] = str(layer.groups)
    return query


def as_convolution(page: Sheet, state) -> None:
    """Draw the stretched input and the turned kernel, with a link to that convolution."""
    trace, step = state.trace, state.shown_step
    layer, (channel, *_) = state.layer, marked(trace, step)
    other = transposed_facts.stretched(layer, state.input, state.parameters["weight"])
    first = channel // (layer.out_channels // layer.groups) * (layer.in_channels // layer.groups)
    name = channel_names(layer.in_channels)[first]
    page.heading("The same numbers as an ordinary convolution")
    rows, columns = other.layer.paddings
    padding = rows if rows == columns else f"({rows}, {columns})"
    page.text(
        f"Put stride − 1 zeros between the cells of the input, turn each kernel by half a turn, and slide it with "
        f"**stride 1 and padding {padding}**, which is dilation × (kernel_size − 1) − padding."
    )
    if max(other.inserted.shape) <= MOST_SIDE:
        page.html(
            grids.row(
                Grid("stretched input", other.input[first], name, faint=other.inserted),
                "∗",
                Grid("turned kernel", other.weight[channel, 0], name),
            )
        )
    if max(other.input.shape[1:]) <= limits.SIDE:
        page.link("Open this convolution", convolution_link(state, other), "convolution")
    differs = transposed_facts.difference(layer, state.input, state.output, **state.parameters)
    page.text(
        "Three ways to the same output: step by step, as stamps, as a convolution. "
        f"Largest difference: **{rough_text(differs, 2)}**."
    )


def overlaps(page: Sheet, state) -> None:
    """Draw how many stamps reach each output cell, and whether that is even."""
    layer = state.layer
    counts = transposed_facts.overlaps(layer, state.input.shape)
    page.heading("How many stamps reach each cell")
    page.html(grids.row(Grid("stamps", counts, "of one input channel")))
    even = transposed_facts.evenness(layer)
    if all(even):
        page.text(
            "Away from the edges every cell gets the same number of stamps, because "
            + ("the stride is 1." if max(layer.strides) == 1 else "the stride divides kernel_size.")
        )
        return
    kernel, stride = (p[even.index(False)] for p in (layer.kernel, layer.strides))
    page.text(
        f"Uneven: stride {stride} does not divide kernel_size {kernel}, so some cells get more than their neighbours, "
        "even where the input is flat. Pictures that are made this way show a **checkerboard**, unless the weights "
        "make up for it. With a kernel_size that is a multiple of the stride the overlap is even."
        if layer.dilations == (1, 1)
        else f"Uneven: with stride {stride} and this dilation some cells get more stamps than their neighbours."
    )


def output_padding(page: Sheet, state) -> None:
    """Draw why output_padding exists."""
    layer = state.layer
    down, across = transposed_facts.twins(layer, state.input.shape)
    page.heading("What output_padding is for")
    lines = []
    for name, sizes, present, size in (
        ("height", down, layer.output_paddings[0], state.input.shape[1]),
        ("width", across, layer.output_paddings[1], state.input.shape[2]),
    ):
        if len(sizes) == 1:
            lines.append(f"{name}: with stride 1 only **{sizes[0]}** becomes {size}, and there is nothing to choose.")
            continue
        listed = ", ".join(
            f"{extra} gives back {f'**{s}**' if extra == present else s}" for extra, s in enumerate(sizes)
        )
        lines.append(
            f"{name}: a convolution makes {size} out of {' or '.join(map(str, sizes))}; output_padding {listed}."
        )
    page.text(
        "A convolution with these settings rounds down, so it maps several sizes to one. Which one should come back? "
        "output_padding says that, and nothing else; the cells that it adds are computed like all others."
    )
    page.text("\n".join(f"- {line}" for line in lines))


def below(page: Sheet, state) -> None:
    """Draw the parts that only this lesson has."""
    as_stamps(page, state)
    left, right = page.columns()
    as_convolution(left, state)
    output_padding(left, state)
    overlaps(right, state)


def source(state):
    """Return the engine's code behind a state."""
    return stamps.reaching, transposed_facts.stamped, transposed_facts.stretched, F.conv_transpose2d
