"""One description of a network: a list of layers, with its shapes, its numbers, its tables, its text and its code."""

from engine.network.network import Network, all_layers

__all__ = ["Network", "all_layers"]
