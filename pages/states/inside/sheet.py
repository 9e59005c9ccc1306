"""The page Inside the network, as every host sees it: what stands on it, and what can be done there."""

from collections.abc import Mapping
from typing import Any

from engine.facts import saliency, wide
from engine.training import trained
from pages.states import path, tries
from pages.states.inside import arithmetic, card, check, choices, excite, kernels, knobs
from pages.states.inside import pictures as inside_pictures
from pages.states.inside import why as why_this
from pages.states.inside.state import InsideState, read
from pages.states.inside.view import data
from pages.states.sheet import Sheet, parts
from pages.states.sheet.writing import plain
from pages.states.view import PLAYED, View, led

FOLDS = {
    "why": ("Why this answer?", why_this.fill),
    "kernels": ("Kernels", kernels.fill),
    "excite": ("What excites a channel?", excite.fill),
    "check": ("Check against PyTorch", check.fill),
    "card": ("The network's card", card.fill),
}
BELIEFS = (
    (
        "A deep channel stands for one thing, such as a wheel.",
        "Most answer to several patterns. Look at what excites a channel: the nine pictures often share a colour or an "
        "edge, not an object.",
    ),
    (
        "97 % means that it is right 97 times in 100.",
        "It is the softmax of the logits. Networks are often more certain than they should be: look for confident "
        "mistakes.",
    ),
    (
        "The saliency map shows what the network looks at.",
        "It shows where a small change would move the logit. Occlusion asks another question, and often has another "
        "answer.",
    ),
)


def fill(page: Sheet, state: InsideState) -> None:
    """Put on the page all that follows from its state."""
    path.came(page, "inside", _came(state))
    choices.fill(page.into("menus"), state)
    if why := inside_pictures.own_set(state.trained)[1]:
        page.caption(plain(why))
    page.widget("inside", "inside", **data(state, page.has))
    arithmetic.fill(page, state)
    for key, (title, part) in FOLDS.items():
        page.fold(key, title, lambda inner, part=part: part(inner, state))
    parts.tries_and_beliefs(page, tries.links(tries.of("inside", state)), BELIEFS)
    code = trained.load, wide.part, saliency.gradient, saliency.occlusion, saliency.peaks
    parts.source(page, lambda: code, "The engine's own code for this page")


def _came(state: InsideState) -> str:
    """Return what came over from the page Training."""
    if state.is_path:
        return "a trained network (LeNet-5), and the seven"
    return "a trained network" if state.model.bundled else "a run's network"


def _opened(state: InsideState, place: Mapping) -> InsideState:
    return state.with_open(int(place["number"]), int(place["flat"]))


def _with_file(state: InsideState, file: Mapping) -> tuple[InsideState, str]:
    """Return the state with a picture that the host has read from a file: its `text` in a link, and a `note` or ""."""
    return state.with_picture(inside_pictures.from_text(str(file["text"]), state.trained)), str(file["note"])


def _with_offered(state: InsideState, value: Any) -> InsideState:
    if state.offered is None:
        raise ValueError("The Input page's picture is not there any more: choose it there again.")
    return state.with_picture(inside_pictures.offered(state.offered, state.trained))


VIEW = View(
    read,
    fill,
    {
        **PLAYED,
        "edit": knobs.turned,
        "pick": knobs.turned,
        "lead": led,
        "open": _opened,
        "back": lambda state, place: state.with_back(int(place)),
        "file": _with_file,
        "picture": _with_offered,
    },
    asks={
        "occlusion": why_this.covered,
        "kernels": kernels.whole,
        "excite": excite.searched,
        "check": check.compared,
        "weights": card.weights,
    },
    predicts=True,
)
