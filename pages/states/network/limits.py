"""What the forward page can follow number by number, and how much of it is shown at once."""

from engine import limits
from engine.layers import Layer, Linear
from engine.network import Network
from engine.network.blocks import Block, Sequential, called, shape_text
from pages.states.network.numbers import number_count


def is_large(layer: Layer, arriving: tuple[int, ...], leaving: tuple[int, ...]) -> bool:
    """Whether a layer has too many steps to show them all at once."""
    terms = layer.cost(arriving).terms
    if isinstance(layer, Linear):
        return terms > limits.WHOLE_TERMS or leaving[0] > 2 * limits.WHOLE_SIDE
    sides = [*arriving[-2:], *leaving[-2:]] if len(arriving) == 3 else []
    return max(sides, default=0) > limits.WHOLE_SIDE or terms > limits.WHOLE_TERMS


def runnable(network: Network) -> Network:
    """Return a network that can be followed number by number. ValueError where it cannot, or is too large for that."""
    layers: list[Layer] = []
    for layer in network.layers:
        layers += _unrolled(layer)
    if not 1 <= len(layers) <= limits.FOLLOWED:
        raise ValueError(f"a stack to follow has 1 to {limits.FOLLOWED} layers, not {len(layers)}")
    network = network.with_layers(layers)
    sizes = [network.input_shape, *network.shapes()]
    for k, layer in enumerate(layers):
        name, before = f"layer {k + 1}, {called(layer)}", sizes[k]
        gives = f"layer {k}, {called(layers[k - 1])}, gives" if k else "the input is"
        if isinstance(layer, Block):
            raise ValueError(f"{name}: a block cannot be followed step by step; put its layers one after the other")
        if layer.vectors_only and len(before) != 1:
            raise ValueError(f"{name}: it takes a vector here, but {gives} {shape_text(before)}; put Flatten before it")
    network.check_costs(limits.TABLE)
    if network.work > limits.PASS:
        raise ValueError(
            f"the stack takes {network.work:,} multiply-adds or comparisons; at most {limits.PASS:,} fit here"
        )
    if number_count(network) > limits.NUMBERS:
        raise ValueError(
            f"the stack has {number_count(network):,} weights and biases; at most {limits.NUMBERS:,} fit here"
        )
    return network


def _unrolled(layer: Layer) -> list[Layer]:
    if not isinstance(layer, Sequential):
        return [layer]
    return [inner for part in layer.layers for inner in _unrolled(part)]
