"""A call such as nn.Conv2d(3, 16, 3, padding=1), its arguments read already → the layer that it makes."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

from engine.layers import LAYERS, LogSoftmax, Softmax
from engine.layers.base import Layer
from engine.network.reading.python.limits import MAX_NUMBER, Unread
from engine.network.reading.python.pending import Lazy, OverAxis, Padded
from engine.network.reading.python.values import Dim, Name, Unknown
from engine.writing.setting import settings

# These arguments change nothing that Stride computes, whatever value of these types they have.
IGNORED = {"inplace": (bool,), "momentum": (int, float, type(None)), "device": (type(None),), "dtype": (type(None),)}
ELSEWHERE = {"device": (Name, Unknown), "dtype": (Name, Unknown)}
# torch.nn.functional: the class of a function, and its order of arguments where it is another one.
FUNCTIONAL = {
    "relu": "ReLU", "relu_": "ReLU", "relu6": "ReLU6", "leaky_relu": "LeakyReLU", "elu": "ELU", "gelu": "GELU",
    "silu": "SiLU", "mish": "Mish", "hardswish": "Hardswish", "hardtanh": "Hardtanh", "softplus": "Softplus",
    "tanh": "Tanh", "sigmoid": "Sigmoid", "softmax": "Softmax", "log_softmax": "LogSoftmax", "dropout": "Dropout",
    "dropout2d": "Dropout2d", "max_pool2d": "MaxPool2d", "avg_pool2d": "AvgPool2d",
    "adaptive_avg_pool2d": "AdaptiveAvgPool2d", "selu": "SELU", "celu": "CELU", "hardsigmoid": "Hardsigmoid",
    "logsigmoid": "LogSigmoid", "softsign": "Softsign", "swish": "SiLU",
    "interpolate": "Upsample", "upsample": "Upsample",
}  # fmt: skip
ORDER = {
    "max_pool2d": ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices"),
    "dropout": ("p", "training", "inplace"),
    "dropout2d": ("p", "training", "inplace"),
    "softmax": ("dim", "_stacklevel", "dtype"),
    "log_softmax": ("dim", "_stacklevel", "dtype"),
}

LAZY = {f"Lazy{cls}": cls for cls in ("Conv1d", "Conv2d", "ConvTranspose2d", "Linear", "BatchNorm1d", "BatchNorm2d")}


def known(name: str) -> type[Layer] | None:
    """Return the class of layers of a name, if it can stand in a stack."""
    cls = LAYERS.get(name)
    return None if cls is None or cls.arguments else cls


def unknown_layer(name: str) -> str:
    """Return why nn.name cannot be read."""
    names = sorted(name for name, cls in LAYERS.items() if not cls.arguments)
    for known_name in names:
        if f"nn.{known_name}".lower() == name.lower():
            return f"{name} is not PyTorch's name; it is nn.{known_name}"
    return f"{name} is not a layer that Stride knows in a stack; it knows {', '.join(names)} and Sequential"


def made(cls: type[Layer], line: int, arguments: Sequence[Any], keywords: Mapping[str, Any], order=()) -> Layer:
    """Return the layer that a call makes. order: of its arguments, where it is not the class's."""
    if cls in (Softmax, LogSoftmax) and (arguments or set(keywords) != {"dim"} or keywords["dim"] != -1):
        return softmax(cls, line, arguments, keywords, order)
    name, own = f"nn.{cls.__name__}", tuple(f.name for f in fields(cls))
    if cls.signature is None:
        return cls()
    given = _given(name, line, order or cls.signature or own, arguments, keywords)
    chosen = {argument: values[0] for argument, values in cls.fixed.items() if argument in own}
    for argument, value in given.items():
        if argument in cls.fixed:
            first, *others = cls.fixed[argument]
            if value != first and value not in others:
                raise Unread(f"{name}: Stride has {argument} only as {first!r}, not {value!r}", line)
        elif argument in own:
            chosen[argument] = _typed(cls, argument, value, line)
        elif argument not in IGNORED or not isinstance(value, (*IGNORED[argument], *ELSEWHERE.get(argument, ()))):
            raise Unread(f"{name} has no argument {argument} here; it has {', '.join(own) or 'none'}", line)
    try:
        return cls(**chosen)
    except TypeError:
        missing = [f.name for f in fields(cls) if f.name not in chosen and f.default is MISSING]
        raise Unread(f"{name} needs {', '.join(missing)}", line) from None
    except ValueError as error:
        raise Unread(f"{name}: {error}", line) from None


def softmax(cls: type[Layer], line: int, arguments: Sequence[Any], keywords: Mapping[str, Any], order=()) -> Layer:
    """Return nn.Softmax or nn.LogSoftmax of a call: over the last axis, or over one that may be the last."""
    given = _given(f"nn.{cls.__name__}", line, order or ("dim",), arguments, keywords)
    dim = given.pop("dim", None)
    last = made(
        cls, line, (), {"dim": -1} | {name: given[name] for name in given if name not in ("_stacklevel", "dtype")}
    )
    if dim is not None and (type(dim) is not int or not -4 <= dim <= 3):
        raise Unread(f"nn.{cls.__name__}: dim must be an axis, −4 to 3, not {dim!r}", line)
    return last if dim == -1 else OverAxis(line, last, dim)


def padded(sizes: Any, line: int) -> Padded:
    """Return zeros around maps: one number, or (left, right, above, below). Unread where the sides differ."""
    each = [sizes] * 4 if isinstance(sizes, int) else list(sizes) if isinstance(sizes, tuple | list) else []
    if len(each) != 4 or not all(type(n) is int and 0 <= n <= MAX_NUMBER for n in each):
        raise Unread("zeros are added as one number, or as (left, right, above, below)", line)
    left, right, above, below = each
    if left != right or above != below:
        raise Unread("Stride's padding has the same width on both sides", line)
    return Padded(line, above, left)


def lazy(cls: type[Layer], line: int, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Lazy:
    """Return the layer of a call such as nn.LazyConv2d(16, 3): what arrives at it, it takes later."""
    own = tuple(f.name for f in fields(cls))
    arriving = {name: 1 for name in cls.arriving()}
    order = tuple(name for name in cls.signature or own if name not in arriving)
    given = _given(f"nn.Lazy{cls.__name__}", line, order, arguments, keywords)
    if (groups := given.pop("groups", 1)) != 1:
        raise Unread(f"nn.Lazy{cls.__name__} is read with groups 1, not {groups!r}", line)
    return Lazy(line, made(cls, line, (), arriving | given))


def _given(name: str, line: int, order: Sequence[str], arguments: Sequence[Any], keywords: Mapping[str, Any]) -> dict:
    if len(arguments) > len(order):
        raise Unread(f"{name} takes at most {len(order)} arguments, not {len(arguments)}", line)
    given: dict[str, Any] = {}
    for argument, value in [*zip(order, arguments, strict=False), *keywords.items()]:
        if argument in given:
            raise Unread(f"{name}: {argument} is given twice", line)
        given[argument] = _plain(value, f"{name}: {argument}", argument, line)
    return given


def _plain(value: Any, place: str, argument: str, line: int) -> Any:
    """Return an argument that a layer can have: a number, a text, or one or two numbers."""
    if argument in ELSEWHERE and isinstance(value, ELSEWHERE[argument]):
        return value
    if isinstance(value, Unknown):
        raise Unread(f"{place}: {value.error.why}", value.error.line)
    if isinstance(value, list | tuple):
        parts = tuple(_plain(part, place, argument, line) for part in value)
        if len(parts) == 1 and argument != "normalized_shape":
            return parts[0]
        return parts
    if isinstance(value, str) and (len(value) > 20 or not value.replace("_", "").isalnum()):
        raise Unread(f"{place} is a text that no argument takes", line)
    if isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:
        raise Unread(f"{place} is {shortened(value)}; numbers up to {MAX_NUMBER:,} are read", line)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Dim):
        raise Unread(f"{place} is a size of what comes in; only known numbers are read", line)
    raise Unread(f"{place} is no number: only numbers, texts, True, False, None and tuples of these are read", line)


def shortened(value: Any) -> str:
    text = f"{value:,}" if isinstance(value, int) and abs(value) < 10**15 else repr(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _typed(cls: type[Layer], argument: str, value: Any, line: int) -> Any:
    """Return a value of the type that a setting is declared with. Whole numbers and pairs the layer checks itself."""
    kind = settings(cls)[argument].kind
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "bool" and not isinstance(value, bool):
        raise Unread(f"nn.{cls.__name__}: {argument} must be True or False, not {value!r}", line)
    if kind == "float" and not number:
        raise Unread(f"nn.{cls.__name__}: {argument} must be a number, not {value!r}", line)
    return float(value) if kind == "float" else value
