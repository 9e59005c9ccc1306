"""What is asked of vectors' layers: places, matrix form, digits, answers, curves."""

import numpy as np
import pytest
import torch

from engine.facts import vectors as facts
from engine.facts.examples import FULLY_CONNECTED, OUTPUT
from engine.layers import CrossEntropyLoss, Linear


def traced(examples, name):
    example = examples[name]
    return example.layer.trace(example.input, **example.parameters, **example.extras)


def test_the_place_of_a_cell_is_worked_out_with_its_numbers():
    shape = (3, 2, 4)
    for place, (c, i, j) in enumerate(np.ndindex(shape)):
        assert facts.place_formula(shape, place).endswith(
            rf"({c} \cdot 2 + {i}) \cdot 4 + {j} = \mathbf{{{(c * 2 + i) * 4 + j}}}"
        )


def test_the_matrix_form_holds_every_number_of_worked_example_5_the_neuron_in_bold():
    latex = facts.matrix_formula(traced(FULLY_CONNECTED, "hidden"), 1)
    assert r"0.5 & 0.8 & 0.1 & 0.1\\\mathbf{0.2} & \mathbf{0.5} & \mathbf{0.1} & \mathbf{0.6}\\0.1" in latex
    assert r"\begin{bmatrix}15\\8\\20\\5\end{bmatrix}" in latex
    assert r"\begin{bmatrix}0.2\\\mathbf{0.1}\\0.3\end{bmatrix}" in latex
    assert latex.count(r"\begin{bmatrix}16.6\\\mathbf{12.1}\\6.4\end{bmatrix}") == 2 and "ReLU" in latex


def test_a_large_matrix_is_cut_but_keeps_the_neuron_first_and_last():
    rng = np.random.default_rng(0)
    layer = Linear(40, 20)
    trace = layer.trace(rng.standard_normal(40), **layer.initial(rng))
    latex = facts.matrix_formula(trace, 12)
    first, *_ = latex.partition(r"\end{bmatrix}")
    rows = first.split(r"\\")
    assert [row.count("&") for row in rows] == [5] * len(rows)
    assert rows[0].count(r"\cdots") == 1 and first.count(r"\ddots") == 2
    assert sum(r"\mathbf" in row for row in rows) == 1
    assert r"\approx" in latex and "ReLU" not in latex


def digits_of(logits, target, **settings):
    trace = CrossEntropyLoss(**settings).trace(np.array(logits, dtype=float), target=target)
    return facts.digits(facts.answers(trace, target)[0])


def test_rounding_the_probability_changes_the_losss_last_digits():
    told = facts.digits(facts.answers(traced(OUTPUT, "loss"), 2)[0])
    assert (told.probability, told.rounded_probability) == (r"0.62821953\ldots", "0.6282")
    assert (told.exact, told.rounded, told.differ) == ("0.464866", "0.464897", True)
    assert not digits_of([0.0, 0.0], 0).differ


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize(
    ("logits", "target", "power", "exact"),
    [
        ([30, 0, 0], 1, r"9.36\ldots \cdot 10^{-14}", "30"),
        ([1000, 0, -1000], 2, r"2.58\ldots \cdot 10^{-869}", "2000"),
    ],
)
def test_a_probability_that_rounds_to_0_has_its_minus_log_from_the_logits(logits, target, power, exact, smoothing):
    told = digits_of(logits, target, label_smoothing=smoothing)
    assert (told.probability, told.exact, told.rounded) == (power, exact, "∞")
    assert told.differ and told.lost


@pytest.mark.parametrize("name", ["loss", "batch", "smoothing"])
def test_an_answer_is_each_pictures_and_its_step_writes_its_loss(name):
    trace, target = traced(OUTPUT, name), OUTPUT[name].extras["target"]
    found = facts.answers(trace, target)
    assert len(found) == np.atleast_2d(OUTPUT[name].input).shape[0]
    for answer in found:
        assert trace.steps[answer.step].result == answer.loss
        assert answer.probability == answer.probabilities[answer.target]
    assert facts.picture_at(trace, found[-1].step) == len(found) - 1
    assert (facts.target_of(trace, 0) is not None) == (name == "smoothing")


def test_the_curve_against_a_smoothed_target_is_pytorchs_loss():
    p, plain, smooth = facts.loss_curve(0.2, 4)
    for k in (0, 50, 150):
        rest = (1 - p[k]) / 3
        logits = torch.tensor(np.log([p[k], rest, rest, rest]))
        target = torch.tensor(0)
        assert plain[k] == pytest.approx(torch.nn.functional.cross_entropy(logits, target).item())
        loss = torch.nn.functional.cross_entropy(logits, target, label_smoothing=0.2)
        assert smooth[k] == pytest.approx(loss.item())
    assert facts.loss_curve(0.0, 4)[2] is None
    assert p[smooth.argmin()] == pytest.approx(0.85, abs=0.01), "the target's own share is the cheapest answer"


def test_the_temperature_makes_answers_even_or_decided():
    temperatures, probabilities = facts.temperature_curves(OUTPUT["loss"].input)
    assert np.abs(probabilities.sum(axis=1) - 1).max() < 1e-12
    assert probabilities[0, 2] > 0.999 and np.ptp(probabilities[-1]) < 0.05
    layer = CrossEntropyLoss()
    at = int(np.abs(temperatures - 2).argmin())
    trace = layer.trace(OUTPUT["loss"].input, target=0, temperature=float(temperatures[at]))
    np.testing.assert_allclose(probabilities[at], trace.board("probabilities").values, rtol=1e-12)


def test_the_largest_exponents_are_the_last_that_do_not_overflow():
    for limit, kind in zip(facts.LARGEST_EXPONENTS, (np.float64, np.float32), strict=True):
        with np.errstate(over="ignore"):
            assert np.isfinite(np.exp(kind(limit - 0.01))) and np.isinf(np.exp(kind(limit + 0.01)))
