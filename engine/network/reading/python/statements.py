"""The statements of the text, one after the other: what they give names, and what a function returns."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.network.blocks import RESIDUAL_CODE
from engine.network.reading.python import arithmetic, objects
from engine.network.reading.python.changes import changed, root, wrapped
from engine.network.reading.python.expressions import attempted, combined, evaluate, items, needed
from engine.network.reading.python.limits import TooMuch, Unread
from engine.network.reading.python.values import Class, Flow, Function, Instance, Modules, Name, Scope, Unknown

if TYPE_CHECKING:
    from engine.network.reading.python.reader import Reader

OWN_RESIDUAL = ast.dump(ast.parse(RESIDUAL_CODE).body[0])


@dataclass(frozen=True, eq=False)
class Returned:
    """The end of a function, of a loop's round ("continue") or of a loop ("break")."""

    value: Any
    word: str = "return"


def returned(reader: "Reader", body: list[ast.stmt], scope: Scope) -> Any:
    """Return what a function's body returns."""
    end = run(reader, body, scope)
    return end.value if end is not None and end.word == "return" else None


def run(reader: "Reader", body: list[ast.stmt], scope: Scope) -> Returned | None:
    """Look at statements in order; return the end that one of them makes."""
    for node in body:
        reader.spend(1, node.lineno)
        kind = _KINDS.get(type(node))
        if kind is None:
            raise Unread(f"{_word(node)} cannot be read", node.lineno)
        end = kind(reader, node, scope)
        if end is not None:
            return end
    return None


def _word(node: ast.stmt) -> str:
    words = {"AsyncFunctionDef": "an async function", "Match": "a match", "AsyncFor": "an async loop"}
    return words.get(type(node).__name__, type(node).__name__.lower())


def passed_over(reader: "Reader", node: ast.stmt, scope: Scope) -> None:
    """Look at a statement of the text itself, outside of functions. What cannot be read is passed over; what it would
    have changed is unknown from there on."""
    try:
        run(reader, [node], scope)
    except TooMuch:
        raise
    except Unread as error:
        for name in changed(node, isinstance(node, ast.Expr)) - wrapped(node):
            scope.names[name] = Unknown(error)


# Each kind


def _import(reader: "Reader", node: ast.Import, scope: Scope) -> None:
    for alias in node.names:
        top = alias.name.partition(".")[0]
        scope.names[alias.asname or top] = Name(alias.name if alias.asname else top)


def _import_from(reader: "Reader", node: ast.ImportFrom, scope: Scope) -> None:
    for alias in node.names:
        if alias.name != "*":
            scope.names[alias.asname or alias.name] = Name(f"{node.module or ''}.{alias.name}")


def _assign(reader: "Reader", node: ast.Assign, scope: Scope) -> None:
    value = attempted(reader, node.value, scope)
    for target in node.targets:
        if isinstance(value, Unknown) and isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                reader.bind(part.value if isinstance(part, ast.Starred) else part, value, scope)
        else:
            reader.bind(target, value, scope)


def _annotated(reader: "Reader", node: ast.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        reader.bind(node.target, attempted(reader, node.value, scope), scope)


def _augmented(reader: "Reader", node: ast.AugAssign, scope: Scope) -> None:
    as_read = ast.copy_location(_read(node.target), node)
    old, new = evaluate(reader, as_read, scope), needed(evaluate(reader, node.value, scope))
    if isinstance(old, list) and isinstance(node.op, ast.Add):
        old += items(reader, new, node.lineno)
        arithmetic.checked(old, node.lineno)
    elif isinstance(old, Modules) and isinstance(node.op, ast.Add):
        for part in items(reader, new, node.lineno):
            old.add(part)
    else:
        reader.bind(node.target, combined(reader, type(node.op), needed(old), new, node), scope)


def _read(target: ast.expr) -> ast.expr:
    """Return the expression that reads what a target writes."""
    if isinstance(target, ast.Name):
        return ast.copy_location(ast.Name(target.id, ast.Load()), target)
    if isinstance(target, ast.Attribute):
        return ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
    return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)


def _expression(reader: "Reader", node: ast.Expr, scope: Scope) -> None:
    try:
        value = needed(evaluate(reader, node.value, scope))
    except TooMuch:
        raise
    except Unread:
        if not _touches_weights_only(reader, node.value, scope):
            raise
        return
    if isinstance(value, Flow) and (name := _in_place(node.value)) in scope.names:
        scope.names[name] = value
    elif isinstance(value, Flow) and isinstance(node.value, ast.Call) and scope.outer is not None:
        raise Unread("what this makes is given no name: write x = …", node.lineno)
    if scope.outer is None:
        reader.expressed.append((value, node))


def _in_place(node: ast.expr) -> str:
    """Return the name of what a statement such as x.relu_() changes; "" where it is no such statement."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.endswith("_"):
        return node.func.value.id if isinstance(node.func.value, ast.Name) else ""
    return ""


def _touches_weights_only(reader: "Reader", node: ast.expr, scope: Scope) -> bool:
    """Whether a statement that cannot be read is a call that changes no layer: of a package, or on weights."""
    if not isinstance(node, ast.Call):
        return isinstance(node, ast.Constant)
    called = attempted(reader, node.func, scope)
    if isinstance(called, Name):
        return not called.path.startswith("builtins.setattr")
    if isinstance(called, Unknown):
        return called.is_weights
    return False


def _if(reader: "Reader", node: ast.If, scope: Scope) -> Returned | None:
    try:
        is_true = arithmetic.truth(needed(evaluate(reader, node.test, scope)), node.lineno)
    except TooMuch:
        raise
    except Unread:
        if not (_only_complains(node.body) and _only_complains(node.orelse)):
            raise
        return None
    return run(reader, node.body if is_true else node.orelse, scope)


def _only_complains(body: list[ast.stmt]) -> bool:
    harmless = (ast.Raise, ast.Pass, ast.Assert)
    return all(
        isinstance(node, harmless)
        or (isinstance(node, ast.Expr) and root(node.value) in ("print", "warnings", "logger"))
        for node in body
    )


def _for(reader: "Reader", node: ast.For, scope: Scope) -> Returned | None:
    over = evaluate(reader, node.iter, scope)
    if isinstance(over, Unknown) and over.is_weights and not _flows(node, scope):
        return None
    turns = (reader.bind(node.target, value, scope) for value in items(reader, over, node.lineno))
    return _repeated(reader, node, scope, turns)


def _flows(node: ast.For, scope: Scope) -> bool:
    """Whether a loop changes what forward has made."""
    return any(isinstance(scope.names.get(name), Flow | Instance | list | Modules) for name in changed(node))


def _while(reader: "Reader", node: ast.While, scope: Scope) -> Returned | None:
    def turns() -> Iterator[None]:
        while arithmetic.truth(needed(evaluate(reader, node.test, scope)), node.lineno):
            yield reader.spend(1, node.lineno)

    return _repeated(reader, node, scope, turns())


def _repeated(reader: "Reader", node: ast.For | ast.While, scope: Scope, turns: Iterator[None]) -> Returned | None:
    """Run a loop's body for each of its turns, then what stands behind `else`, unless the loop is left before."""
    for _ in turns:
        end = run(reader, node.body, scope)
        if end is not None and end.word == "return":
            return end
        if end is not None and end.word == "break":
            return None
    return run(reader, node.orelse, scope)


def _return(reader: "Reader", node: ast.Return, scope: Scope) -> Returned:
    return Returned(None if node.value is None else evaluate(reader, node.value, scope))


def _raise(reader: "Reader", node: ast.Raise, scope: Scope) -> None:
    raise Unread("the code itself stops here", node.lineno)


def _function(reader: "Reader", node: ast.FunctionDef, scope: Scope) -> None:
    parts = list(ast.walk(node))
    reader.spend(len(parts), node.lineno)
    yields = any(isinstance(part, ast.Yield | ast.YieldFrom) for part in parts)
    scope.names[node.name] = Function(node, scope, reader.defaults(node.args, scope), scope.owner, yields=yields)


def _class(reader: "Reader", node: ast.ClassDef, scope: Scope) -> None:
    if node.name == "Residual" and ast.dump(node) == OWN_RESIDUAL:
        return
    bases = tuple(attempted(reader, base, scope) for base in node.bases)
    unread = [base for base in bases if not isinstance(base, Class | Name)]
    if unread:
        raise Unread(f"what {node.name} inherits from cannot be read", node.lineno)
    wraps = [ast.unparse(one).partition("(")[0].rpartition(".")[2] for one in node.decorator_list]
    made = Class(node.name, bases, {}, node.lineno, "dataclass" in wraps)
    inner = Scope(made.names, scope, made)
    for part in node.body:
        if isinstance(part, ast.FunctionDef):
            defaults = reader.defaults(part.args, inner)
            yields = any(isinstance(one, ast.Yield | ast.YieldFrom) for one in ast.walk(part))
            made.names[part.name] = Function(part, scope, defaults, made, yields=yields)
        elif isinstance(part, ast.ClassDef):
            _class(reader, part, inner)
        elif not isinstance(part, ast.AsyncFunctionDef):
            passed_over(reader, part, inner)
    scope.names[node.name] = made


def _with(reader: "Reader", node: ast.With, scope: Scope) -> Returned | None:
    return run(reader, node.body, scope)


def _try(reader: "Reader", node: ast.Try, scope: Scope) -> Returned | None:
    return run(reader, [*node.body, *node.orelse, *node.finalbody], scope)


def _delete(reader: "Reader", node: ast.Delete, scope: Scope) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name):
            scope.names.pop(target.id, None)
        elif isinstance(target, ast.Attribute):
            objects.delete_attribute(needed(evaluate(reader, target.value, scope)), target.attr, node.lineno)
        else:
            raise Unread("this del cannot be read", node.lineno)


def _nothing(reader: "Reader", node: ast.stmt, scope: Scope) -> None:
    return None


_KINDS = {
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Expr: _expression,
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.FunctionDef: _function,
    ast.ClassDef: _class,
    ast.With: _with,
    ast.Try: _try,
    ast.Delete: _delete,
    ast.Assert: _nothing,
    ast.Pass: _nothing,
    ast.Global: _nothing,
    ast.Nonlocal: _nothing,
    ast.Break: lambda reader, node, scope: Returned(None, "break"),
    ast.Continue: lambda reader, node, scope: Returned(None, "continue"),
}
