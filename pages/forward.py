"""Forward pass: one input through a whole network, and any number followed back to the pixels."""

from pages.states import tries
from pages.states.sheet import Page, Sheet, parts
from pages.ui.sheet import draw

head, row = parts.head("From which pixels does a number come, up to the loss?")
row.slot("menus")
foot = Sheet()
parts.tries_and_beliefs(
    foot,
    tries.links(tries.FORWARD),
    (
        (
            "Every pixel counts.",
            "Max pooling passes on only the largest number of each window, and ReLU stops all that is below "
            "zero. Many pixels of the worked network can change without any effect.",
        ),
        (
            "Flatten changes the numbers.",
            "It only writes them in a row: each is found again at its place in C, H, W order.",
        ),
        (
            "The network ends in softmax, so the loss takes probabilities.",
            "nn.CrossEntropyLoss takes the logits and does the softmax itself; the softmax layer is for reading.",
        ),
        (
            "A deep number sees the whole picture.",
            "It sees its receptive field: the window of a window. Only a fully connected layer sees everything.",
        ),
    ),
)

# All that stands between follows from the state: pages/states/network/sheet.py.
PAGE = Page(
    "forward", {"": (head, foot)}, script="network/forward.js", styles=("network/overview.css", "stack/stack.css")
)

if __name__ == "__main__":
    draw(PAGE)
