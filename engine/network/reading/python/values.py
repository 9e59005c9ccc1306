"""What an expression of the text can stand for, beside plain Python numbers, texts, tuples, lists and dicts."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.layers.base import Layer
from engine.network.reading.python.limits import Unread


@dataclass(frozen=True)
class Name:
    """Something of a package, by its full name: torch.nn.Conv2d."""

    path: str

    @property
    def last(self) -> str:
        return self.path.rpartition(".")[2]


@dataclass(frozen=True, eq=False)
class Unknown:
    """What could not be read; where it is needed, `error` says why not. is_weights: it is weights, or a way to them."""

    error: Unread
    is_weights: bool = False


@dataclass
class Scope:
    """Names and what they stand for, of a function or of the whole text."""

    names: dict[str, Any] = field(default_factory=dict)
    outer: "Scope | None" = None
    owner: "Class | None" = None
    instance: "Instance | None" = None

    def find(self, name: str) -> Any:
        """Return a name's value. KeyError where there is none."""
        if name in self.names:
            return self.names[name]
        if self.outer is None:
            raise KeyError(name)
        return self.outer.find(name)


@dataclass(frozen=True, eq=False)
class Function:
    """A function of the text. bound: what its first parameter is, for a method. owner: the class that it stands in."""

    node: ast.FunctionDef | ast.Lambda
    scope: Scope
    defaults: dict[str, Any]
    owner: "Class | None" = None
    bound: Any = None
    yields: bool = False

    @property
    def name(self) -> str:
        return getattr(self.node, "name", "lambda")

    @property
    def decorators(self) -> list[str]:
        return [ast.unparse(one) for one in getattr(self.node, "decorator_list", [])]


@dataclass(frozen=True, eq=False)
class Builtin:
    """A function that the reader does itself: call(line, arguments, keywords)."""

    name: str
    call: Callable[[int, list, dict], Any]


@dataclass(eq=False)
class Class:
    """A class of the text. names: its methods and values."""

    name: str
    bases: tuple["Class | Name", ...]
    names: dict[str, Any]
    line: int
    is_dataclass: bool = False

    def __post_init__(self):
        """Keep `lineage`: the class and what it inherits from, the nearest first."""
        self.lineage: list[Class | Name] = [self]
        for base in self.bases:
            own = base.lineage if isinstance(base, Class) else [base]
            self.lineage += [one for one in own if one not in self.lineage]

    def find(self, name: str, after: "Class | None" = None) -> tuple[Any, "Class"]:
        """Return what the class calls by a name, and whose it is; `after`: only of what that class inherits from.

        KeyError where there is none.
        """
        first = self.lineage.index(after) + 1 if after else 0
        for one in self.lineage[first:]:
            if isinstance(one, Class) and name in one.names:
                return one.names[name], one
        raise KeyError(name)

    def is_a(self, *lasts: str) -> bool:
        """Whether it inherits from a class of a package with one of these names."""
        return any(isinstance(one, Name) and one.last in lasts for one in self.lineage)


@dataclass(eq=False)
class Leaf:
    """One module that is a layer: used twice, it has the same weights twice."""

    layer: Layer
    line: int
    in_place: bool = False


@dataclass(eq=False)
class Modules:
    """Modules by name, in order: nn.Sequential, nn.ModuleList or nn.ModuleDict, as `kind` says."""

    kind: str
    line: int
    parts: dict[str, Any] = field(default_factory=dict)

    def add(self, module: Any, name: str | None = None) -> None:
        self.parts[str(len(self.parts)) if name is None else name] = module


@dataclass(eq=False)
class Instance:
    """An object of a class of the text. modules: the layers of an nn.Sequential that it inherits from."""

    cls: Class
    line: int
    names: dict[str, Any] = field(default_factory=dict)
    modules: Modules | None = None


@dataclass(frozen=True, eq=False)
class Super:
    """super() in a method."""

    instance: Instance
    owner: Class


@dataclass(frozen=True, eq=False)
class Used:
    """A layer as forward uses it. leaf: the module that it is, if it is one. inside: what a sum is of."""

    layer: Layer
    line: int
    leaf: Leaf | None = None
    inside: tuple["Used", ...] = ()
    in_place: bool = False


@dataclass(frozen=True, eq=False)
class Flow:
    """What forward has made of its input so far: the layers that it went through.

    start: the input's shape, with N, where the text made it itself, as torch.zeros(1, 3, 32, 32) does.
    """

    used: tuple[Used, ...] = ()
    start: tuple[int, ...] = ()

    @property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(one.layer for one in self.used)

    @property
    def leaves(self) -> list[tuple[Leaf, int]]:
        """The modules that it went through, each with the line where it was used."""
        found: list[tuple[Leaf, int]] = []
        rest = list(self.used)
        while rest:
            one = rest.pop(0)
            rest = [*one.inside, *rest]
            if one.leaf is not None:
                found.append((one.leaf, one.line))
        return found


@dataclass(frozen=True, eq=False)
class Sizes:
    """x.shape, or a part of it: the lengths of some axes of a tensor."""

    of: Flow
    axes: tuple[int, ...]

    @property
    def dims(self) -> list["Dim"]:
        return [Dim((axis,), self.of) for axis in self.axes]


@dataclass(frozen=True)
class Dim:
    """A product of lengths of a tensor's axes, and of a number: x.size(0) is axes (0,), the same for every tensor."""

    axes: tuple[int, ...]
    of: Flow
    factor: int = 1

    @property
    def is_batch(self) -> bool:
        return self.axes == (0,) and self.factor == 1


@dataclass(frozen=True)
class Training:
    """self.training, and its opposite: whether the network is being trained."""

    inverted: bool = False
