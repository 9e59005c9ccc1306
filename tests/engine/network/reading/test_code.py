"""Pasted PyTorch code: what is read, that it is PyTorch's meaning, and what is refused with a sentence."""

import inspect
import tracemalloc
from dataclasses import fields

import pytest
import torch
import torchvision
from hypothesis import given
from hypothesis import strategies as st

from engine.layers import LAYERS, AvgPool2d, BatchNorm2d, Conv2d, Flatten, Hardtanh, Linear, MaxPool2d, ReLU, Softmax
from engine.network import Network, zoo
from engine.network.blocks import RESIDUAL_CODE, Residual, Sequential
from engine.network.reading import MAX_TEXT, layers_of
from engine.network.reading.python.calls import IGNORED

STACK = (Conv2d(3, 16, 3, padding=1), ReLU(), MaxPool2d(2))


@pytest.mark.parametrize(
    "text",
    [
        "nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))",
        "model = nn.Sequential(\n    nn.Conv2d(3, 16, kernel_size=3, padding=1),\n    nn.ReLU(),\n"
        "    nn.MaxPool2d(2),\n)",
        "torch.nn.Sequential(torch.nn.Conv2d(3, 16, 3, 1, 1), torch.nn.ReLU(True), torch.nn.MaxPool2d(2, None))",
        "import torch.nn as nn\nfrom torch import nn\nmodel: nn.Module = Sequential(Conv2d(3, 16, 3, padding=1), "
        "ReLU(inplace=True), MaxPool2d(kernel_size=2))  # three layers",
        "nn.Sequential(OrderedDict([('conv', nn.Conv2d(3, 16, 3, padding=1)), ('r', nn.ReLU()), "
        "('p', nn.MaxPool2d(2))]))",
        "nn.Sequential(collections.OrderedDict({'c': nn.Conv2d(3, 16, 3, padding=+1), 'r': nn.ReLU(), "
        "'p': nn.MaxPool2d(2)}))",
        "[nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]",
        "nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)",
        ">>> nn.Sequential(nn.Conv2d(3, 16, 3, padding=1),\n...   nn.ReLU(), nn.MaxPool2d(2))",
        "    layers = nn.Sequential(\n        nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))",
        "nn.Sequential(*[nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)])",
        "'''A stack.'''\nnn.Sequential(nn.Conv2d(3, 16, 3, padding=1, bias=True, device=None), nn.ReLU(), "
        "nn.MaxPool2d(2))",
    ],
)
def test_forms_that_people_paste(text):
    assert layers_of(text) == STACK


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("nn.Conv2d(1, 2, (3, 5), stride=[1, 2], padding='same' if 0 else 0)", Conv2d(1, 2, (3, 5), (1, 2))),
        ("nn.Conv2d(1, 2, (3, 5), stride=[1, 2], padding_mode='reflect', bias=False)",
         Conv2d(1, 2, (3, 5), (1, 2), padding_mode="reflect", bias=False)),
        ("nn.Conv2d(1, 2, 3, padding='same')", Conv2d(1, 2, 3, padding="same")),
        ("nn.MaxPool2d(3, 2, 1, 1, False, True)", MaxPool2d(3, 2, 1, ceil_mode=True)),
        ("nn.AvgPool2d(3, 2, 1, True, False, None)", AvgPool2d(3, 2, 1, True, False)),
        ("nn.BatchNorm2d(8, 1e-3, 0.2, False)", BatchNorm2d(8, 1e-3, affine=False)),
        ("nn.Hardtanh(-2, 2.5)", Hardtanh(-2.0, 2.5)),
        ("nn.Flatten(1, -1)", Flatten()),
        ("nn.Flatten(1, 3)", Flatten()),
        ("nn.Softmax(dim=-1)", Softmax(dim=-1)),
    ],
)  # fmt: skip
def test_arguments_by_place_and_by_name(text, layer):
    assert layers_of(text) == (layer,)


def test_nested_stacks_and_residual_blocks():
    text = "nn.Sequential(nn.ReLU(), nn.Sequential(nn.ReLU(), nn.Linear(3, 3)))"
    assert layers_of(text) == (ReLU(), Sequential((ReLU(), Linear(3, 3))))
    text = RESIDUAL_CODE + "\nmodel = nn.Sequential(Residual(nn.Sequential(nn.ReLU()), None, activation=nn.ReLU()))"
    assert layers_of(text) == (Residual((ReLU(),), (), ReLU()),)


@pytest.mark.parametrize("name", zoo.ZOO)
def test_strides_own_code_is_read_back(name):
    network = zoo.ZOO[name].network
    assert layers_of(network.code()) == network.layers


@pytest.mark.parametrize("name", ["alexnet", "vgg16"])
def test_a_printed_model_is_read(name):
    with torch.device("meta"):
        model = getattr(torchvision.models, name)()
    printed = str(torch.nn.Sequential(*model.features, model.avgpool, torch.nn.Flatten(), *model.classifier))
    assert Network((3, 224, 224), layers_of(printed)).shapes() == zoo.ZOO[name].network.shapes()


@pytest.mark.parametrize("name", sorted(name for name, cls in LAYERS.items() if not cls.arguments))
def test_the_order_of_arguments_is_pytorchs(name):
    theirs = [p for p in inspect.signature(getattr(torch.nn, name).__init__).parameters if p not in ("self", "args")]
    own = [f.name for f in fields(LAYERS[name])]
    ours = list(LAYERS[name].signature or own)
    assert theirs[: len(ours)] == ours
    retired = {"Hardtanh": {"min_value", "max_value"}}.get(name, set())
    known = {*ours, *own, *IGNORED, *LAYERS[name].fixed, *retired, "kwargs"}
    assert set(theirs) <= known


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("nn.Sequential(\n    nn.ReLU(),\n    nn.LSTM(3, 4),\n)", ["line 3: nn.LSTM is not a layer", "Conv2d"]),
        ("nn.Sequential(nn.Conv2D(3, 8, 3))", ["nn.Conv2D is not PyTorch's name; it is nn.Conv2d"]),
        ("import torchvision\nm = torchvision.models.resnet18()", ["choose ResNet-18", "among the known networks"]),
        ("nn.CrossEntropyLoss()", ["no nn.Sequential"]),
        ("nn.Conv2d(1, 2)", ["line 1: nn.Conv2d needs kernel_size"]),
        ("nn.Conv2d(1, 2, k)", ["kernel_size: k is not known", "plain numbers"]),
        ("nn.Conv2d(1, 2, 3, padding=f(1))", ["padding: f is not known"]),
        ("nn.Conv2d(1, 2, 3, bias=3)", ["bias must be True or False, not 3"]),
        ("nn.Conv2d(1, 2, 3.0)", ["kernel_size must be a whole number"]),
        ("nn.Conv2d(1, 2, (1, 2, 3))", ["kernel_size must be one whole number or two"]),
        ("nn.Conv2d(1, 2, 0)", ["nn.Conv2d: kernel_size must be at least 1, got 0"]),
        ("nn.Conv2d(1, 2, 3, 1, 0, 1, 1, True, 'zeros', None, None, 7)", ["at most 9 arguments, not 12"]),
        ("nn.Conv2d(1, 2, 3, kernel_size=3)", ["kernel_size is given twice"]),
        ("nn.Conv2d(1, 2, 3, colour=3)", ["no argument colour", "padding_mode"]),
        ("nn.Conv2d(1, 2, 3, **more)", ["more is not known"]),
        ("nn.Conv2d(9999999, 2, 3)", ["in_channels is 9,999,999; numbers up to 1,000,000"]),
        ("nn.Conv2d(1, 2, 1e999)", ["kernel_size"]),
        ("nn.Dropout('<b>hello</b>')", ["p is a text that no argument takes"]),
        ("nn.MaxPool2d(2, return_indices=True)", ["return_indices only as False, not True"]),
        ("nn.Flatten(2)", ["start_dim only as 1, not 2"]),
        ("nn.Softmax(dim='x')", ["dim must be an axis"]),
        ("nn.Sequential(a=nn.ReLU())", ["nn.Sequential takes layers, not a="]),
        ("nn.Sequential(nn.ReLU)", ["a layer is expected here", "not ReLU without ()"]),
        ("nn.Sequential(*layers)", ["layers is not known"]),
        ("nn.Sequential(OrderedDict([nn.ReLU()]))", ["an OrderedDict is read as"]),
        ("class Net(nn.Module):\n    pass", ["no class of layers"]),
        ("nn.ReLU()\nnn.ReLU()", ["line 2: there is more than one network"]),
        ("import os", ["there is no nn.Sequential"]),
        ("nn.Sequential()", ["no layer"]),
        ("", ["nothing to read"]),
        ("nn.Sequential(\nnn.ReLU(", ["line 2: this is not Python code"]),
        ("nn.ReLU(\x00)", ["not Python code"]),
        ("nn.Conv2d(1, 1, " + "9" * 5000 + ")", ["not Python code"]),
        ("-" * 15_000 + "1", ["nested too deeply"]),
        ("nn.Conv2d(" + "-" * 15_000 + "1)", ["nested too deeply"]),
        ("nn.Sequential(" * 12 + "nn.ReLU()" + ")" * 12, ["one inside the other"]),
        ("f" + ".f" * 6000 + "()", ["nested too deeply"]),
        (f"nn.Sequential({'nn.ReLU(), ' * 301})", ["301 layers, more than the 300"]),
        ("#" * (MAX_TEXT + 1), ["60,001 characters"]),
        ("Residual(activation=nn.ReLU())", ["Residual needs a body"]),
        ("Residual(nn.ReLU(), 1, 2, 3)", ["Residual takes body, shortcut, activation"]),
        ("nn.Identity(3), __import__('os').system('true')", ["__import__ is not known"]),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_with_a_sentence(text, fragments):
    with pytest.raises(ValueError) as caught:
        layers_of(text)
    for fragment in fragments:
        assert fragment in str(caught.value)
    assert len(str(caught.value)) < 500


def test_nothing_pasted_is_run(tmp_path):
    trap = tmp_path / "trap"
    for text in (
        f"nn.Conv2d(1, 1, open({str(trap)!r}, 'w'))",
        f"nn.Sequential(nn.ReLU(), exec(\"open({str(trap)!r}, 'w')\"))",
        f"[nn.ReLU() for _ in [open({str(trap)!r}, 'w')]]",
        f"model = nn.Sequential(nn.ReLU(inplace=(lambda: open({str(trap)!r}, 'w'))()))",
        f"import os; os.mkdir({str(trap)!r})",
    ):
        with pytest.raises(ValueError):
            layers_of(text)
    assert not trap.exists()


@given(st.one_of(st.text(max_size=60), st.from_regex(r"nn\.[A-Z]\w{1,8}\([-\w.,=() '\[\]]{0,30}\)", fullmatch=True)))
def test_any_text_gives_layers_or_a_sentence(text):
    try:
        layers = layers_of(text)
    except ValueError as error:
        assert str(error)
    else:
        assert layers


NESTED = "a = [1]\nb = [1]\nfor i in range(60):\n    a = [a, a]\n    b = [b, b]\n"
LONG = "s = 'a' * 900\nl = [s] * 1000\n"


@pytest.mark.parametrize(
    "bomb",
    [
        NESTED + "c = a == b",
        NESTED + "c = a in [b]",
        NESTED + "c = [a].index(b)",
        NESTED + "c = [a].count(b)",
        NESTED + "c = '%s' % a",
        NESTED + "c = str(a)",
        NESTED + "c = f'{a}'",
        "a = (1,)\nfor i in range(60):\n    a = (a, a)\nc = {}.get(a)",
        LONG + "c = ('{0}' * 3333).format(l)",
        LONG + "c = '%s' % l",
        "s = 'a' * 9000\nc = s.join([s] * 10000)",
        "s = 'a' * 9000\nc = s.join(['a'] * 10000)",
    ],
)
def test_what_python_would_take_for_ever_to_compare_or_write_is_not_done(bomb):
    """Lists that hold one another twice, sixty times, stand for more numbers than there is time."""
    tracemalloc.start()
    assert layers_of(bomb + "\nnn.Sequential(nn.ReLU())") == (ReLU(),)
    with pytest.raises(ValueError, match=r"too much|too long|cannot be read|only plain|at most"):
        layers_of(bomb + "\nnn.Sequential(nn.ReLU() if c else nn.Tanh())")
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()
