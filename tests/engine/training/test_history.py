"""What a training told, put together from its events: resumes, lines left half, and how far it is."""

import pytest

from engine.training.history import History, history


def test_a_history_drops_what_a_resume_repeats():
    told = History()
    start = {"event": "start", "seconds": 0, "steps": 8, "steps_per_epoch": 4, "resumed_from": None}
    told.add(start)
    steps = {"event": "steps", "lr": [1] * 5, "images_per_second": 7}
    told.add({**steps, "seconds": 1, "first": 1, "loss": [4, 3, 2, 1, 9]})
    told.add({"event": "epoch", "seconds": 1, "epoch": 1})
    told.add({**start, "seconds": 0.9, "resumed_from": 1})
    assert told.loss == [4, 3, 2, 1] and [e["epoch"] for e in told.epochs] == [1]
    told.add({**steps, "seconds": 2, "first": 5, "loss": [5, 6], "lr": [1, 1]})
    assert told.loss == [4, 3, 2, 1, 5, 6] and told.rates[-1] == (6, 7)
    assert told.seconds_left == pytest.approx(2 / 6 * 2)


@pytest.mark.parametrize(
    "event",
    [
        None, [], "start", {}, {"event": None}, {"event": ["start"]}, {"event": "note", "seconds": "3"},
        {"event": "start"}, {"event": "start", "steps": 8, "steps_per_epoch": None},
        {"event": "start", "steps": 8, "steps_per_epoch": 4, "resumed_from": "x"},
        {"event": "steps", "first": 1, "loss": [1.0]}, {"event": "epoch"}, {"event": "epoch", "epoch": "2"},
        {"event": "steps", "first": 0, "loss": [1.0], "lr": [0.1], "images_per_second": 7},
        {"event": "steps", "first": 1, "loss": [None], "lr": [0.1], "images_per_second": 7},
        {"event": "steps", "first": 1, "loss": [1.0], "lr": 0.1, "images_per_second": 7},
        {"event": "steps", "first": 1, "loss": [1.0], "lr": [0.1], "images_per_second": float("nan")},
    ],
)  # fmt: skip
def test_a_line_that_is_no_whole_event_is_passed_over(event):
    told = history([event])
    assert told == History()
    start = {"event": "start", "seconds": 1, "steps": 8, "steps_per_epoch": 4}
    assert history([event, start]) == history([start])


def test_an_epoch_whose_telling_was_lost_leaves_the_others_where_they_are():
    """Killed after the checkpoint of epoch 2 and before its event: the next epoch told is the third."""
    told = History()
    start = {"event": "start", "seconds": 0, "steps": 16, "steps_per_epoch": 4, "resumed_from": None}
    for event in (start, {"event": "epoch", "seconds": 1, "epoch": 1}, {**start, "resumed_from": 2}):
        told.add(event)
    assert [epoch["epoch"] for epoch in told.epochs] == [1]
    for epoch in (3, 4):
        told.add({"event": "epoch", "seconds": 2, "epoch": epoch})
    told.add({**start, "resumed_from": 3.5})
    assert [epoch["epoch"] for epoch in told.epochs] == [1, 3]
    told.add({"event": "epoch", "seconds": 3, "epoch": 4})
    assert [epoch["epoch"] for epoch in told.epochs] == [1, 3, 4]


def test_progress_is_what_is_known_so_far():
    told = History()
    assert told.progress() == {"seconds": 0.0, "step": 0, "epoch": 0}
    told.add({"event": "start", "seconds": 0, "steps": 8, "steps_per_epoch": 4, "resumed_from": None})
    told.add({"event": "steps", "seconds": 1, "first": 1, "loss": [4, 3, 2, 1], "lr": [1] * 4, "images_per_second": 7})
    told.add({"event": "epoch", "seconds": 2, "epoch": 1, "test_accuracy": 0.25})
    known = {"seconds": 2, "step": 4, "steps": 8, "epoch": 1, "loss": 1, "images_per_second": 7, "test_accuracy": 0.25}
    assert told.progress() == known
    told.add({"event": "finished", "seconds": 3, "test_accuracy": 0.5})
    assert told.progress() == {**known, "seconds": 3, "test_accuracy": 0.5}


def test_progress_after_a_resume_begins_at_its_checkpoint():
    told = history([{"event": "start", "seconds": 5, "steps": 8, "steps_per_epoch": 4, "resumed_from": 1.5}])
    assert told.progress() == {"seconds": 5, "step": 6, "steps": 8, "epoch": 1}
