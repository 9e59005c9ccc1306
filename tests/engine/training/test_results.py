"""What is told of a training: smooth and thin curves, confusion, mistakes, tables."""

import csv
import io
import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.training import results
from engine.training.history import history

RNG = np.random.default_rng(3)


def test_a_smooth_curve_is_a_weighted_mean_of_the_values_so_far():
    values = RNG.normal(size=30)
    made = results.smoothed(values, 0.9)
    weights = [0.9 ** (20 - k) for k in range(21)]
    assert made[20] == pytest.approx(np.average(values[:21], weights=weights))
    assert results.smoothed([4.0] * 5).tolist() == pytest.approx([4.0] * 5)
    assert results.smoothed([]).size == 0


def test_a_thinned_curve_keeps_ends_and_peaks():
    values = RNG.normal(size=20_000)
    values[1234], values[9876] = 50, -50
    places = results.thinned(values, 1000)
    assert len(places) <= 1000 and (np.diff(places) > 0).all()
    assert {0, 1234, 9876, 19_999} <= set(places.tolist())
    assert results.thinned(values[:1000], 1000).tolist() == list(range(1000))


def test_a_thinned_curve_never_shows_a_hole_as_a_peak():
    values = np.arange(5000, dtype=float)
    values[100:4000] = np.nan
    assert np.isfinite(values[results.thinned(values, 100)]).all()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (7800, "2 h 10 min")]
)
def test_times_in_words(seconds, text):
    assert results.duration(seconds) == text


def test_filters_as_one_picture():
    kernels = np.zeros((10, 3, 2, 2))
    kernels[0, 0, 0, 0], kernels[0, 2, 1, 1], kernels[9, :, 1, 0] = 2.0, -1.0, 5.0
    sheet = results.filter_sheet(kernels.shape, kernels.ravel().tolist())
    assert sheet.shape == (5, 23, 4)
    assert sheet[0, 0].tolist() == [255, 128, 128, 255] and sheet[1, 1].tolist() == [128, 128, 64, 255]
    assert sheet[4, 3].tolist() == [255, 255, 255, 255] and sheet[2, 0, 3] == 0 == sheet[0, 2, 3]


def test_filters_of_one_channel_are_grey():
    sheet = results.filter_sheet((1, 1, 1, 2), [1.0, -1.0])
    assert sheet[0].tolist() == [[255] * 4, [0, 0, 0, 255]]


@pytest.fixture
def answers(tmp_path):
    labels = np.array([0, 0, 1, 1, 2, 2], dtype=np.int64)
    probabilities = np.array(
        [[0.9, 0.1, 0], [0.2, 0.8, 0], [0.6, 0.4, 0], [0, 1, 0], [0.05, 0.95, 0], [0, 0.1, 0.9]], dtype=np.float32
    )
    path = tmp_path / "answers.safetensors"
    held = {"labels": labels, "probabilities": probabilities}
    save_file(held, path, metadata={"stride": json.dumps({"classes": ["a", "b", "c"]})})
    return results.answers(path)


def test_confusion_and_accuracies(answers):
    assert answers.confusion().tolist() == [[1, 1, 0], [1, 1, 0], [0, 1, 1]]
    assert answers.per_class() == [0.5, 0.5, 0.5] and answers.accuracy == 0.5
    assert answers.confused(2) == [(0, 1, 1), (1, 0, 1)]


def test_the_surest_mistakes_come_first(answers):
    made = answers.mistakes()
    assert [(m.index, m.label, m.said) for m in made] == [(4, 2, 1), (1, 0, 1), (2, 1, 0)]
    assert made[0].probability == pytest.approx(0.95) and made[0].of_label == 0
    assert [m.index for m in answers.mistakes(1)] == [4]
    assert [m.index for m in answers.mistakes(label=1, said=0)] == [2]


def test_a_class_without_pictures_has_no_accuracy():
    made = results.Answers(np.array([0]), np.array([[0.3, 0.7]]), ("a", "b"))
    assert made.per_class() == [0.0, None]


@pytest.mark.parametrize(
    "held",
    [
        {"labels": np.zeros(3, np.int64)},
        {"labels": np.zeros(3, np.int64), "probabilities": np.zeros((2, 2), np.float32)},
        {"labels": np.full(2, 7), "probabilities": np.zeros((2, 2), np.float32)},
        {"labels": np.zeros(2, np.int64), "probabilities": np.zeros((2, 5), np.float32)},
    ],
)
def test_broken_answers_are_refused(held, tmp_path):
    save_file(held, tmp_path / "answers.safetensors", metadata={"stride": json.dumps({"classes": ["a", "b"]})})
    with pytest.raises(ValueError, match=r"answers\.safetensors"):
        results.answers(tmp_path / "answers.safetensors")


def test_missing_answers_are_refused(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        results.answers(tmp_path / "answers.safetensors")


def told():
    norms = [[{"layer": 1, "name": "Conv2d", "norm": n}] for n in (2.0, 3.0)]
    figures = {"train_loss": 1.5, "train_accuracy": 0.4, "test_loss": 1.4, "test_accuracy": 0.5, "lr": 0.1}
    epochs = [
        {"event": "epoch", "seconds": 2, "epoch": k, **figures, "images_per_second": 9, "gradient_norms": norms[k - 1],
         "dead": [{"layer": 2, "name": "ReLU", "share": k / 4}]}
        for k in (1, 2)
    ]  # fmt: skip
    start = {"event": "start", "seconds": 0, "steps": 4, "steps_per_epoch": 2, "resumed_from": None}
    steps = [
        {"event": "steps", "seconds": 1, "first": f, "loss": [2.0 / f, 1.0 / f], "lr": [0.1, 0.2],
         "images_per_second": 9}
        for f in (1, 3)
    ]  # fmt: skip
    return history([start, steps[0], epochs[0], steps[1], epochs[1]])


def test_figures_by_layer():
    assert results.by_layer(told(), "gradient_norms", "norm") == {"1 Conv2d": ([1, 2], [2.0, 3.0])}
    assert results.by_layer(told(), "dead", "share") == {"2 ReLU": ([1, 2], [0.25, 0.5])}


def test_figures_by_layer_stand_at_their_epochs_where_one_was_lost():
    made = told()
    made.add({**made.epochs[1], "epoch": 4})
    assert results.by_layer(made, "dead", "share") == {"2 ReLU": ([1, 2, 4], [0.25, 0.5, 0.5])}


def test_curves_as_csv():
    rows = list(csv.DictReader(io.StringIO(results.curves_csv(told()))))
    assert [float(row["loss"]) for row in rows] == pytest.approx([2, 1, 2 / 3, 1 / 3])
    assert [row["epoch"] for row in rows] == ["0.5", "1", "1.5", "2"]
    assert [row["test_accuracy"] for row in rows] == ["", "0.5", "", "0.5"]


def test_a_smooth_curve_over_the_epochs():
    x, y = results.smoothed_curve(told())
    assert x == [0.5, 1, 1.5, 2] and y[0] == 2.0
    assert results.smoothed_curve(history([])) == ([], [])
