"""The rule from the loss to the probabilities, and its derivation, where a probability is tiny."""

import numpy as np

from engine.facts.rules import probability_trace, softmax_derivation

TINY = np.array([1.0, 9.36e-14])


def test_a_derivation_writes_a_tiny_probability_as_a_power_of_ten():
    told = [latex for _, latex in softmax_derivation(TINY, 1, 0)]
    assert r"9.36 \cdot 10^{-14}" in told[0] and r"\frac{1}{0}" not in told[0]


def test_the_trace_divides_by_the_number_that_it_says():
    say = probability_trace(TINY, 1).steps[1].say
    assert say.startswith("Class 1: −(1 ÷ 9.36e−14) ≈ −10683760683760")
