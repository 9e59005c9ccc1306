"""Methods of lists, dicts and containers of modules."""

from typing import TYPE_CHECKING, Any

from engine.network.reading.python import arithmetic
from engine.network.reading.python.expressions import hashable, items, needed
from engine.network.reading.python.limits import Unread
from engine.network.reading.python.values import Builtin, Instance, Leaf, Modules, Name

if TYPE_CHECKING:
    from engine.network.reading.python.reader import Reader


def list_method(reader: "Reader", value: list | dict, name: str) -> Builtin:
    """Return a method of a list or a dict of the text."""

    def call(line: int, arguments: list, keywords: dict) -> Any:
        reader.spend(1, line)
        given = [needed(one) for one in arguments]
        if isinstance(value, list):
            if name == "append" and len(given) == 1:
                value.append(given[0])
            elif name == "extend" and len(given) == 1:
                value.extend(items(reader, given[0], line))
            elif name in ("insert", "pop", "reverse"):
                return arithmetic.attempt(getattr(value, name), *given, line=line)
            else:
                reader.spend(arithmetic.size(value), line)
                return arithmetic.method(value, name, given, keywords, line)
        elif name in ("update", "setdefault", "pop"):
            if name == "update" and all(isinstance(one, dict) for one in given):
                value.update(*given, **keywords)
            elif name != "update" and given:
                return arithmetic.attempt(getattr(value, name), hashable(given[0], line), *given[1:], line=line)
            else:
                raise Unread("this update of a dict cannot be read", line)
        else:
            reader.spend(len(value), line)
            return arithmetic.method(value, name, given, keywords, line)
        arithmetic.checked(value, line)
        return None

    return Builtin(name, call)


def container_method(reader: "Reader", value: Modules, name: str, line: int) -> Builtin:
    """Return a method of nn.Sequential, nn.ModuleList or nn.ModuleDict."""

    def parts() -> dict[str, Any]:
        reader.spend(len(value.parts), line)
        return value.parts

    def append(line: int, arguments: list, keywords: dict) -> Modules:
        value.add(module(arguments[0] if arguments else None, line))
        return value

    def extend(line: int, arguments: list, keywords: dict) -> Modules:
        for one in items(reader, arguments[0] if arguments else None, line):
            value.add(module(one, line))
        return value

    def insert(line: int, arguments: list, keywords: dict) -> Modules:
        if len(arguments) != 2:
            raise Unread("insert takes a place and a layer", line)
        now = list(value.parts.values())
        arithmetic.attempt(now.insert, arguments[0], module(arguments[1], line), line=line)
        value.parts = {str(k): one for k, one in enumerate(now)}
        return value

    def add_module(line: int, arguments: list, keywords: dict) -> None:
        given = [*arguments, *keywords.values()]
        if len(given) != 2 or not isinstance(given[0], str):
            raise Unread("add_module takes a name and a layer", line)
        value.parts[given[0]] = module(given[1], line)

    def update(line: int, arguments: list, keywords: dict) -> None:
        more = arguments[0] if arguments else None
        if not isinstance(more, dict):
            raise Unread("this update cannot be read", line)
        value.parts |= {str(key): module(one, line) for key, one in more.items()}

    known = {
        "append": append,
        "extend": extend,
        "insert": insert,
        "add_module": add_module,
        "update": update,
        "children": lambda line, a, k: list(parts().values()),
        "named_children": lambda line, a, k: list(parts().items()),
        "values": lambda line, a, k: list(parts().values()),
        "keys": lambda line, a, k: list(parts()),
        "items": lambda line, a, k: list(parts().items()),
    }
    if name not in known:
        raise Unread(f"nn.{value.kind} has no {name} that is read", line)
    return Builtin(name, known[name])


def module(value: Any, line: int) -> Any:
    """Return a value that is a module. Unread for any other."""
    value = needed(value)
    if not isinstance(value, Leaf | Modules | Instance):
        what = f", not {value.last} without ()" if isinstance(value, Name) else ""
        raise Unread(f"a layer is expected here, such as nn.ReLU(){what}", line)
    return value
