"""Drawn pictures, and a network that learns them in NumPy alone."""

import numpy as np
import pytest

from engine.data.drawings import CLASSES, shape_pictures
from engine.learning.fit import (
    accuracy,
    answers,
    as_input,
    brightened,
    drawn,
    exact,
    fit,
    readable,
    small_network,
    starting,
)
from engine.learning.optim import SGD, Adam
from tests.engine.parity import assert_error

SOME = ("disc", "square", "plus")


@pytest.mark.parametrize("colour", [False, True])
def test_pictures_follow_from_the_seed_and_classes_are_as_frequent(colour):
    one, labels = shape_pictures(50, 16, 7, colour=colour)
    again, _ = shape_pictures(50, 16, 7, colour=colour)
    other, _ = shape_pictures(50, 16, 8, colour=colour)
    assert one.shape == (50, 3 if colour else 1, 16, 16) and one.dtype == np.uint8
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()
    assert np.bincount(labels).tolist() == [5] * len(CLASSES)
    assert len({picture.tobytes() for picture in one}) == 50


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ((0, 12, 0), ("count", "0")),
        ((5, 4, 0), ("size", "4")),
        ((5, 12, 0, ("disc", "star")), ("star", "triangle")),
    ],
)
def test_what_makes_no_picture_is_refused(arguments, fragments):
    count, size, seed, *classes = arguments
    options = {"classes": classes[0]} if classes else {}
    assert_error(lambda: shape_pictures(count, size, seed, **options), *fragments)


def data(count, seed):
    pictures, labels = shape_pictures(count, 8, seed, classes=SOME)
    return as_input(pictures), labels


def test_a_small_network_learns_and_the_same_seed_gives_the_same_numbers():
    network, train, test = small_network(3, size=8), data(120, 0), data(60, 1)
    options = {"epochs": 20, "batch_size": 20, "seed": 0}
    events = list(fit(starting(network, 0), Adam(0.01), *train, *test, **options))
    assert [event.epoch for event in events] == list(range(1, 21))
    assert events[-1].loss < 0.5 * events[0].loss and events[-1].test_accuracy > 0.8
    learner = events[-1].learner
    assert learner.steps == 120 and learner.parameters["0.weight"].dtype == np.float32
    assert accuracy(network, learner.parameters, *test) == events[-1].test_accuracy
    again = list(fit(starting(network, 0), Adam(0.01), *train, *test, **options))
    assert [e.loss for e in again] == [e.loss for e in events]


def test_training_that_diverges_stops():
    network, train = small_network(3, size=8), data(40, 0)
    events = list(fit(starting(network, 0), SGD(1e8), *train, *train, epochs=50, batch_size=10, seed=0))
    assert len(events) < 50 and not np.isfinite(events[-1].loss)


def test_impossible_numbers_are_refused():
    network, train = small_network(3, size=8), data(4, 0)
    run = fit(starting(network, 0), SGD(0.1), *train, *train, epochs=1, batch_size=0, seed=0)
    assert_error(lambda: next(run), "batch_size", "0")


def test_drawn_pictures_to_train_and_to_test_are_others_and_have_two_decimals():
    made = drawn(SOME, 8, 60, 3)
    assert made.inputs.shape == (60, 1, 8, 8) and made.test_inputs.shape == (30, 1, 8, 8)
    assert not {x.tobytes() for x in made.inputs} & {x.tobytes() for x in made.test_inputs}
    np.testing.assert_array_equal(exact(made.inputs).astype(np.float32), made.inputs)
    np.testing.assert_array_equal(np.round(exact(made.inputs) * 100) / 100, exact(made.inputs))


def test_answers_are_the_networks_and_mistakes_come_first():
    made, network = drawn(SOME, 8, 60, 0), small_network(3, size=8)
    parameters = readable(starting(network, 0).parameters)
    said = answers(network, parameters, made.test_inputs, made.test_labels)
    np.testing.assert_allclose(said.probabilities.sum(axis=1), 1)
    assert said.right.mean() == accuracy(network, parameters, exact(made.test_inputs), made.test_labels)
    ordered = said.right[said.order]
    assert not ordered.all() and list(ordered) == sorted(ordered)
    assert brightened(np.array([-1.0, 0.0, 1.0])).tolist() == [0, 0.5, 1]
