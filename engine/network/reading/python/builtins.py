"""Python's own functions, as far as they are read: range, zip, getattr, isinstance and the like."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.network.blocks import called
from engine.network.reading.python import arithmetic
from engine.network.reading.python.expressions import hashable, items, needed
from engine.network.reading.python.limits import MAX_ITEMS, TooMuch, Unread
from engine.network.reading.python.values import Class, Instance, Leaf, Modules, Name

if TYPE_CHECKING:
    from engine.network.reading.python.reader import Reader


def dict_of(reader: "Reader", line: int, arguments: list, keywords: dict[str, Any]) -> dict:
    made: dict = {}
    for one in arguments:
        one = needed(one)
        pairs = list(one.items()) if isinstance(one, dict) else items(reader, one, line)
        for pair in pairs:
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise Unread('an OrderedDict is read as OrderedDict([("name", nn.Layer(…)), …])', line)
            made[hashable(pair[0], line)] = pair[1]
    return made | {key: needed(value) for key, value in keywords.items()}


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


FUNCTIONS: dict[str, Callable] = {
    "range": _range,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": _reversed,
    "map": _map,
    "getattr": _getattr,
    "setattr": _setattr,
    "hasattr": _hasattr,
    "isinstance": _isinstance,
    "dict": dict_of,
    "print": lambda reader, line, arguments, keywords: None,
    "callable": lambda reader, line, arguments, keywords: isinstance(arguments[0], Name | Class),
}
