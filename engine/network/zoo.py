"""Networks to begin with: the worked network of the tutorial, and well-known ones."""

from dataclasses import dataclass

import numpy as np

from engine.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    ReLU6,
    Softmax,
    Tanh,
)
from engine.layers.base import Layer
from engine.network import Network
from engine.network.blocks import Residual, Sequential


@dataclass(frozen=True)
class Known:
    """A network with its title, a few words about it, and its source."""

    title: str
    network: Network
    about: str
    source: str


def _vgg(*widths: int) -> list[Layer]:
    layers: list[Layer] = []
    channels = 3
    for width in widths:
        if width:
            layers += [Conv2d(channels, width, 3, padding=1), ReLU()]
            channels = width
        else:
            layers.append(MaxPool2d(2, 2))
    return layers


def _basic(channels: int, width: int, stride: int = 1) -> Residual:
    """Return ResNet's BasicBlock: two 3×3 convolutions, and a 1×1 one on the shortcut where sizes change."""
    body = (
        Conv2d(channels, width, 3, stride, 1, bias=False), BatchNorm2d(width), ReLU(),
        Conv2d(width, width, 3, 1, 1, bias=False), BatchNorm2d(width),
    )  # fmt: skip
    same = stride == 1 and channels == width
    shortcut = () if same else (Conv2d(channels, width, 1, stride, bias=False), BatchNorm2d(width))
    return Residual(body, shortcut, ReLU())


def _inverted(channels: int, width: int, stride: int, expand: int) -> Residual | Sequential:
    """Return MobileNetV2's inverted residual: 1×1 to more channels, 3×3 on each by itself, 1×1 to few again."""
    wide = channels * expand
    widen = (Conv2d(channels, wide, 1, bias=False), BatchNorm2d(wide), ReLU6()) if expand > 1 else ()
    body = (
        *widen, Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False), BatchNorm2d(wide), ReLU6(),
        Conv2d(wide, width, 1, bias=False), BatchNorm2d(width),
    )  # fmt: skip
    return Residual(body) if stride == 1 and channels == width else Sequential(body)


def array_of(text: str, *shape: int) -> np.ndarray:
    """Return the numbers of a text as a read-only array."""
    out = np.array([float(number) for number in text.split()]).reshape(shape)
    out.flags.writeable = False
    return out


WORKED = Known(
    "The worked network, 1×6×6",
    Network(
        (1, 6, 6),
        (Conv2d(1, 1, 3), ReLU(), MaxPool2d(2), Flatten(), Linear(4, 3), ReLU(), Linear(3, 3), Softmax(dim=-1)),
    ),
    "One filter, max pooling, three hidden neurons, three classes: small enough to follow every number.",
    "The tutorial that Stride grew from; its hidden layer, output and loss are worked examples 5 and 6.",
)

# The input was searched for so that the pooled map is [[15, 8], [20, 5]]; the filter is the Convolution lesson's first.
WORKED_INPUT = array_of(
    """
    5 5 6 3 3 2
    6 1 1 3 6 1
    6 1 2 5 1 2
    5 6 1 0 2 1
    5 6 3 0 0 6
    5 6 1 0 5 3""",
    1, 6, 6,
)  # fmt: skip
WORKED_PARAMETERS = {
    "0.weight": array_of("1 0 -1  1 0 -1  1 0 -1", 1, 1, 3, 3),
    "0.bias": array_of("2", 1),
    "4.weight": array_of(".5 .8 .1 .1  .2 .5 .1 .6  .1 .2 .1 .2", 3, 4),
    "4.bias": array_of(".2 .1 .3", 3),
    "6.weight": array_of(".2 .2 .3  .3 .2 .2  .2 .4 .2", 3, 3),
    "6.bias": array_of(".2 .1 .2", 3),
}
WORKED_CLASSES = ("lion", "tiger", "elephant")
WORKED_TARGET = 2

LENET5 = Known(
    "LeNet-5, 1×28×28",
    Network(
        (1, 28, 28),
        (
            Conv2d(1, 6, 5, padding=2), Tanh(), AvgPool2d(2),
            Conv2d(6, 16, 5), Tanh(), AvgPool2d(2),
            Flatten(), Linear(400, 120), Tanh(), Linear(120, 84), Tanh(), Linear(84, 10),
        ),
    ),
    "The modern variant: 28×28 pixels with padding 2 in place of 32×32, plain tanh and average pooling without "
    "weights, every map of the second convolution joined to all six of the first, a linear layer at the end.",
    'LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition" (1998).',
)  # fmt: skip

ALEXNET = Known(
    "AlexNet, 3×224×224",
    Network(
        (3, 224, 224),
        (
            Conv2d(3, 64, 11, 4, 2), ReLU(), MaxPool2d(3, 2),
            Conv2d(64, 192, 5, padding=2), ReLU(), MaxPool2d(3, 2),
            Conv2d(192, 384, 3, padding=1), ReLU(),
            Conv2d(384, 256, 3, padding=1), ReLU(),
            Conv2d(256, 256, 3, padding=1), ReLU(), MaxPool2d(3, 2),
            AdaptiveAvgPool2d(6), Flatten(),
            Dropout(), Linear(9216, 4096), ReLU(), Dropout(), Linear(4096, 4096), ReLU(), Linear(4096, 1000),
        ),
    ),
    "As torchvision has it: the one-column variant of 2014.",
    'Krizhevsky, "One weird trick for parallelizing convolutional neural networks" (2014); torchvision.models.alexnet.',
)  # fmt: skip

VGG16 = Known(
    "VGG-16, 3×224×224",
    Network(
        (3, 224, 224),
        (
            *_vgg(64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0),
            AdaptiveAvgPool2d(7), Flatten(),
            Linear(25088, 4096), ReLU(), Dropout(), Linear(4096, 4096), ReLU(), Dropout(), Linear(4096, 1000),
        ),
    ),
    "Thirteen 3×3 convolutions in five stages, and three fully connected layers with most of the parameters.",
    'Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition" (2015).',
)  # fmt: skip

RESNET18 = Known(
    "ResNet-18, 3×224×224",
    Network(
        (3, 224, 224),
        (
            Conv2d(3, 64, 7, 2, 3, bias=False), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1),
            _basic(64, 64), _basic(64, 64), _basic(64, 128, 2), _basic(128, 128),
            _basic(128, 256, 2), _basic(256, 256), _basic(256, 512, 2), _basic(512, 512),
            AdaptiveAvgPool2d(1), Flatten(), Linear(512, 1000),
        ),
    ),
    "Eight residual blocks, each adding its input to what two convolutions make.",
    'He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (2016).',
)  # fmt: skip

MOBILENETV2 = Known(
    "MobileNetV2's first blocks, 3×224×224",
    Network(
        (3, 224, 224),
        (
            Sequential((Conv2d(3, 32, 3, 2, 1, bias=False), BatchNorm2d(32), ReLU6())),
            _inverted(32, 16, 1, 1), _inverted(16, 24, 2, 6), _inverted(24, 24, 1, 6),
            _inverted(24, 32, 2, 6), _inverted(32, 32, 1, 6), _inverted(32, 32, 1, 6),
        ),
    ),
    "The first seven of its nineteen parts: 1×1 convolutions widen and narrow, 3×3 ones work on each channel alone.",
    'Sandler, Howard, Zhu, Zhmoginov and Chen, "MobileNetV2: inverted residuals and linear bottlenecks" (2018).',
)  # fmt: skip

SMALL = Known(
    "The tutorial's small CNN, 3×32×32",
    Network(
        (3, 32, 32),
        (
            Conv2d(3, 16, 3, padding=1), ReLU(), MaxPool2d(2),
            Conv2d(16, 32, 3, padding=1), ReLU(), MaxPool2d(2),
            Conv2d(32, 64, 3, padding=1), ReLU(), MaxPool2d(2),
            Flatten(), Linear(1024, 10),
        ),
    ),
    "Three convolutions for CIFAR-10's ten classes; each max pooling halves the maps.",
    "After the tutorial's small CNN for CIFAR-10.",
)  # fmt: skip

ZOO = {
    "worked": WORKED,
    "lenet5": LENET5,
    "small-cnn": SMALL,
    "alexnet": ALEXNET,
    "vgg16": VGG16,
    "resnet18": RESNET18,
    "mobilenetv2": MOBILENETV2,
}
