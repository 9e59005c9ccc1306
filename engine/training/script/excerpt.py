"""Pieces of this package's own source, for code that users take along; read as text, nothing is imported."""

import ast
from functools import lru_cache
from pathlib import Path
from typing import Any

ENGINE = Path(__file__).parents[2]


def function(file: str, name: str) -> str:
    """Return a top-level function's source. file: from engine/ on, "pytorch/augment.py"."""
    text, tree = _parsed(file)
    found = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    return ast.get_source_segment(text, found)


def functions(file: str, *names: str) -> list[str]:
    """Return the sources of top-level functions and of those in the same file that they call, in the file's order."""
    tree = _parsed(file)[1]
    there = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    wanted, new = set(), set(names)
    while new:
        wanted |= new
        used = {n.id for name in new for n in ast.walk(there[name]) if isinstance(n, ast.Name)}
        new = (used & there.keys()) - wanted
    return [function(file, name) for name in there if name in wanted]


def constant(file: str, name: str) -> Any:
    """Return what a top-level name is set to, where that is a literal."""
    for node in _parsed(file)[1].body:
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            for left, value in pairs:
                if isinstance(left, ast.Name) and left.id == name:
                    return ast.literal_eval(value)
    raise ValueError(f"engine/{file} sets no {name}")


@lru_cache(maxsize=16)
def _parsed(file: str) -> tuple[str, ast.Module]:
    text = (ENGINE / file).read_text(encoding="utf-8")
    return text, ast.parse(text)
