"""Objects of the text's classes, containers and layers: their attributes, how they are made, what forward does."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from engine.network.blocks import called
from engine.network.reading.python import arithmetic, flow
from engine.network.reading.python.containers import container_method, list_method
from engine.network.reading.python.limits import Unread
from engine.network.reading.python.pending import Lazy
from engine.network.reading.python.values import (
    Builtin,
    Class,
    Flow,
    Function,
    Instance,
    Leaf,
    Modules,
    Name,
    Sizes,
    Super,
    Training,
    Unknown,
)

if TYPE_CHECKING:
    from engine.network.reading.python.reader import Reader

# Methods of a module that give it back, and others that change no layer.
SAME = (
    "to", "cuda", "cpu", "eval", "train", "float", "double", "half", "bfloat16", "apply", "requires_grad_", "compile",
    "share_memory", "to_empty", "type",
)  # fmt: skip
WEIGHTS = (
    "parameters", "named_parameters", "modules", "named_modules", "buffers", "state_dict", "load_state_dict",
    "zero_grad", "weight", "bias", "running_mean", "running_var", "grad",
)  # fmt: skip
NOTHING = ("register_buffer", "register_parameter", "save_hyperparameters", "log", "register_forward_hook")


def attribute(reader: "Reader", value: Any, name: str, line: int) -> Any:
    """Return value.name."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Name):
        return Name(f"{value.path}.{name}")
    if isinstance(value, Flow):
        return flow.attribute(reader, value, name, line)
    if isinstance(value, Instance):
        return _of_instance(reader, value, name, line)
    if isinstance(value, Super):
        return _of_super(reader, value, name, line)
    if isinstance(value, Class):
        if name == "__name__":
            return value.name
        if name == "verify" and value.is_a("WeightsEnum"):  # torchvision's: which trained weights, if any
            return Builtin(name, lambda line, arguments, keywords: arguments[0] if arguments else None)
        found = arithmetic.attempt(value.find, name, line=line)[0]
        if isinstance(found, Function) and "classmethod" in found.decorators:
            return _bound(found, value)
        return found
    if isinstance(value, Leaf):
        return _of_leaf(value, name, line)
    if isinstance(value, Modules):
        if name in value.parts:
            return value.parts[name]
        return _of_module(value, name) or container_method(reader, value, name, line)
    if isinstance(value, Sizes) and name == "numel":
        return Builtin(name, lambda line, arguments, keywords: arithmetic.product(value.dims, line))
    if isinstance(value, list | dict):
        return list_method(reader, value, name)
    if isinstance(value, arithmetic.PLAIN):
        return Builtin(name, lambda line, a, k: _plain_method(reader, value, name, a, k, line))
    raise Unread(f".{name} of this cannot be read", line)


def _plain_method(reader: "Reader", value: Any, name: str, arguments: list, keywords: dict, line: int) -> Any:
    reader.spend(arithmetic.size(value, *arguments), line)
    return arithmetic.method(value, name, arguments, keywords, line)


def _bound(function: Function, to: Any) -> Function:
    return Function(function.node, function.scope, function.defaults, function.owner, to, function.yields)


def _of_instance(reader: "Reader", one: Instance, name: str, line: int) -> Any:
    if name in one.names:
        return one.names[name]
    if one.modules is not None and name in one.modules.parts:
        return one.modules.parts[name]
    try:
        found, _ = one.cls.find(name)
    except KeyError:
        found = None
    if isinstance(found, Function):
        if "staticmethod" in found.decorators:
            return found
        if "classmethod" in found.decorators:
            return _bound(found, one.cls)
        bound = _bound(found, one)
        return reader.call(bound, line, [], {}) if "property" in found.decorators else bound
    if found is not None:
        return found
    if name == "training":
        return Training()
    if name == "__class__":
        return one.cls
    if name in ("add_module", "register_module"):
        return Builtin(name, lambda line, arguments, keywords: set_attribute(one, *arguments[:2], line))
    if name in ("children", "named_children", "_modules"):
        parts = Modules("ModuleDict", line, children(one))
        if name == "_modules":
            return parts
        return container_method(reader, parts, {"children": "values", "named_children": "items"}[name], line)
    known = _of_module(one, name)
    if known is None and one.modules is not None:
        return container_method(reader, one.modules, name, line)
    if known is None:
        raise Unread(f"{one.cls.name} has no {name} that could be read before this line", line)
    return known


def _of_module(value: Any, name: str) -> Any:
    """Return what every module has by a name; None where it is none of these."""
    if name in SAME:
        return Builtin(name, lambda line, arguments, keywords: value)
    if name in WEIGHTS:
        return Unknown(Unread(f"weights (.{name}) are not read"), is_weights=True)
    if name in NOTHING:
        return Builtin(name, lambda line, arguments, keywords: None)
    return None


def _of_super(reader: "Reader", value: Super, name: str, line: int) -> Any:
    one = value.instance
    try:
        found, _ = one.cls.find(name, after=value.owner)
    except KeyError:
        found = None
    if isinstance(found, Function):
        return _bound(found, one)
    if name == "__init__":
        return Builtin(name, lambda line, arguments, keywords: _begun(one, arguments, line))
    if name == "forward" and one.modules is not None:
        return Builtin(name, lambda line, arguments, keywords: applied(reader, one.modules, line, arguments, keywords))
    if name == "__setattr__":
        return Builtin(name, lambda line, arguments, keywords: set_attribute(one, *arguments[:2], line))
    return _of_instance(reader, one, name, line)


def _begun(one: Instance, arguments: list, line: int) -> None:
    """Do what nn.Module.__init__ or nn.Sequential.__init__ does."""
    from engine.network.reading.python.modules import sequential

    if one.modules is not None:
        one.modules.parts.update(sequential(arguments, line).parts)


def _of_leaf(leaf: Leaf, name: str, line: int) -> Any:
    layer = leaf.layer.inner if isinstance(leaf.layer, Lazy) else leaf.layer
    if name != "bias" and name in {f.name for f in fields(layer)}:  # .bias are the weights, not the setting
        if leaf.layer is not layer and name in type(layer).arriving():
            raise Unread(f"{name} of a lazy layer is not known before the network runs", line)
        return getattr(layer, name)
    known = _of_module(leaf, name)
    if known is None:
        raise Unread(f"nn.{called(layer)} has no {name} that is read", line)
    return known


def children(one: Instance) -> dict[str, Any]:
    """Return an object's modules by name, in the order in which they were given."""
    found = {name: value for name, value in one.names.items() if is_module(value)}
    return found | (one.modules.parts if one.modules is not None else {})


def is_module(value: Any) -> bool:
    return isinstance(value, Leaf | Modules | Instance)


def set_attribute(value: Any, name: Any, new: Any, line: int) -> None:
    """Do value.name = new."""
    if isinstance(value, Instance) and value.modules is not None and isinstance(name, str) and is_module(new):
        value.modules.parts[name] = new
    elif isinstance(value, Instance) and isinstance(name, str):
        value.names[name] = new
    elif isinstance(value, Modules) and isinstance(name, str) and is_module(new):
        value.parts[name] = new
    elif isinstance(value, Class) and isinstance(name, str):
        value.names[name] = new
    elif not isinstance(value, Leaf | Name):
        raise Unread("this cannot be given an attribute", line)
    elif isinstance(value, Leaf) and name not in WEIGHTS:
        raise Unread(f"a layer's {name} is changed after it was made, which is not read", line)


def delete_attribute(value: Any, name: str, line: int) -> None:
    """Do del value.name."""
    if not isinstance(value, Instance) or name not in value.names:
        raise Unread("this del cannot be read", line)
    del value.names[name]


def set_item(value: Any, index: Any, new: Any, line: int) -> None:
    """Do value[index] = new."""
    from engine.network.reading.python.expressions import hashable

    if isinstance(value, Modules) and (is_module(new) or isinstance(new, Unknown)):
        key = index if isinstance(index, str) else arithmetic.attempt(list(value.parts).__getitem__, index, line=line)
        value.parts[key] = new
    elif isinstance(value, dict):
        value[hashable(index, line)] = new
    elif isinstance(value, list) and isinstance(index, int):
        arithmetic.attempt(value.__setitem__, index, new, line=line)
    else:
        raise Unread("this cannot be given a part", line)


def instance(reader: "Reader", cls: Class, line: int, arguments: list, keywords: dict[str, Any]) -> Instance:
    """Return a new object of a class of the text."""
    made = Instance(cls, line)
    if cls.is_a("Sequential"):
        made.modules = Modules("Sequential", line)
    elif cls.is_a("ModuleList"):
        made.modules = Modules("ModuleList", line)
    try:
        begin, _ = cls.find("__init__")
    except KeyError:
        begin = None
    if isinstance(begin, Function):
        reader.call(_bound(begin, made), line, arguments, keywords)
    elif cls.is_dataclass:
        made.names |= dict(zip(cls.names, arguments, strict=False)) | keywords
    elif arguments and made.modules is not None:
        _begun(made, arguments, line)
    return made


def applied(reader: "Reader", module: Any, line: int, arguments: list, keywords: dict[str, Any]) -> Any:
    """Return what a module makes of what forward gives it."""
    if isinstance(module, Instance):
        try:
            forward, _ = module.cls.find("forward")
        except KeyError:
            forward = None
        if isinstance(forward, Function):
            return reader.call(_bound(forward, module), line, arguments, keywords)
        try:
            called_as, _ = module.cls.find("__call__")
            return reader.call(_bound(called_as, module), line, arguments, keywords)
        except KeyError:
            pass
        if module.modules is None:
            raise Unread(f"{module.cls.name} has no forward", line)
        module = module.modules
    if not isinstance(module, Leaf | Modules):
        raise Unread("this is called, but it is no function, class or layer that can be read", line)
    if len(arguments) != 1 or keywords:
        raise Unread("a layer takes one thing, what the layers before it made", line)
    (given,) = arguments
    if isinstance(given, Unknown):
        raise given.error
    if not isinstance(given, Flow):
        raise Unread("a layer is given something else than what the layers before it made", line)
    if isinstance(module, Leaf):
        return flow.through(reader, given, module.layer, line, module)
    if module.kind != "Sequential":
        raise Unread(f"an nn.{module.kind} has no forward: call its layers one by one", line)
    for part in module.parts.values():
        given = reader.call(part, line, [given], {})
    return given
