"""The input that a stack takes: solved from its first vector, any size, square or not; what does not fit is named."""

import pytest

from engine.layers import Conv2d
from engine.network.reading import read
from engine.network.reading.sizes import imported, network_of, worked_out

LIKE = (3, 32, 32)


def stack(text: str, like=LIKE):
    return network_of(read(f"nn.Sequential({text})"), like)


@pytest.mark.parametrize(
    ("text", "takes", "gives", "parameters"),
    [
        ("nn.Dropout(0.2), nn.Linear(512, 10)", (512,), (10,), 5130),
        ("nn.ReLU(), nn.Linear(84, 10)", (84,), (10,), 850),
        ("nn.Sequential(nn.Dropout(), nn.ReLU()), nn.Linear(84, 10)", (84,), (10,), 850),
        ("nn.Flatten(), nn.Linear(784, 10)", (1, 28, 28), (10,), 7850),
        ("nn.Flatten(), nn.ReLU(), nn.Linear(12288, 10)", (3, 64, 64), (10,), 122_890),
        ("nn.MaxPool2d(2), nn.Flatten(), nn.Linear(196, 10)", (1, 28, 28), (10,), 1970),
        ("nn.ReLU(), nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(2704, 10)", (1, 28, 28), (10,), 27_090),
        ("nn.BatchNorm2d(5), nn.Conv2d(5, 4, 3)", (5, 32, 32), (4, 30, 30), 194),
        ("nn.Conv1d(1, 8, 5), nn.ReLU(), nn.Flatten(), nn.Linear(768, 4)", (1, 1, 100), (4,), 3124),
        ("nn.Conv2d(3, 4, 3), nn.Linear(26, 10)", (3, 28, 28), (4, 26, 10), 382),
        ("nn.Conv2d(3, 8, (3, 5), padding=(1, 2)), nn.MaxPool2d((2, 4)), nn.Flatten(), nn.Linear(800, 2)",
         (3, 20, 40), (2,), 1970),
        ("nn.Conv2d(3, 4, 3, 1, 1), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4 * 60 * 80, 2)",
         (3, 120, 160), (2,), 38_514),
        ("nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(2)", (3, 32, 32), (2,), 7322),
    ],
)  # fmt: skip
def test_the_input_follows_from_the_first_layer_that_asks(text, takes, gives, parameters):
    network = stack(text)
    assert (network.input_shape, network.output_shape, network.parameter_count) == (takes, gives, parameters)


@pytest.mark.parametrize("side", [36, 50, 100, 150, 180, 200, 300])
def test_any_square_size_is_solved_for(side):
    text = "nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear({}, 2)"
    assert stack(text.format(4 * (side // 2) ** 2)).input_shape == (3, side, side)


def test_the_present_input_and_one_that_the_text_names_come_first():
    layers = read("nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())").layers
    assert imported(layers, (3, 17, 19)).input_shape == (3, 17, 19)
    text = "model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())\n{}"
    for line in (
        "x = torch.randn(8, 3, 50, 60)",
        "summary(model, (3, 50, 60))",
        "y = model(torch.zeros((1, 3, 50, 60)))",
    ):
        assert network_of(read(text.format(line)), LIKE).input_shape == (3, 50, 60)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(3601, 2)",
         ["in_features is 3601", "input of (3, 32, 32)", "no multiple of the 4 channels"]),
        ("nn.Conv2d(3, 4, 3, 4), nn.Flatten(), nn.Linear(4 * 99991, 2)", ["no size of the input gives 399,964"]),
        ("nn.Conv2d(3, 4, 3), nn.Conv2d(5, 4, 3)", ["layer 2, Conv2d: in_channels is 5", "input of (3, 32, 32)"]),
        ("nn.Conv2d(3, 4, 3), nn.MaxPool2d(2), nn.Linear(900, 2)",
         ["in_features is 900, but layer 2, MaxPool2d, gives (4, 15, 15); a Flatten before it would give (900)"]),
        ("nn.Conv2d(1, 4, 3), nn.Softmax(dim=1)", ["goes over the channels (C)", "the last axis only"]),
        ("nn.Conv2d(1, 4, 3), nn.LogSoftmax(1)", ["nn.LogSoftmax goes over the channels"]),
        ("nn.Linear(4, 3), nn.Softmax(dim=0)", ["goes over the pictures (N)"]),
    ],
)  # fmt: skip
def test_what_no_input_fits_is_refused_with_the_size_that_was_tried(text, words):
    with pytest.raises(ValueError) as caught:
        stack(text)
    assert all(word in str(caught.value) for word in words), caught.value


def test_an_input_that_was_worked_out_is_said_to_be():
    """Who gives a Linear the features of 36×36 by mistake, for pictures of 32×32, sees which size that is."""
    reading = read("nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 34 * 34, 2))")
    network = network_of(reading, LIKE)
    assert "(3, 36, 36) is one that gives the first Linear its 4,624 features" in worked_out(reading, network, LIKE)
    assert worked_out(reading, network, (3, 36, 36)) == ""
    open_size = read("nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())")
    assert worked_out(open_size, network_of(open_size, (1, 9, 9)), (1, 9, 9)) == ""


LATER = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.fc1, self.fc2 = nn.Conv2d(3, 8, 3), nn.Linear({fc1}, 100), nn.Linear({fc2}, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x)), 2).view(-1, 1800)
        return self.fc2(self.fc1(x))
"""


@pytest.mark.parametrize(
    ("fc1", "fc2", "words"),
    [(1800, 120, "Linear: in_features is 120, but layer 5, Linear, gives (100)"), (2048, 100, "gives (1800)")],
)
def test_where_the_first_vector_fits_what_comes_after_it_is_at_fault(fc1, fc2, words):
    """Said for the input whose maps give that vector, 3×32×32: not for the present one, of which none of it is true."""
    with pytest.raises(ValueError) as caught:
        network_of(read(LATER.format(fc1=fc1, fc2=fc2)), (1, 28, 28))
    assert words in str(caught.value) and str(caught.value).endswith("This is for an input of (3, 32, 32)"), (
        caught.value
    )


@pytest.mark.parametrize("dim", ["1", "dim=-1", "", "dim=None"])
def test_softmax_over_the_last_axis_is_read_however_that_is_written(dim):
    assert stack(f"nn.Linear(4, 3), nn.Softmax({dim})").layers == stack("nn.Linear(4, 3), nn.Softmax(-1)").layers
    assert stack("nn.Conv2d(1, 4, 3), nn.Softmax(3)").layers[-1].code() == "nn.Softmax(dim=-1)"


def test_zeros_around_maps_become_the_padding_of_the_convolution_that_follows():
    text = "nn.ZeroPad2d((2, 2, 1, 1)), nn.Conv2d(3, 4, 3, padding=1), nn.ReLU()"
    assert stack(text).layers[0] == Conv2d(3, 4, 3, padding=(2, 3)) and "zeros of line 1" in read(text).notes[0]
    for refused in ("nn.ZeroPad2d(1), nn.MaxPool2d(2)", "nn.ReLU(), nn.ZeroPad2d(1)", "nn.ZeroPad2d((1, 0, 1, 0))",
                    "nn.ZeroPad2d(1), nn.Conv2d(3, 4, 3, padding_mode='reflect')"):  # fmt: skip
        with pytest.raises(ValueError):
            stack(refused)


def test_a_view_that_would_mix_pictures_is_refused():
    text = (
        "class N(nn.Module):\n  def __init__(self):\n    super().__init__()\n    self.a = nn.Conv2d(3, 4, 3)\n"
        "  def forward(self, x): return self.a(x).view(-1, {}).relu()"
    )
    assert network_of(read(text.format(4 * 30 * 30)), LIKE).output_shape == (3600,)
    assert network_of(read(text.format(4 * 10 * 10)), LIKE).input_shape == (3, 12, 12)
    with pytest.raises(ValueError, match="makes vectors of 99"):
        network_of(read(text.format(99)), LIKE)
