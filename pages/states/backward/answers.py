"""What learners often get wrong about gradients, each answered with the present network's numbers."""

from dataclasses import replace
from functools import partial

import numpy as np

from engine.facts import gradients as gradient_facts
from engine.layers import Conv2d
from engine.network.blocks import called
from engine.writing.display import (
    ROUNDED_DECIMALS,
    channel_names,
    decimals_needed,
    number_text,
    rough_text,
    rounded_decimals,
)
from pages.states.backward.state import GradientState
from pages.states.sheet import Sheet, grids
from pages.states.sheet.grids import Grid

MOST_SIDE = 10


def answers(page: Sheet, state: GradientState) -> None:
    """Add the questions, each folded over its answer."""
    page.heading("Usual misunderstandings, answered with these numbers")
    for key, (question, answer) in QUESTIONS.items():
        page.fold(key, question, partial(answer, state=state))


def _zero_bias(page: Sheet, state: GradientState) -> None:
    forward = state.forward
    fact = gradient_facts.zero_bias(forward.network, forward.parameters, forward.input, forward.target)
    if fact is None:
        page.text("This network has no bias.")
        return
    page.text(
        "A gradient does not say how large a number is, but **what happens to the loss when it moves**. All biases "
        f"are 0 here, yet ∂L/∂`{fact.name}` is **{_text(fact.gradient)}**, the sum of the gradients that arrive."
    )
    page.table(
        [
            {"bias": number_text(bias, 4), "loss": _text(loss)}
            for bias, loss in ((-fact.h, fact.below), (0.0, fact.loss), (fact.h, fact.above))
        ]
    )
    zeros = {
        name: np.zeros_like(array) if name.endswith(".bias") else array for name, array in forward.parameters.items()
    }
    k, _, rest = fact.name.partition(".")
    name, _, at = rest.rstrip("]").partition("[")
    changed = state.with_forward(replace(forward, parameters=zeros).checked())
    page.link("Open this bias, with all biases at 0", changed.with_open(int(k) + 1, name, int(at)).query())


def _dead(page: Sheet, state: GradientState) -> None:
    forward = state.forward
    fact = gradient_facts.dead_cells(forward.network, forward.parameters, forward.input, forward.target)
    if fact is None:
        page.text("This network has no ReLU.")
        return
    page.text(
        f"ReLU (layer {fact.number}) gave 0 for **{int(fact.dead.sum())} of {fact.dead.size}** cells. If x is a little "
        "larger or smaller there, nothing changes: the local derivative is 0, and 0 times any gradient is 0. A cell "
        "that is dead for every picture never learns. A leaky ReLU lets a little of the gradient through."
    )
    if fact.input.ndim == 3:
        maps, dead = (fact.input, fact.incoming, fact.passed), fact.dead
        channel = int(dead.sum(axis=(1, 2)).argmax())
        one, arrives, leaves = (array[channel] for array in maps)
        mask = dead[channel]
    else:
        one, arrives, leaves = (array.reshape(1, -1) for array in (fact.input, fact.incoming, fact.passed))
        mask = fact.dead.reshape(1, -1)
    page.html(
        grids.row(
            Grid("x", one, "marked: x ≤ 0", marked=mask), Grid("incoming", arrives, "∂L/∂y"), "→",
            Grid("passed on", leaves, "∂L/∂x", marked=mask),
        )
    )  # fmt: skip
    if fact.dead.any():
        page.link(
            "Open the gradient of a dead cell", state.with_open(fact.number - 1, "", int(fact.dead.argmax())).query()
        )


def _flipped(page: Sheet, state: GradientState) -> None:
    forward = state.forward
    found = [k for k, layer in enumerate(forward.network.layers) if isinstance(layer, Conv2d)]
    problem = "it has no convolution"
    for k in found:
        layer, arriving = forward.network.layers[k], state.both.arriving(k)
        try:
            fact = gradient_facts.flipped(layer, state.both.incoming[k], arriving, forward.parameters[f"{k}.weight"])
            break
        except ValueError as error:
            problem = str(error)
    else:
        page.text(f"This network does not show it: {problem}.")
        return
    rows, _ = layer.kernel
    page.text(
        f"Layer {k + 1}, {called(layer)}: a cell meets the kernel's last weight in its first window and the first "
        "weight in its last. Seen from the cell, the weights come in reverse order. So the same numbers come out when "
        f"the **kernel, turned by half a turn,** slides over the gradient with **padding {fact.padding[0]}** "
        f"(kernel_size {rows} − 1 − padding {rows - 1 - fact.padding[0]})."
    )
    if max(fact.padded.shape[1:]) <= MOST_SIDE and max(arriving.shape[1:]) <= MOST_SIDE:
        name = channel_names(layer.in_channels)[0]
        edge = np.ones(fact.padded.shape[1:], bool)
        down, across = fact.padding
        high, wide = state.both.incoming[k].shape[1:]
        edge[down : down + high, across : across + wide] = False
        page.html(
            grids.row(
                Grid("∂L/∂output, padded", fact.padded[0], "filter 0", faint=edge), "∗",
                Grid("turned kernel", fact.kernel[0, 0], name or "filter 0"),
                _equals(fact.padded, fact.kernel, fact.convolved),
                Grid("∂L/∂input", fact.convolved[0], name or "all filters added up"),
            )
        )  # fmt: skip
    page.text(
        "Added up window by window, as in the player, or computed as this convolution: the largest difference is "
        f"**{rough_text(fact.difference, 2)}**."
    )
    flat = int(np.abs(fact.spread).argmax())
    page.link("Open a cell of the input's gradient", state.with_open(k, "", flat).query())


def _batch(page: Sheet, state: GradientState) -> None:
    forward = state.forward
    other = (forward.target + 1) % len(forward.classes)
    names = [name for name in state.both.gradients if name.endswith(".weight")]
    if not names:
        page.text("This network has no weights.")
        return
    name = names[0]
    pictures = np.stack([forward.input, forward.input[..., ::-1]])
    fact = gradient_facts.batch(forward.network, forward.parameters, pictures, (forward.target, other), name)
    here, there = (forward.classes[t] for t in fact.targets)
    first_loss, second_loss = map(_text, fact.losses)
    page.text(
        f"Two pictures: this one ({here}) and its mirror image (called {there}). The batch's loss is the mean "
        f"of theirs, ({first_loss} + {second_loss}) ÷ 2 ≈ **{_text(fact.loss)}**, and the gradient "
        f"of a sum is the sum of the gradients. For `{name}`:"
    )
    first, second, together = (_page(array) for array in (*fact.alone, fact.together))
    if max(first.shape) <= MOST_SIDE:
        page.html(
            grids.row(
                "(", Grid(here, first, "alone"), "+", Grid(there, second, "alone"), ") ÷ 2 ≈",
                Grid("the batch", together, "both at once"),
            )
        )  # fmt: skip
    page.text(
        f"Largest difference between the mean and the batch's own gradient: **{rough_text(fact.difference, 2)}**. "
        "Where the gradients of two pictures disagree, they cancel. So one step for a batch is not one step for each "
        "picture."
    )
    k = int(name.partition(".")[0])
    page.link("Open this weight's gradient for the one picture", state.with_open(k + 1, "weight", 0).query())


def _page(array: np.ndarray) -> np.ndarray:
    """Return what is shown of a weight's gradient: the first filter's first channel, or all of two axes."""
    return array[0, 0] if array.ndim == 4 else array


def _equals(*arrays: np.ndarray) -> str:
    """Return the sign between boards that are written with few places."""
    return "=" if all(decimals_needed(array, ROUNDED_DECIMALS) is not None for array in arrays) else "≈"


def _text(value: float) -> str:
    return number_text(value, rounded_decimals(np.array([value]), 4))


QUESTIONS = {
    "bias": ("A bias of 0 has no gradient?", _zero_bias),
    "dead": ("Does ReLU pass gradients to its zeros?", _dead),
    "flipped": ("Is the input's gradient a convolution too?", _flipped),
    "batch": ("One gradient for a whole batch?", _batch),
}
