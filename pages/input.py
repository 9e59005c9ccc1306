"""Input: a picture as numbers."""

from pages.states.fields import JOINT
from pages.states.picture import Spec
from pages.states.sheet import Sheet, parts
from pages.states.sheet.parts import Try
from pages.ui import sheet
from pages.ui.input import source

source.own_picture()
head, row = parts.head("What does a network see in a picture?")
foot = Sheet()
parts.tries_and_beliefs(
    foot,
    (
        Try(
            "One channel, 6 × 6: which numbers turn this 7 into a 1?",
            {"x": Spec("digit", "grey", 6, "0-9").text},
        ),
        Try(
            "Three grids, red, green and blue: in one of them the red and white squares cannot be told apart. Which?",
            {"x": Spec("checkerboard", "rgb", 6, "0-9").text},
        ),
        Try(
            "A batch of three, N = 3: which numbers of the shape must be the same for all?",
            {"x": JOINT.join(Spec(name, "rgb", 8, "0-255").text for name in ("digit", "letter", "scene"))},
        ),
    ),
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
sheet.draw(
    "input",
    {"": (head, foot)},
    script="tensor/page.js",
    styles=("shapes/shapes.css", "tensor/tensor.css"),
    events=source.OWN.events(),
)
