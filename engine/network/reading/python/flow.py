"""What forward does with its input: each operation becomes a layer, and a sum of two ways becomes a Residual."""

import ast
from typing import TYPE_CHECKING, Any

from engine.layers import AdaptiveAvgPool2d, Flatten, Linear
from engine.layers.base import Layer
from engine.network.blocks import Residual, called, output_shapes
from engine.network.reading.python import calls
from engine.network.reading.python.arithmetic import product
from engine.network.reading.python.limits import MAX_LAYERS, TooMuch, Unread
from engine.network.reading.python.pending import Lazy, Shaped, Squeeze, View, settled
from engine.network.reading.python.values import Builtin, Dim, Flow, Leaf, Sizes, Training, Unknown, Used

if TYPE_CHECKING:
    from engine.network.reading.python.reader import Reader

# Methods of a tensor that change no number of it.
SAME = (
    "contiguous", "float", "double", "half", "to", "cuda", "cpu", "clone", "type", "type_as", "requires_grad", "detach",
)  # fmt: skip
METHODS = ("relu", "tanh", "sigmoid", "softmax", "log_softmax")
WHY = {
    "cat": "it joins maps (torch.cat); a stack in Stride has only sums of two ways",
    "concat": "it joins maps (torch.concat); a stack in Stride has only sums of two ways",
    "chunk": "it splits what comes in; a stack in Stride goes one way",
    "split": "it splits what comes in; a stack in Stride goes one way",
    "matmul": "it multiplies two things that it made; Stride has no such layer",
    "bmm": "it multiplies two things that it made; Stride has no such layer",
    "permute": "it exchanges axes; Stride has no such layer",
    "transpose": "it exchanges axes; Stride has no such layer",
    "pad": "zeros are read before a convolution only; Stride has no other padding",
}


def through(
    reader: "Reader", flow: Flow, layer: Layer, line: int, leaf: Leaf | None = None, in_place: bool = False
) -> Flow:
    """Return what a layer makes of a flow."""
    return _longer(reader, flow, Used(layer, line, leaf, in_place=in_place))


def _longer(reader: "Reader", flow: Flow, one: Used) -> Flow:
    if len(flow.used) >= MAX_LAYERS:
        raise TooMuch(f"these are more layers than the {MAX_LAYERS} that are read", one.line)
    reader.spend(len(flow.used) // 10, one.line)
    reader.latest = Flow((*flow.used, one), flow.start)
    return reader.latest


def rank(flow: Flow) -> int:
    """Return how many axes a tensor has, N among them."""
    for layer in reversed(flow.layers):
        layer = layer.inner if isinstance(layer, Lazy) else layer
        if isinstance(layer, Flatten | View) or (isinstance(layer, Squeeze) and not layer.half):
            return 2
        if layer.sequences:
            return 3
        if isinstance(layer, Residual):
            return rank(Flow(tuple(Used(part, 0) for part in layer.body)))
        if -3 in type(layer).arriving().values() or called(layer).endswith("2d"):
            return 4
    return 2 if any(isinstance(layer, Linear) for layer in flow.layers) else 4


def arithmetic(reader: "Reader", kind: type[ast.operator], left: Any, right: Any, line: int) -> Flow:
    """Return the sum of two ways through layers; Unread for other arithmetic on what forward has made."""
    if kind is ast.Add and isinstance(left, Flow) and isinstance(right, Flow):
        return _sum(reader, left, right, line)
    sign = {ast.Add: "a sum with", ast.Mult: "a product with", ast.Sub: "a difference from", ast.Div: "a quotient with"}
    other = right if isinstance(left, Flow) else left
    what = "another part of the network" if isinstance(other, Flow) else "a number or a tensor"
    raise Unread(f"{sign.get(kind, 'arithmetic with')} {what} is no layer that Stride has", line)


def _sum(reader: "Reader", left: Flow, right: Flow, line: int) -> Flow:
    shared = 0
    for one, other in zip(left.used, right.used, strict=False):
        if one is not other:
            break
        shared += 1
    body, shortcut = left.used[shared:], right.used[shared:]
    if len(shortcut) > len(body):
        body, shortcut = shortcut, body
    if not body:
        raise Unread("it adds a thing to itself; Stride has no such layer", line)
    if _is_in_place(body[0]) or (shortcut and _is_in_place(shortcut[0])):
        if shortcut:
            raise Unread("an activation with inplace=True changes what both ways begin with", line)
        # inplace=True changes what is added, too
        before = left.used[:shared]
        return _sum(reader, Flow((*before, *body), left.start), Flow((*before, body[0]), left.start), line)
    block = Residual(Flow(body).layers, Flow(shortcut).layers)
    return _longer(reader, Flow(left.used[:shared], left.start), Used(block, line, None, (*body, *shortcut)))


def _is_in_place(one: Used) -> bool:
    return one.in_place or (one.leaf is not None and one.leaf.in_place)


def function(reader: "Reader", path: str, line: int, flow: Flow, arguments: list, keywords: dict) -> Any:
    """Return what a function of torch or torch.nn.functional makes of a flow."""
    name = path.rpartition(".")[2]
    if name in ("add",) and arguments and not keywords:
        return arithmetic(reader, ast.Add, flow, arguments[0], line)
    if name in ("flatten", "squeeze", "mean", "reshape"):
        return method(reader, flow, name, line, arguments, keywords)
    if name == "avg_pool2d" and arguments and _is_whole_map(arguments[0], flow):
        return through(reader, flow, AdaptiveAvgPool2d(1), line)
    if name == "pad" and arguments and {"constant", 0} >= {*arguments[1:], *keywords.values()}:
        reader.note(f"the zeros of line {line} are now the padding of the convolution that follows")
        return through(reader, flow, calls.padded(arguments[0], line), line)
    if name not in calls.FUNCTIONAL:
        why = WHY.get(name, f"Stride has no layer that does what {name} does")
        raise Unread(why, line)
    cls = calls.known(calls.FUNCTIONAL[name])
    if cls is None:
        raise Unread(f"Stride has no {calls.FUNCTIONAL[name]}", line)
    order = calls.ORDER.get(name, ())
    given = dict(keywords)
    if "training" in order:
        given |= dict(zip(order, arguments, strict=False))
        arguments = []
        if not _drops(reader, given.pop("training", True), line):
            return flow
    given.pop("_stacklevel", None)
    in_place = name.endswith("_") or given.get("inplace") is True
    return through(reader, flow, calls.made(cls, line, arguments, given, order), line, in_place=in_place)


def _is_whole_map(size: Any, flow: Flow) -> bool:
    return isinstance(size, Sizes) and size.of is flow and size.axes == (2, 3)


def _drops(reader: "Reader", training: Any, line: int) -> bool:
    """Whether a functional dropout is one in training, by its argument `training`."""
    if isinstance(training, Unknown):
        raise training.error
    if isinstance(training, Training):
        return not training.inverted
    if training is True:
        reader.note(
            f"line {line}: without training=self.training it drops in evaluation too; Stride's Dropout does not"
        )
    return bool(training)


def attribute(reader: "Reader", flow: Flow, name: str, line: int) -> Any:
    """Return x.name, of what forward has made."""
    if name == "shape":
        return _sizes(flow, line)
    if name == "ndim":
        return rank(flow)
    if name == "data":
        return flow
    if name in ("device", "dtype", "is_cuda"):
        return Unknown(Unread(f"x.{name} is not known before the network runs", line))
    return Builtin(name, lambda line, arguments, keywords: method(reader, flow, name, line, arguments, keywords))


def method(reader: "Reader", flow: Flow, name: str, line: int, arguments: list, keywords: dict) -> Any:
    """Return what x.name(…) gives, of what forward has made."""
    for value in [*arguments, *keywords.values()]:
        if isinstance(value, Unknown) and name not in SAME:
            raise value.error
    if name.endswith("_") and not name.startswith("_"):  # in place
        return method(reader, flow, name.removesuffix("_"), line, arguments, keywords)
    if name in SAME:
        return flow
    if name in ("view", "reshape"):
        sizes = keywords.get("shape", arguments)
        sizes = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], list | tuple | Sizes) else sizes
        sizes = sizes.dims if isinstance(sizes, Sizes) else list(sizes)
        return _viewed(reader, flow, sizes, line)
    if name in _METHODS:
        return _METHODS[name](reader, flow, line, arguments, keywords)
    if name in ("add", "__add__") and len(arguments) == 1:
        return arithmetic(reader, ast.Add, flow, arguments[0], line)
    if name in ("mul", "div", "sub"):
        return arithmetic(reader, {"div": ast.Div, "sub": ast.Sub}.get(name, ast.Mult), flow, *arguments[:1], line)
    if name in METHODS:
        return function(reader, name, line, flow, arguments, keywords)
    raise Unread(WHY.get(name, f"Stride has no layer that does what .{name}() does"), line)


def _sizes(flow: Flow, line: int) -> Sizes | tuple[int, ...]:
    """Return a tensor's shape: as numbers where the text made the input itself."""
    if not flow.start:
        return Sizes(flow, tuple(range(rank(flow))))
    first, *shape = flow.start
    try:
        return first, *[tuple(shape), *output_shapes(settled(flow.layers, tuple(shape)), tuple(shape))][-1]
    except (ValueError, IndexError) as error:
        raise Unread(str(error), line) from None


def _size(reader: "Reader", flow: Flow, line: int, arguments: list, keywords: dict) -> Any:
    sizes = _sizes(flow, line)
    axis = keywords.get("dim", arguments[0] if arguments else None)
    return sizes if axis is None else reader.item(sizes, axis, line)


def _flatten(reader: "Reader", flow: Flow, line: int, arguments: list, keywords: dict) -> Flow:
    given = dict(zip(("start_dim", "end_dim"), arguments, strict=False)) | keywords
    start, end = given.get("start_dim", 0), given.get("end_dim", -1)
    if start != 1 or end not in (-1, rank(flow) - 1):
        raise Unread(f"flatten from axis {start!r} to {end!r}: Stride has only 1 to −1, one vector a picture", line)
    return through(reader, flow, View(line), line)


def _squeeze(reader: "Reader", flow: Flow, line: int, arguments: list, keywords: dict) -> Flow:
    axes = list(arguments) + list(keywords.values())
    last = flow.used[-1].layer if flow.used else None
    if not axes or rank(flow) == 2:
        return through(reader, flow, Squeeze(line), line)
    if axes in ([(2, 3)], [(-1, -2)], [(-2, -1)]):
        return through(reader, flow, Squeeze(line), line)
    if isinstance(last, Squeeze) and last.half:
        return through(reader, Flow(flow.used[:-1], flow.start), Squeeze(line), line)
    if axes[0] in (-1, -2, 2, 3):
        return through(reader, flow, Squeeze(line, half=True), line)
    raise Unread(f"it squeezes axis {axes[0]!r}; only x.squeeze() after one number a channel is read", line)


def _mean(reader: "Reader", flow: Flow, line: int, arguments: list, keywords: dict) -> Flow:
    given = dict(zip(("dim", "keepdim"), arguments, strict=False)) | keywords
    axes = given.get("dim")
    if not isinstance(axes, list | tuple) or sorted(axis % 4 for axis in axes) != [2, 3]:
        raise Unread("only means over both axes of a map are read, x.mean([2, 3])", line)
    pooled = through(reader, flow, AdaptiveAvgPool2d(1), line)
    return pooled if given.get("keepdim") else through(reader, pooled, View(line), line)


def _viewed(reader: "Reader", flow: Flow, sizes: list, line: int) -> Flow:
    """Return x.view(…): vectors, one a picture; or maps of a shape that they have already."""
    first, *rest = sizes or [None]
    batch = first == -1 or (isinstance(first, Dim) and first.is_batch) or first in flow.start[:1]
    if not batch:
        raise Unread("only a view of one row a picture is read, such as x.view(x.size(0), -1)", line)
    whole = tuple(range(1, rank(flow)))
    if len(rest) == 1:
        (last,) = rest
        if last == -1 and first != -1:
            return through(reader, flow, View(line), line)
        if isinstance(last, int) and last > 0:
            return through(reader, flow, View(line, last), line)
        if isinstance(last, Dim) and last.of is flow and last.factor == 1:
            if last.axes == whole:
                return through(reader, flow, View(line), line)
            if last.axes == (1,):
                return through(reader, flow, Squeeze(line), line)
    if len(rest) == 3 and all(isinstance(n, int) and n > 0 for n in rest):
        return through(reader, flow, Shaped(line, tuple(rest)), line)
    raise Unread("this view is no layer that Stride has: it reads x.view(x.size(0), -1) and x.view(-1, features)", line)


def _count(reader: "Reader", flow: Flow, line: int, arguments: list, keywords: dict) -> Any:
    sizes = _sizes(flow, line)
    return product(sizes.dims if isinstance(sizes, Sizes) else list(sizes), line)


_METHODS = {
    "size": _size,
    "flatten": _flatten,
    "squeeze": _squeeze,
    "mean": _mean,
    "numel": _count,
    "nelement": _count,
    "dim": lambda reader, flow, line, arguments, keywords: rank(flow),
}
