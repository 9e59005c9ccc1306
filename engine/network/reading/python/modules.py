"""What the functions and classes of packages give, as far as they are known: torch.nn's layers and containers, and
Python's own range, zip and the like."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.network.blocks import Residual, Sequential, called
from engine.network.reading.python import arithmetic, calls, flow
from engine.network.reading.python.containers import module
from engine.network.reading.python.expressions import hashable, items, needed
from engine.network.reading.python.limits import MAX_ITEMS, MAX_LAYERS, TooMuch, Unread
from engine.network.reading.python.values import Class, Dim, Flow, Instance, Leaf, Modules, Name, Sizes, Unknown

if TYPE_CHECKING:
    from engine.network.reading.python.reader import Reader

ZEROS = ("randn", "rand", "zeros", "ones", "empty")
TENSORS = (*ZEROS, "summary", "FloatTensor", "Tensor")
WRAPPERS = ("DataParallel", "compile", "spectral_norm", "Variable", "script")  # they give back what they are given


def built(reader: "Reader", path: str, line: int, arguments: list, keywords: dict[str, Any]) -> Any:
    """Return what a call of a package's function or class gives."""
    top, last = path.partition(".")[0], path.rpartition(".")[2]
    if top == "builtins" and last in _BUILTIN:
        return _BUILTIN[last](reader, line, [needed(one) for one in arguments], keywords)
    if path == "stride.Residual":
        return residual(reader, line, arguments, keywords)
    if last == "OrderedDict":
        return _dict(reader, line, arguments, keywords)
    name = path.removeprefix("builtins.")
    if name in arithmetic.FUNCTIONS:
        given = [_plain_items(reader, needed(one), line) for one in arguments]
        reader.spend(arithmetic.size(*given), line)
        return _counted(name, given, line)
    if last in TENSORS and top != "builtins":
        shape = _input_shape(reader, arguments, keywords)
        if last in ZEROS and shape:
            return Flow((), shape)
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
    raise Unread(f"{path.removeprefix('builtins.')} is not known to this reader", line)


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
    given = _dict(reader, line, list(arguments) + list(keywords.values()), {})
    return Modules("ModuleDict", line, {str(key): module(one, line) for key, one in given.items()})


def _dict(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> dict:
    made: dict = {}
    for one in arguments:
        one = needed(one)
        pairs = list(one.items()) if isinstance(one, dict) else items(reader, one, line)
        for pair in pairs:
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise Unread('an OrderedDict is read as OrderedDict([("name", nn.Layer(…)), …])', line)
            made[hashable(pair[0], line)] = pair[1]
    return made | {key: needed(value) for key, value in keywords.items()}


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
        return value.layer
    if isinstance(value, Modules) and value.kind == "Sequential":
        return Sequential(tuple(stacked(reader, part) for part in value.parts.values()))
    if isinstance(value, Instance) and value.modules is not None and "forward" not in value.cls.names:
        return Sequential(tuple(stacked(reader, part) for part in value.modules.parts.values()))
    end = reader.forward(value)
    return end.layers[0] if len(end.layers) == 1 else Sequential(end.layers)


def _range(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> list:
    made = arithmetic.attempt(range, *arguments, line=line)
    if len(made) > MAX_ITEMS:
        raise TooMuch(f"the loop has {len(made):,} rounds; at most {MAX_ITEMS:,} are read", line)
    reader.spend(len(made), line)
    return list(made)


def _zip(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> list:
    return list(zip(*(items(reader, one, line) for one in arguments), strict=False))


def _enumerate(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> list:
    start = keywords.get("start", arguments[1] if len(arguments) > 1 else 0)
    if not arguments or not isinstance(start, int):
        raise Unread("this enumerate cannot be read", line)
    return list(enumerate(items(reader, arguments[0], line), start))


def _reversed(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> list:
    return items(reader, arguments[0] if arguments else None, line)[::-1]


def _map(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> list:
    if len(arguments) != 2:
        raise Unread("this map cannot be read", line)
    return [reader.call(arguments[0], line, [one], {}) for one in items(reader, arguments[1], line)]


def _getattr(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> Any:
    if len(arguments) not in (2, 3) or not isinstance(arguments[1], str):
        raise Unread("this getattr cannot be read", line)
    try:
        return reader.attribute(arguments[0], arguments[1], line)
    except Unread:
        if len(arguments) == 3:
            return arguments[2]
        raise


def _setattr(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> None:
    from engine.network.reading.python.objects import set_attribute

    if len(arguments) != 3:
        raise Unread("this setattr cannot be read", line)
    set_attribute(*arguments, line)


def _hasattr(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> bool:
    if len(arguments) != 2 or not isinstance(arguments[0], Instance | Class):
        raise Unread("this hasattr cannot be read", line)
    names = arguments[0].names if isinstance(arguments[0], Instance) else {}
    cls = arguments[0].cls if isinstance(arguments[0], Instance) else arguments[0]
    return arguments[1] in names or any(isinstance(one, Class) and arguments[1] in one.names for one in cls.lineage)


_TYPES = {"int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": tuple, "dict": dict}


def _isinstance(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> bool:
    if len(arguments) != 2:
        raise Unread("this isinstance cannot be read", line)
    value, kinds = arguments
    return any(_is_a(value, kind, line) for kind in (kinds if isinstance(kinds, tuple) else (kinds,)))


def _is_a(value: Any, kind: Any, line: int) -> bool:
    if isinstance(kind, Class):
        return isinstance(value, Instance) and kind in value.cls.lineage
    if not isinstance(kind, Name):
        raise Unread("this isinstance cannot be read", line)
    if kind.last in _TYPES:
        return isinstance(value, _TYPES[kind.last])
    if isinstance(value, Leaf):
        return kind.last in ("Module", called(value.layer))
    if isinstance(value, Modules):
        return kind.last in ("Module", value.kind)
    if isinstance(value, Instance):
        return value.cls.is_a(kind.last)
    if isinstance(value, arithmetic.PLAIN):
        return False
    raise Unread("this isinstance cannot be read", line)


_BUILTIN: dict[str, Callable] = {
    "range": _range,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": _reversed,
    "map": _map,
    "getattr": _getattr,
    "setattr": _setattr,
    "hasattr": _hasattr,
    "isinstance": _isinstance,
    "dict": _dict,
    "print": lambda reader, line, arguments, keywords: None,
    "callable": lambda reader, line, arguments, keywords: isinstance(arguments[0], Name | Class),
}
BUILDERS: dict[str, Callable] = {"Sequential": _sequential, "ModuleList": _module_list, "ModuleDict": _module_dict}
