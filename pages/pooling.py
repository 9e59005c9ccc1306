"""The Pooling lesson."""

from pages.states.lesson.page import lesson_page
from pages.states.registry import KINDS
from pages.ui.sheet import draw

PAGE = lesson_page(
    KINDS["pooling"],
    "What is left when each window becomes one number?",
    beliefs=(
        ("Pooling has weights.", "It has none: 0 parameters, nothing is learned."),
        (
            "Max pooling keeps positions.",
            "It keeps the value. Which cell of the window it came from is lost to the next layer.",
        ),
        ("The stride is 1 unless set.", "In PyTorch a pooling's stride is its kernel_size; a convolution's is 1."),
        ("Padding is zeros.", "Not in max pooling: it is −∞, or it would win over negative numbers."),
        ("Pooling mixes the channels.", "Each channel is pooled on its own: as many come out as go in."),
    ),
)

if __name__ == "__main__":
    draw(PAGE)
