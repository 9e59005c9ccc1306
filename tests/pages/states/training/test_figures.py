"""The training page's figures and what they are drawn with."""

import json
import re

import numpy as np
import pytest

from engine.training.history import History, history
from engine.training.results import smoothed
from pages.states.sheet.colors import contrast, css_variables, resolved
from pages.states.sheet.writing import plain
from pages.states.training import figures
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


def losses(history: History, epochs: int, revision: str) -> dict:
    return figures.losses(history, smoothed(history.loss), epochs, revision)


def test_losses_are_drawn_at_their_epochs_with_few_points():
    figure = losses(told(), 5, "id")
    raw, smooth, train, test = figure["data"]
    assert len(raw["x"]) <= 1000 and raw["x"][-1] == 5 and raw["y"][0] == 2
    assert smooth["y"][-1] > raw["y"][-1]
    assert train["y"] == [2 / k for k in range(1, 6)] and test["y"] == [3 / k for k in range(1, 6)]
    layout = figure["layout"]
    assert layout["xaxis"]["range"] == [0, 5] and layout["uirevision"] == "id"
    assert layout["xaxis"]["title"]["text"] == "epoch" and "text" not in layout["yaxis"]["title"]


def test_a_curves_numbers_are_no_longer_than_a_screen_shows():
    numbers = [0.1234567891, -12345678.9, 1e-12 / 3, 0.0, 1e-300, np.inf]
    drawn = figures.planned(numbers, 5)["data"][0]["y"]
    assert drawn == [0.123457, -12345700.0, pytest.approx(3.33333e-13), 0, 0, None]
    assert len(json.dumps(drawn[:3])) < 45


@pytest.mark.parametrize("draw", [losses, figures.accuracies, figures.rates, figures.speeds])
def test_a_training_that_has_not_begun_has_empty_axes(draw):
    figure = draw(History(), 3, "id")
    assert all(not trace["x"] for trace in figure["data"]) and figure["layout"]["xaxis"]["range"] == [0, 3]


def test_sizes_that_a_logarithm_has_not_leave_a_hole():
    figure = figures.layers("t", {"1 Conv2d": ([1, 2, 4], [0.0, 2.0, None])}, 3, "id", share=False)
    assert figure["data"][0]["y"] == [None, 2.0, None] and figure["data"][0]["x"] == [1, 2, 4]
    figure = figures.layers("t", {"2 ReLU": ([1, 2], [0.0, 0.5])}, 3, "id", share=True)
    assert figure["data"][0]["y"] == [0.0, 0.5]


def test_every_cell_of_a_confusion_has_its_number():
    counts = np.array([[5, 1], [0, 7]])
    figure = figures.confusion(counts, ("a", "<i>b</i>"))
    assert [a["text"] for a in figure["layout"]["annotations"]] == ["5", "1", "0", "7"]
    heatmap = figure["data"][0]
    assert heatmap["z"] == [[5 / 6, 1 / 6], [0, 1]] and heatmap["x"] == ["a", "&lt;i&gt;b&lt;/i&gt;"]


def test_names_of_runs_are_no_markup():
    figure = figures.compared("t", {"<b>x</b>": ([1, 2], [0.1, 0.2])}, share=True)
    assert figure["data"][0]["name"] == "&lt;b&gt;x&lt;/b&gt;"
    assert plain("![a](http://x) *b*") == r"\!\[a\]\(http\:\/\/x\) \*b\*".replace(r"\/", "/")


def test_a_legend_of_many_layers_stands_beside_the_curves_and_not_over_the_title():
    def legend(count):
        curves = {f"{k} Conv2d": ([1, 2], [1.0, 2.0]) for k in range(count)}
        return figures.layers("Gradient norm by layer", curves, 2, "r", share=False)["layout"]["legend"]

    assert legend(4)["orientation"] == "h" and legend(5)["orientation"] == "v" and legend(5)["x"] > 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_numbers_in_bars_and_cells_stand_out(theme):
    bars = figures.per_class([0.9, None], ["a", "b"])["data"][0]
    pairs = [(bars["insidetextfont"]["color"], bars["marker"]["color"])]
    matrix = figures.confusion(np.array([[9, 0], [0, 9]]), ("a", "b"))
    grounds = [color for _, color in matrix["data"][0]["colorscale"]]
    inks = [note["font"]["color"] for note in matrix["layout"]["annotations"]]
    pairs += [(inks[0], grounds[1]), (inks[1], grounds[0])]
    for ink, ground in pairs:
        assert contrast(resolved(ink, theme), resolved(ground, theme)) >= 4.5


def test_every_colour_has_a_name_that_the_browser_knows():
    known = set(re.findall(r"--[a-z0-9-]+(?=:)", css_variables()))
    drawn = [losses(told(), 5, "id"), figures.confusion(np.eye(2), ("a", "b")), figures.per_class([1.0], ["a"])]
    named = set(re.findall(r"var\((--[a-z0-9-]+)\)", json.dumps(drawn)))
    assert len(named) > 8 and named <= known


def test_the_page_imports_no_torch_and_no_dask():
    code = "from pages.ui.training import live, result, runs"
    assert heavy_after(code) == []
