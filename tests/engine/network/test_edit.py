"""A network edited by texts, and what is refused with which remedy."""

import pytest

from engine.layers import LAYERS, Conv1d, Conv2d, Flatten, Linear, MaxPool2d, ReLU
from engine.network import Network, all_layers
from engine.network.edit import KINDS, Refused, apply, fresh, layer_of, settings_text
from engine.network.reading.sizes import imported
from engine.network.zoo import ZOO

SMALL = Network((1, 8, 8), (Conv2d(1, 4, 3, padding=1), ReLU(), MaxPool2d(2), Flatten(), Linear(64, 10)))
SEQUENCE = Network((1, 1, 8), (Conv1d(1, 4, 3, padding=1), ReLU(), MaxPool2d((1, 2)), Flatten(), Linear(16, 10)))


def edit(network=SMALL, **change):
    return apply(network, change)


def refused(network=SMALL, **change):
    with pytest.raises(Refused) as caught:
        apply(network, change)
    return caught.value


@pytest.mark.parametrize("name", ZOO)
def test_every_layers_settings_are_read_back_from_their_text(name):
    for layer in all_layers(ZOO[name].network.layers):
        if type(layer).__name__ in KINDS:
            assert layer_of(type(layer).__name__, settings_text(layer)) == layer


def test_a_change_of_channels_is_carried_to_the_layers_after_it():
    network = edit(action="set", row=0, text="1, 6, kernel_size=3")
    assert network.layers[0] == Conv2d(1, 6, 3)
    assert network.layers[4] == Linear(6 * 3 * 3, 10)


def test_a_wrong_size_that_was_typed_is_refused_with_the_right_one_to_press():
    error = refused(action="set", row=4, text="128, 10")
    assert str(error) == "Layer 5, Linear: in_features is 128, but layer 4, Flatten, gives (64)."
    assert (error.row, error.remedy.label) == (4, "make it 64")
    assert apply(SMALL, error.remedy.change) == SMALL


def test_a_linear_on_maps_is_offered_a_flatten():
    network = edit(action="remove", row=4)
    network = edit(network, action="remove", row=3)
    error = refused(network, action="set", row=2, kind="Linear", text="10, 5")
    assert "in_features is 10, but layer 2, ReLU, gives (4, 8, 8)" in str(error)
    fixed = apply(network, error.remedy.change)
    assert fixed.layers[2:] == (Flatten(), Linear(256, 5))
    error = refused(network, action="kind", row=2, kind="Linear")
    assert str(error) == "A Linear takes features, but maps (4, 8, 8) arrive here."
    assert apply(network, error.remedy.change).layers[2:] == (Flatten(), Linear(256, 10))


def test_a_linear_is_not_fitted_to_the_width_of_maps():
    error = refused(action="remove", row=3)
    assert str(error) == "Layer 4, Linear: it takes features, but layer 3, MaxPool2d, gives maps (4, 4, 4)."
    assert edit(action="set", row=2, kind="Linear", text="8, 3").layers[2] == Linear(8, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_every_class_can_be_added_where_it_fits(kind):
    row = 3 if kind in ("Linear", "Softmax", "BatchNorm1d") else 2
    network = edit(SEQUENCE if LAYERS[kind].sequences else SMALL, action="add", row=row, kind=kind)
    assert type(network.layers[row + 1]) is LAYERS[kind]
    assert len(network) == 6
    network.shapes()


def test_what_is_likely_is_added_below():
    assert edit(action="add", row=0).layers[1] == ReLU()
    assert edit(action="add", row=1).layers[2] == Conv2d(4, 4, 3, padding=1)
    assert edit(action="add", row=3).layers[4] == Linear(64, 10)
    assert edit(Network((5,), ()), action="add", row=-1).layers == (Linear(5, 10),)


def test_moving_and_removing_fit_what_follows():
    network = edit(action="move", row=2, by=-2)
    assert network.layers == (MaxPool2d(2), Conv2d(1, 4, 3, padding=1), ReLU(), Flatten(), Linear(64, 10))
    assert edit(action="remove", row=2).layers[3] == Linear(256, 10)
    assert "at the end already" in str(refused(action="move", row=0, by=-1))


def test_a_class_of_the_same_kind_keeps_the_settings():
    assert edit(action="kind", row=2, kind="AvgPool2d").layers[2] == LAYERS["AvgPool2d"](2)
    network = edit(action="kind", row=0, kind="ConvTranspose2d")
    assert network.layers[0] == LAYERS["ConvTranspose2d"](1, 4, 3, padding=1)


def test_the_input_is_typed_in_several_ways():
    for text in ("3, 16, 16", "(3, 16, 16)", "3x16x16", "3 × 16 × 16", "[3,16,16]"):
        network = edit(action="input", row=-1, text=text)
        assert network.input_shape == (3, 16, 16)
        assert network.layers[0].in_channels == 3
        assert network.layers[4].in_features == 256


@pytest.mark.parametrize(
    ("change", "row", "words"),
    [
        ({"action": "set", "row": 0, "text": "1, 4"}, 0, "Conv2d needs kernel_size."),
        ({"action": "set", "row": 0, "text": "1, 4, 3), nn.ReLU("}, 0, "These are not the settings of one nn.Conv2d."),
        ({"action": "set", "row": 0, "text": "1, 4, kernel_size=size"}, 0, "only plain numbers"),
        ({"action": "set", "row": 0, "text": "__import__('os')"}, 0, "only plain numbers"),
        ({"action": "set", "row": 0, "text": "1, 4, 3" + " " * 500}, 0, "at most 400"),
        ({"action": "set", "row": 0, "text": "1, 4, 11"}, 0, "kernel_size 11 is larger than the padded input 8"),
        ({"action": "set", "row": 0, "kind": "LSTM", "text": ""}, 0, "'LSTM' is not a layer"),
        ({"action": "add", "row": 4, "kind": "Conv2d"}, 4, "takes maps"),
        ({"action": "input", "row": -1, "text": "3, 16"}, -1, "written as 3, 32, 32"),
        ({"action": "input", "row": -1, "text": "3, 16, 99999"}, -1, "go from 1 to 4,096"),
        ({"action": "input", "row": -1, "text": "1, 1, 1"}, -1, "Layer 3, MaxPool2d: kernel_size 2 is larger"),
    ],
)
def test_what_is_refused_names_its_row_and_the_numbers(change, row, words):
    error = refused(**change)
    assert error.row == row
    assert words in str(error)


@pytest.mark.parametrize("change", [{"action": "set", "row": 9, "text": ""}, {"action": "add", "row": -2}])
def test_a_row_that_is_not_there_is_an_error(change):
    with pytest.raises(ValueError, match="there is no row"):
        edit(**change)


def test_a_new_layer_takes_what_arrives():
    assert fresh("Conv2d", (16, 5, 5)) == Conv2d(16, 16, 3, padding=1)
    assert fresh("Linear", (400,)) == Linear(400, 10)


@pytest.mark.parametrize("name", ZOO)
def test_an_imported_network_finds_an_input_that_it_takes(name):
    known = ZOO[name].network
    assert imported(known.layers, known.input_shape) == known
    network = imported(known.layers, (7, 5, 5))
    assert network.layers == known.layers
    assert network.shapes()[-1] == known.shapes()[-1] or name in ("worked", "mobilenetv2")


def test_of_an_import_that_fits_nowhere_the_first_error_is_said():
    with pytest.raises(ValueError, match="in_features is 7, but layer 2, Flatten, gives"):
        imported((Conv2d(3, 4, 3), Flatten(), Linear(7, 2)), (3, 32, 32))
    assert imported((Linear(7, 2),), (3, 32, 32)).input_shape == (7,)
