"""Following a number back: what a step rests on, through the cells on the way."""

import numpy as np

from engine.layers import Conv2d, CrossEntropyLoss, MaxPool2d, Softmax
from engine.trace.follow import origins


def test_a_convolutions_step_rests_on_its_window_weights_and_bias():
    layer = Conv2d(1, 1, 2)
    trace = layer.trace(np.arange(9.0).reshape(1, 3, 3), weight=np.ones((1, 1, 2, 2)), bias=np.ones(1))
    assert origins(trace, 3, ["input"]) == {"input": [4, 5, 7, 8]}
    assert origins(trace, 0, ["input", "weight", "bias"]) == {
        "input": [0, 1, 3, 4],
        "weight": [0, 1, 2, 3],
        "bias": [0],
    }


def test_a_pooled_number_rests_on_its_window():
    trace = MaxPool2d(2).trace(np.arange(16.0).reshape(1, 4, 4))
    assert origins(trace, 2, ["input"]) == {"input": [8, 9, 12, 13]}


def test_a_probability_rests_on_all_logits_through_the_exponentials():
    trace = Softmax(dim=-1).trace(np.array([1.0, 2.0, 4.0]))
    assert origins(trace, trace.step_at((1,)), ["input"]) == {"input": [0, 1, 2]}
    first = next(k for k, step in enumerate(trace.steps) if step.writes == ("exponentials", 1))
    assert origins(trace, first, ["input"]) == {"input": [0, 1, 2]}, "the largest is taken off"


def test_the_loss_rests_on_the_true_classs_probability_and_no_further_where_that_is_asked():
    trace = CrossEntropyLoss().trace(np.array([1.0, 2.0, 4.0]), target=1)
    last = len(trace.steps) - 1
    assert origins(trace, last, ["input", "probabilities"]) == {"probabilities": [1]}
    assert origins(trace, last, ["input"]) == {"input": [0, 1, 2]}
    assert origins(trace, last, []) == {}
