"""The figures of the vectors' lessons: a line for each weight, a bar for each class, a point for each picture."""

import re

import numpy as np

from engine.facts import vectors as vector_facts
from engine.facts.examples import FULLY_CONNECTED, OUTPUT
from engine.network.zoo import WORKED_CLASSES as CLASSES
from pages.states.lesson.figures import vectors as figures
from pages.states.sheet.bundle import read

HIDDEN = FULLY_CONNECTED["hidden"]
W, B = HIDDEN.parameters["weight"], HIDDEN.parameters["bias"]


def drawn(weight=W, present=1, **options):
    sums = HIDDEN.layer.forward(HIDDEN.input, weight=W, bias=B)
    return figures.connections(HIDDEN.input, weight, B, sums, options.get("activated"), present)


def test_each_weight_is_a_line_as_wide_as_it_is_large_and_only_the_present_neurons_are_strong():
    html = drawn()
    lines = re.findall(r'class="pull \w+( rest)?" data-line="(\d),(\d)" style="[^"]*height:([0-9.]+)px', html)
    assert len(lines) == W.size
    widths = {(int(o), int(i)): float(width) for _, o, i, width in lines}
    order = sorted(widths, key=widths.get)
    assert widths[order[-1]] == widths[0, 1] and widths[0, 2] == min(widths.values())
    assert {int(o) for rest, o, _, _ in lines if not rest} == {1}
    assert re.findall(r'data-weight="\d"[^>]*>([^<]*)<', html) == ["0.2", "0.5", "0.1", "0.6"]


def test_the_sign_is_more_than_a_colour():
    weight = W.copy()
    weight[1] = [-0.5, 0, 1, -2]
    found = dict(re.findall(r'class="pull (\w+)" data-line="1,(\d)"', drawn(weight))[k][::-1] for k in range(4))
    assert found == {"0": "down", "1": "none", "2": "up", "3": "down"}
    assert "repeating-linear-gradient" in read("sheet/figures.css").split(".net .down")[1].split("}")[0]


def test_nodes_hold_inputs_sums_and_what_relu_leaves():
    html = drawn(activated=np.array([16.6, 0.0, 6.4]))
    nodes = re.findall(r'data-node="(\w+),\d" title="([^"]*)"', html)
    assert [text for kind, text in nodes if kind == "input"] == ["15", "8", "20", "5"]
    assert [text for kind, text in nodes if kind == "sum"] == ["16.6", "12.1", "6.4"]
    assert [text for kind, text in nodes if kind == "activated"] == ["16.6", "0", "6.4"]
    assert html.count(" present") == 2


def test_many_inputs_are_dots_without_numbers():
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((3, 40))
    html = figures.connections(rng.standard_normal(40), weight, None, rng.standard_normal(3), None, 0)
    assert html.count("data-line=") == 120 and "data-weight" not in html and html.count('class="node dot') == 43


def test_bars_have_each_classs_probability_and_mark_the_true_one():
    example = OUTPUT["smoothing"]
    trace = example.layer.trace(example.input, **example.extras)
    (answer,) = vector_facts.answers(trace, 2)
    html = figures.bars(answer, CLASSES, vector_facts.target_of(trace, 0))
    assert re.findall(r'data-probability="\d">([^<]*)<', html) == ["0.1059", "0.2658", "0.6282"]
    assert re.findall(r'<span class="true">([^<]*)<', html) == ["elephant"]
    assert re.findall(r'<u style="left:([0-9.]+)%', html) == ["3.33", "3.33", "93.33"]


def test_a_probability_that_is_no_number_is_written_so():
    answer = vector_facts.Answer(np.array([np.nan, 0.0]), 0, np.nan, np.nan, np.nan, 0)
    html = figures.bars(answer, ("<b>", "b"))
    assert ">NaN<" in html and "width:0%" in html and "nan" not in html.replace("tabular", "")
    assert "<b></span>" not in html and "&lt;b&gt;" in html


def test_the_curve_has_a_point_for_each_picture_and_the_present_one_is_larger():
    example = OUTPUT["batch"]
    answers = vector_facts.answers(example.layer.trace(example.input, **example.extras), example.extras["target"])
    p, loss, _ = vector_facts.loss_curve(0, 3)
    figure = figures.loss_curve((p, loss), None, answers, 1)
    points = figure["data"][-1]
    assert np.round(points["y"], 4).tolist() == [0.4649, 1.5975, 0.004]
    assert [size == max(points["marker"]["size"]) for size in points["marker"]["size"]] == [False, True, False]
    assert len(figure["data"]) == 2
    assert len(figures.loss_curve((p, loss), loss, answers, 1)["data"]) == 3


def test_temperature_curves_have_a_line_for_each_class():
    figure = figures.temperature_curves(*vector_facts.temperature_curves(OUTPUT["loss"].input), CLASSES, 2.0)
    assert [trace["name"] for trace in figure["data"]] == list(CLASSES)
    assert len({trace["line"]["dash"] for trace in figure["data"]}) == 3
