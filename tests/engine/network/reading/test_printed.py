"""What print(model) shows: read in its order, where that can be the order of forward."""

import pytest
import torch
import torchvision
from torch import nn

from engine.layers import AvgPool2d, Conv1d, Conv2d, Dropout, ReLU
from engine.network.reading import Unread, read
from engine.network.reading.sizes import network_of
from engine.network.zoo import ZOO


@pytest.mark.parametrize("name", ["alexnet", "vgg16"])
def test_known_classes_are_read_as_they_are_printed(name):
    with torch.device("meta"):
        model = getattr(torchvision.models, name)()
    reading = read(f">>> print(model)\n{model}")
    network = network_of(reading, (3, 32, 32)) if name == "vgg16" else network_of(reading, (3, 224, 224))
    assert network.parameter_count == sum(p.numel() for p in model.parameters())
    assert network.output_shape == (1000,) and "Flatten was put before the first Linear" in reading.notes[0]
    assert network_of(reading, ZOO[name].network.input_shape).input_shape == (3, 224, 224)


def test_a_printed_sequential_is_itself():
    model = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding="same", padding_mode="reflect"), nn.ReLU(inplace=True),
        nn.Sequential(nn.AvgPool2d(2)), nn.Dropout(0.3),
    )  # fmt: skip
    reading = read(str(model))
    assert reading.notes == ()
    first, act, (inner,), drop = (one if not hasattr(one, "layers") else one.layers for one in reading.layers)
    assert (first.padding, first.padding_mode, act, drop) == ("same", "reflect", ReLU(), Dropout(0.3))
    assert inner == AvgPool2d(2, 2)
    assert read("Sequential(\n  (0): ReLU(inplace)\n  (1): Dropout(p=0.5)\n)").layers == (ReLU(), Dropout())
    assert read(str(nn.Sequential(nn.Conv1d(1, 2, 3)))).layers == (Conv1d(1, 2, 3),)
    assert isinstance(first, Conv2d)


CONV, FC = (
    "  (conv{0}): Conv2d({1}, 6, kernel_size=(5, 5), stride=(1, 1))\n",
    "  (fc): Linear(in_features=600, out_features=9)\n",
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"Net(\n{CONV.format(1, 3)}{CONV.format(2, 6)}{FC})", "between conv1 and conv2"),
        (f"Net(\n{CONV.format(1, 3)}  (relu): ReLU()\n{CONV.format(2, 6)}{FC})", "shows relu once"),
        (f"Net(\n{CONV.format(1, 3)}  (relu1): ReLU()\n  (b): Block(\n    (c): Conv2d(6, 6, kernel_size=1)\n  )\n)",
         "what Block's forward does"),
        (f"Net(\n{CONV.format(1, 3)}", "the end of what print(model) shows is missing"),
        (f"Net(\n{CONV.format(1, 3)}  what is this\n)", "line 3: this line is not one"),
        ("Net(\n  (rnn): LSTM(3, 4)\n)", "line 2: nn.LSTM is not a layer"),
        ("Sequential(\n  (0): ReLU(__import__('os').system('true'))\n)", "not one that print(model) writes"),
    ],
)  # fmt: skip
def test_a_print_that_does_not_tell_what_forward_does_is_refused(text, why):
    with pytest.raises(Unread) as caught:
        read(text)
    assert why in str(caught.value)


def test_a_class_with_its_print_below_is_read_as_the_class():
    text = (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a = nn.Conv2d(3, 4, 3)\n"
        "    def forward(self, x):\n        ...\n        return self.a(x).relu()\nnet = Net()\nprint(net)\n"
        "Net(\n  (a): Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))\n)\n"
    )
    assert read(text).layers == (Conv2d(3, 4, 3), ReLU())


def test_what_a_console_has_answered_is_passed_over():
    text = ">>> m = nn.Sequential(\n...     nn.ReLU(),\n... )\n>>> m(x).shape\ntorch.Size([1, 2] ...)\n>>> m.eval()\n"
    assert read(text).layers == (ReLU(),)
