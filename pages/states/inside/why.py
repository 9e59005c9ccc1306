"""Why this answer? Where the picture can be covered, or changed a little, and the answer moves."""

import numpy as np

from engine.cached import Kept
from engine.facts import saliency
from pages.states.inside import knobs
from pages.states.inside.state import InsideState
from pages.states.network.overview import decimals
from pages.states.sheet import Sheet, png
from pages.states.sheet.colors import colors, rgb
from pages.states.sheet.parts import fingerprint
from pages.states.sheet.writing import plain

STRIDE, SIDE = 2, 256
_DROPS, _SLOPES = Kept(64), Kept(64)


def fill(page: Sheet, state: InsideState) -> None:
    """Put on the page the picture, the occlusion map and the gradient, for a class to choose.

    The occlusion map takes seconds, so it is asked for beside the page.
    """
    page.row().knobs([knobs.about(state), knobs.square(state)], "why")
    target, pixels = state.about, state.picture.colours
    slopes = _SLOPES.get((*state.key, target), lambda: _slopes(state))
    one, two, three = page.columns(3)
    one.text("**The picture**")
    one.html(_image(pixels))
    one.caption(plain(state.picture.title))
    two.ask(
        "occlusion", "Cover the picture, square by square", fingerprint(*state.key, target, state.square), at_once=True
    )
    three.text(f"**Gradient**, {slopes.shape[0]}×{slopes.shape[1]}")
    three.html(_image(laid_over(pixels, slopes)))
    slope = "|∂z/∂x|" if len(state.input) == 1 else "the largest |∂z/∂x| of R, G and B"
    three.caption(
        f"How strongly the logit of {plain(state.classes[target])} moves with each pixel: {slope}, from the engine's "
        f"own backward pass; at most {slopes.max():.{decimals(slopes)}f}."
    )


def covered(state: InsideState) -> Sheet:
    """Return the occlusion map of the class that is asked about."""
    page, target, size = Sheet(), state.about, state.square
    drops = _DROPS.get((*state.key, target, size), lambda: _drops(state))
    page.text(f"**Occlusion**, {drops.shape[0]}×{drops.shape[1]}")
    page.html(_image(laid_over(state.picture.colours, drops)))
    page.caption(told(drops, size, plain(state.classes[target]), "grey" if state.trained.mean.any() else "black"))
    return page


def _slopes(state: InsideState) -> np.ndarray:
    return saliency.strength(saliency.gradient(state.network, state.parameters, state.input, state.about))


def _drops(state: InsideState) -> np.ndarray:
    input = state.input.astype(np.float32)
    return saliency.occlusion(state.network, state.trained.single, input, state.about, state.square, STRIDE)


def told(drops: np.ndarray, size: int, name: str, cover: str = "grey") -> str:
    """Return in words where covering changes the probability most."""
    i, j = np.unravel_index(int(drops.argmax()), drops.shape)
    most, least = 100 * float(drops.max()), 100 * float(drops.min())
    takes = (
        f"takes probability away from {name}; at most **{most:.1f}** points, around row {int(i) * STRIDE + 1}, "
        f"column {int(j) * STRIDE + 1}"
        if most > 0
        else f"would take probability away from {name}: nowhere"
    )
    helps = f"at most {-least:.1f}" if least < 0 else "nowhere"
    return f"Blue: where a {cover} square of {size}×{size} {takes}. Orange: where covering helps, {helps}."


def laid_over(pixels: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Return a picture in dim grey with a map over it, blue above 0, orange below: uint8 (H, W, 3)."""
    grow = pixels.shape[0] // strength.shape[0]
    spread = np.kron(strength, np.ones((grow, grow)))
    table = colors("light")
    share = (np.abs(spread) / png.largest_size(strength))[..., None]
    grey = 255 - (255 - pixels.mean(axis=2, keepdims=True)) * 0.45
    ink = np.where((spread >= 0)[..., None], rgb(table["positive-line"]), rgb(table["negative-line"]))
    return np.rint(grey * (1 - share) + ink * share).astype(np.uint8)


def _image(pixels: np.ndarray) -> str:
    """Return uint8 (H, W, 3) as HTML, with large pixels."""
    address = png.address(np.ascontiguousarray(pixels))
    return f'<img class="inside-large" alt="" src="{address}" style="width:{SIDE}px">'
