"""The one list of lessons: which page teaches which layers, and what it is about. No layer may be without one.

The menu, the pages and the engine's own address read it.
"""

from dataclasses import dataclass
from functools import partial

from engine.facts import examples
from engine.facts.examples import seven
from engine.layers import LAYERS
from pages.states.lesson import body
from pages.states.lesson.body import Sections
from pages.states.lesson.convolution import Convolution
from pages.states.lesson.kind import Kind
from pages.states.lesson.opened import AT, Opened
from pages.states.lesson.sheets import (
    activation,
    batch_norm,
    convolution,
    fully_connected,
    maps,
    output_loss,
    pooling,
    transposed,
)
from pages.states.lesson.state import LessonState
from pages.states.lesson.vectors import CONNECTED_EXTRAS, OUTPUT_EXTRAS, FullyConnected, OutputAndLoss
from pages.states.view import PLAYED, View


@dataclass(frozen=True)
class Lesson:
    """A lesson page: its title and icon in the menu; its Kind, which names its layers and its file in pages/; what
    only this lesson shows."""

    title: str
    icon: str
    kind: Kind
    sections: Sections

    @property
    def file(self) -> str:
        return f"{self.kind.page}.py"

    @property
    def view(self) -> View:
        acts = {**PLAYED, "view": LessonState.with_view, **self.kind.acts()}
        fill = partial(body.fill, sections=self.sections)
        stays, passing = ("edit", "step", "view"), ("step", "view")
        return View(self.kind.read, fill, acts, stays, passing, asks={"check": body.check}, predicts=True)

    @property
    def layers(self) -> tuple[str, ...]:
        return self.kind.layers


def _begin(*layers: str) -> dict[str, dict]:
    """Return what new layers begin with, by name."""
    return {name: dict(LAYERS[name].fresh) for name in layers}


_ACTIVATIONS = (
    *("ReLU", "LeakyReLU", "Tanh", "Hardtanh", "Identity", "Sigmoid", "ELU", "GELU", "SiLU", "ReLU6"),
    *("Mish", "Softplus", "Hardswish"),
)
_POOLING = ("MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "Upsample")
_NORM = ("BatchNorm2d", "GroupNorm")

LESSONS = (
    Lesson(
        "Convolution",
        "select_all",
        Convolution(
            "convolution",
            ("Conv2d", "Conv1d"),
            {**examples.CONVOLUTION, **examples.SEQUENCE},
            "three-channels-three-filters",
            seven.KEY,
            extras=(AT,),
            labels={"out_channels": "filters", "kernel_size": "kernel"},
            seen="The window stops at each place of the picture, and each stop makes one pixel of the map: the bluer, "
            "the better the picture fits the filter there; the more orange, the less.",
            first_seen=True,
        ),
        Sections(convolution.below, above=maps.above, source=convolution.source),
    ),
    Lesson(
        "Activation",
        "show_chart",
        Kind(
            "activation",
            _ACTIVATIONS,
            examples.ACTIVATION,
            "relu",
            seven.KEY,
            seen="Each pixel is looked at alone: its own number decides what becomes of it. The map keeps its size.",
        ),
        Sections(activation.below, end=activation.end, source=activation.source),
    ),
    Lesson(
        "Pooling",
        "grid_view",
        Kind(
            "pooling",
            _POOLING,
            examples.POOLING,
            "max",
            seven.KEY,
            starting=_begin(*_POOLING),
            seen="Each window becomes one pixel: the picture gets smaller, and what it shows stays.",
        ),
        Sections(pooling.below, source=pooling.source),
    ),
    Lesson(
        "Fully connected",
        "hub",
        FullyConnected(
            "fully_connected",
            ("Flatten", "Linear", "BatchNorm1d", "Dropout", "Dropout2d"),
            examples.FULLY_CONNECTED,
            "flatten",
            seven.KEY,
            axes=(1, 3),
            starting={"Linear": {"out_features": 3}},
            extras=CONNECTED_EXTRAS,
            labels={"relu": "ReLU"},
        ),
        Sections(fully_connected.below, source=fully_connected.source),
    ),
    Lesson(
        "Output and loss",
        "target",
        OutputAndLoss(
            "output_loss",
            ("Softmax", "LogSoftmax", "CrossEntropyLoss"),
            examples.OUTPUT,
            "loss",
            seven.KEY,
            axes=(1, 2),
            starting=_begin("Softmax", "LogSoftmax"),
            extras=OUTPUT_EXTRAS,
            labels={"subtract_largest": "minus max"},
            vector="classes",
        ),
        Sections(output_loss.below, source=output_loss.source),
    ),
    Lesson(
        "Transposed convolution",
        "open_in_full",
        Opened(
            "transposed",
            ("ConvTranspose2d",),
            examples.TRANSPOSED,
            "upsample",
            extras=(AT,),
            seen="Each pixel puts its stamp on the larger map; where stamps lie over one another they add up.",
        ),
        Sections(transposed.below, above=maps.above, source=transposed.source),
    ),
    Lesson(
        "Batch norm",
        "tune",
        Kind("batch_norm", _NORM, examples.BATCH_NORM, "training", starting=_begin("GroupNorm")),
        Sections(batch_norm.below, source=batch_norm.source, height=body.HEIGHT - 16),
    ),
)
KINDS = {lesson.kind.page: lesson.kind for lesson in LESSONS}
