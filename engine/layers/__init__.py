"""Layers: one file a family, one registry."""

from engine.layers.base import LAYERS, Layer
from engine.layers.conv import Conv2d

__all__ = ["LAYERS", "Conv2d", "Layer"]
