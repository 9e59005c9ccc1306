"""The lesson pages of single layers: what each is about. Pages and the engine's own address read them here."""

from engine.facts import examples
from pages.states.lesson.convolution import AT, Convolution
from pages.states.lesson.state import Kind
from pages.states.lesson.vectors import (
    CONNECTED_EXTRAS,
    OUTPUT_EXTRAS,
    FullyConnected,
    OutputAndLoss,
)
from pages.states.registry import ACTIVATIONS

CONVOLUTION = Convolution(
    "convolution",
    ("Conv2d",),
    examples.CONVOLUTION,
    "three-channels-three-filters",
    extras=(AT,),
    labels={"out_channels": "filters", "kernel_size": "kernel"},
)

ACTIVATION = Kind("activation", ACTIVATIONS, examples.ACTIVATION, "relu")

POOLING = Kind(
    "pooling",
    ("MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d"),
    examples.POOLING,
    "max",
    starting={
        "MaxPool2d": {"kernel_size": 2},
        "AvgPool2d": {"kernel_size": 2},
        "AdaptiveAvgPool2d": {"output_size": 1},
    },
)

FULLY_CONNECTED = FullyConnected(
    "fully_connected",
    ("Flatten", "Linear", "Dropout"),
    examples.FULLY_CONNECTED,
    "flatten",
    axes=(1, 3),
    starting={"Linear": {"out_features": 3}},
    extras=CONNECTED_EXTRAS,
    labels={"relu": "ReLU"},
)

OUTPUT = OutputAndLoss(
    "output_loss",
    ("Softmax", "CrossEntropyLoss"),
    examples.OUTPUT,
    "loss",
    axes=(1, 2),
    starting={"Softmax": {"dim": -1}},
    extras=OUTPUT_EXTRAS,
    labels={"subtract_largest": "minus max"},
    vector="classes",
)

TRANSPOSED = Kind("transposed", ("ConvTranspose2d",), examples.TRANSPOSED, "upsample")

BATCH_NORM = Kind("batch_norm", ("BatchNorm2d",), examples.BATCH_NORM, "training")

KINDS = {
    kind.page: kind for kind in (CONVOLUTION, ACTIVATION, POOLING, FULLY_CONNECTED, OUTPUT, TRANSPOSED, BATCH_NORM)
}
