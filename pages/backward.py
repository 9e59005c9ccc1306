"""Backpropagation: every gradient of a network, rule by rule from the loss to the pixels."""

from pages.states.sheet import Sheet, parts
from pages.states.sheet.parts import Try
from pages.ui import sheet

head, row = parts.head("Which way should every number move so that the loss falls?")
row.slot("menus")
foot = Sheet()
parts.things_to_try(
    foot,
    (
        Try("Follow the strongest pixel to the loss: how many ways lead there?", {"example": "worked", "at": "0.16"}),
        Try("Call the picture a lion: which gradients change sign?", {"example": "worked", "target": "0"}),
        Try(
            "LeNet-5 is told that its 7 is a 1: at how many positions did one weight of the second convolution work?",
            {"example": "lenet5", "target": "1", "at": "4.weight.0"},
        ),
    ),
)

# All that stands between follows from the state, the usual misunderstandings too: pages/states/backward/sheet.py.
sheet.draw("backward", {"": (head, foot)}, script="network/backward.js", styles=("network/overview.css",))
