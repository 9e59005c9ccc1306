"""The trained network's logits in NumPy beside those in PyTorch, and the code to paste."""

from functools import partial

import numpy as np

from engine.writing.display import rough_text, typographic
from pages.states.inside.state import InsideState
from pages.states.sheet import Sheet, parts


def fill(page: Sheet, state: InsideState) -> None:
    """Put the check of this picture's logits on the page, and the script that gives them."""
    left, right = page.columns()
    left.ask("check", "Run this picture in PyTorch", parts.fingerprint(*state.key))
    right.fold("code", "PyTorch code that gives these logits", partial(_code, state=state))


def _code(page: Sheet, state: InsideState) -> None:
    from engine.pytorch.trained_check import logits_code

    page.text("Put `weights.safetensors` (from the network's card) beside the script.")
    page.code(logits_code(state.trained, state.picture.pixels))


def compared(state: InsideState) -> Sheet:
    """Return what the check against PyTorch gives."""
    from engine.pytorch.trained_check import compare_logits

    page = Sheet()
    logits = compare_logits(state.trained, state.picture.pixels[None])
    text = f"torch {logits.version} in float32 · {parts.largest(logits)}"
    parts.verdict(page, logits.agrees, f"The logits agree · {text}", f"{text}: more than rounding.")
    ours, theirs = logits.ours[0], logits.theirs[0]
    page.table([
        {
            "class": state.classes[k],
            "NumPy, float64": typographic(f"{ours[k]:.6f}"),
            "PyTorch, float32": typographic(f"{theirs[k]:.6f}"),
            "difference": rough_text(abs(ours[k] - theirs[k]), 2),
        }
        for k in np.argsort(-ours, kind="stable")
    ])  # fmt: skip
    return page
