"""What can be asked of a step of any trace, with the slips of its layer: the one way from a trace to a blank."""

from collections.abc import Callable, Iterator
from functools import partial

from engine.layers import ConvTranspose2d, CrossEntropyLoss, Flatten, Linear, LogSoftmax, Softmax, Upsample
from engine.layers.elementwise import Elementwise
from engine.layers.kerneled import Filtered
from engine.layers.norm import Normalisation
from engine.layers.pooling import Pooling
from engine.slips import activation, conv, dense, gradients, norm, output, places, pooling, sizes
from engine.slips.at import At
from engine.slips.form import Blank, Slip, chain, text
from engine.trace import Board, Trace
from engine.trace.crop import size
from engine.writing.display import signed_text

OUTPUTS = (Softmax, LogSoftmax, CrossEntropyLoss)


def asked(trace: Trace, step: int, target: str = "result") -> Blank:
    """Return a blank of a step of a trace, forward or backward.

    target: "result"; "before" what is applied last; "sum.K", a group's sum, and "term.T", a product, by number; the
    cells that are read ("window"), where a window begins ("corner"), the cell that wins ("winner"); the output's
    "shape". Raises ValueError for a target that the step does not have, IndexError for a step.
    """
    return asking(trace, step)(target)


def asking(trace: Trace, step: int) -> Callable[[str], Blank]:
    """Return what makes blanks of one step, as `asked` does: they share what they look up."""
    at = At.step(trace, step)
    return partial(_blank, at, _targets(at))


def _blank(at: At, there: tuple[str, ...], target: str = "result") -> Blank:
    trace, (kind, _, number) = at.trace, target.partition(".")
    if target not in there:
        raise ValueError(f"target {target!r} is none of {', '.join(there)}")
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
        return sizes.shape(trace.layer, trace.input_shape or _input_shape(trace.board("input")))
    if kind == "before":
        return at.blank(at.phase.partials[0].name, at.before, list(_before(at)))
    title, slips = trace.board(at.phase.writes.board).title, list(_result(at)) or list(_plain(at))
    rule = isinstance(at.layer, Elementwise) and at.forward  # in words: the place alone tells little
    return at.blank(title, at.result, slips, f"{at.where} {at.layer.summary}" if rule else "")


def targets(trace: Trace, step: int) -> tuple[str, ...]:
    """Return all that can be asked of a step, from the result on."""
    return _targets(At.step(trace, step))


def _targets(at: At) -> tuple[str, ...]:
    names = ["result"]
    if at.phase.finish and len(at.terms) > 1:
        names.append("before")
    if len(at.sums) > 1 or at.single is not None or (at.phase.finish and len(at.terms) > 1):
        names += [f"sum.{k}" for k in range(len(at.sums))]
    if at.phase.operation and len(at.terms) > 1:
        names += [f"term.{t}" for t in range(len(at.terms))]
    if len(at.terms):
        names.append("window")
    if isinstance(at.layer, (Filtered, Pooling)) and at.forward:
        maps = len(at.terms) and not isinstance(at.layer, ConvTranspose2d)
        names += ["corner"] if maps else []
        names += ["winner"] if at.phase.reduce == "max" and len(at.terms) else []
    if at.forward and not isinstance(at.layer, CrossEntropyLoss):  # a loss has no shape to say
        names.append("shape")
    return tuple(names)


def _input_shape(board: Board) -> tuple[int, ...]:
    return board.whole or size(board)


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
    if isinstance(layer, Upsample):  # a cell is copied: there is nothing to compute
        return iter(())
    if isinstance(layer, Pooling):
        return pooling.result(at)
    if isinstance(layer, Flatten):
        return dense.flattened(at)
    if isinstance(layer, Linear):
        return activation.result(at) if at.phase.finish else dense.neuron(at)
    if isinstance(layer, Elementwise):
        return activation.result(at)
    return norm.result(at)


def _plain(at: At) -> Iterator[Slip]:
    """Yield the slips of a step that has none of its own: another sign between its two numbers, a sign lost."""
    if at.phase.finish or len(at.phase.factors) != 2 or len(at.terms) != 1:
        return
    a, b, added = at.factor(0)[0], at.factor(1)[0], at.single or 0.0
    look = f"It is {chain([a, b], at.phase.operation)}{f' + {signed_text(text(added))}' if added else ''}."
    if at.phase.operation == "×":
        yield Slip("added", a + b + added, "added the two", look)
        yield Slip("sign", -a * b + added, "lost a sign", look)
    elif at.phase.operation == "−":
        yield Slip("difference-turned", b - a + added, "took the first number off the second", look)
        yield Slip("added", a + b + added, "added the two", look)
    elif a:
        yield Slip("quotient-turned", b / a, "divided the second number by the first", look)
    if added:
        yield Slip("term-forgotten", at.terms[0], f"left out {chain([added])}", look)


def _before(at: At) -> Iterator[Slip]:
    return dense.neuron(at) if isinstance(at.layer, Linear) and at.phase.name == "neuron" else iter(())


def _sum(at: At, k: int) -> Iterator[Slip]:
    forward = at.forward and not isinstance(at.layer, ConvTranspose2d)
    return conv.channel(at, k) if forward and isinstance(at.layer, Filtered) else dense.group(at, k)


def _term(at: At, t: int) -> Iterator[Slip]:
    return conv.term(at, t) if at.phase.operation == "×" else iter(())


def _sum_name(at: At, k: int) -> str:
    name = at.phase.group_names[k]
    return f"sum of {name}" if name else "sum of the products"
