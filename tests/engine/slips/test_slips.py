"""A planted slip is named, a right answer is never refused, and of any other number nothing is said."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    LogSoftmax,
    MaxPool2d,
    ReLU,
    Sigmoid,
    Softmax,
    Upsample,
)
from engine.slips import Blank, Slip, asked, judge, sizes, targets
from engine.slips.names import TITLES
from tests.depth import cases
from tests.engine.slips.planted import SUBJECTS

STATES = 10_000


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.__name__)
def test_a_planted_slip_is_named_and_a_right_answer_is_right(subject):
    rng, tried, named, missed = np.random.default_rng(7), 0, 0, []
    while tried < cases(STATES) / len(SUBJECTS):
        for blank, name, wrong in subject(rng):
            right(blank)
            unknown(blank, rng)
            verdict = judge(blank, wrong)
            if verdict.state == "right":  # the slip does no harm here
                continue
            tried += 1
            if name in (verdict.slip, *verdict.also):
                named += 1
                assert verdict.says and "-" not in verdict.says.replace("cross-entropy", "")
            else:
                missed.append((name, wrong, blank.answer, verdict))
    assert named >= 0.99 * tried, missed[:5]


def right(blank: Blank) -> None:
    """Assert that the right answer is right: as it is, as it is shown, and with more digits than are shown."""
    assert judge(blank, blank.answer).state == "right"
    if isinstance(blank.answer, tuple):
        return
    text = blank.shown.replace("−", "-")
    assert judge(blank, float(text), len(text.partition(".")[2])).state == "right"
    assert judge(blank, Fraction(blank.answer)).state == "right"
    if blank.decimals is not None:
        assert judge(blank, float(np.round(blank.answer, blank.decimals + 2)), blank.decimals + 2).state == "right"


def unknown(blank: Blank, rng: np.random.Generator) -> None:
    """Assert that of a number that no slip makes nothing is said but where to look."""
    if isinstance(blank.answer, tuple):
        return
    number = blank.answer + float(rng.integers(500, 900)) + 0.137
    if all(abs(slip.value - number) > 1 for slip in blank.slips if not isinstance(slip.value, tuple)):
        verdict = judge(blank, number)
        assert (verdict.state, verdict.slip, verdict.also) == ("look", "", ()) and blank.look in verdict.says


def test_the_sentence_has_the_numbers_of_the_step():
    x = np.array([[[1.0]], [[3.0]], [[1.0]]])
    layer = Conv2d(3, 1, 1)
    trace = layer.trace(x, weight=np.array([-2.0, 1, 1]).reshape(1, 3, 1, 1), bias=np.array([2.0]))
    blank = asked(trace, 0)
    assert judge(blank, 4.0).state == "right"
    assert judge(blank, 3.0).says == (
        "You left out channel B: −2 + 3 + 2 = 3. Each filter has one kernel for each input channel; add B's 1."
        " It could also be that you counted channel B alone."
    )
    look = "Not that. Filter 0, output row 0, column 0: window at input row 0, column 0."
    assert judge(blank, 71.0).says == look
    bent = judge(asked(ReLU().trace(-x), 0), 71.0).says
    assert bent == "Not that. Channel R, row 0, column 0. Keep what is above zero; make the rest zero."


def test_where_two_slips_give_one_number_the_sentence_says_so():
    one = Slip("bias-forgotten", 3.0, "left out the bias: 2 + 1 = 3", "Add it.")
    other = Slip("kernel-flipped", 3.0, "turned the kernel by half a turn", "Leave it.")
    blank = Blank.of("cell", 5.0, "Look there.", [one, other])
    assert not blank.apart
    verdict = judge(blank, 3)
    assert (verdict.slip, verdict.also) == ("bias-forgotten", ("kernel-flipped",))
    assert verdict.says.endswith("Add it. It could also be that you turned the kernel by half a turn.")
    assert Blank.of("cell", 5.0, "Look there.", [one]).apart


def test_a_rounded_answer_may_be_as_short_as_it_is_shown_and_not_shorter():
    layer = LogSoftmax(-1)
    trace = layer.trace(np.array([1.0, 2.0, 4.0]))
    blank = asked(trace, len(trace.steps) - 1)
    shown = float(blank.shown.replace("−", "-"))
    assert blank.decimals == 4 and judge(blank, shown, 4).state == "right"
    short = judge(blank, round(shown, 2), 2)
    assert short.state == "look" and short.says == "Right so far: 4 decimals are shown here, so write as many."
    third = Blank.of("third", 1 / 3, "", decimals=3)
    assert (
        judge(third, Fraction(1, 3)).state == judge(third, 0.333, 3).state == judge(third, 0.33333, 5).state == "right"
    )
    assert judge(third, 0.334, 3).state == "look"


def test_what_the_rounded_numbers_on_show_give_is_right_too():
    x, weight = np.full((3, 1, 1), 1 / 3), np.ones((1, 3, 1, 1))
    blank = asked(Conv2d(3, 1, 1, bias=False).trace(x, weight=weight), 0)
    assert blank.shown == "1" and judge(blank, 1.0).state == judge(blank, 0.999, 3).state == "right"
    assert judge(blank, 0.998, 3).state == "look"
    # The boards show 0.333, of which the function itself gives 0.582; of 1/3 it gives 0.583.
    bent = asked(Sigmoid().trace(np.full((1, 1, 1), 1 / 3)), 0)
    assert bent.shown == "0.583" and judge(bent, 0.582, 3).state == judge(bent, 0.583, 3).state == "right"
    assert judge(bent, 0.581, 3).state == "look"


def test_cells_and_shapes_are_judged():
    layer = Conv2d(1, 1, 2, stride=2, padding=1)
    trace = layer.trace(np.arange(16.0).reshape(1, 4, 4), weight=np.ones((1, 1, 2, 2)), bias=np.zeros(1))
    assert targets(trace, 4)[-4:] == ("term.3", "window", "corner", "shape")
    window = asked(trace, 4, "window")
    assert judge(window, [14, 15, 20, 21]).state == "right"
    assert judge(window, {14, 15, 20}).state == "look"
    assert judge(window, (7, 8, 13, 14)).slip == "stride-ignored"
    assert judge(asked(trace, 4, "corner"), (1, 1)).state == "right"
    assert judge(asked(trace, 4, "corner"), (2, 2)).slip == "padding-ignored"
    assert judge(asked(trace, 4, "shape"), (1, 3, 3)).state == "right"
    assert judge(asked(trace, 4, "shape"), (1, 2, 2)).slip in ("plus-1-forgotten", "padding-once")
    with pytest.raises(ValueError, match=r"target 'winner' is none of result, sum\.0"):
        asked(trace, 4, "winner")


def test_every_slip_has_a_title_and_every_title_a_slip():
    files = [file.read_text("utf-8") for file in Path("engine/slips").glob("*.py") if file.name != "names.py"]
    assert len(TITLES) > 100
    assert not [name for name in TITLES if not any(f'"{name}"' in text for text in files)]
    rng, met = np.random.default_rng(3), set()
    for _ in range(8):
        for subject in SUBJECTS:
            for blank, _, _ in subject(rng):
                met |= {slip.name for slip in blank.slips}
    assert met <= set(TITLES) and len(met) > 100


def test_a_trace_around_one_cell_is_asked_as_the_whole_one():
    rng = np.random.default_rng(2)
    layer = Conv2d(2, 2, 3, stride=2, padding=1)
    x = rng.integers(-4, 5, (2, 40, 40)).astype(float)
    given = {"weight": rng.integers(-3, 4, (2, 2, 3, 3)).astype(float), "bias": np.array([1.0, 2.0])}
    part, whole = layer.trace(x, around=(1, 9, 7), **given), layer.trace(x, **given)
    step, other = (trace.step_at((1, 9, 7)) for trace in (part, whole))
    for target in targets(whole, other):
        one, full = asked(part, step, target), asked(whole, other, target)
        assert target == "window" or one.answer == full.answer
        assert {slip.name for slip in one.slips} <= {slip.name for slip in full.slips}
    assert judge(asked(part, step), asked(whole, other).answer).state == "right"


@pytest.mark.parametrize(
    "layer",
    [
        Conv2d(2, 2, 3, stride=2, padding=1, padding_mode="reflect"), ConvTranspose2d(2, 1, 3, stride=2), Flatten(),
        ReLU(), MaxPool2d(3, stride=2, padding=1, ceil_mode=True), AvgPool2d(2, count_include_pad=False, padding=1),
        AdaptiveAvgPool2d(3), Upsample(2),
    ],
    ids=lambda layer: type(layer).__name__,
)  # fmt: skip
@pytest.mark.parametrize("corner", [3.0, np.nan])
def test_whatever_can_be_asked_of_a_step_has_an_answer(layer, corner):
    x = np.arange(32.0).reshape(2, 4, 4) - 9
    x[0, 0, 0] = corner
    given = {name: np.ones(shape) for name, shape in layer.parameter_shapes().items()}
    back = layer.trace_backward("input", np.ones(layer.output_shape(x.shape)), x, **given)
    for trace in (layer.trace(x, **given), back):
        for step in range(len(trace.steps)):
            for target in targets(trace, step):
                assert asked(trace, step, target).shown
    shape = asked(layer.trace(x, **given), 0, "shape")
    assert judge(shape, layer.output_shape(x.shape)).state == "right"


def test_a_step_without_slips_of_its_own_has_the_plain_ones():
    trace = Softmax(-1).trace_backward("input", np.array([1.0, 2.0, 0.0]), np.array([0.0, 1.0, 2.0]))
    last = len(trace.steps) - 1
    a, b = (trace.board(f.board).values.ravel()[f.index[-1, 0]] for f in trace.phases[-1].factors)
    assert trace.phases[-1].operation == "×"
    assert judge(asked(trace, last), a + b).slip == "added"
    assert judge(asked(trace, last), -a * b).slip == "sign"


@pytest.mark.parametrize(
    ("layer", "shape", "slip", "look"),
    [
        (Upsample(2), (2, 3, 4), (2, 3, 4), "H is 3 × 2, W is 4 × 2."),
        (AdaptiveAvgPool2d(2), (2, 5, 5), (1, 2, 2), "H and W are output_size, here 2"),
        (Flatten(), (2, 3, 4), (12,), "the input has 2 × 3 × 4 of them"),
        (ReLU(), (2, 3, 4), None, "the shape stays: the input is 2 × 3 × 4"),
    ],
)
def test_a_shape_without_sliding_windows_has_its_rule(layer, shape, slip, look):
    blank = sizes.shape(layer, shape)
    assert blank.answer == layer.output_shape(shape) and look in judge(blank, (9, 9, 9)).says
    assert slip is None or judge(blank, slip).state == "slip"


def test_a_sequences_shape_is_right_with_its_height_and_without():
    blank = asked(Conv1d(1, 2, 3).trace(np.zeros((1, 1, 6)), weight=np.ones((2, 1, 3)), bias=np.zeros(2)), 0, "shape")
    assert [judge(blank, shape).state for shape in ((2, 1, 4), (2, 4), (2, 6))] == ["right", "right", "look"]


@pytest.mark.parametrize("layer", [Upsample(2), AdaptiveAvgPool2d(2), ConvTranspose2d(1, 1, 2, stride=2), ReLU()])
def test_where_to_look_does_not_say_which_cells_are_read(layer):
    given = {name: np.ones(shape) for name, shape in layer.parameter_shapes().items()}
    trace = layer.trace(np.arange(25.0).reshape(1, 5, 5), **given)
    blank = asked(trace, 3, "window")
    assert blank.look != trace.phases[0].filled(trace.phases[0].where, 3)
    assert all("input row " not in slip.says.replace("input row r", "") for slip in blank.slips)
