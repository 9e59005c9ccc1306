"""The one list of lessons: which page teaches which layers. A layer without an entry fails a test."""

from dataclasses import dataclass

ACTIVATIONS = ("ReLU", "LeakyReLU", "Tanh", "Hardtanh", "Identity", "Sigmoid", "ELU", "GELU", "SiLU", "ReLU6")


@dataclass(frozen=True)
class Lesson:
    """A lesson page: its file in pages/, its title and icon in the menu, and the layers that it teaches."""

    file: str
    title: str
    icon: str
    layers: tuple[str, ...]


LESSONS = (
    Lesson("convolution.py", "Convolution", ":material/select_all:", ("Conv2d",)),
    Lesson("activation.py", "Activation", ":material/show_chart:", ACTIVATIONS),
    Lesson("pooling.py", "Pooling", ":material/grid_view:", ("MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d")),
    Lesson("fully_connected.py", "Fully connected", ":material/hub:", ("Flatten", "Linear", "Dropout")),
    Lesson("output_loss.py", "Output and loss", ":material/target:", ("Softmax", "CrossEntropyLoss")),
    Lesson("transposed.py", "Transposed convolution", ":material/open_in_full:", ("ConvTranspose2d",)),
    Lesson("batch_norm.py", "Batch norm", ":material/tune:", ("BatchNorm2d",)),
)
