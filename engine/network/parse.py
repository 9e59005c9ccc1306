"""Pasted PyTorch code → layers. The code is read, never run: only calls of known layers with plain literals.

model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), …)
"""

import ast
import re
from dataclasses import MISSING, fields
from typing import Any

from engine.layers import LAYERS
from engine.layers.base import Layer
from engine.network.blocks import Residual, Sequential
from engine.writing.setting import settings

MAX_TEXT = 20_000
MAX_LAYERS = 300
MAX_NUMBER = 1_000_000
MAX_DEPTH = 8

# These arguments change nothing that Stride computes, whatever value of these types they have.
IGNORED = {"inplace": (bool,), "momentum": (int, float, type(None)), "device": (type(None),), "dtype": (type(None),)}
PRINTED = re.compile(r"^\s*\(\w+\): ")


def parse(text: str) -> tuple[Layer, ...]:
    """Return the layers of a pasted nn.Sequential.

    Read are `nn.X`, `torch.nn.X` and `X`; numbers, tuples, strings, True, False and None; nested Sequentials; an
    OrderedDict in a Sequential; lists and tuples of layers; what print(model) shows; and the Residual of Stride's own
    code. Before it may stand imports and `name = `. Raises ValueError with a sentence that names the line for
    everything else.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"the text has {len(text):,} characters; at most {MAX_TEXT:,} are read")
    if not text.strip():
        raise ValueError("there is nothing to read: paste nn.Sequential(…)")
    try:
        layers = _Reader().stack(_expression(ast.parse(_cleaned(text))), 0)
    except SyntaxError as error:
        why = f" ({error.msg})" if len(error.msg) < 80 else ""
        raise ValueError(f"line {error.lineno or 1}: this is not Python code{why}") from None
    except (RecursionError, MemoryError):
        raise ValueError("the text is nested too deeply") from None
    if not layers:
        raise ValueError("there is no layer in it")
    return layers


def _cleaned(text: str) -> str:
    """Return the text without the extras of a copy from a page or a console, and print(model) as code."""
    lines = [line.removeprefix(">>> ").removeprefix("... ") for line in text.replace("\u00a0", " ").splitlines()]
    if any(PRINTED.match(line) for line in lines):
        lines = [PRINTED.sub("", line).rstrip() for line in lines]
        lines = [f"{line}," if line.endswith(")") and line != ")" else line for line in lines]
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    return "\n".join(line[min(indents) :] for line in lines)


def _expression(tree: ast.Module) -> ast.expr:
    """Return the one expression that stands for the layers, past imports, docstrings and the class of Residual."""
    values: list[ast.expr] = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom) or (
            isinstance(node, ast.ClassDef) and node.name == "Residual"
        ):
            continue
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr) and node.value is not None:
            value = node.value
            if isinstance(value, ast.Call | ast.Tuple | ast.List):
                values.append(value)
                continue
            if isinstance(node, ast.Expr) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                continue
        raise ValueError(
            f"line {node.lineno}: only nn.Sequential(…) with plain numbers is read, not {_named(node)}; "
            "nothing that is pasted is run"
        )
    if not values:
        raise ValueError("there is no nn.Sequential(…) in it")
    if len(values) > 1:
        raise ValueError(f"line {values[1].lineno}: there is more than one expression; paste one nn.Sequential(…)")
    return values[0]


def _named(node: ast.AST) -> str:
    words = {"ClassDef": "a class", "FunctionDef": "a function", "For": "a loop", "If": "an if", "With": "a with"}
    return words.get(type(node).__name__, "this")


class _Reader:
    """Reads expressions, and counts the layers that it has read."""

    def __init__(self):
        self.count = 0

    def stack(self, node: ast.expr, depth: int) -> tuple[Layer, ...]:
        """Read a Sequential, a list or tuple of layers, or one layer."""
        if isinstance(node, ast.List | ast.Tuple):
            return tuple(self.layer(part, depth + 1) for part in node.elts)
        if isinstance(node, ast.Call) and _class(node) == "Sequential":
            return self.sequential(node, depth)
        return (self.layer(node, depth),)

    def sequential(self, node: ast.Call, depth: int) -> tuple[Layer, ...]:
        if depth > MAX_DEPTH:
            raise ValueError(f"line {node.lineno}: at most {MAX_DEPTH} Sequentials are read one inside the other")
        if node.keywords:
            raise ValueError(f"line {node.lineno}: nn.Sequential takes layers, not {node.keywords[0].arg}=")
        parts: list[ast.expr] = []
        for part in node.args:
            if isinstance(part, ast.Call) and _class(part) == "OrderedDict":
                parts += _ordered(part)
            elif isinstance(part, ast.Starred) and isinstance(part.value, ast.List | ast.Tuple):
                parts += part.value.elts
            else:
                parts.append(part)
        return tuple(self.layer(part, depth + 1) for part in parts)

    def layer(self, node: ast.expr, depth: int) -> Layer:
        if not isinstance(node, ast.Call):
            raise ValueError(f"line {node.lineno}: a layer is expected here, such as nn.ReLU(), not {_quoted(node)}")
        name = _class(node)
        self.count += 1
        if self.count > MAX_LAYERS:
            raise ValueError(f"line {node.lineno}: these are more layers than the {MAX_LAYERS} that are read")
        if name == "Sequential":
            return Sequential(self.sequential(node, depth))
        if name == "Residual":
            return self.residual(node, depth)
        cls = LAYERS.get(name or "")
        if cls is None or cls.arguments:
            raise ValueError(_unknown(node))
        return _made(cls, node)

    def residual(self, node: ast.Call, depth: int) -> Residual:
        names = ("body", "shortcut", "activation")
        if len(node.args) > len(names) or any(keyword.arg not in names for keyword in node.keywords):
            raise ValueError(f"line {node.lineno}: Residual takes {', '.join(names)}")
        given = dict(zip(names, node.args, strict=False)) | {str(k.arg): k.value for k in node.keywords}
        given = {name: value for name, value in given.items() if not _is_none(value)}
        if "body" not in given:
            raise ValueError(f"line {node.lineno}: Residual needs a body")
        return Residual(
            self.stack(given["body"], depth + 1),
            self.stack(given["shortcut"], depth + 1) if "shortcut" in given else (),
            self.layer(given["activation"], depth + 1) if "activation" in given else None,
        )


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _ordered(node: ast.Call) -> list[ast.expr]:
    """Return the layers of OrderedDict([("conv", nn.Conv2d(…)), …]) or OrderedDict({"conv": …})."""
    if len(node.args) == 1 and not node.keywords:
        (inside,) = node.args
        if isinstance(inside, ast.Dict) and None not in inside.keys:
            return inside.values
        if isinstance(inside, ast.List | ast.Tuple):
            pairs = [part for part in inside.elts if isinstance(part, ast.Tuple) and len(part.elts) == 2]
            if len(pairs) == len(inside.elts):
                return [pair.elts[1] for pair in pairs]
    raise ValueError(f'line {node.lineno}: an OrderedDict is read as OrderedDict([("name", nn.Layer(…)), …])')


def _class(node: ast.Call) -> str | None:
    """Return X of nn.X(…), torch.nn.X(…), collections.X(…) or X(…); None for any other call."""
    func = node.func
    if isinstance(func, ast.Name):
        return func.id
    if isinstance(func, ast.Attribute) and ast.unparse(func.value) in ("nn", "torch.nn", "collections"):
        return func.attr
    return None


def _quoted(node: ast.AST) -> str:
    """Return a piece of the text as a sentence may quote it: short and on one line."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 40 else text[:39] + "…"


def _unknown(node: ast.Call) -> str:
    known = sorted(name for name, cls in LAYERS.items() if not cls.arguments)
    return (
        f"line {node.lineno}: {_quoted(node.func)} is not a layer that Stride knows in a stack; it knows "
        f"{', '.join(known)} and Sequential"
    )


def _made(cls: type[Layer], node: ast.Call) -> Layer:
    """Return the layer that a call makes."""
    name, line = cls.__name__, f"line {node.lineno}"
    own = tuple(f.name for f in fields(cls))
    if cls.signature is None:
        return cls()
    order = cls.signature or own
    if len(node.args) > len(order):
        raise ValueError(f"{line}: nn.{name} takes at most {len(order)} arguments, not {len(node.args)}")
    given: dict[str, Any] = {}
    named = [(keyword.arg, keyword.value) for keyword in node.keywords]
    for argument, value in [*zip(order, node.args, strict=False), *named]:
        if argument is None:
            raise ValueError(f"{line}: nn.{name}: **{_quoted(value)} cannot be read; write the arguments out")
        if argument in given:
            raise ValueError(f"{line}: nn.{name}: {argument} is given twice")
        given[argument] = _literal(value, f"{line}: nn.{name}: {argument}")
    chosen = {argument: values[0] for argument, values in cls.fixed.items() if argument in own}
    for argument, value in given.items():
        if argument in cls.fixed:
            first, *others = cls.fixed[argument]
            if value != first and value not in others:
                raise ValueError(f"{line}: nn.{name}: Stride has {argument} only as {first!r}, not {value!r}")
        elif argument in own:
            chosen[argument] = _typed(cls, argument, value, line)
        elif argument not in IGNORED or not isinstance(value, IGNORED[argument]):
            raise ValueError(f"{line}: nn.{name} has no argument {argument} here; it has {', '.join(own) or 'none'}")
    try:
        return cls(**chosen)
    except TypeError:
        missing = [f.name for f in fields(cls) if f.name not in chosen and f.default is MISSING]
        raise ValueError(f"{line}: nn.{name} needs {', '.join(missing)}") from None
    except ValueError as error:
        raise ValueError(f"{line}: nn.{name}: {error}") from None


def _typed(cls: type[Layer], argument: str, value: Any, line: str) -> Any:
    """Return a value of the type that a setting is declared with. Whole numbers and pairs the layer checks itself."""
    kind = settings(cls)[argument].kind
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "bool" and not isinstance(value, bool):
        raise ValueError(f"{line}: nn.{cls.__name__}: {argument} must be True or False, not {value!r}")
    if kind == "float" and not number:
        raise ValueError(f"{line}: nn.{cls.__name__}: {argument} must be a number, not {value!r}")
    return float(value) if kind == "float" else value


def _literal(node: ast.expr, place: str) -> Any:
    """Return the plain value that an argument is written as."""
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool | int | float | str)):
        value = node.value
        if isinstance(value, str) and (len(value) > 20 or not value.replace("_", "").isalnum()):
            raise ValueError(f"{place} is a text that no argument takes")
        if isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:
            raise ValueError(f"{place} is {_quoted(node)}; numbers up to {MAX_NUMBER:,} are read")
        return value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _literal(node.operand, place)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.Tuple | ast.List) and len(node.elts) == 2:
        return tuple(_literal(part, place) for part in node.elts)
    raise ValueError(f"{place} is {_quoted(node)}: only plain numbers, True, False, None and tuples of two are read")
