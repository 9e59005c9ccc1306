"""What a statement may change: the names whose values are not known any more where it cannot be read."""

import ast

from engine.network.reading.python.objects import SAME

CHANGES = (
    "append", "extend", "insert", "add_module", "register_module", "pop", "clear", "remove", "reverse", "update",
    "setdefault",
)  # fmt: skip


def changed(node: ast.stmt, calls_only: bool = False) -> set[str]:
    """Return the names whose values a statement may change."""
    names = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store | ast.Del) and not calls_only:
            names.add(part.id)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in CHANGES:
            names.add(root(part.func))
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "setattr" and part.args:
            names.add(root(part.args[0]))
        if isinstance(part, ast.Attribute | ast.Subscript) and isinstance(part.ctx, ast.Store):
            names.add(root(part))
    return names - {""}


def wrapped(node: ast.stmt) -> set[str]:
    """Return the names that a statement gives no other network: model = model.to(device), nn.DataParallel(model)."""
    names = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Call) and isinstance(part.targets[0], ast.Name):
            words = ast.unparse(part.value.func)
            if words in {f"{part.targets[0].id}.{name}" for name in SAME} or words.endswith("DataParallel"):
                names.add(part.targets[0].id)
    return names


def root(node: ast.expr) -> str:
    """Return the name that an expression begins with: model of model.fc.weight; "" where it begins with none."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
