"""The path through the pages: from a picture as numbers to the inside of a trained network."""

from collections.abc import Mapping
from typing import Any

from engine.writing import glossary
from pages.states.sheet import Sheet

# Address → title, in the order of the path.
PATH = {
    "input": "Input",
    "convolution": "Convolution",
    "activation": "Activation",
    "pooling": "Pooling",
    "fully_connected": "Fully connected",
    "output_loss": "Output and loss",
    "forward": "Forward pass",
    "backward": "Backpropagation",
    "learning": "Learning",
    "training": "Training",
    "inside": "Inside the network",
}
# Address → the words that its page uses without explaining them, in the order in which it does.
WORDS = {
    "input": ("pixel", "channel", "shape", "batch"),
    "convolution": (
        "feature map, or map", "filter", "kernel", "weight", "window", "bias", "stride", "padding", "parameter",
        "multiply-add",
    ),
    "activation": ("activation", "feature map, or map", "slope", "gradient"),
    "pooling": ("pooling", "window", "stride", "padding", "channel"),
    "fully_connected": ("fully connected", "flatten", "vector", "neuron", "weight", "bias", "logit"),
    "output_loss": ("class", "logit", "exponential", "softmax", "probability", "loss", "cross-entropy"),
    "forward": ("layer", "feature map, or map", "flatten", "logit", "loss", "parameter", "multiply-add"),
    "backward": ("loss", "gradient", "∂L/∂w", "chain rule", "slope", "parameter"),
    "learning": ("gradient", "optimiser", "learning rate", "SGD", "Adam", "momentum", "weight decay", "epoch", "batch"),
    "training": ("epoch", "batch", "loss", "accuracy", "test picture", "preset", "learning rate", "seed"),
    "inside": ("layer", "channel", "filter", "feature map, or map", "class", "softmax", "saliency"),
}  # fmt: skip
# Beside the path: address → the page of the path that it belongs to.
BESIDE = {"transposed": "convolution", "batch_norm": "fully_connected", "calculator": "forward"}
SLOT, HEAD, CAME = "onward", "ahead", "came"  # the way on, at the foot and in the head; what came over


def bar(page: str, *, last: bool = False) -> list[dict[str, Any]]:
    """Return the bar of a page, as blocks; for a page beside the path the way back to it.

    It says where on the path the page is, leads to any other page of it, and tells what the page's words mean. last: at
    the foot, with the way to the next page and what comes along: `onward`.
    """
    sheet = Sheet()
    if page in BESIDE:
        sheet.link(f"Back to the path: {PATH[BESIDE[page]]}", {}, BESIDE[page])
    if page not in PATH:
        return sheet.blocks
    at = list(PATH).index(page)
    label = "The path, at the foot" if last else "The path"
    row = sheet.row()
    row.add(
        "path", at=at, label=label, where=f"{at + 1} of {len(PATH)}",
        pages=[{"page": address, "label": title} for address, title in PATH.items()],
    )  # fmt: skip
    if not last:
        words = row.menu("Words")
        for word in WORDS[page]:
            words.text(f"**{word}**: {glossary.WORDS[word]}")
    for slot in (SLOT,) if last else (CAME, HEAD):
        row.slot(slot)
    return sheet.blocks


def onward(page: Sheet, here: str, query: Mapping[str, str] | None = None, what: str = "") -> None:
    """Put the way to the next page into both bars. query: what comes along; what: its name."""
    following = next_of(here)
    if following:
        label = f"Next: {PATH[following]}" + (f", with {what}" if what else "")
        for slot in (HEAD, SLOT):
            page.into(slot).link(label, query or {}, following)


def came(page: Sheet, here: str, what: str) -> None:
    """Say in the bar what came over from the page before; what: its name."""
    page.into(CAME).caption(f"from {PATH[before(here)[0]]}: {what}")


def before(page: str) -> tuple[str, ...]:
    """Return the page that comes before a page of the path, if any."""
    addresses = list(PATH)
    at = addresses.index(page) if page in PATH else 0
    return tuple(addresses[max(0, at - 1) : at])


def next_of(page: str) -> str | None:
    """Return the page that comes after a page of the path; None where there is none."""
    addresses = list(PATH)
    at = addresses.index(page) + 1 if page in PATH else len(addresses)
    return addresses[at] if at < len(addresses) else None
