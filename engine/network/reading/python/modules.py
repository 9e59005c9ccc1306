"""What the functions and classes of packages give, as far as they are known: torch.nn's layers and containers, and
Python's own range, zip and the like."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.network.blocks import Residual, Sequential
from engine.network.reading.python import arithmetic, calls, flow
from engine.network.reading.python.builtins import FUNCTIONS, dict_of
from engine.network.reading.python.containers import module
from engine.network.reading.python.expressions import items, needed
from engine.network.reading.python.limits import MAX_LAYERS, TooMuch, Unread
from engine.network.reading.python.values import (
    Builtin,
    Dim,
    Flow,
    Instance,
    Leaf,
    Modules,
    Sizes,
    Unknown,
)
from engine.network.zoo import ZOO

if TYPE_CHECKING:
    from engine.network.reading.python.reader import Reader

ZEROS = ("randn", "rand", "zeros", "ones", "empty")
TENSORS = (*ZEROS, "summary", "FloatTensor", "Tensor")
WRAPPERS = ("DataParallel", "compile", "spectral_norm", "Variable", "script")  # they give back what they are given


def built(reader: "Reader", path: str, line: int, arguments: list, keywords: dict[str, Any]) -> Any:
    """Return what a call of a package's function or class gives."""
    top, last = path.partition(".")[0], path.rpartition(".")[2]
    if top == "builtins" and last in FUNCTIONS:
        return FUNCTIONS[last](reader, line, [needed(one) for one in arguments], keywords)
    if path == "stride.Residual":
        return residual(reader, line, arguments, keywords)
    if last == "OrderedDict":
        return dict_of(reader, line, arguments, keywords)
    name = path.removeprefix("builtins.")
    if name == "len" and len(arguments) == 1 and isinstance(arguments[0], Flow) and not arguments[0].start:
        return Dim((0,), arguments[0])
    if name in arithmetic.FUNCTIONS and not any(_has_flow(one) for one in arguments):
        given = [_plain_items(reader, needed(one), line) for one in arguments]
        reader.spend(arithmetic.size(*given), line)
        return _counted(name, given, line)
    if last in TENSORS and top != "builtins":
        shape = _input_shape(reader, arguments, keywords)
        if last in ZEROS and shape:
            return Flow((), shape)
    if path == "functools.partial" and arguments:
        first, *others = arguments
        return Builtin(last, lambda line, more, named: reader.call(first, line, [*others, *more], keywords | named))
    if path == "typing.cast" and len(arguments) == 2:
        return needed(arguments[1])
    if last in WRAPPERS and arguments:
        return needed(arguments[0])
    if arguments and isinstance(arguments[0], Flow):
        return flow.function(reader, path, line, arguments[0], arguments[1:], keywords)
    if "input" in keywords and isinstance(keywords["input"], Flow):
        rest = {key: value for key, value in keywords.items() if key != "input"}
        return flow.function(reader, path, line, keywords["input"], arguments, rest)
    if last in ("cat", "concat", "stack") and any(_has_flow(one) for one in (*arguments, *keywords.values())):
        raise Unread(flow.WHY["cat"], line)
    if last in BUILDERS:
        return BUILDERS[last](reader, line, arguments, keywords)
    if last in calls.LAZY:
        cls = calls.known(calls.LAZY[last])
        if cls is not None:
            return reader.leaf(Leaf(calls.lazy(cls, line, arguments, keywords), line))
    cls = calls.known(last)
    if cls is not None and top in ("torch", "nn"):
        return reader.leaf(Leaf(calls.made(cls, line, arguments, keywords), line, _in_place(arguments, keywords, cls)))
    if path.startswith("torch.nn.") and last[:1].isupper() and last != "Parameter":
        raise Unread(calls.unknown_layer(f"nn.{last}"), line)
    for one in (*arguments, *keywords.values()):
        needed(one)
    more = f"; choose {ZOO[last].title} among the known networks" if last in ZOO else ""
    raise Unread(f"{path.removeprefix('builtins.')} is not known to this reader{more}", line)


def _plain_items(reader: "Reader", value: Any, line: int) -> Any:
    return items(reader, value, line) if isinstance(value, Sizes | Modules | Instance) else value


def _in_place(arguments: list, keywords: dict[str, Any], cls: type) -> bool:
    order = cls.signature or ()
    given = dict(zip(order, arguments, strict=False)) | keywords
    return given.get("inplace") is True


def _counted(name: str, given: list, line: int) -> Any:
    if name == "int" and len(given) == 1 and isinstance(given[0], Dim):
        return given[0]
    return arithmetic.called(name, given, line)


def _has_flow(value: Any) -> bool:
    return isinstance(value, Flow) or (isinstance(value, list | tuple) and any(isinstance(one, Flow) for one in value))


def _input_shape(reader: "Reader", arguments: list, keywords: dict[str, Any]) -> tuple[int, ...]:
    """Keep and return the shape of an input that the text makes, such as torch.randn(1, 3, 32, 32)."""
    size = keywords.get("size", keywords.get("input_size"))
    sizes = [size] if size is not None else [one for one in arguments if isinstance(one, int | tuple | list)]
    numbers = list(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], tuple | list) else sizes
    if len(numbers) in (2, 3, 4) and all(type(one) is int and 1 <= one <= 100_000 for one in numbers):
        shape = tuple(numbers[-3:]) if len(numbers) > 2 else tuple(numbers[1:])
        if shape not in reader.shapes and all(1 <= n <= 4096 for n in shape):
            reader.shapes.append(shape)
        return tuple(numbers)
    return ()


def sequential(arguments: list, line: int) -> Modules:
    """Return nn.Sequential(…) of layers, or of an OrderedDict."""
    made = Modules("Sequential", line)
    if len(arguments) == 1 and isinstance(arguments[0], dict):
        made.parts |= {str(key): module(one, line) for key, one in arguments[0].items()}
        return made
    for one in arguments:
        if isinstance(one, Unknown):
            raise Unread(one.error.why, one.error.line, one.error.so_far or tuple(plain_layers(made)))
        if isinstance(one, list | tuple):
            raise Unread("nn.Sequential takes layers, not a list: write * before it", line)
        made.add(module(one, line))
    return made


def plain_layers(made: Modules) -> list:
    """Return the layers that stand in a container as they are."""
    return [part.layer for part in made.parts.values() if isinstance(part, Leaf)]


def _sequential(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> Modules:
    if keywords:
        raise Unread(f"nn.Sequential takes layers, not {next(iter(keywords))}=", line)
    return sequential(arguments, line)


def _module_list(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> Modules:
    made = Modules("ModuleList", line)
    given = [*arguments, *keywords.values()]
    for one in items(reader, given[0], line) if given else ():
        made.add(module(one, line))
    return made


def _module_dict(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> Modules:
    given = dict_of(reader, line, list(arguments) + list(keywords.values()), {})
    return Modules("ModuleDict", line, {str(key): module(one, line) for key, one in given.items()})


def _zero_pad(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> Leaf:
    given = [*arguments, *keywords.values()]
    if len(given) != 1:
        raise Unread("nn.ZeroPad2d takes one padding", line)
    reader.note(f"the zeros of line {line} are now the padding of the convolution that follows")
    return reader.leaf(Leaf(calls.padded(needed(given[0]), line), line))


def residual(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> Leaf:
    """Return the Residual of Stride's own code."""
    names = ("body", "shortcut", "activation")
    if len(arguments) > len(names) or any(name not in names for name in keywords):
        raise Unread(f"Residual takes {', '.join(names)}", line)
    given = {name: needed(one) for name, one in (dict(zip(names, arguments, strict=False)) | keywords).items()}
    if given.get("body") is None:
        raise Unread("Residual needs a body", line)
    body, shortcut = (_row(reader, given.get(name), line) for name in ("body", "shortcut"))
    last = _row(reader, given.get("activation"), line)
    if len(last) > 1:
        raise Unread("Residual takes one layer as its activation", line)
    return reader.leaf(Leaf(Residual(body, shortcut, *last), line))


def _row(reader: "Reader", value: Any, line: int) -> tuple:
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return tuple(stacked(reader, module(one, line)) for one in value)
    layer = stacked(reader, module(value, line))
    return layer.layers if isinstance(layer, Sequential) else (layer,)


def stacked(reader: "Reader", value: Any) -> Any:
    """Return a module as one layer of a stack: what is in a Sequential, or in a class's forward, is in a Sequential."""
    reader.stacked += 1
    if reader.stacked > 4 * MAX_LAYERS:
        raise TooMuch(f"these are more layers than the {MAX_LAYERS} that are read", value.line)
    if isinstance(value, Leaf):
        reader.place(value, value.line)
        return value.layer
    if isinstance(value, Modules) and value.kind == "Sequential":
        return Sequential(tuple(stacked(reader, part) for part in value.parts.values()))
    if isinstance(value, Instance) and value.modules is not None and "forward" not in value.cls.names:
        return Sequential(tuple(stacked(reader, part) for part in value.modules.parts.values()))
    end = reader.forward(value)
    for leaf, line in end.leaves:
        reader.place(leaf, line)
    return end.layers[0] if len(end.layers) == 1 else Sequential(end.layers)


BUILDERS: dict[str, Callable] = {
    "Sequential": _sequential,
    "ModuleList": _module_list,
    "ModuleDict": _module_dict,
    "ZeroPad2d": _zero_pad,
}
