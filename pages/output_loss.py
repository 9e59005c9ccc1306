"""The Output and loss lesson: logits into probabilities, probabilities and a true class into a loss."""

from pages.states.registry import KINDS
from pages.states.sheet.parts import Try
from pages.ui.lesson.page import lesson_page

lesson_page(
    KINDS["output_loss"],
    "How do scores become probabilities, and how wrong is the answer?",
    links={"Fully connected: where the logits come from": "fully_connected"},
    tries=(
        Try(
            "Add 100 to every logit: which numbers change, and which do not?",
            {"layer": "CrossEntropyLoss", "x": "3_107.86_108.78_109.64"},
        ),
        Try(
            "Make lion the true class: how much larger is the loss of the same answer?",
            {"layer": "CrossEntropyLoss", "x": "3_7.86_8.78_9.64", "target": "0"},
        ),
        Try(
            "A sure answer with label smoothing: make elephant's logit larger still. Does the loss fall?",
            {"layer": "CrossEntropyLoss", "x": "3_1_2_8", "label_smoothing": "0.1"},
        ),
    ),
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
