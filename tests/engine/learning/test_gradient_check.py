"""One gradient checked by every h, and what is said of it."""

import numpy as np
import pytest

from engine.learning.gradient_check import POINTS, STEPS, check
from engine.learning.passes import loss_of
from engine.network import zoo

WORKED = zoo.WORKED.network, dict(zoo.WORKED_PARAMETERS), zoo.WORKED_INPUT, zoo.WORKED_TARGET


@pytest.mark.parametrize(("h", "verdict"), [(1.0, "large"), (1e-1, "large"), (1e-5, ""), (1e-12, "small")])
def test_what_is_wrong_with_an_h(h, verdict):
    made = check(*WORKED, "4.weight", (0, 0), h)
    assert made.verdict == verdict
    assert made.about.startswith({"large": "h is too large", "small": "h is too small", "": "This h is good"}[verdict])


def test_the_curve_is_the_loss_and_both_lines_pass_where_they_should():
    network, parameters, x, target = WORKED
    made = check(*WORKED, "6.bias", (1,), 0.25)
    assert len(made.weights) == POINTS and made.value == 0.1
    for k in (0, POINTS // 2, POINTS - 1):
        moved = {**parameters, "6.bias": parameters["6.bias"] + np.array([0, made.weights[k] - 0.1, 0])}
        assert made.losses[k] == pytest.approx(loss_of(network, moved, x, target), rel=1e-12)
    middle = POINTS // 2
    assert made.tangent[middle] == made.losses[middle]
    slope = np.diff(made.secant) / np.diff(made.weights)
    np.testing.assert_allclose(slope, (made.nudge.above - made.nudge.below) / 0.5, rtol=1e-9)
    np.testing.assert_allclose(
        np.interp([-0.15, 0.35], made.weights, made.secant), [made.nudge.below, made.nudge.above]
    )


def test_shared_digits_are_counted_and_every_h_is_tried():
    made = check(*WORKED, "4.weight", (0, 0), 1e-3)
    one, other = made.texts["difference"], made.texts["computed"]
    assert one[: made.alike] == other[: made.alike] and one[made.alike] != other[made.alike]
    assert [n.h for n in made.others] == list(STEPS) and STEPS[0] == 1 and STEPS[-1] == pytest.approx(1e-14)


def test_a_number_behind_a_dead_neuron_has_gradient_and_difference_zero():
    parameters = {**WORKED[1], "4.bias": np.array([-100.0, 0.1, 0.3])}
    made = check(WORKED[0], parameters, *WORKED[2:], "4.weight", (0, 0), 1e-3)
    assert made.nudge.computed == made.nudge.difference == 0 and made.verdict == ""
