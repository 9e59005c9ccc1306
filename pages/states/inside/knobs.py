"""What can be turned on the page: which test picture, which class is asked about, what is written out or searched."""

from collections.abc import Mapping
from functools import partial

from engine.facts import wide
from engine.network.blocks import called
from pages.states import edits, knobs
from pages.states.inside import pictures as inside_pictures
from pages.states.inside.pictures import TestSet
from pages.states.inside.state import SQUARES, InsideState
from pages.states.knobs import Knob, either

USUAL_SEARCH = 1000


def picture(state: InsideState) -> Knob | None:
    """The number of the test picture on show; None where another picture is."""
    key, _, number = state.picture.text.partition("-")
    tests = inside_pictures.find_set(key, state.trained)
    if tests is None:
        return None
    help = f"Picture 0 to {tests.count - 1:,}"
    turn = partial(_with_picture, state, tests)
    return Knob("picture", tests.title, "number", int(number), help, turn, 0, tests.count - 1)


def _with_picture(state: InsideState, tests: TestSet, number: int) -> InsideState:
    return state.with_picture(tests.picture(number, state.trained))


def written_out(state: InsideState) -> Knob | None:
    """Which inputs of a wide layer are written out; None where all are."""
    if state.is_block or not state.is_wide:
        return None
    inputs, maps = state.part.inputs, state.output(state.open[0]).ndim == 3
    count = wide.CHANNELS if maps else wide.FEATURES
    if len(inputs) <= count:
        return None
    starts = {f"the {count} that add most": None}
    for first in sorted({*range(0, len(inputs), count), state.first or 0}):
        starts[f"{inputs[first]} to {inputs[min(first + count, len(inputs)) - 1]}"] = first
    what = f"{len(inputs)} {'channels' if maps else 'inputs'}"
    help = f"This number is made from {what}; the others are added up in one term."
    return either("written", "Written out", starts, state.first, help, state.with_first)


def about(state: InsideState) -> Knob:
    """The class that is asked about."""
    shares = state.probabilities
    classes = {f"{name}, {100 * shares[k]:.1f} %": k for k, name in enumerate(state.classes)}

    def turn(k: int) -> InsideState:
        return state.with_class(None if k == state.answer else k)

    help = "Whose probability is followed."
    return either("class", "Class that is asked about", classes, state.about, help, turn, wide=True)


def square(state: InsideState) -> Knob:
    """The square that covers the picture."""
    sides = {f"{side}×{side}": side for side in SQUARES}
    help = "The part of the picture that is covered."
    return either("square", "Square that covers", sides, state.square, help, state.with_square, wide=True)


def counts(state: InsideState) -> tuple[TestSet, list[int], int]:
    """Return the set of test pictures that is searched, how many of them can be, and how many are."""
    tests = inside_pictures.fitting(state.trained) or inside_pictures.test_sets(state.trained)[0]
    choices = sorted({min(tests.count, n) for n in (200, USUAL_SEARCH, 2000, 10_000)})
    return tests, choices, state.searched if state.searched in choices else min(tests.count, USUAL_SEARCH)


def searched(state: InsideState) -> Knob:
    """How many test pictures are searched."""
    tests, choices, present = counts(state)
    texts = {f"the first {count:,}": count for count in choices}

    def turn(count: int) -> InsideState:
        return state.with_searched(None if count == min(tests.count, USUAL_SEARCH) else count)

    return either("searched", "Test pictures", texts, present, f"Searched: {tests.plural}.", turn, wide=True)


def kernels(state: InsideState) -> Knob | None:
    """The layer whose kernels are shown; None where no layer has any."""
    numbers = state.kernel_layers
    if not numbers:
        return None
    texts = {f"{number} {called(state.layer(number))}": number for number in numbers}
    help = "The layer whose kernels are shown."
    return either("kernels", "Layer", texts, state.kernels_of, help, state.with_kernels_of, wide=True)


KNOBS = {
    "picture": picture, "written": written_out, "class": about, "square": square, "searched": searched,
    "kernels": kernels,
}  # fmt: skip


def turned(state: InsideState, edit: Mapping) -> tuple[InsideState, str]:
    """Return the state after a turn of one of its knobs, and a sentence or ""."""
    knob = KNOBS[edit["knob"]](state)
    try:
        return knobs.turn([knob] if knob else [], edit), ""
    except edits.Refused as refused:
        return state, str(refused)
