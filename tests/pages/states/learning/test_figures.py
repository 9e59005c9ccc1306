"""The learning page's figures: what is drawn where, and what has no place."""

import json
from types import SimpleNamespace

import numpy as np

from pages.states.learning import figures
from pages.states.sheet.figure import Figure

NUDGE = SimpleNamespace(h=0.5, below=0.9, above=2.1)


def test_axes_that_were_given_one_dict_do_not_share_it():
    figure = Figure("two axes", 100)
    figure.axes(title={"standoff": 2})
    figure.axes("x", title={"text": "across"})
    drawn = figure.drawn()["layout"]
    assert drawn["xaxis"]["title"] == {"standoff": 2, "text": "across"} and drawn["yaxis"]["title"] == {"standoff": 2}


def test_the_curve_has_both_lines_and_the_nudged_points():
    weights, losses = np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.5, 2.5])
    drawn = figures.secant(weights, losses, 1.0, NUDGE, losses - 0.1, losses + 0.1)
    assert [trace["name"] for trace in drawn["data"]] == ["loss", "tangent", "secant", "nudged"]
    assert drawn["data"][3]["x"] == [0.5, 1.5] and drawn["data"][3]["y"] == [0.9, 2.1]
    assert drawn["data"][0]["text"][1] == "1.5 at 1" and drawn["layout"]["yaxis"]["range"] == [0.85, 2.65]


def test_an_error_of_zero_has_no_place_on_a_logarithmic_axis():
    drawn = figures.errors([1, 0.1], [0.5, 0.0], (0.1, 0.0))
    assert len(drawn["data"]) == 1 and drawn["data"][0]["y"] == [0.5, None]
    assert drawn["layout"]["shapes"][0]["x0"] == 0.1 and drawn["layout"]["xaxis"]["autorange"] == "reversed"


def test_a_loss_that_is_no_number_has_no_point():
    drawn = figures.losses([0.5, np.inf, 0.0], log=True)
    assert drawn["data"][0]["y"] == [0.5, None, None]
    assert figures.losses([0.5, 0.0])["data"][0]["y"] == [0.5, 0.0]


def test_a_training_has_room_for_all_epochs_and_accuracies_at_the_right():
    drawn = figures.training([1.0, np.nan], [0.5, 0.6], [0.4, 0.5], 12)
    assert drawn["layout"]["xaxis"]["range"] == [0.5, 12.5] and drawn["layout"]["yaxis2"]["side"] == "right"
    assert [trace["yaxis"] for trace in drawn["data"]] == ["y", "y2", "y2"] and drawn["data"][0]["y"] == [1.0, None]
    json.dumps(drawn, allow_nan=False)


def test_ticks_are_whole_steps_and_numbers_that_can_be_read():
    first = figures.losses([2.7], log=True)["layout"]
    assert (first["xaxis"]["dtick"], first["yaxis"]["tickformat"]) == (1, "~g")
    later = figures.losses([10.0 ** -(k / 2) for k in range(12)], log=True)["layout"]
    assert "dtick" not in later["xaxis"] and "tickformat" not in later["yaxis"]
    assert "tickformat" not in figures.losses([0.5, 0.4])["layout"]["yaxis"]
