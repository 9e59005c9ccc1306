"""Classes with their forward, helper functions, loops: what PyTorch makes of the text, and why others are refused.

The shapes and the numbers of parameters are PyTorch's own: each text was run once, by hand, with torch 2.14.
"""

import pytest

from engine.layers import AdaptiveAvgPool2d, Conv2d, Dropout, Flatten, Linear, ReLU, Tanh, Upsample
from engine.network.blocks import Residual
from engine.network.reading import Unread, read
from engine.network.reading.sizes import network_of

LIKE = (3, 32, 32)
HEAD = "class Net(nn.Module):\n    def __init__(self{}):\n        super().__init__()\n"

# name → text, its input, its output, its parameters
TEXTS = {
    "tutorial": (
        '''
class Net(nn.Module):
    """The tutorial's."""

    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)  # one channel
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, self.num_flat_features(x))
        x = F.dropout(F.relu(self.fc1(x)), training=self.training)
        x = self.fc2(x).relu()
        return F.log_softmax(self.fc3(x), dim=1)

    def num_flat_features(self, x):
        num_features = 1
        for s in x.size()[1:]:
            num_features *= s
        return num_features

net = Net().to(device)
optimizer = optim.SGD(net.parameters(), lr=0.01)
for epoch in range(2):
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = criterion(net(inputs), labels)
''',
        (1, 32, 32), (10,), 61_706,
    ),
    "lists": (
        '''
class CNN(nn.Module):
    def __init__(self, channels=(3, 16, 32, 64), num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(i, o, 3, padding=1) for i, o in zip(channels[:-1], channels[1:])])
        for k, c in enumerate(channels[1:]):
            setattr(self, f"bn{k}", nn.BatchNorm2d(c))
        self.fc = nn.Linear(channels[-1] * 4 * 4, num_classes)
        self._init()
    def _init(self):
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight)
    def forward(self, x):
        for k, conv in enumerate(self.convs):
            x = F.max_pool2d(F.relu(getattr(self, "bn{}".format(k))(conv(x))), 2)
        return self.fc(x.view(x.size(0), -1))
''',
        (3, 32, 32), (10,), 34_058,
    ),
    "helpers": (
        '''
cfg = {"A": [8, "M", 16, "M"]}
def block(i, o, *args, **kwargs):
    return nn.Sequential(nn.Conv2d(i, o, *args, **kwargs), nn.ReLU(inplace=True))
def make(cfg, c=3):
    layers = []
    for v in cfg:
        if v == "M":
            layers += [nn.MaxPool2d(2)]
        else:
            layers.append(block(c, v, kernel_size=3, padding=1))
            c = v
    return nn.Sequential(*layers)
class Flat(nn.Module):
    def forward(self, x): return x.flatten(1)
model = nn.Sequential(make(cfg["A"]), Flat(), nn.Linear(16 * 9 * 9, 2)).eval()
''',
        (3, 36, 36), (2,), 3_986,
    ),
    "residual": (
        '''
class Block(nn.Module):
    expansion = 1
    def __init__(self, i, o, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(i, o, 3, stride, 1, bias=False); self.bn1 = nn.BatchNorm2d(o)
        self.conv2 = nn.Conv2d(o, o, 3, 1, 1, bias=False); self.bn2 = nn.BatchNorm2d(o)
        self.shortcut = nn.Sequential()
        if stride != 1 or i != self.expansion * o:
            self.shortcut = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))
    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return F.relu(out)
class Net(nn.Module):
    def __init__(self, block, blocks, classes=10):
        super().__init__()
        self.c = 8
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.layer1 = self._make(block, 8, blocks[0], 1)
        self.layer2 = self._make(block, 16, blocks[1], 2)
        self.linear = nn.Linear(16, classes)
    def _make(self, block, o, n, stride):
        layers = []
        for s in [stride] + [1] * (n - 1):
            layers.append(block(self.c, o, s))
            self.c = o
        return nn.Sequential(*layers)
    def forward(self, x):
        x = self.layer2(self.layer1(self.stem(x)))
        return self.linear(x.mean([2, 3]))
def net(): return Net(Block, [1, 2])
''',
        (3, 32, 32), (10,), 9_930,
    ),
    "inherits": (
        '''
from dataclasses import dataclass
@dataclass
class Config:
    width: int = 8
class Base(nn.Module):
    def __init__(self, config):
        nn.Module.__init__(self)
        self.n = self.features(torch.zeros(1, 3, 20, 20)).view(1, -1).size(1) if hasattr(self, "features") else 0
        self.features = nn.Sequential(nn.Conv2d(3, config.width, 3), nn.GELU())
        self.fc = nn.Linear(int(np.prod(self.features(torch.zeros(1, 3, 20, 20)).shape)), 5)
class Net(Base):
    def forward(self, x):
        if self.training:
            x = self.noise(x)
        return self.fc(torch.flatten(self.features(x), 1))
net = Net(Config(width=4))
print(net)
''',
        (3, 20, 20), (5,), 6_597,
    ),
    "lazy": (
        HEAD.format(", n=3") + '''
        self.net = nn.Sequential(nn.LazyConv2d(4, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(n))
    def forward(self, x): return self.net(x)
if __name__ == "__main__":
    model = Net(n=7)
    print(model(torch.rand(2, 1, 10, 10)).shape)
''',
        (1, 10, 10), (7,), 1_839,
    ),
    "views": (
        '''
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 4, 3, stride=2)
    def forward(self, x):
        x = x.view(-1, 1, 28, 28)
        x = torch.sigmoid(self.a(x))
        return F.avg_pool2d(x, x.size()[2:]).squeeze(-1).squeeze(-1)
''',
        (1, 28, 28), (4,), 40,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_gives_pytorchs_shapes_and_parameters(name):
    text, takes, gives, parameters = TEXTS[name]
    network = network_of(read(text), LIKE)
    assert (network.input_shape, network.output_shape, network.parameter_count) == (takes, gives, parameters)


def layers(forward: str, init: str = "self.a = nn.Conv2d(3, 3, 3, padding=1)", more: str = ""):
    lines = "\n".join(f"        {line}" for line in forward.split("\n"))
    own = "\n".join(f"        {line}" for line in init.split("\n"))
    return read(f"{HEAD.format('')}{own}\n    def forward(self, x):\n{lines}\n{more}")


A = Conv2d(3, 3, 3, padding=1)


@pytest.mark.parametrize(
    ("forward", "wanted"),
    [
        ("return x + self.a(x)", (Residual((A,)),)),
        ("y = self.a(x)\ny += x\nreturn y.relu_()", (Residual((A,)), ReLU())),
        ("return torch.add(self.a(x), x)", (Residual((A,)),)),
        ("return F.interpolate(self.a(x), scale_factor=2.0, mode='nearest')", (A, Upsample(2))),
        # inplace=True changes what is added, too
        ("y = self.a(F.relu(x, inplace=True))\nreturn y + x", (ReLU(), Residual((A,)))),
        ("y = self.a(F.relu(x))\nreturn y + x", (Residual((ReLU(), A)),)),
        ("return F.dropout(self.a(x), 0.2, self.training)", (A, Dropout(0.2))),
        ("return F.dropout(self.a(x), training=False)", (A,)),
        ("x.squeeze_()\nreturn self.a(x)", None),
        ("y = self.a(x)\nreturn F.adaptive_avg_pool2d(y, 1).flatten(1)", (A, AdaptiveAvgPool2d(1), Flatten())),
        ("for _ in range(2): x = F.relu(x)\nreturn self.a(x)", (ReLU(), ReLU(), A)),
        ("print(x.shape)\nassert x.shape[1] == 3\nreturn (lambda y: self.a(y))(x)", (A,)),
        ("if x.dim() == 3:\n    x = x.unsqueeze(0)\nreturn self.a(x)", (A,)),
    ],
)
def test_what_forward_does_becomes_layers(forward, wanted):
    if wanted is None:
        with pytest.raises(ValueError, match="squeezes"):
            network_of(layers(forward), LIKE)
    else:
        assert network_of(layers(forward), LIKE).layers == wanted


@pytest.mark.parametrize(
    ("forward", "why", "so_far"),
    [
        ("x = F.relu(self.a(x))\nreturn torch.cat([x, x], 1)", "line 7: it joins maps", 2),
        ("return self.a(self.a(x))", "line 6: nn.Conv2d of line 4 is used a second time", 0),
        ("return self.a(x) * 0.1 + x", "a product with a number or a tensor", 1),
        ("return self.a(x) + x + 1", "a sum with a number", 1),
        ("return self.a(torch.flatten(x))", "flatten from axis 0", 0),
        ("if x.size(0) > 1:\n    x = F.relu(x)\nreturn self.a(x)", "line 6: what comes next depends on the size", 0),
        ("if x.sum() > 0:\n    x = F.relu(x)\nreturn self.a(x)", "sum", 0),
        ("x = self.a(x)\nF.relu(x, inplace=True)\nreturn x", "line 7: what this makes is given no name", 2),
        ("for row in x:\n    y = self.a(row)\nreturn y", "goes through the numbers", 0),
        ("return self.a(x), F.relu(x)", "several things", 1),
        ("return self.a(x).view(32, -1)", "one row a picture", 1),
        ("return self.a(x)[:, 0]", "parts of what comes in", 1),
        ("return self.b(x)", "Net has no b", 0),
        ("self.a(x)", "given no name", 1),
        ("return self.a(x).permute(0, 2, 3, 1)", "exchanges axes", 1),
        ("return F.interpolate(self.a(x), scale_factor=2, mode='bilinear')", "mode only as 'nearest'", 1),
        ("return self.a(x @ x)", "arithmetic", 0),
    ],
)
def test_what_no_layer_does_is_refused_with_the_line_and_what_was_read(forward, why, so_far):
    with pytest.raises(Unread) as caught:
        layers(forward)
    assert why in str(caught.value) and caught.value.line
    assert len(caught.value.so_far) == so_far or "second time" in why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HEAD.format(", n") + "        self.a = n\n    def forward(self, x): return self.a(x)", "model = Net(n=…)"),
        ("class A(nn.Module):\n  def forward(self, x): return x\nclass B(A): pass\nclass C(A): pass", "model = B()"),
        ("a = nn.Sequential(nn.ReLU())\nb = nn.Sequential(nn.Tanh())", "more than one network: a (line 1), b (line 2)"),
        ("back = nn.Sequential(nn.ReLU())\nmodel = nn.Sequential(back, nn.LSTM(3, 3))", "line 2: nn.LSTM"),
        ("layers = [nn.ReLU()]\nlayers.append(nn.LSTM(3, 3))\nmodel = nn.Sequential(*layers)", "line 2: nn.LSTM"),
        ("layers = []\nfor i in n: layers.append(nn.ReLU())\nmodel = nn.Sequential(*layers)", "n is not known"),
        ("model = nn.Sequential(nn.ReLU())\nif gpu: model = nn.Sequential(nn.Tanh())", "gpu is not known"),
        ("from tensorflow import keras\nmodel = keras.Sequential([keras.layers.Dense(10)])", "this is Keras code"),
        ("model = Sequential()\nmodel.add(Conv2D(32, (3, 3), activation='relu'))", "this is Keras code"),
    ],
)  # fmt: skip
def test_a_network_that_is_not_clear_is_asked_for(text, why):
    with pytest.raises(Unread) as caught:
        read(text)
    assert why in str(caught.value)


def test_what_was_taken_for_what_is_said():
    reading = layers("y = self.a(x)\nreturn y, F.relu(y)", "self.a = nn.Conv2d(3, 3, 3)\nself.b = nn.Linear(3, 3)")
    assert reading.layers == (Conv2d(3, 3, 3), ReLU())
    assert [
        next(part for part in ("returns 2 things", "does not use `b` (line 5)") if part in note)
        for note in reading.notes
    ] == ["returns 2 things", "does not use `b` (line 5)"]
    reading = layers("return F.dropout(self.a(x), 0.5)")
    assert "drops in evaluation too" in reading.notes[0]


def test_linear_layers_that_are_used_in_two_places_are_found_inside_sums():
    with pytest.raises(Unread, match="second time"):
        layers("y = self.a(x)\nreturn y + self.a(y)")


HOSTILE = {
    "power": "nn.Linear(10**10**10, 2)",
    "squares": "x = 2\nfor i in range(100): x = x * x\nnn.Linear(x, 2)",
    "text": "nn.Linear('a' * 10**9, 2)",
    "range": "nn.Sequential(*[nn.ReLU() for i in range(10**9)])",
    "loops": "for i in range(9999):\n  for j in range(9999): x = i\nmodel = nn.ReLU()",
    "while": "while True: pass\nmodel = nn.ReLU()",
    "grows": "x = []\nwhile True: x.append(nn.ReLU())\nmodel = nn.Sequential(*x)",
    "itself": "def f(n): return f(n)\nmodel = nn.Sequential(f(1))",
    "tree": "def f(n): return f(n - 1) + f(n - 1) if n else 1\nmodel = nn.Linear(f(39), 1)",
    "doubles": "s = nn.Sequential(nn.ReLU())\n" + "s = nn.Sequential(s, s)\n" * 40 + "model = s",
    "in itself": "s = nn.Sequential()\ns.append(s)\nmodel = s",
    "calls": "class N(nn.Module):\n def __init__(self, m): self.m = m\n"
    " def forward(self, x): return self.m(self.m(x))\n"
    "m = nn.ReLU()\n" + "m = N(m)\n" * 40 + "model = m",
    "comprehension": "x = [i for i in range(9999) for j in range(9999)]\nmodel = nn.ReLU()",
    "layers": "nn.Sequential(*[nn.Conv2d(3, 3, 3) for _ in range(9999)])",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_costs_more_than_it_may(name):
    with pytest.raises(Unread) as caught:
        read(HOSTILE[name])
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "made", ["str(a)", "a == a", "sum(a, [])", "f'{a}'", "'{0:>99999999}'.format(1)", "'%999999d' % 1"]
)
def test_what_has_nothing_to_do_with_layers_is_passed_over_whatever_it_would_cost(made):
    doubled = "a = [1]\n" + "a = [a, a]\n" * 60
    assert read(f"{doubled}b = {made}\nmodel = nn.Linear(4, 2)").layers == (Linear(4, 2),)


@pytest.mark.parametrize("loop", ["for k in range(9):", "k = 0\nwhile k < 9:"])
@pytest.mark.parametrize(("end", "layers"), [("k > 5", (ReLU(),)), ("k > 99", (ReLU(), Tanh()))])
def test_what_stands_behind_a_loops_else_counts_unless_the_loop_is_left(loop, end, layers):
    body = f"    if {end}: break\n    k += 1\nelse:\n    parts.append(nn.Tanh())"
    assert read(f"parts = [nn.ReLU()]\n{loop}\n{body}\nmodel = nn.Sequential(*parts)").layers == layers
