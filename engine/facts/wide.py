"""One number of a wide layer: the terms of a few inputs written out, those of all others as one summand.

A trained convolution adds up hundreds of products. The channels that are written out are those that count most for the
number, or any that are asked for; the others' sum stands beside them, so that the whole still adds up.
"""

from dataclasses import dataclass, replace

import numpy as np

from engine.layers import Linear
from engine.layers.base import Layer
from engine.layers.conv import Convolution
from engine.trace import Board, Cells, Partial, Phase, Trace
from engine.trace.build import said_sums
from engine.writing.display import channel_names

CHANNELS, FEATURES = 6, 32  # how many input channels, or features, are written out at once
MOST_CHANNELS, MOST_FILTERS, MOST_FEATURES = 4, 8, 64
OTHERS = "others"


@dataclass(frozen=True)
class Part:
    """A wide layer's trace near one output cell.

    chosen: the input channels (or features) that are written out; `trace`'s input board holds only these. adds: what
    each of `inputs` adds to the cell.
    """

    trace: Trace
    inputs: range
    chosen: tuple[int, ...]
    adds: np.ndarray


def is_wide(layer: Layer) -> bool:
    """Whether a layer has too many inputs or filters to write all of them out."""
    if isinstance(layer, Convolution):
        return layer.in_channels // layer.groups > MOST_CHANNELS or layer.out_channels > MOST_FILTERS
    return isinstance(layer, Linear) and layer.in_features > MOST_FEATURES


def part(
    layer: Convolution | Linear,
    input: np.ndarray,
    index: tuple[int, ...],
    *,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    first: int | None = None,
) -> Part:
    """Trace one output cell of a wide layer (and a convolution's cells around it in the same channel).

    first: the first of the inputs to write out, by its place among those that the cell is made from; None for those
    that count most. Raises ValueError where there is no such input.
    """
    conv = isinstance(layer, Convolution)
    inputs, count = _inputs(layer, index), CHANNELS if conv else FEATURES
    if first is not None and not 0 <= first < len(inputs):
        raise ValueError(f"input {first} is not there: the number is made from {len(inputs)}")
    alone = {"weight": weight[index[0] : index[0] + 1]}
    if bias is not None:
        alone["bias"] = bias[index[0] : index[0] + 1]
    whole = _trace(layer, input, index, inputs, alone)
    phase = whole.phases[0]
    sums = np.stack([p.values for p in phase.partials if p.group is not None], axis=1) if conv else phase.terms
    at = _step(whole, index)
    if first is None:
        chosen = np.sort(np.argsort(-np.abs(sums[at]), kind="stable")[:count])
    else:
        chosen = np.arange(first, min(first + count, len(inputs)))
    names = tuple(inputs[k] for k in chosen.tolist())
    left = np.setdiff1d(np.arange(len(inputs)), chosen)
    alone["weight"] = alone["weight"][:, chosen]
    trace = _trace(layer, input, index, names, alone)
    return Part(_finished(trace, whole, layer, index, names, sums[:, left]), inputs, names, sums[at])


def _inputs(layer: Convolution | Linear, index: tuple[int, ...]) -> range:
    """Return the input channels (or features) that an output cell is made from."""
    if isinstance(layer, Linear):
        return range(layer.in_features)
    each = layer.in_channels // layer.groups
    first = index[0] // (layer.out_channels // layer.groups) * each
    return range(first, first + each)


def _trace(layer, input, index, inputs, parameters) -> Trace:
    """Trace a layer of one filter, or neuron, on some of the inputs."""
    if isinstance(layer, Convolution):
        small = replace(layer, in_channels=len(inputs), out_channels=1, groups=1)
        made = small.trace(input[list(inputs)], around=(0, *index[1:]), **parameters)
    else:
        made = replace(layer, in_features=len(inputs), out_features=1).trace(input[list(inputs)], **parameters)
    return replace(made, input_shape=tuple(input.shape))


def _step(trace: Trace, index: tuple[int, ...]) -> int:
    return trace.step_at((0, *index[1:]))


def _finished(trace: Trace, whole: Trace, layer, index, names: tuple[int, ...], left: np.ndarray) -> Trace:
    """Return the trace of some inputs with the others as one more summand, and everything by its own name."""
    phase = trace.phases[0]
    conv = isinstance(layer, Convolution)
    labels = _labels(layer, names)
    others = left.sum(axis=1)
    boards, partials = [], []
    for board in trace.boards:
        changes: dict = {"editable": False}
        if conv and board.name in ("input", "weight"):
            changes["panes"] = labels
        elif board.name == "input":
            changes["labels"] = tuple(map(str, names))
        if conv and board.name == "input":
            changes["whole"] = board.whole[-2:]  # its channels are some of the layer's, not a stretch of them
        if board.name == "output":
            changes["whole"] = (layer.out_channels, *board.whole[-2:]) if conv else (layer.out_features,)
            changes["values"] = whole.board("output").values
            changes |= {"first_pane": index[0], "panes": (f"filter {index[0]}",)} if conv else {"origin": (0, index[0])}
        boards.append(replace(board, **changes))
    for partial in phase.partials:
        named = conv and partial.group is not None
        partials.append(replace(partial, name=labels[partial.group] or "sum") if named else partial)
    if left.shape[1]:
        cell = Cells(OTHERS, np.arange(len(others)))
        partials.insert(len(names) if conv else 1, Partial(_others(left.shape[1], conv), others, cell=cell))
        boards.insert(2, Board(OTHERS, "bias", others, ("S",), OTHERS))
    held = whole.phases[0]
    said = said_sums(partials, held.results, [[p.name for p in partials]] * len(phase))
    fields = {**phase.fields, "sum": said if conv else tuple(f"{text[0].upper()}{text[1:]}." for text in said)}
    fields["filter" if conv else "neuron"] = (str(index[0]),) * len(phase)
    finished: Phase = replace(
        phase, partials=tuple(partials), before=held.before, results=held.results, fields=fields,
        group_names=labels if conv else phase.group_names,
    )  # fmt: skip
    return replace(trace, layer=layer, boards=tuple(boards), phases=(finished,), formula=whole.formula, page_name="")


def _labels(layer, names: tuple[int, ...]) -> tuple[str, ...]:
    if isinstance(layer, Convolution) and layer.in_channels == 3:
        return tuple(channel_names(3)[c] for c in names)
    return tuple(f"c{c}" for c in names)


def _others(count: int, conv: bool) -> str:
    word = "channel" if conv else "input"
    return f"{count} other {word}{'s' if count > 1 else ''}"
