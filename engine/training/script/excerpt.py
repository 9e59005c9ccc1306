"""Pieces of this package's own source, for code that users take along; read as text, nothing is imported.

A file is named from engine/ on: "pytorch/augment.py".
"""

import ast
from functools import lru_cache
from pathlib import Path
from typing import Any

ENGINE = Path(__file__).parents[2]


def function(file: str, name: str) -> str:
    """Return a top-level function's source."""
    text, tree = _parsed(file)
    return ast.get_source_segment(text, _defined(tree)[name])


def functions(file: str, *names: str) -> list[str]:
    """Return the sources of top-level functions and of those in the same file that they call, in the file's order."""
    defined = _defined(_parsed(file)[1])
    wanted, new = set(), set(names)
    while new:
        wanted |= new
        used = {node.id for name in new for node in ast.walk(defined[name]) if isinstance(node, ast.Name)}
        new = (used & defined.keys()) - wanted
    return [function(file, name) for name in defined if name in wanted]


def constant(file: str, name: str) -> Any:
    """Return what a top-level name is set to, where that is a literal."""
    for node in _parsed(file)[1].body:
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            several = isinstance(target, ast.Tuple)
            pairs = zip(target.elts, node.value.elts, strict=True) if several else [(target, node.value)]
            for left, value in pairs:
                if isinstance(left, ast.Name) and left.id == name:
                    return ast.literal_eval(value)
    raise ValueError(f"engine/{file} sets no {name}")


def _defined(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@lru_cache(maxsize=16)
def _parsed(file: str) -> tuple[str, ast.Module]:
    text = (ENGINE / file).read_text(encoding="utf-8")
    return text, ast.parse(text)
