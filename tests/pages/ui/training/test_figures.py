"""The training page's figures and what they are drawn with."""

import numpy as np
import pytest

from engine.training.history import History, history
from pages.states.sheet.colors import contrast
from pages.states.sheet.writing import plain
from pages.ui.training import figures
from tests.imports import heavy_after


def told(steps: int = 5000, per_epoch: int = 1000) -> History:
    """A training whose loss falls from 2 in a straight line."""
    loss = [2 - step / steps for step in range(steps)]
    start = {"event": "start", "seconds": 0, "steps": steps, "steps_per_epoch": per_epoch, "resumed_from": None}
    told = {"event": "steps", "seconds": 1, "first": 1, "loss": loss, "lr": [0.1] * steps, "images_per_second": 9}
    epochs = [
        {"event": "epoch", "seconds": k, "epoch": k, "train_loss": 2 / k, "test_loss": 3 / k, "train_accuracy": 0.5,
         "test_accuracy": 0.4}
        for k in range(1, steps // per_epoch + 1)
    ]  # fmt: skip
    return history([start, told, *epochs])


def test_losses_are_drawn_at_their_epochs_with_few_points():
    figure = figures.losses(told(), 5, "light", "id")
    raw, smooth, train, test = figure.data
    assert len(raw.x) <= 1000 and raw.x[-1] == 5 and raw.y[0] == 2
    assert smooth.y[-1] > raw.y[-1]
    assert list(train.y) == [2 / k for k in range(1, 6)] and list(test.y) == [3 / k for k in range(1, 6)]
    assert tuple(figure.layout.xaxis.range) == (0, 5) and figure.layout.uirevision == "id"


@pytest.mark.parametrize("draw", [figures.losses, figures.accuracies, figures.rates, figures.speeds])
def test_a_training_that_has_not_begun_has_empty_axes(draw):
    figure = draw(History(), 3, "dark", "id")
    assert all(not len(trace.x) for trace in figure.data) and tuple(figure.layout.xaxis.range) == (0, 3)


def test_sizes_that_a_logarithm_has_not_leave_a_hole():
    figure = figures.layers("t", {"1 Conv2d": ([1, 2, 4], [0.0, 2.0, None])}, 3, "light", "id", share=False)
    assert list(figure.data[0].y) == [None, 2.0, None] and list(figure.data[0].x) == [1, 2, 4]
    figure = figures.layers("t", {"2 ReLU": ([1, 2], [0.0, 0.5])}, 3, "light", "id", share=True)
    assert list(figure.data[0].y) == [0.0, 0.5]


def test_every_cell_of_a_confusion_has_its_number():
    counts = np.array([[5, 1], [0, 7]])
    figure = figures.confusion(counts, ("a", "<i>b</i>"), "light")
    assert [a.text for a in figure.layout.annotations] == ["5", "1", "0", "7"]
    assert figure.data[0].z.tolist() == [[5 / 6, 1 / 6], [0, 1]] and list(figure.data[0].x) == [
        "a",
        "&lt;i&gt;b&lt;/i&gt;",
    ]


def test_names_of_runs_are_no_markup():
    figure = figures.compared("t", {"<b>x</b>": ([1, 2], [0.1, 0.2])}, "light", share=True)
    assert figure.data[0].name == "&lt;b&gt;x&lt;/b&gt;"
    assert plain("![a](http://x) *b*") == r"\!\[a\]\(http\:\/\/x\) \*b\*".replace(r"\/", "/")


def test_a_legend_of_many_layers_stands_beside_the_curves_and_not_over_the_title():
    def legend(count):
        curves = {f"{k} Conv2d": ([1, 2], [1.0, 2.0]) for k in range(count)}
        return figures.layers("Gradient norm by layer", curves, 2, "light", "r", share=False).layout.legend

    assert legend(4).orientation == "h" and legend(5).orientation == "v" and legend(5).x > 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_numbers_in_bars_stand_out(theme):
    bars = figures.per_class([0.9, None], ["a", "b"], theme).data[0]
    assert contrast(bars.insidetextfont.color, bars.marker.color) >= 4.5


def test_the_page_imports_no_torch_and_no_dask():
    code = "from pages.ui.training import live, result, runs, setup"
    assert heavy_after(code) == []
