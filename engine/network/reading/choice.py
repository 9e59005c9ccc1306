"""Which of the things in a text is the network."""

import ast
from typing import Any

from engine.network.reading.python import objects
from engine.network.reading.python.expressions import evaluate
from engine.network.reading.python.limits import TooMuch, Unread
from engine.network.reading.python.reader import Reader
from engine.network.reading.python.statements import passed_over
from engine.network.reading.python.values import Class, Flow, Function, Instance, Leaf, Modules, Name, Scope, Unknown

USUAL = ("model", "net", "network", "cnn")
NOTHING = "there is no nn.Sequential(…) and no class of layers in it"


def network_of(reader: Reader, tree: ast.Module) -> Any:
    """Look at every statement of a text, and return the module that is its network. Unread where there is none."""
    scope = Scope()
    named: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        passed_over(reader, node, scope)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for one in targets:
                if isinstance(one, ast.Name):
                    named.setdefault(one.id, []).append(node)
    found: list[tuple[str, int, Any]] = []
    for name, value in scope.names.items():
        line = named[name][-1].lineno if name in named else getattr(value, "line", 0)
        tried = isinstance(value, Unknown) and (
            name in USUAL or any(_makes_layers(node.value, scope) for node in named.get(name, ()))
        )
        if tried or _is_network(value):
            found.append((name, line, value))
    found += [("", node.lineno, value) for value, node in reader.expressed if _is_network(value)]
    found += _refused(tree, scope, reader)
    chosen = _one_of(_without_parts(found, named)) if found else _made_from(reader, scope)
    if isinstance(chosen, Unknown):
        raise chosen.error
    return chosen


def _is_network(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(one, Leaf | Modules | Instance) for one in value)
    if isinstance(value, Instance):
        return value.modules is not None or _has_forward(value.cls)
    return isinstance(value, Leaf) or (isinstance(value, Modules) and value.kind != "ModuleDict")


def _has_forward(cls: Class) -> bool:
    return any(isinstance(one, Class) and "forward" in one.names for one in cls.lineage) or cls.is_a("Sequential")


def _makes_layers(node: ast.expr, scope: Scope) -> bool:
    """Whether an expression calls a layer's or a network's class."""
    for part in ast.walk(node):
        if not isinstance(part, ast.Call):
            continue
        words = ast.unparse(part.func).split(".")
        value = scope.names.get(words[0])
        if isinstance(value, Class) and len(words) == 1 and _has_forward(value):
            return True
        path = [*value.path.split("."), *words[1:]] if isinstance(value, Name) else words
        is_nn = path[:-1] in (["nn"], ["torch", "nn"], []) or path[:2] == ["torch", "nn"]
        if (
            is_nn
            and path[-1][:1].isupper()
            and not path[-1].endswith("Loss")
            and (path[:-1] or path[-1] == "Sequential")
        ):
            return path[-1] not in ("Parameter", "DataParallel")
    return False


def _refused(tree: ast.Module, scope: Scope, reader: Reader) -> list[tuple[str, int, Any]]:
    """Return the expressions that stand by themselves, make layers, and could not be read."""
    read = {id(node) for _, node in reader.expressed}
    made = []
    for node in tree.body:
        if isinstance(node, ast.Expr) and id(node) not in read and _makes_layers(node.value, scope):
            inner = Reader()
            inner.steps = reader.steps
            try:
                evaluate(inner, node.value, scope)
            except Unread as error:
                made.append(("", node.lineno, Unknown(error)))
    return made


def _without_parts(found: list[tuple[str, int, Any]], named: dict[str, list[ast.stmt]]) -> list[tuple[str, int, Any]]:
    """Return the networks that are no part of another one, each once."""
    inside: set[int] = set()
    for _, _, value in found:
        inside |= {id(one) for one in _all_inside(value)}
    for name, _, value in found:
        if isinstance(value, Unknown) and name in named:
            used = _names_in(named[name]) - {name}
            inside |= {id(other) for one, _, other in found if one in used}
    tops: dict[int, tuple[str, int, Any]] = {}
    for one in found:
        if id(one[2]) not in inside:
            tops[id(one[2])] = one
    return list(tops.values()) or found


def _all_inside(value: Any) -> list[Any]:
    """Return every module inside a module."""
    made, rest, seen = [], [value], set()
    while rest:
        one = rest.pop()
        if isinstance(one, Modules):
            parts = list(one.parts.values())
        elif isinstance(one, Instance):
            parts = [*objects.children(one).values(), *([one.modules] if one.modules else [])]
            parts += [v for v in one.names.values() if isinstance(v, list | tuple)]
        else:
            parts = list(one) if isinstance(one, list | tuple) else []
        for part in parts:
            if id(part) not in seen:
                seen.add(id(part))
                made.append(part)
                rest.append(part)
    return made


def _one_of(found: list[tuple[str, int, Any]]) -> Any:
    if len(found) > 1:
        usual = [one for one in found if one[0] in USUAL]
        if len(usual) != 1:
            names = [f"{name or 'one'} (line {line})" for name, line, _ in found[:6]]
            line = found[1][1]
            raise Unread(f"there is more than one network: {', '.join(names)}. Paste one, or call it model", line)
        found = usual
    return found[0][2]


def _made_from(reader: Reader, scope: Scope) -> Any:
    """Return an object of the one class of layers, or what the one function that makes a network returns."""
    classes = {name: one for name, one in scope.names.items() if isinstance(one, Class) and _has_forward(one)}
    functions = {name: one for name, one in scope.names.items() if isinstance(one, Function)}
    made: dict[str, Any] = {}
    for name, one in functions.items():
        try:
            value = reader.call(one, one.node.lineno, [], {})
        except TooMuch:
            raise
        except Unread:
            continue
        if _is_network(value) and not isinstance(value, Flow):
            made[name] = value
    used = _names_in([functions[name].node for name in made])
    for name, cls in classes.items():
        used |= _names_of(cls) - {name}
    made |= {name: cls for name, cls in classes.items() if name not in used}
    if len(made) > 1:
        made = {name: one for name, one in made.items() if not _needs(one)} or made
    if len(made) > 1:
        names = ", ".join(list(made)[:8])
        raise Unread(
            f"there are several networks: {names}. Add a line below that says which: model = {next(iter(made))}()"
        )
    if not made:
        unread = [one for one in scope.names.values() if isinstance(one, Unknown)]
        raise unread[0].error if unread else Unread(NOTHING)
    (chosen,) = made.values()
    if not isinstance(chosen, Class):
        return chosen
    if needs := _needs(chosen):
        given = ", ".join(f"{name}=…" for name in needs)
        why = f"{chosen.name} needs {', '.join(needs)}: add a line below, model = {chosen.name}({given})"
        raise Unread(why, chosen.line)
    return reader.call(chosen, chosen.line, [], {})


def _needs(value: Any) -> list[str]:
    """Return what a class must be given to be made."""
    try:
        begin, _ = value.find("__init__") if isinstance(value, Class) else (None, None)
    except KeyError:
        return []
    if not isinstance(begin, Function):
        return []
    places = [one.arg for one in begin.node.args.args[1:]]
    return [name for name in places if name not in begin.defaults]


def _names_of(cls: Class) -> set[str]:
    bases = {base.name for base in cls.bases if isinstance(base, Class)}
    return bases | _names_in([one.node for one in cls.names.values() if isinstance(one, Function)])


def _names_in(nodes: list[ast.AST]) -> set[str]:
    return {part.id for node in nodes for part in ast.walk(node) if isinstance(part, ast.Name)}
