"""What the calculator shows of a stack, as one value: from a link and to a link."""

from dataclasses import dataclass

from engine.network import Network, stack_text
from engine.network.zoo import ZOO
from engine.writing.display import sentence
from pages.states import fields
from pages.states.fields import Field
from pages.states.link import Link, write
from pages.states.network.numbers import read_input_shape


@dataclass(frozen=True)
class Stack:
    """A network whose layers fit together."""

    network: Network

    @property
    def preset(self) -> str:
        """The name of the known network that this is; "" where it is none."""
        return next((name for name, known in ZOO.items() if known.network == self.network), "")

    def query(self) -> dict[str, str]:
        """Return the stack's link."""
        if preset := self.preset:
            return write((NET, preset))
        return write((INPUT, self.network.input_shape), (LAYERS, self.network.layers))


FIRST = Stack(ZOO["lenet5"].network)


NET = fields.choice("net", ZOO)
INPUT = Field("x", read_input_shape, lambda shape: "x".join(map(str, shape)))
LAYERS = Field("stack", stack_text.read_stack, stack_text.write_stack)


def read(link: Link) -> Stack:
    """Return the stack that a link stands for; the first network where it is impossible."""
    name = link.take(NET)
    network = ZOO[name].network if name else FIRST.network
    problems = len(link.problems)
    shape, layers = link.take(INPUT, network.input_shape), link.take(LAYERS, network.layers)
    try:
        network = Network(shape, layers)
        network.shapes()
    except ValueError as error:
        link.problems.append(f"{sentence(error)} {ZOO['lenet5'].title} is shown.")
        return FIRST
    return Stack(network) if len(link.problems) == problems else FIRST
