"""The Transposed convolution lesson."""

import numpy as np
import streamlit as st

from engine import functional as F
from engine.facts import transposed as transposed_facts
from engine.layers.steps import stamps
from engine.writing.display import channel_names, number_text, rough_text, shared_decimals
from pages.states import codec
from pages.states.registry import KINDS
from pages.ui.draw import grids
from pages.ui.draw.grids import Grid
from pages.ui.lesson import parts as lesson
from pages.ui.lesson.page import lesson_page

TRANSPOSED = KINDS["transposed"]

PAGE = "transposed.py"
MOST_STAMPS = 9
MOST_SIDE = 14  # of a drawn board that is stretched


def number(value: float) -> str:
    """Return a number as it stands in a sentence."""
    decimals, _ = shared_decimals(value)
    return number_text(value, decimals)


def marked(trace, step: int) -> tuple[int, int, int]:
    """Return the output cell (channel, row, column) of a step."""
    return trace.board("output").outside(int(trace.phases[0].writes.index[step]))


def as_stamps(state, trace, step: int) -> None:
    """Draw the stamps of an output channel and their sum."""
    layer, parameters = state.layer, state.parameters
    channel, *place = marked(trace, step)
    laid = transposed_facts.stamps(layer, state.input, parameters["weight"], channel)
    reaching = [stamp for stamp in laid if stamp.reached[*place]]
    shown = laid if len(laid) <= MOST_STAMPS else reaching[:MOST_STAMPS]
    names, mark = channel_names(layer.in_channels), np.zeros(trace.output.shape[1:], bool)
    mark[*place] = True
    parts = []
    for stamp in shown:
        c, i, j = stamp.cell
        where = f"{names[c]}, row {i}, column {j}" if names[c] else f"row {i}, column {j}"
        title = f"{number(stamp.value)} × kernel"
        parts += [Grid(title, stamp.laid, where, blank=~stamp.reached, marked=mark), "+"]
    if layer.bias:
        parts.append(f"bias {number(float(parameters['bias'][channel]))}")
    elif parts:
        parts.pop()
    whole = len(shown) == len(laid)
    parts += ["=" if whole else "… →", Grid("output", trace.output[channel], f"channel {channel}", marked=mark)]
    st.markdown("##### The same numbers as stamps")
    st.markdown(
        "Each input cell lays down the kernel, times its own value; the next cell's stamp lies a stride further on. "
        "**Where stamps overlap, they add up.** The step above adds up what reaches one cell (marked): "
        + (f"here {len(reaching)} of {len(laid)} stamps." if reaching else "here no stamp, only the bias.")
        + ("" if whole else f" Shown are {len(shown)} that reach it.")
    )
    st.html(grids.row(*parts))


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


def as_convolution(state, trace, step: int) -> None:
    """Draw the stretched input and the turned kernel, with a link to that convolution."""
    layer, (channel, *_) = state.layer, marked(trace, step)
    other = transposed_facts.stretched(layer, state.input, state.parameters["weight"])
    first = channel // (layer.out_channels // layer.groups) * (layer.in_channels // layer.groups)
    name = channel_names(layer.in_channels)[first]
    st.markdown("##### The same numbers as an ordinary convolution")
    rows, columns = other.layer.paddings
    padding = rows if rows == columns else f"({rows}, {columns})"
    st.markdown(
        f"Put stride − 1 zeros between the cells of the input, turn each kernel by half a turn, and slide it with "
        f"**stride 1 and padding {padding}**, which is dilation × (kernel_size − 1) − padding."
    )
    if max(other.inserted.shape) <= MOST_SIDE:
        st.html(
            grids.row(
                Grid("stretched input", other.input[first], name, faint=other.inserted),
                "∗",
                Grid("turned kernel", other.weight[channel, 0], name),
            )
        )
    st.page_link(
        "convolution.py", label="Open this convolution", query_params=convolution_link(state, other),
        icon=":material/arrow_forward:",
    )  # fmt: skip
    differs = transposed_facts.difference(layer, state.input, **state.parameters)
    st.markdown(
        "Three ways to the same output: step by step, as stamps, as a convolution. "
        f"Largest difference: **{rough_text(differs, 2)}**."
    )


def overlaps(state) -> None:
    """Draw how many stamps reach each output cell, and whether that is even."""
    layer = state.layer
    counts = transposed_facts.overlaps(layer, state.input.shape)
    st.markdown("##### How many stamps reach each cell")
    st.html(grids.row(Grid("stamps", counts, "of one input channel")))
    even = transposed_facts.evenness(layer)
    if all(even):
        st.markdown(
            "Away from the edges every cell gets the same number of stamps, because "
            + ("the stride is 1." if max(layer.strides) == 1 else "the stride divides kernel_size.")
        )
        return
    kernel, stride = (p[even.index(False)] for p in (layer.kernel, layer.strides))
    st.markdown(
        f"Uneven: stride {stride} does not divide kernel_size {kernel}, so some cells get more than their neighbours, "
        "even where the input is flat. Pictures that are made this way show a **checkerboard**, unless the weights "
        "make up for it. With a kernel_size that is a multiple of the stride the overlap is even."
        if layer.dilations == (1, 1)
        else f"Uneven: with stride {stride} and this dilation some cells get more stamps than their neighbours."
    )


def output_padding(state) -> None:
    """Draw why output_padding exists."""
    layer = state.layer
    down, across = transposed_facts.twins(layer, state.input.shape)
    st.markdown("##### What output_padding is for")
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
    st.markdown(
        "A convolution with these settings rounds down, so it maps several sizes to one. Which one should come back? "
        "output_padding says that, and nothing else; the cells that it adds are computed like all others."
    )
    st.markdown("\n".join(f"- {line}" for line in lines))


def below(state, trace, step: int) -> None:
    """Draw the parts that only this lesson has."""
    as_stamps(state, trace, step)
    left, right = st.columns(2, gap="large")
    with left:
        as_convolution(state, trace, step)
        output_padding(state)
    with right:
        overlaps(state)


def source(state):
    """Return the engine's code behind a state."""
    return stamps.reaching, transposed_facts.stamped, transposed_facts.stretched, F.conv_transpose2d


lesson_page(
    TRANSPOSED,
    PAGE,
    "How can a small map become a larger one, with weights that are learned?",
    below=below,
    source=source,
    tries=(
        lesson.Try(
            "A flat input, kernel 3, stride 2: where does the checkerboard come from?",
            {"example": "checkerboard"},
        ),
        lesson.Try("The same with kernel 4: the pattern is gone. What is left at the edges?", {"example": "even"}),
        lesson.Try(
            "Set output_padding from 1 to 0: which row and column disappear, and what was in them?",
            {"example": "output-padding"},
        ),
    ),
    beliefs=(
        (
            "It undoes a convolution (“deconvolution”).",
            "It gives back the shape, not the numbers. It is the convolution's gradient with respect to its input.",
        ),
        (
            "padding adds cells.",
            "Here it cuts cells off the output: it is the padding of the convolution that this layer reverses.",
        ),
        ("output_padding adds zeros.", "It makes the output larger below and on the right; stamps reach there too."),
        (
            "The weight has Conv2d's shape.",
            "Its first axis is in_channels: (in_channels, out_channels / groups, kernel height, kernel width).",
        ),
        ("A larger stride gives a smaller output.", "A larger one: the stamps lie further apart."),
    ),
)
