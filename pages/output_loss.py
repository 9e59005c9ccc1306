"""The Output and loss lesson: logits into probabilities, probabilities and a true class into a loss."""

from pages.states.lesson.page import lesson_page
from pages.states.registry import KINDS
from pages.ui.sheet import draw

PAGE = lesson_page(
    KINDS["output_loss"],
    "How do scores become probabilities, and how wrong is the answer?",
    links={"Fully connected: where the logits come from": "fully_connected"},
    beliefs=(
        (
            "CrossEntropyLoss takes probabilities.",
            "It takes logits: softmax is inside. A network that already ends in Softmax applies it twice, and learns "
            "slowly.",
        ),
        (
            "The loss looks at all wrong classes.",
            "It looks only at the probability of the true class. The others count by how much they leave for it (and "
            "through label smoothing).",
        ),
        ("The loss lies between 0 and 1.", "It has no upper end. Guessing evenly over K classes gives log K."),
        (
            "A probability of 0.9 means right nine times in ten.",
            "Only where the network is calibrated. Softmax gives numbers that add up to 1; it does not know how "
            "often the network is right. Temperature is one remedy.",
        ),
        ("The logarithm has base 10.", "It is the natural one, of base e, in PyTorch and here."),
    ),
)

if __name__ == "__main__":
    draw(PAGE)
