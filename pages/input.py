"""Input: a picture as numbers."""

from pages.states import tries
from pages.states.sheet import Page, Sheet, parts
from pages.ui.input import source
from pages.ui.sheet import draw

head, row = parts.head("What does a network see in a picture?")
foot = Sheet()
parts.tries_and_beliefs(
    foot,
    tries.links(tries.INPUT),
    (
        (
            "A pixel is at (x, y).",
            "Rows come first: in `x[n, c, h, w]`, h counts down from the top, and w to the right.",
        ),
        (
            "Channels come last.",
            "In NumPy and Pillow (H, W, C); PyTorch has them before the rows (C, H, W). `permute(2, 0, 1)` goes from "
            "one to the other.",
        ),
        (
            "Grey is the mean of red, green and blue.",
            "The eye sees green best: 0.299 R + 0.587 G + 0.114 B.",
        ),
        (
            "The scale does not matter.",
            "It is part of the input: a network that was trained on 0–1 fails on 0–255.",
        ),
        ("A picture that looks grey has one channel.", "It may have three that are all the same."),
    ),
)

# All that stands between follows from the state: pages/states/input/view.py.
PAGE = Page(
    "input",
    {"": (head, foot)},
    script="tensor/page.js",
    styles=("shapes/shapes.css", "tensor/tensor.css"),
)

if __name__ == "__main__":
    source.own_picture()
    draw(PAGE, events=source.OWN.events())
