"""The table of a network beside torchvision's models, and receptive fields beside gradients and published numbers."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torchvision

from engine.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Identity,
    Linear,
    MaxPool2d,
    ReLU,
)
from engine.network import Network, receptive, summary, zoo
from engine.network.blocks import Add, Residual, Sequential
from engine.network.receptive import Axis
from engine.pytorch.modules import torch_model


def leaves(model: torch.nn.Module, shape: tuple[int, ...]) -> list[tuple[str, tuple[int, ...], int]]:
    """(class, output shape, parameters) of every leaf module in the order in which they run."""
    seen = []

    def note(module, _, output):
        count = sum(p.numel() for p in module.parameters())
        seen.append((type(module).__name__, tuple(output.shape[1:]), count))

    for module in model.modules():
        if not list(module.children()):
            module.register_forward_hook(note)
    model.eval()(torch.empty(1, *shape))
    return seen


MODELS = {
    "alexnet": torchvision.models.alexnet,
    "vgg16": torchvision.models.vgg16,
    "resnet18": torchvision.models.resnet18,
    "mobilenetv2": lambda: torchvision.models.mobilenet_v2().features[:7],
}


@pytest.mark.parametrize("name", MODELS)
def test_rows_and_totals_are_torchvisions(name):
    network = zoo.ZOO[name].network
    with torch.device("meta"):
        model = MODELS[name]()
        theirs = leaves(model, network.input_shape)
    rows = [row for row in summary.rows(network) if not row.block]
    ours = [(row.kind, row.output_shape, row.parameters) for row in rows if row.kind not in ("Add", "Flatten")]
    assert ours == theirs
    totals = summary.totals(network)
    assert totals.parameters == sum(p.numel() for p in model.parameters())
    floats = sum(p.numel() for p in model.state_dict().values() if p.is_floating_point())
    assert totals.parameter_memory == 4 * floats
    assert totals.memory == 4 * sum(int(np.prod(row.output_shape)) for row in rows)


@pytest.mark.parametrize(
    ("name", "multiply_adds"),
    # torchvision's documentation gives GFLOPS (multiply-adds) of 0.71, 15.47 and 1.81.
    [("alexnet", 714_188_480), ("vgg16", 15_470_264_320), ("resnet18", 1_814_073_344)],
)
def test_multiply_adds_of_convolutions_and_linear_layers(name, multiply_adds):
    rows = [row for row in summary.rows(zoo.ZOO[name].network) if row.kind in ("Conv2d", "Linear")]
    assert sum(row.multiply_adds for row in rows) == multiply_adds


@pytest.mark.parametrize("name", ["alexnet", "vgg16", "resnet18", "lenet5", "small-cnn", "worked"])
def test_totals_are_the_sums_of_the_layers(name):
    network = zoo.ZOO[name].network
    rows, totals = summary.rows(network), summary.totals(network)
    top = [row for row in rows if row.depth == 0]
    assert [row.number for row in top] == list(range(1, len(network) + 1))
    assert totals.parameters == sum(row.parameters for row in top) == network.parameter_count
    assert totals.multiply_adds == sum(row.multiply_adds for row in top) == network.multiply_adds()
    assert totals.memory == sum(row.memory for row in top)


# Receptive fields


@pytest.mark.parametrize(
    ("name", "size", "jump", "start"),
    # Araujo, Norris and Sim (2019) give 195 and 212 with a stride of 32 for AlexNet and VGG-16; ResNet-18 by their
    # method. Their "effective padding" is −start; AlexNet's differs, as torchvision pads its first convolution.
    [("alexnet", 195, 32, -66), ("vgg16", 212, 32, -90), ("resnet18", 435, 32, -217)],
)
def test_published_receptive_fields(name, size, jump, start):
    fields = [row.field for row in summary.rows(zoo.ZOO[name].network) if row.field]
    if name == "alexnet" or name == "vgg16":  # the last pooling; the adaptive one after it keeps the size
        assert fields[-1] == (Axis(size, jump, start),) * 2
    assert (Axis(size, jump, start),) * 2 in fields


def seen_by(layers, shape, index) -> list[tuple[int, int]]:
    """First and last input cell, down and across, that one output cell's gradient reaches."""
    network = Network(shape, tuple(layers))
    model = torch_model(network)
    for name, parameter in model.named_parameters():
        # Means, so that no tanh and no ReLU6 is saturated.
        torch.nn.init.constant_(parameter, 1 / parameter[0].numel() if name.endswith("weight") else 0.0)
    x = torch.ones(1, *shape, dtype=torch.float64, requires_grad=True)
    for module in model.modules():  # a window of equal numbers has one winner only
        if isinstance(module, torch.nn.MaxPool2d):
            module.forward = torch.nn.AvgPool2d(module.kernel_size, module.stride, module.padding).forward
    y = model(x)
    row, column = (size // 2 if index is None else k for size, k in zip(y.shape[-2:], index or (0, 0), strict=True))
    y[0, 0, row, column].backward()
    touched = torch.nonzero(x.grad[0].abs().sum(0) > 0)
    low, high = touched.min(0).values.tolist(), touched.max(0).values.tolist()
    return [(row, column), *zip(low, high, strict=True)]


def convolutions(name: str):
    """The layers of a known network up to the one before adaptive pooling or flatten."""
    network = zoo.ZOO[name].network
    stop = next(
        (k for k, layer in enumerate(network.layers) if isinstance(layer, AdaptiveAvgPool2d | Flatten)), len(network)
    )
    return network.layers[:stop]


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        (convolutions("lenet5"), (1, 60, 60)),
        (convolutions("small-cnn"), (3, 64, 64)),
        ((Conv2d(1, 2, (3, 5), (2, 1), (0, 2), dilation=(2, 1)), MaxPool2d((1, 2)), Conv2d(2, 1, 3)), (1, 40, 50)),
        (
            (Conv2d(1, 2, 3, 1, 1), Residual((Conv2d(2, 3, 5, 2, 2), Conv2d(3, 3, 3, 1, 1)), (Conv2d(2, 3, 1, 2),))),
            (1, 40, 40),
        ),
        ((Sequential((Conv2d(1, 2, 7, 2, 3), ReLU())), AvgPool2d(3, 2, 1), Conv2d(2, 1, 1)), (1, 60, 60)),
    ],
    ids=["lenet5", "small-cnn", "two axes", "branches", "nested"],
)  # fmt: skip
def test_receptive_fields_are_what_gradients_reach(layers, shape):
    fields = receptive.fields(layers, shape)[-1]
    index, *reached = seen_by(layers, shape, None)
    for axis, k, (low, high) in zip(fields, index, reached, strict=True):
        assert low == axis.start + k * axis.jump and high - low + 1 == axis.size


@pytest.mark.slow
@pytest.mark.parametrize(("name", "side"), [("alexnet", 320), ("resnet18", 608), ("mobilenetv2", 128)])
def test_receptive_fields_of_large_networks_are_what_gradients_reach(name, side):
    narrow = Network((3, side, side), tuple(_narrow(layer) for layer in convolutions(name))).fitted()
    (down, across) = receptive.fields(narrow.layers, narrow.input_shape)[-1]
    index, *reached = seen_by(narrow.layers, narrow.input_shape, None)
    for axis, k, (low, high) in zip((down, across), index, reached, strict=True):
        assert low == axis.start + k * axis.jump and high - low + 1 == axis.size


def _narrow(layer):
    """The layer with few channels: the field is the same, and the test is quick. Norms, which see no farther, go."""
    if isinstance(layer, Conv2d):
        return replace(layer, in_channels=1, out_channels=1, groups=1)
    if isinstance(layer, BatchNorm2d):
        return Identity()
    if isinstance(layer, Sequential):
        return Sequential(tuple(map(_narrow, layer.layers)))
    if isinstance(layer, Residual):
        return Residual(tuple(map(_narrow, layer.body)), tuple(map(_narrow, layer.shortcut)), layer.activation)
    return layer


def test_a_transposed_convolution_makes_the_jump_a_fraction():
    layers = (Conv2d(1, 1, 3, 2, 1), ConvTranspose2d(1, 1, 4, 2, 1), Conv2d(1, 1, 3, padding=1))
    down, _ = receptive.fields(layers, (1, 16, 16))[-1]
    assert down.jump == 1
    index, (low, high), _ = seen_by(layers, (1, 32, 32), (16, 16))
    assert high - low + 1 <= down.size <= high - low + 3 and down.start + index[0] * down.jump <= low
    assert receptive.fields(layers[1:2], (1, 8, 8))[0][0].jump == 0.5


def test_fractions_of_a_transposed_convolution_are_kept_until_whole_cells_are_counted():
    """Its cells see one input cell each, two by two the same: two neighbours see two, three see two."""
    up = ConvTranspose2d(1, 1, 2, 2)
    for kernel, size in ((1, 1), (2, 2), (3, 2), (4, 3)):
        layers, shape = (up, Conv2d(1, 1, kernel)), (1, 16, 16)
        down, _ = receptive.fields(layers, shape)[-1]
        most = max(high - low + 1 for _, (low, high), _ in (seen_by(layers, shape, (k, 9)) for k in (8, 9)))
        assert down.size == size == most


def test_the_field_ends_where_a_layer_reads_everything():
    network = zoo.ZOO["worked"].network
    rows = summary.rows(network)
    assert [row.field and row.field[0].size for row in rows] == [3, 3, 4, None, None, None, None, None]
    assert rows[2].field == (Axis(4, 2, 0), Axis(4, 2, 0))
    assert summary.rows(Network((4,), (Linear(4, 2),)))[0].field is None


def test_branches_whose_jumps_differ_are_refused():
    with pytest.raises(ValueError, match="jumps 1 and 2"):
        receptive.union((Axis(3, 1, 0),) * 2, (Axis(3, 2, 0),) * 2)


def test_a_blocks_rows_name_what_is_in_it():
    rows = summary.rows(zoo.ZOO["resnet18"].network)
    block = [row for row in rows if row.number == 7]
    assert [row.name for row in block] == [
        "6", "6.body.0", "6.body.1", "6.body.2", "6.body.3", "6.body.4",
        "6.shortcut.0", "6.shortcut.1", "6.add", "6.activation",
    ]  # fmt: skip
    assert [row.depth for row in block] == [0, *[1] * 9] and [row.block for row in block] == [True, *[False] * 9]
    assert block[0].parameters == sum(row.parameters for row in block[1:]) and block[0].settings == ""
    assert isinstance(block[8].layer, Add) and block[8].output_shape == (128, 28, 28)
    assert block[1].settings == "64, 128, kernel_size=3, stride=2, padding=1, bias=False"
    assert block[1].input_shape == (64, 56, 56) and block[6].input_shape == (64, 56, 56)


def test_rows_say_which_layer_cannot_run():
    network = Network((1, 4, 4), (Conv2d(1, 1, 3), Linear(9, 2)))
    with pytest.raises(ValueError, match=r"layer 2, Linear: in_features is 9, but layer 1, Conv2d, gives \(1, 2, 2\)"):
        summary.rows(network)
