"""Softmax's and the loss's own: phases, options, what overflows, errors, worked example 6."""

import json
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.examples import OUTPUT
from engine.layers import CrossEntropyLoss, Softmax
from engine.trace.payload import payload
from tests.engine.invariants import check
from tests.engine.layers.cases_vectors import CASES
from tests.engine.parity import assert_error

CLASSES = ("lion", "tiger", "elephant")
LOGITS = OUTPUT["loss"].input
FAR = np.array([0.0, 1000.0, 3.0])


def traced(name):
    example = OUTPUT[name]
    return example.layer.trace(example.input, **example.extras, classes=CLASSES)


def shown(trace, board):
    coded = next(b for b in payload(trace)["boards"] if b["name"] == board)["values"]
    return [float(text) for text in coded["pool"]]


def test_worked_example_6_the_probabilities():
    trace = traced("softmax")
    assert [phase.name for phase in trace.phases] == ["largest", "exponentials", "sum", "probabilities"]
    assert trace.output.round(4).tolist() == [0.1059, 0.2658, 0.6282]
    assert shown(trace, "output") == [0.1059, 0.2658, 0.6282]
    assert trace.steps[-1].say == "Class elephant: 1 ÷ 1.5918 ≈ 0.6282, its probability."


def test_worked_example_6_the_loss_of_elephant():
    trace = traced("loss")
    assert trace.steps[-1].result == pytest.approx(0.464866, abs=5e-7)
    assert trace.steps[-1].say == "The true class is elephant: −log(0.6282) ≈ 0.4649, the loss."
    assert shown(trace, "loss") == [0.4649]


def test_worked_example_6_the_batch_of_three():
    trace = traced("batch")
    losses, mean = trace.board("losses").values, trace.output
    assert [round(x, 4) for x in losses.tolist()] == [0.4649, 1.5975, 0.0040]
    assert round(float(losses[0]), 6) == 0.464866
    assert round(float(mean[0]), 6) == 0.688788
    assert trace.steps[-2].say == "The true class of picture 2 is tiger: −log(0.996) ≈ 0.004, the loss."
    assert trace.steps[-1].say == "The 3 losses add up to 2.0664; ÷ 3 ≈ 0.6888, the loss of the batch."
    assert trace.page_name == "picture" and [s.page for s in trace.steps[-4:]] == [0, 1, 2, 0]


def test_the_temperature_is_a_phase_only_where_it_changes_something():
    assert "temperature" not in [phase.name for phase in traced("loss").phases]
    trace = traced("temperature")
    assert trace.phases[0].name == "temperature"
    assert trace.board("scaled").values.tolist() == [3.93, 4.39, 4.82]
    expected = torch.nn.CrossEntropyLoss()(torch.tensor(LOGITS) / 2, torch.tensor(2)).item()
    assert trace.output[0] == pytest.approx(expected, rel=1e-14)


def test_a_smoothed_target_is_a_board_and_weighs_every_class():
    trace = traced("smoothing")
    assert trace.board("smoothed target").values == pytest.approx([1 / 30, 1 / 30, 28 / 30])
    assert trace.phases[-1].operation == "×" and trace.phases[-1].factors[0].board == "smoothed target"
    expected = torch.nn.CrossEntropyLoss(label_smoothing=0.1)(torch.tensor(LOGITS), torch.tensor(2)).item()
    assert trace.output[0] == pytest.approx(expected, rel=1e-14)


@given(case=CASES["Softmax"])
def test_taking_off_the_largest_changes_no_probability(case):
    layer, x, options = case
    with_it, without = (
        layer.trace(x, **{**options, "subtract_largest": subtract}) for subtract in (True, False)
    )  # fmt: skip
    np.testing.assert_allclose(with_it.output, without.output, rtol=1e-12, atol=1e-300)
    assert "largest" in [phase.name for phase in with_it.phases]
    assert "largest" not in [phase.name for phase in without.phases]


def test_without_it_large_logits_overflow_and_the_sentences_say_so():
    trace = traced("large")
    say = [step.say for step in trace.steps]
    assert say[0].startswith("Class lion: exp(1000) = ∞. More than a float64 can hold")
    assert say[4].startswith("Class lion: ∞ ÷ ∞ = NaN, its probability. That is not a number")
    assert np.isnan(trace.output).all()
    texts = json.dumps(payload(trace), ensure_ascii=False)
    assert "∞" in texts and "NaN" in texts and "922337" not in texts
    safe = OUTPUT["large"].layer.trace(OUTPUT["large"].input, target=0)
    check(safe)
    assert safe.output[0] == pytest.approx(0.1328, abs=1e-4)


def test_each_sign_of_a_sentence_is_of_the_digits_on_both_of_its_sides():
    loss = CrossEntropyLoss()
    both = loss.trace_backward("input", 1.0, np.array([[1.2, 0.3, 0.1], [0.2, 0.9, 1.4]]), target=np.array([0, 1]))
    said = [step.say for step in both.steps[-6:]]
    assert said[0] == "Picture 0, class 0: 0.5749 − 1 = −0.4251, ÷ 2 ≈ −0.2126."
    shifted = loss.trace(np.array([1.23456, 2.34561]), target=np.array(0)).steps[1].say
    assert shifted == "Class 0: exp(1.23456 − 2.34561) ≈ exp(−1.1111) ≈ 0.3292."


def test_a_sum_of_numbers_with_exponents_is_not_said_to_close():
    huge = Softmax(dim=-1).trace_backward("input", np.array([1.235e16, 3.0]), np.array([0.2, 0.4]))
    assert all("e16 =" not in step.say for step in huge.steps)


def test_numbers_too_large_to_write_out_get_an_exponent():
    trace = Softmax(dim=-1).trace(np.array([100.0, 99.0]), subtract_largest=False)
    check(trace)
    assert trace.steps[0].say == "Class 0: exp(100) ≈ 2.688e43."
    assert "2.688e43" in json.dumps(payload(trace))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_a_probability_too_small_for_a_float_gives_the_loss_from_the_logits(smoothing, temperature):
    layer = CrossEntropyLoss(label_smoothing=smoothing)
    trace = layer.trace(FAR, target=0, temperature=temperature)
    check(trace)
    assert trace.board("probabilities").values[0] < 1e-200
    expected = torch.nn.CrossEntropyLoss(label_smoothing=smoothing)(torch.tensor(FAR) / temperature, torch.tensor(0))
    assert trace.output[0] == pytest.approx(expected.item(), rel=1e-12)
    used = next(step.say for step in trace.steps if "so the logits are used" in step.say)
    assert ("too small for a float64" in used) == (temperature == 1.0)


@given(
    logits=st.lists(st.integers(-30, 30), min_size=2, max_size=5), batch=st.integers(1, 3), data=st.data()
)  # fmt: skip
def test_the_batchs_loss_is_the_mean_of_each_pictures(logits, batch, data):
    x = np.array([np.roll(logits, n) for n in range(batch)], dtype=float)
    target = np.array([data.draw(st.integers(0, len(logits) - 1)) for _ in range(batch)])
    layer = CrossEntropyLoss()
    trace = layer.trace(x, target=target)
    alone = [layer.trace(row, target=t).output[0] for row, t in zip(x, target, strict=True)]
    np.testing.assert_allclose(trace.board("losses").values, alone, rtol=1e-12, atol=1e-14)
    assert trace.output[0] == pytest.approx(np.mean(alone), rel=1e-12, abs=1e-14)


LOGITS_AND_LOSSES = [
    ([30.0, 0.0, 0.0], 1, 30.0),
    ([1000.0, 0.0, -1000.0], 2, 2000.0),
    ([20.0, 0.0], 1, 20.0),
    ([9.0, 0.0], 0, 0.000123402),
    ([14.0, 0.0], 0, 8.3153e-07),
    ([0.0, 2.0, 1.0], 0, 2.407606),
]


def said_number(text: str) -> float:
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize(("logits", "target", "loss"), LOGITS_AND_LOSSES)
def test_minus_log_of_the_digits_that_are_said_is_the_number_that_is_said(logits, target, loss, smoothing):
    layer = CrossEntropyLoss(label_smoothing=smoothing)
    trace = layer.trace(np.array(logits), target=target)
    if not smoothing:
        assert trace.output[0] == pytest.approx(loss, rel=1e-5)
    said = [match for step in trace.steps if (match := MINUS_LOG.search(step.say))]
    for match in said:
        result = said_number(match[3])
        assert -np.log(said_number(match[1])) == pytest.approx(result, rel=0.011, abs=1e-8), match[0]
    from_logits = any("so the logits are used" in step.say for step in trace.steps)
    assert bool(said) != from_logits
    assert from_logits == (loss > 15)


MINUS_LOG = re.compile(r"−log\(([0-9.]+)\) ([=≈]) ([0-9.]*[0-9])")


def test_a_batch_with_one_tiny_probability_takes_the_logits_too():
    x = np.array([[30.0, 0.0, 0.0], [1.0, 2.0, 3.0]])
    trace = CrossEntropyLoss().trace(x, target=np.array([1, 2]))
    check(trace)
    said = [step.say for step in trace.steps if "the logits are used" in step.say]
    assert said[0].endswith("30 − 0, and the logarithm of the sum: 30, the loss.")
    assert trace.board("losses").values == pytest.approx([30.0, 0.407606], abs=1e-6)


def test_an_exponential_that_is_written_as_0_is_not_said_to_be_0():
    said = [step.say for step in CrossEntropyLoss().trace(np.array([30.0, 0.0]), target=1).steps]
    assert said[1:3] == ["Class 0: exp(30 − 30) = exp(0) = 1.", "Class 1: exp(0 − 30) = exp(−30) ≈ 0."]


def test_without_the_largest_taken_off_a_tiny_probability_is_said_with_its_digits():
    trace = CrossEntropyLoss().trace(np.array([30.0, 0.0, 0.0]), target=1, subtract_largest=False)
    assert trace.steps[-1].say == "The true class is 1: −log(9.36e−14) ≈ 30, the loss."


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ({"target": 3}, ("target 3", "0 to 2")),
        ({"target": -100}, ("target -100", "not a class")),
        ({"target": np.array([0, 1])}, ("target", "(2,)")),
        ({"target": 0, "temperature": 0.0}, ("temperature 0", "above 0")),
        ({"target": 0, "temperature": np.inf}, ("temperature inf",)),
    ],
)
def test_bad_arguments_are_refused_with_the_numbers(arguments, fragments):
    layer = CrossEntropyLoss()
    assert_error(lambda: layer.trace(LOGITS, **arguments), *fragments)
    assert_error(lambda: layer.forward(LOGITS, **arguments), *fragments)


def test_bad_settings_and_shapes_are_refused_with_the_numbers():
    assert_error(lambda: CrossEntropyLoss(label_smoothing=1.5), "label_smoothing 1.5", "0 to 1")
    assert_error(lambda: Softmax(dim=-1).trace(np.zeros((1, 2, 3))), "(K,) or (N, K)", "(1, 2, 3)")
