"""What print(model) shows → layers, in the order in which they are shown."""

import ast
import re
from itertools import pairwise

from engine.layers import LAYERS, AdaptiveAvgPool2d, Dropout, Flatten, Identity, Linear
from engine.layers.base import Layer
from engine.layers.elementwise import Elementwise
from engine.network.blocks import Sequential, called
from engine.network.reading.python import calls
from engine.network.reading.python.limits import MAX_DEPTH, MAX_TEXT, Unread
from engine.network.reading.python.pending import View

OPENED = re.compile(r"^\s*(?:>>>\s*|Out ?\[\d*\]: ?)?(?:\(([\w.]+)\): )?(\w+)\($")
CHILD = re.compile(r"^\s*\(([\w.]+)\): (\w+)\((.*)\)$")
CHAIN = ("Sequential", "Conv2dNormActivation", "ConvNormActivation", "ConvBNActivation", "ConvBNReLU", "MLP")
MANY = re.compile(r"^\s*\(\d+-\d+\): \d+ x ")


def is_printed(text: str) -> bool:
    """Whether a text is what print(model) shows."""
    lines = [line.rstrip() for line in text[:MAX_TEXT].splitlines()]
    return any(
        OPENED.match(line) and (CHILD.match(after) or OPENED.match(after) or MANY.match(after)) and "(" in after[:60]
        and re.match(r"^\s*\([\w.-]+\): ", after)
        for line, after in pairwise(lines)
    )  # fmt: skip


def without_print(text: str) -> str:
    """Return a text whose lines that print(model) has written are empty."""
    lines, depth = text.splitlines(), 0
    for k, line in enumerate(lines):
        opens = OPENED.match(line.rstrip()) and k + 1 < len(lines) and re.match(r"^\s+\([\w.-]+\): ", lines[k + 1])
        if depth or opens:
            depth += 1 if OPENED.match(line.rstrip()) else -1 if line.strip() == ")" else 0
            lines[k] = ""
    return "\n".join(lines)


class Printed:
    """One module of a print: its class and its children, by name."""

    def __init__(self, name: str, line: int):
        self.name, self.line = name, line
        self.children: list[tuple[str, Printed | Layer]] = []


def printed_layers(text: str) -> tuple[tuple[Layer, ...], list[str]]:
    """Return the layers of a print, and sentences about what was taken for what. Unread where forward is not clear."""
    if len(text) > MAX_TEXT:
        raise Unread(f"the text has {len(text):,} characters; at most {MAX_TEXT:,} are read")
    root = _tree(text.splitlines())
    layers = _layers(root, 0)
    if root.name in CHAIN or all(name.isdigit() for name, _ in root.children):
        return layers, []
    _check_order(root)
    note = (
        f"the layers are in the order in which print shows `{root.name}`; paste its class to be sure what forward does"
    )
    flat, _ = _flattened(layers)
    if flat != layers:
        note += ". A Flatten was put before the first Linear"
    return flat, [note]


def _tree(lines: list[str]) -> Printed:
    stack: list[Printed] = []
    for number, line in enumerate(lines, start=1):
        line = line.rstrip()
        if MANY.match(line):
            raise Unread("several layers in one line (0-3): 4 x … are not read; paste the code", number)
        if match := OPENED.match(line):
            made = Printed(match[2], number)
            if len(stack) > 2 * MAX_DEPTH:
                raise Unread("the text is nested too deeply", number)
            if stack:
                stack[-1].children.append((match[1] or "", made))
            stack.append(made)
        elif stack and line.strip() == ")":
            done = stack.pop()
            if not stack:
                return done
        elif stack and (match := CHILD.match(line)):
            stack[-1].children.append((match[1], _leaf(match[2], match[3], number)))
        elif stack and line.strip():
            raise Unread("this line is not one that print(model) writes", number)
    raise Unread("the end of what print(model) shows is missing", len(lines))


def _leaf(name: str, text: str, line: int) -> Layer:
    cls = calls.known(name)
    if cls is None:
        raise Unread(calls.unknown_layer(f"nn.{name}"), line)
    try:
        call = ast.parse(f"f({text})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Unread("this line is not one that print(model) writes", line) from None
    if not isinstance(call, ast.Call):
        raise Unread("this line is not one that print(model) writes", line)
    values = [_value(one, line) for one in call.args]
    arguments = [one for one in values if one != "inplace"]
    keywords = {str(one.arg): _value(one.value, line) for one in call.keywords}
    return calls.made(cls, line, arguments, keywords)


def _value(node: ast.expr, line: int):
    if isinstance(node, ast.Name):  # padding=same, padding_mode=reflect, ReLU(inplace)
        return node.id
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise Unread("this line is not one that print(model) writes", line) from None


def _layers(part: Printed, depth: int) -> tuple[Layer, ...]:
    if depth > MAX_DEPTH:
        raise Unread(f"at most {MAX_DEPTH} Sequentials are read one inside the other", part.line)
    made = []
    for _, child in part.children:
        if not isinstance(child, Printed):
            made.append(child)
        elif child.name in CHAIN:
            made.append(Sequential(_layers(child, depth + 1)))
        else:
            raise Unread(f"what {child.name}'s forward does, print(model) does not show: paste its class", child.line)
    return tuple(made)


def _check_order(root: Printed) -> None:
    """Unread where the order in which a class's layers are shown cannot be the order in which forward uses them."""
    weights_before, active = "", True
    once: list[str] = []
    for name, child in root.children:
        inside = _leaves(child)
        if any(one.parameter_shapes() for one in inside):
            if once:
                raise Unread(
                    f"print(model) shows {once[0]} once, but forward may use it several times: paste the class",
                    root.line,
                )
            heavy = [one for one in inside if len(one.parameter_shapes().get("weight", ())) > 1]
            if heavy and not active and not isinstance(child, Printed):
                where = f"between {weights_before} and {name}"
                raise Unread(f"print(model) does not show what forward does {where}: paste the class", root.line)
            if heavy:
                weights_before = name
                active = isinstance(child, Printed) and bool(set(map(called, inside)) & _ACTIVE)
        elif not isinstance(child, Printed):
            active = active or called(child) in _ACTIVE
            fixed = isinstance(child, Dropout | Flatten | AdaptiveAvgPool2d)
            if not fixed and not name[-1:].isdigit():
                once.append(name)


def _leaves(child: "Printed | Layer") -> list[Layer]:
    if not isinstance(child, Printed):
        return [child]
    return [leaf for _, one in child.children for leaf in _leaves(one)]


_ACTIVE = {name for name, cls in LAYERS.items() if issubclass(cls, Elementwise) and not issubclass(cls, Identity)}


def _flattened(layers: tuple[Layer, ...], maps: bool = False) -> tuple[tuple[Layer, ...], bool]:
    """Return layers with a flattening where the first Linear follows maps, and whether they end in maps."""
    made: list[Layer] = []
    for layer in layers:
        if isinstance(layer, Sequential):
            inside, maps = _flattened(layer.layers, maps)
            made.append(Sequential(inside))
            continue
        if isinstance(layer, Linear | Flatten):
            if maps and isinstance(layer, Linear):
                made.append(View(0))
            maps = False
        elif called(layer).endswith("2d") and not isinstance(layer, Dropout):
            maps = True
        made.append(layer)
    return tuple(made), maps
