"""Layers: one file a family, one registry.

Each layer can be imported from here by its name. The activations' files list what they bring themselves.
"""

from engine.layers.base import LAYERS, Layer
from engine.layers.conv import Conv1d, Conv2d
from engine.layers.conv_transpose import ConvTranspose2d
from engine.layers.linear import Flatten, Linear
from engine.layers.log_softmax import LogSoftmax
from engine.layers.norm import BatchNorm2d
from engine.layers.norm_groups import GroupNorm
from engine.layers.norm_vectors import BatchNorm1d
from engine.layers.output import CrossEntropyLoss, Softmax
from engine.layers.piecewise import *
from engine.layers.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from engine.layers.smooth import *
from engine.layers.upsample import Upsample
