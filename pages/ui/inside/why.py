"""Why this answer? Where the picture can be covered, or changed a little, and the answer moves."""

import numpy as np
import streamlit as st

from engine.facts import saliency
from pages.states.inside.state import InsideState
from pages.states.network.overview import decimals
from pages.states.sheet import png
from pages.states.sheet.colors import colors, rgb
from pages.states.sheet.writing import plain
from pages.ui.controls import bind
from pages.ui.session import Link

SIZES, STRIDE, SIDE = (4, 6, 8, 12), 2, 256
DEFAULT_SIZE = 8
CLASS, SIZE = "inside.class", "inside.size"


@st.cache_data(max_entries=64, show_spinner="Covering the picture, square by square …")
def _occlusion(key: tuple, target: int, size: int, _state: InsideState) -> np.ndarray:
    input = _state.input.astype(np.float32)
    return saliency.occlusion(_state.network, _state.trained.single, input, target, size, STRIDE)


def draw(link: Link) -> None:
    """Draw the picture, the occlusion map and the gradient, for a class to choose."""
    state: InsideState = link.state
    row = st.container(horizontal=True, vertical_alignment="bottom")
    asked = bind(link, CLASS, state.about, lambda s, k: s.with_class(None if k == s.answer else int(k)))
    row.selectbox(
        "Class that is asked about", range(len(state.classes)), width=230, **asked,
        format_func=lambda k: f"{state.classes[k]}, {100 * state.probabilities[k]:.1f} %",
    )  # fmt: skip
    st.session_state.setdefault(SIZE, DEFAULT_SIZE)
    size = row.segmented_control(
        "Square that covers", SIZES, key=SIZE, format_func=lambda n: f"{n}×{n}", required=True, persist_state="session"
    )
    target = state.about
    drops = _occlusion(state.key, target, size, state)
    slopes = saliency.strength(saliency.gradient(state.network, state.parameters, state.input, target))
    name = plain(state.classes[target])
    one, two, three, *_ = st.columns([1, 1, 1, 0.4])
    pixels = state.picture.pixels.transpose(1, 2, 0)
    with one:
        st.markdown("**The picture**")
        st.image(enlarged(pixels), width=SIDE)
        st.caption(plain(state.picture.title))
    with two:
        st.markdown(f"**Occlusion**, {drops.shape[0]}×{drops.shape[1]}")
        st.image(enlarged(laid_over(pixels, drops)), width=SIDE)
        st.caption(told(drops, size, name))
    with three:
        st.markdown(f"**Gradient**, {slopes.shape[0]}×{slopes.shape[1]}")
        st.image(enlarged(laid_over(pixels, slopes)), width=SIDE)
        st.caption(
            f"How strongly the logit of {name} moves with each pixel: the largest |∂z/∂x| of R, G and B, from the "
            f"engine's own backward pass; at most {slopes.max():.{decimals(slopes)}f}."
        )


def told(drops: np.ndarray, size: int, name: str) -> str:
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
    return f"Blue: where a grey square of {size}×{size} {takes}. Orange: where covering helps, {helps}."


def laid_over(pixels: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Return a picture in dim grey with a map over it, blue above 0, orange below: uint8 (H, W, 3)."""
    grow = pixels.shape[0] // strength.shape[0]
    spread = np.kron(strength, np.ones((grow, grow)))
    table = colors("light")
    share = (np.abs(spread) / png.largest_size(strength))[..., None]
    grey = 255 - (255 - pixels.mean(axis=2, keepdims=True)) * 0.45
    ink = np.where((spread >= 0)[..., None], rgb(table["positive-line"]), rgb(table["negative-line"]))
    return np.rint(grey * (1 - share) + ink * share).astype(np.uint8)


def enlarged(pixels: np.ndarray) -> bytes:
    """Return uint8 (H, W, 3) as a PNG with large pixels."""
    grow = SIDE // pixels.shape[0]
    return png.encoded(np.kron(pixels, np.ones((grow, grow, 1), np.uint8)))
