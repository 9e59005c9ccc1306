"""What can be asked of a step of any trace, with the slips of its layer: the one way from a trace to a blank."""

from collections.abc import Iterator

from engine.layers import ConvTranspose2d, CrossEntropyLoss, Flatten, Linear, LogSoftmax, Softmax
from engine.layers.elementwise import Elementwise
from engine.layers.kerneled import Filtered
from engine.layers.norm import Normalisation
from engine.layers.pooling import Pooling
from engine.slips import activation, conv, dense, gradients, norm, output, places, pooling, sizes
from engine.slips.at import At
from engine.slips.form import Blank, Slip
from engine.trace import Trace

TARGETS = ("result", "before", "sum", "term", "window", "corner", "winner", "shape")
OUTPUTS = (Softmax, LogSoftmax, CrossEntropyLoss)


def asked(trace: Trace, step: int, target: str = "result") -> Blank:
    """Return a blank of a step of a trace, forward or backward.

    target: "result"; "before" what is applied last; "sum.K", a group's sum, and "term.T", a product, by number; the
    cells that are read ("window"), where a window begins ("corner"), the cell that wins ("winner"); the output's
    "shape". Raises ValueError for a target that the step does not have, IndexError for a step.
    """
    if target not in targets(trace, step):
        raise ValueError(f"target {target!r} is none of {', '.join(targets(trace, step))}")
    at, (kind, _, number) = At.step(trace, step), target.partition(".")
    if kind == "sum":
        return at.blank(_sum_name(at, int(number)), at.sums[int(number)], list(_sum(at, int(number))))
    if kind == "term":
        return at.blank(f"product {number}", at.terms[int(number)], list(_term(at, int(number))))
    if kind == "window":
        return places.window(at)
    if kind == "corner":
        return places.begins(at)
    if kind == "winner":
        return places.winner(at)
    if kind == "shape":
        return sizes.shape(trace.layer, _input_shape(trace))
    if kind == "before":
        return at.blank(at.phase.partials[0].name, at.before, list(_before(at)))
    return at.blank(trace.board(at.phase.writes.board).title, at.result, list(_result(at)))


def targets(trace: Trace, step: int) -> tuple[str, ...]:
    """Return all that can be asked of a step, from the result on."""
    at = At.step(trace, step)
    names = ["result"]
    if at.phase.finish and len(at.terms) > 1:
        names.append("before")
    if len(at.sums) > 1 or at.single is not None or (at.phase.finish and len(at.terms) > 1):
        names += [f"sum.{k}" for k in range(len(at.sums))]
    if at.phase.operation and len(at.terms) > 1:
        names += [f"term.{t}" for t in range(len(at.terms))]
    if len(at.terms):
        names.append("window")
    if isinstance(trace.layer, (Filtered, Pooling)) and at.forward:
        maps = len(at.terms) and not isinstance(trace.layer, ConvTranspose2d)
        names += ["corner"] if maps else []
        names += ["winner"] if at.phase.reduce == "max" and len(at.terms) else []
        names.append("shape")
    return tuple(names)


def _result(at: At) -> Iterator[Slip]:
    layer = at.layer
    if isinstance(layer, OUTPUTS):
        return output.result(at)
    if not at.forward:
        return iter(()) if isinstance(layer, Normalisation) else gradients.result(at)
    if isinstance(layer, ConvTranspose2d):
        return conv.stamped(at)
    if isinstance(layer, Filtered):
        return conv.result(at)
    if isinstance(layer, Pooling):
        return pooling.result(at)
    if isinstance(layer, Flatten):
        return dense.flattened(at)
    if isinstance(layer, Linear):
        return activation.result(at) if at.phase.finish else dense.neuron(at)
    if isinstance(layer, Elementwise):
        return activation.result(at)
    return norm.result(at)


def _before(at: At) -> Iterator[Slip]:
    return dense.neuron(at) if isinstance(at.layer, Linear) and at.phase.name == "neuron" else iter(())


def _sum(at: At, k: int) -> Iterator[Slip]:
    forward = at.forward and not isinstance(at.layer, ConvTranspose2d)
    return conv.channel(at, k) if forward and isinstance(at.layer, Filtered) else iter(())


def _term(at: At, t: int) -> Iterator[Slip]:
    return conv.term(at, t) if at.phase.operation == "×" else iter(())


def _sum_name(at: At, k: int) -> str:
    name = at.phase.group_names[k]
    return f"sum of {name}" if name else "sum of the products"


def _input_shape(trace: Trace) -> tuple[int, ...]:
    board = trace.board("input")
    height, width = board.values.shape[-2:]
    if board.padding is not None:
        inside = ~board.padding[0]
        height, width = int(inside.any(axis=1).sum()), int(inside.any(axis=0).sum())
    return (len(board.values), height, width)
