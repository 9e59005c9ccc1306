"""What the calculator's stack half shows, as one value: from a link and to a link."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.network import Network, stack_text
from engine.network.zoo import ZOO
from pages.states.codec import shown
from pages.states.network.numbers import read_input_shape

MAX_SIDE = 4096


@dataclass(frozen=True)
class Stack:
    """A network that its layers' shapes fit together in."""

    network: Network

    @property
    def preset(self) -> str:
        """The name of the known network that it is, "" where it is none."""
        return next((name for name, known in ZOO.items() if known.network == self.network), "")


FIRST = Stack(ZOO["lenet5"].network)


def to_query(stack: Stack) -> dict[str, str]:
    if stack.preset:
        return {"net": stack.preset}
    return {
        "x": "x".join(map(str, stack.network.input_shape)),
        "stack": stack_text.write_stack(stack.network.layers),
    }


def from_query(query: Mapping[str, str]) -> tuple[Stack, list[str]]:
    """Return the stack that a link stands for, and a sentence for each part of it that could not be followed."""
    problems = [
        f"This page does not know {shown(name)}, so it is left out of the link."
        for name in query
        if name not in ("net", "x", "stack")
    ]
    name = query.get("net")
    if name is not None and name not in ZOO:
        problems.append(f"There is no network {shown(name)}; there are {', '.join(ZOO)}.")
    network = ZOO[name].network if name in ZOO else FIRST.network
    try:
        if "x" in query:
            network = Network(read_input_shape(query["x"], MAX_SIDE), network.layers)
        if "stack" in query:
            network = network.with_layers(stack_text.read_stack(query["stack"]))
        network.shapes()
    except ValueError as error:
        sentence = str(error).rstrip(".")
        problems.append(f"{sentence[0].upper()}{sentence[1:]}. {ZOO['lenet5'].title} is shown.")
        return FIRST, problems
    return Stack(network), problems
