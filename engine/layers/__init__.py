"""Layers: one file a family, one registry."""

from engine.layers.activation import (
    ELU,
    GELU,
    Dropout,
    Hardtanh,
    Identity,
    LeakyReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Tanh,
)
from engine.layers.base import LAYERS, Layer
from engine.layers.conv import Conv2d
from engine.layers.conv_transpose import ConvTranspose2d
from engine.layers.linear import Flatten, Linear
from engine.layers.norm import BatchNorm2d
from engine.layers.output import CrossEntropyLoss, Softmax
from engine.layers.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d

__all__ = [
    "ELU",
    "GELU",
    "LAYERS",
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "BatchNorm2d",
    "Conv2d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "Hardtanh",
    "Identity",
    "Layer",
    "LeakyReLU",
    "Linear",
    "MaxPool2d",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
]
