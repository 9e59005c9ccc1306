"""What an expression of the text stands for. Nothing is run: each kind of expression is looked at here, or refused."""

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.network.reading.python import arithmetic, flow
from engine.network.reading.python.limits import MAX_ITEMS, TooMuch, Unread
from engine.network.reading.python.values import Flow, Function, Modules, Name, Scope, Sizes, Unknown

if TYPE_CHECKING:
    from engine.network.reading.python.reader import Reader


def evaluate(reader: "Reader", node: ast.expr, scope: Scope) -> Any:
    """Return what an expression stands for. Raises Unread, with its line, where that cannot be read."""
    reader.spend(1, node.lineno)
    kind = _KINDS.get(type(node))
    if kind is None:
        raise Unread(f"{quoted(node)} cannot be read", node.lineno)
    return kind(reader, node, scope)


def quoted(node: ast.AST) -> str:
    """Return a piece of the text as a sentence may quote it: short and on one line."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 40 else text[:39] + "…"


def needed(value: Any) -> Any:
    """Return a value that is known. Raises what made it unknown."""
    if isinstance(value, Unknown):
        raise value.error
    return value


def _known(reader: "Reader", node: ast.expr, scope: Scope) -> Any:
    return needed(evaluate(reader, node, scope))


def _constant(reader: "Reader", node: ast.Constant, scope: Scope) -> Any:
    if node.value is ... or isinstance(node.value, bytes | complex):
        raise Unread(f"{quoted(node)} cannot be read", node.lineno)
    return arithmetic.checked(node.value, node.lineno)


def _name(reader: "Reader", node: ast.Name, scope: Scope) -> Any:
    try:
        return scope.find(node.id)
    except KeyError:
        return reader.given(node.id, node.lineno)


def _attribute(reader: "Reader", node: ast.Attribute, scope: Scope) -> Any:
    return reader.attribute(evaluate(reader, node.value, scope), node.attr, node.lineno)


def _parts(reader: "Reader", nodes: list[ast.expr], scope: Scope) -> list:
    made: list = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            made += items(reader, evaluate(reader, node.value, scope), node.lineno)
        else:
            made.append(_known(reader, node, scope))
    return arithmetic.checked(made, nodes[0].lineno if nodes else 0)


def items(reader: "Reader", value: Any, line: int) -> list:
    """Return the parts of a value that has some, in order. Unread for any other."""
    value = needed(value)
    if isinstance(value, Sizes):
        return value.dims
    if isinstance(value, Modules):
        return list(value.parts) if value.kind == "ModuleDict" else list(value.parts.values())
    if isinstance(value, list | tuple | dict | set) or (isinstance(value, str) and len(value) <= MAX_ITEMS):
        made = list(value)
    elif isinstance(value, Flow):
        raise Unread("this goes through the numbers of what comes in", line)
    else:
        inner = getattr(value, "modules", None)
        if not isinstance(inner, Modules):
            raise Unread("this is no list whose parts are known", line)
        made = list(inner.parts.values())
    reader.spend(len(made), line)
    return made


def _unary(reader: "Reader", node: ast.UnaryOp, scope: Scope) -> Any:
    return arithmetic.unary(type(node.op), _known(reader, node.operand, scope), node.lineno)


def _binary(reader: "Reader", node: ast.BinOp, scope: Scope) -> Any:
    return combined(reader, type(node.op), *(_known(reader, part, scope) for part in (node.left, node.right)), node)


def combined(reader: "Reader", kind: type[ast.operator], left: Any, right: Any, node: ast.AST) -> Any:
    """Return left (kind) right, of numbers, lists or what forward has made."""
    line = node.lineno
    if isinstance(left, Flow) or isinstance(right, Flow):
        return flow.arithmetic(reader, kind, left, right, line)
    if isinstance(left, Modules) or isinstance(right, Modules):
        raise Unread("sums of containers are not read", line)
    reader.spend(arithmetic.size(left, right), line)
    return arithmetic.binary(kind, left, right, line)


def _bool(reader: "Reader", node: ast.BoolOp, scope: Scope) -> Any:
    value: Any = None
    for part in node.values:
        value = _known(reader, part, scope)
        if arithmetic.truth(value, node.lineno) == isinstance(node.op, ast.Or):
            return value
    return value


def _compare(reader: "Reader", node: ast.Compare, scope: Scope) -> bool:
    left = _known(reader, node.left, scope)
    for kind, part in zip(node.ops, node.comparators, strict=True):
        right = _known(reader, part, scope)
        reader.spend(arithmetic.size(left, right), node.lineno)
        if not arithmetic.compared(type(kind), left, right, node.lineno):
            return False
        left = right
    return True


def _if(reader: "Reader", node: ast.IfExp, scope: Scope) -> Any:
    chosen = node.body if arithmetic.truth(_known(reader, node.test, scope), node.lineno) else node.orelse
    return evaluate(reader, chosen, scope)


def _call(reader: "Reader", node: ast.Call, scope: Scope) -> Any:
    if isinstance(node.func, ast.Name) and node.func.id == "super":
        return reader.super_of(scope, node.lineno)
    called = evaluate(reader, node.func, scope)
    arguments: list = []
    for part in node.args:
        if isinstance(part, ast.Starred):
            arguments += items(reader, evaluate(reader, part.value, scope), node.lineno)
        else:
            arguments.append(attempted(reader, part, scope))
    keywords: dict[str, Any] = {}
    for keyword in node.keywords:
        if keyword.arg is not None:
            keywords[keyword.arg] = attempted(reader, keyword.value, scope)
            continue
        more = _known(reader, keyword.value, scope)
        if not isinstance(more, dict) or not all(isinstance(key, str) for key in more):
            raise Unread(f"**{quoted(keyword.value)} cannot be read; write the arguments out", node.lineno)
        keywords |= more
    return reader.call(called, node.lineno, arguments, keywords)


def attempted(reader: "Reader", node: ast.expr, scope: Scope) -> Any:
    """Return what an expression stands for; Unknown where it cannot be read, which matters only where it is needed."""
    try:
        return evaluate(reader, node, scope)
    except TooMuch:
        raise
    except Unread as error:
        return Unknown(error)


def _subscript(reader: "Reader", node: ast.Subscript, scope: Scope) -> Any:
    value, line = _known(reader, node.value, scope), node.lineno
    if isinstance(value, Flow):
        raise Unread("parts of what comes in are not read", line)
    if isinstance(value, Name):
        return value  # a type such as list[int]
    if isinstance(node.slice, ast.Slice):
        ends = (node.slice.lower, node.slice.upper, node.slice.step)
        cut = slice(*(None if end is None else _known(reader, end, scope) for end in ends))
        return reader.sliced(value, cut, line)
    return reader.item(value, _known(reader, node.slice, scope), line)


def _dict(reader: "Reader", node: ast.Dict, scope: Scope) -> dict:
    made: dict = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            more = _known(reader, value, scope)
            if not isinstance(more, dict):
                raise Unread("** of this cannot be read", node.lineno)
            made |= more
        else:
            made[hashable(_known(reader, key, scope), node.lineno)] = _known(reader, value, scope)
    return arithmetic.checked(made, node.lineno)


def hashable(value: Any, line: int) -> Any:
    """Return a value that can be a dict's key."""
    if isinstance(value, tuple) and all(isinstance(part, int | str) for part in value):
        return value
    if isinstance(value, str | int | float | bool | type(None) | Name):
        return value
    raise Unread("this cannot be a dict's key", line)


def _joined(reader: "Reader", node: ast.JoinedStr, scope: Scope) -> str:
    made = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            made += str(part.value)
        elif isinstance(part, ast.FormattedValue) and part.format_spec is None:
            value = _known(reader, part.value, scope)
            if not isinstance(value, str | int | float | bool | type(None)):
                raise Unread("this f-text cannot be read", node.lineno)
            made += str(value)
        else:
            raise Unread("this f-text cannot be read", node.lineno)
    return arithmetic.checked(made, node.lineno)


def _each(reader: "Reader", generators: list[ast.comprehension], scope: Scope) -> Iterator[Scope]:
    """Yield a scope for each round of a comprehension's loops."""
    first, *rest = generators
    for value in items(reader, evaluate(reader, first.iter, scope), first.iter.lineno):
        reader.spend(1, first.iter.lineno)
        inner = Scope({}, scope, scope.owner, scope.instance)
        reader.bind(first.target, value, inner)
        tests = (arithmetic.truth(_known(reader, test, inner), test.lineno) for test in first.ifs)
        if all(tests):
            if rest:
                yield from _each(reader, rest, inner)
            else:
                yield inner


def _list_of(reader: "Reader", node: ast.ListComp | ast.GeneratorExp | ast.SetComp, scope: Scope) -> list:
    made = [_known(reader, node.elt, inner) for inner in _each(reader, node.generators, scope)]
    return arithmetic.checked(made, node.lineno)


def _dict_of(reader: "Reader", node: ast.DictComp, scope: Scope) -> dict:
    return {
        hashable(_known(reader, node.key, inner), node.lineno): _known(reader, node.value, inner)
        for inner in _each(reader, node.generators, scope)
    }


def _named(reader: "Reader", node: ast.NamedExpr, scope: Scope) -> Any:
    value = evaluate(reader, node.value, scope)
    reader.bind(node.target, value, scope)
    return value


def _lambda(reader: "Reader", node: ast.Lambda, scope: Scope) -> Function:
    return Function(node, scope, reader.defaults(node.args, scope), scope.owner)


_KINDS = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.List: lambda reader, node, scope: _parts(reader, node.elts, scope),
    ast.Tuple: lambda reader, node, scope: tuple(_parts(reader, node.elts, scope)),
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.BoolOp: _bool,
    ast.Compare: _compare,
    ast.IfExp: _if,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Dict: _dict,
    ast.JoinedStr: _joined,
    ast.ListComp: _list_of,
    ast.GeneratorExp: _list_of,
    ast.DictComp: _dict_of,
    ast.NamedExpr: _named,
    ast.Lambda: _lambda,
}
