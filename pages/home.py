"""Home: what Stride is, a network at work, and three ways in."""

from pages.states.home.view import WAYS
from pages.states.sheet import Page, Sheet
from pages.ui.sheet import draw

head, foot = Sheet(), Sheet()
words, ways = head.columns([6, 7])
words.heading("Stride", level=1)
words.text(
    "See every number in a convolutional network: step from the pixels of a picture to the answer, change any of them, "
    "and watch what follows."
)
ways.slot(WAYS)
readers = (
    ("Students", "Where did one number come from?", "Follow it back to the pixels", "forward", {}),
    ("Teachers", "Step slowly, let the class predict, then reveal.", "Step through a filter", "convolution", {}),
    (
        "Authors",
        "Every state is a link for your course.",
        "One exact state",
        "pooling",
        {"example": "max", "step": "2"},
    ),
    ("Practitioners", "Sizes, parameters, receptive fields of a stack.", "Open the calculator", "calculator", {}),
)
for column, (who, what, label, page, query) in zip(foot.columns(4), readers, strict=True):
    column.text(f"**{who}.** {what}")
    column.link(label, query, page)

# All that stands between follows from the state: pages/states/home/view.py.
PAGE = Page("home", {"": (head, foot)}, script="home/page.js", styles=("tensor/tensor.css", "home/home.css"))

if __name__ == "__main__":
    draw(PAGE)
