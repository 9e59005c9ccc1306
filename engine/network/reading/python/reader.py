"""A reader of one text: what its names stand for, and how much of what a text may cost is left."""

import ast
from typing import Any

from engine.layers import LAYERS
from engine.network.blocks import called
from engine.network.reading.python import arithmetic, objects, statements
from engine.network.reading.python.expressions import attempted, evaluate, hashable, items, needed
from engine.network.reading.python.limits import MAX_CALLS, MAX_LAYERS, MAX_STEPS, TooMuch, Unread
from engine.network.reading.python.modules import BUILDERS, built
from engine.network.reading.python.values import (
    Builtin,
    Class,
    Flow,
    Function,
    Instance,
    Leaf,
    Modules,
    Name,
    Scope,
    Sizes,
    Super,
    Unknown,
)

# What names stand for where the text does not import them.
USUAL = {
    "nn": "torch.nn", "F": "torch.nn.functional", "torch": "torch", "np": "numpy", "numpy": "numpy", "math": "math",
    "collections": "collections", "OrderedDict": "collections.OrderedDict", "Residual": "stride.Residual",
    "summary": "torchinfo.summary",
}  # fmt: skip
BUILTIN = (
    "range", "enumerate", "zip", "reversed", "isinstance", "getattr", "setattr", "hasattr", "print", "dict", "super",
    "type", "iter", "next", "map", "callable", "object", "Exception", "ValueError", "RuntimeError", "TypeError",
    "NotImplementedError", "AssertionError", "staticmethod", "classmethod", "property",
)  # fmt: skip


class Reader:
    """Reads the statements of a text. Nothing is run.

    latest: how far the forward that is being read has come. notes: sentences about what was taken for what.
    shapes: inputs' shapes that the text itself names. expressed: values that stand there by themselves.
    """

    def __init__(self):
        self.steps = self.depth = self.modules = self.stacked = 0
        self.latest = Flow()
        self.notes: list[str] = []
        self.shapes: list[tuple[int, ...]] = []
        self.placed: dict[int, Leaf] = {}  # by id, and kept, so that no id is given twice
        self.expressed: list[tuple[Any, ast.Expr]] = []

    # What it costs

    def spend(self, steps: int, line: int) -> None:
        """Count what has been looked at. Unread where that is more than a text may cost."""
        self.steps += steps
        if self.is_spent:
            raise TooMuch("reading up to here takes too long: the text has too many loops", line)

    @property
    def is_spent(self) -> bool:
        return self.steps > MAX_STEPS

    # Notes are Markdown: what comes from the text is a name in `…`.
    def note(self, sentence: str) -> None:
        if sentence not in self.notes and len(self.notes) < 20:
            self.notes.append(sentence)

    def leaf(self, leaf: Leaf) -> Leaf:
        """Return a new module, counted."""
        self.modules += 1
        if self.modules > 4 * MAX_LAYERS:
            raise TooMuch(f"these are more layers than the {MAX_LAYERS} that are read", leaf.line)
        return leaf

    def place(self, leaf: Leaf, line: int) -> None:
        """Count a layer as one of the network's. Unread where it is one already, and has weights."""
        if id(leaf) in self.placed and leaf.layer.parameter_shapes():
            name = called(leaf.layer)
            raise Unread(
                f"nn.{name} of line {leaf.line} is used a second time; in Stride no two layers share weights", line
            )
        self.placed[id(leaf)] = leaf

    # Names

    def given(self, name: str, line: int) -> Any:
        """Return what a name stands for that the text itself does not say."""
        if name in USUAL:
            return Name(USUAL[name])
        if name in arithmetic.FUNCTIONS:
            return Name(f"builtins.{name}")
        if name in BUILTIN:
            return Name(f"builtins.{name}")
        if name in LAYERS or name in BUILDERS:
            return Name(f"torch.nn.{name}")
        if name == "__name__":
            return "__main__"
        raise Unread(
            f"{name} is not known here: only plain numbers, and names that a line before explains, are read", line
        )

    def bind(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Give a name, an attribute, a place of a list, or several of these a value."""
        line = target.lineno
        if isinstance(target, ast.Name):
            scope.names[target.id] = value
        elif isinstance(target, ast.Attribute):
            objects.set_attribute(needed(evaluate(self, target.value, scope)), target.attr, value, line)
        elif isinstance(target, ast.Tuple | ast.List):
            parts = items(self, value, line)
            many = next((k for k, one in enumerate(target.elts) if isinstance(one, ast.Starred)), None)
            if many is not None and len(parts) >= len(target.elts) - 1:
                end = len(parts) - (len(target.elts) - many - 1)
                parts = [*parts[:many], parts[many:end], *parts[end:]]
            if len(parts) != len(target.elts):
                raise Unread(f"{len(parts)} values for {len(target.elts)} names", line)
            for one, part in zip(target.elts, parts, strict=True):
                self.bind(one.value if isinstance(one, ast.Starred) else one, part, scope)
        elif isinstance(target, ast.Subscript):
            holder = needed(evaluate(self, target.value, scope))
            objects.set_item(holder, needed(evaluate(self, target.slice, scope)), value, line)
        else:
            raise Unread("this cannot be given a value", line)

    def defaults(self, arguments: ast.arguments, scope: Scope) -> dict[str, Any]:
        """Return a function's default arguments by name."""
        places = [*arguments.posonlyargs, *arguments.args]
        with_default = places[len(places) - len(arguments.defaults) :]
        pairs = [*zip(with_default, arguments.defaults, strict=True)]
        pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
        return {argument.arg: attempted(self, default, scope) for argument, default in pairs}

    def super_of(self, scope: Scope, line: int) -> Super:
        if scope.instance is None or scope.owner is None:
            raise Unread("super() stands outside of a class's method", line)
        return Super(scope.instance, scope.owner)

    # Parts

    def item(self, value: Any, index: Any, line: int) -> Any:
        """Return value[index]."""
        if isinstance(value, Instance) and value.modules is not None:
            value = value.modules
        if isinstance(value, Sizes):
            return arithmetic.attempt(value.dims.__getitem__, index, line=line)
        if isinstance(value, Modules):
            if isinstance(index, str) or value.kind == "ModuleDict":
                return arithmetic.attempt(value.parts.__getitem__, hashable(index, line), line=line)
            return arithmetic.attempt(list(value.parts.values()).__getitem__, index, line=line)
        if isinstance(value, dict):
            return arithmetic.attempt(value.__getitem__, hashable(index, line), line=line)
        if isinstance(value, list | tuple | str):
            return arithmetic.attempt(value.__getitem__, index, line=line)
        raise Unread("a part of this cannot be read", line)

    def sliced(self, value: Any, cut: slice, line: int) -> Any:
        """Return value[cut]."""
        if isinstance(value, Instance) and value.modules is not None:
            value = value.modules
        self.spend(arithmetic.size(value) if isinstance(value, list | tuple | str) else 1, line)
        if isinstance(value, Sizes):
            return Sizes(value.of, arithmetic.attempt(value.axes.__getitem__, cut, line=line))
        if isinstance(value, Modules):
            parts = arithmetic.attempt(list(value.parts.items()).__getitem__, cut, line=line)
            return Modules(value.kind, line, {str(k): part for k, (_, part) in enumerate(parts)})
        if isinstance(value, list | tuple | str):
            return arithmetic.attempt(value.__getitem__, cut, line=line)
        raise Unread("a part of this cannot be read", line)

    # Objects

    def attribute(self, value: Any, name: str, line: int) -> Any:
        """Return value.name."""
        return objects.attribute(self, value, name, line)

    def call(self, function: Any, line: int, arguments: list, keywords: dict[str, Any]) -> Any:
        """Return what function(…) gives."""
        self.spend(1, line)
        if isinstance(function, Unknown) and function.is_weights:
            return function
        function = needed(function)
        if self.depth >= MAX_CALLS:
            raise TooMuch(f"more than {MAX_CALLS} functions are called, one inside the other", line)
        self.depth += 1
        try:
            if isinstance(function, Name):
                return built(self, function.path, line, arguments, keywords)
            if isinstance(function, Builtin):
                return function.call(line, arguments, keywords)
            if isinstance(function, Function):
                return self.function(function, line, arguments, keywords)
            if isinstance(function, Class):
                return objects.instance(self, function, line, arguments, keywords)
            return objects.applied(self, function, line, arguments, keywords)
        finally:
            self.depth -= 1

    def forward(self, module: Any) -> Flow:
        """Return what a module makes of one input."""
        self.latest = Flow()
        try:
            return _result(self, self.call(module, module.line, [Flow()], {}), module.line)
        except Unread as error:
            error.so_far = error.so_far or self.latest.layers
            raise

    def function(self, function: Function, line: int, arguments: list, keywords: dict[str, Any]) -> Any:
        """Return what a function of the text returns."""
        node, names = function.node, dict(function.defaults)
        if function.bound is not None:
            arguments = [function.bound, *arguments]
        if function.yields:
            raise Unread(f"{function.name} is a generator, which is not read", line)
        places = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
        if len(arguments) > len(places) and node.args.vararg is None:
            raise Unread(f"{function.name} takes {len(places)} arguments, not {len(arguments)}", line)
        names |= dict(zip(places, arguments, strict=False))
        if node.args.vararg is not None:
            names[node.args.vararg.arg] = tuple(arguments[len(places) :])
        known = {*places, *(one.arg for one in node.args.kwonlyargs)}
        others = {name: value for name, value in keywords.items() if name not in known}
        if others and node.args.kwarg is None:
            raise Unread(f"{function.name} has no argument {next(iter(others))}", line)
        names |= {name: value for name, value in keywords.items() if name in known}
        if node.args.kwarg is not None:
            names[node.args.kwarg.arg] = others
        if missing := [name for name in (*places, *(one.arg for one in node.args.kwonlyargs)) if name not in names]:
            raise Unread(f"{function.name} needs {', '.join(missing)}, and no line says what to take", line)
        instance = function.bound if isinstance(function.bound, Instance) else function.scope.instance
        scope = Scope(names, function.scope, function.owner, instance)
        if isinstance(node, ast.Lambda):
            return evaluate(self, node.body, scope)
        return statements.returned(self, node.body, scope)


def _result(reader: Reader, value: Any, line: int) -> Flow:
    """Return what forward returns: of several things the one that the others are on the way to."""
    value = needed(value)
    several = (
        list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list | tuple) else []
    )
    if several:
        ends = [one for one in several if isinstance(one, Flow)]
        last = max(ends, key=lambda one: len(one.used), default=None)
        on_the_way = [one for one in ends if last and one.used == last.used[: len(one.used)]]
        if len(on_the_way) != len(several):
            raise Unread("forward returns several things; only one way through the layers is read", line)
        if len(several) > 1:
            reader.note(f"forward returns {len(several)} things; read is the one that the others lie on the way to")
        value = last
    if not isinstance(value, Flow):
        raise Unread("forward does not return what the layers made", line)
    return value
