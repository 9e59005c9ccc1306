"""What every host hands to a page's component (assets/sheet/page.js), beside the answer for the page's link."""

from collections.abc import Iterable
from typing import Any

from engine.writing import words as player
from pages.states import answers, path
from pages.states.sheet import Page, words

PLAYER = ("player/player.css", "player/predict/predict.css", "shared/cells.css")
STYLES = ("sheet/sheet.css", "sheet/figures.css", *PLAYER, "shared/strip.css", "maps/maps.css")


def standing(page: Page, hosted: Iterable[str] = ()) -> dict[str, Any]:
    """Return what stays while a page is open: its name and address, all sentences of its own, and its frames.

    hosted: the frames below which the host draws more.
    """
    return {
        "page": page.name,
        "path": answers.path(page.name),
        "words": {**player.ENGLISH, **words.ENGLISH},
        "frames": {
            name: {
                "head": [*path.bar(page.name), *head.blocks],
                # Where the host draws more below, that is not the page's foot.
                "foot": [*foot.blocks, *([] if name in hosted else path.bar(page.name, last=True))],
                "hosted": name in hosted,
            }
            for name, (head, foot) in page.frames.items()
        },
    }
