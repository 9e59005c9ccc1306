"""The calculator as its address answers: both halves, what their knobs and tables refuse, import and export."""

import base64
import re
from itertools import pairwise

import pytest

from engine.network import Network
from engine.network.reading import MAX_TEXT
from engine.network.zoo import ZOO
from pages.states.link import Link
from pages.states.shapes import stack as stack_state
from pages.states.shapes.stack import Stack
from pages.states.shapes.volumes import MOST, figure, volumes
from tests.pages.states.asking import act, blocks, json_answer, said

PASTED = "nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())"


def opened(query):
    link = Link(query)
    return stack_state.read(link), link.end()


def asked(query, **others):
    return json_answer("calculator", {"query": query, **others})


def one(answer, **marks):
    """Return the only block of an answer that has these marks."""
    (found,) = [block for block in blocks(answer) if all(block.get(name) == mark for name, mark in marks.items())]
    return found


def forms(answer):
    return {block["key"]: block for block in blocks(answer) if block["kind"] == "knobs"}


def tabs(answer):
    return {tab["frame"]: tab["query"] for tab in one(answer, kind="tabs")["tabs"]}


@pytest.mark.parametrize("name", ["stride-1", "alexnet", "dcgan", "ceil-mode"])
def test_one_layers_examples_show_all_their_parts(name):
    answer = asked({"example": name})
    assert answer["frame"] == "layer"
    words = said(answer)
    assert "Which settings give the size I want?" in words and 'class="wf"' in words and "<math" in words
    assert list(forms(answer)) == ["settings", "want"]


@pytest.mark.parametrize("name", ZOO)
def test_known_networks_show_their_costs_and_keep_their_link(name):
    answer = asked({"tab": "stack", "net": name})
    assert answer["frame"] == "stack" and answer["query"] == {"tab": "stack", "net": name}
    assert f"{ZOO[name].network.parameter_count:,}" in said(answer)
    menus = [block["label"] for block in blocks(answer) if block["kind"] == "menu"]
    assert menus[:4] == ["Share", ZOO[name].title, "Import", "Export"]
    closed = {"forward": "Not Forward pass", "backward": "Not Backpropagation", "training": "Not Training"}
    assert menus[4:] == [label for page, label in closed.items() if page not in links(answer)]


def test_each_half_leads_to_the_other_and_says_its_own_link():
    layer, stack = asked({"example": "alexnet"}), asked({"tab": "stack", "net": "vgg16"})
    assert one(layer, kind="tabs")["present"] == "layer" and one(stack, kind="tabs")["present"] == "stack"
    assert tabs(layer)["layer"] == layer["query"] and tabs(stack)["stack"] == stack["query"]
    assert asked(tabs(layer)["stack"])["frame"] == "stack" and asked(tabs(stack)["layer"])["frame"] == "layer"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"tab": "stack", "stack": "Conv2d-3-8"}, "kernel_size is missing"),
        ({"layer": "Conv2d", "x": "3x4x4", "kernel_size": "9"}, "kernel_size 9 is larger than the padded input 4"),
        ({"tab": "stack", "net": "vgg99"}, 'net "vgg99" is none of worked'),
        ({"tab": "stack", "x": "3x8x8", "stack": "Conv2d-3-8-3~Linear-9-2"}, "in_features is 9"),
        ({"tab": "<b>"}, "is none of layer, stack"),
    ],
)
def test_a_wrong_link_gets_a_sentence_and_leads_on(query, words):
    answer = asked(query)
    assert words in one(answer, kind="typed")["text"] and one(answer, role="notice warning")
    other = asked(tabs(answer)["layer" if query.get("tab") == "stack" else "stack"])
    assert other["sheet"] and not [block for block in blocks(other) if block.get("role") == "notice warning"]


# What is done


def test_a_turned_knob_is_a_new_link_and_leaves_the_way_back_as_it_was():
    answer = act("calculator", {"example": "stride-1"}, "edit", {"knob": "stride", "by": 1})
    assert answer["query"]["stride"] == "2" and "1 × 2 × 2" in said(answer)
    assert answer["push"] and not answer["go"]


@pytest.mark.parametrize(
    ("turn", "form", "axis", "words"),
    [
        ({"knob": "kernel_size", "text": "9"}, "settings", None, "kernel_size 9 is larger than the padded input 6"),
        ({"knob": "padding", "text": "x", "axis": 1}, "settings", 1, 'Padding across "x" is not a whole number'),
        ({"knob": "want", "text": "0", "axis": 0}, "want", 0, "Wanted height 0 is out of range"),
    ],
)
def test_what_cannot_be_is_said_at_its_knob_until_something_else_is_done(turn, form, axis, words):
    query = asked({"example": "stride-1"})["query"]
    answer = act("calculator", query, "edit", turn)
    assert answer["query"] == query and answer["message"] == ""
    refused = forms(answer)[form]["refused"]
    assert (refused["knob"], refused["axis"], refused["text"]) == (turn["knob"], axis, turn["text"])
    assert words in refused["sentence"] and "The last good settings are kept." in refused["sentence"]
    assert [one["refused"] for key, one in forms(answer).items() if key != form] == [None]
    after = act("calculator", answer["query"], "edit", {"knob": "stride", "by": 1})
    assert all(one["refused"] is None for one in forms(after).values())


def test_an_answer_to_the_reverse_question_is_a_link_that_gives_the_size():
    answer = asked({"x": "3x224x224", "out_channels": "64", "kernel_size": "7", "stride": "2", "want": "112x112"})
    reverse = one(answer, kind="columns")["columns"][2]
    links = [block["query"] for block in reverse if block["kind"] == "link"]
    assert links and "These settings give" not in said(answer)
    for query in links:
        there = asked(query)
        assert "64 × 112 × 112" in said(there) and "These settings give <strong>112 × 112" in said(there)


def test_a_change_of_the_stack_is_followed_or_refused_at_its_row():
    query = {"tab": "stack", "net": "small-cnn"}
    answer = act("calculator", query, "stack", {"action": "set", "row": 10, "kind": "Linear", "text": "1024, 7"})
    assert set(answer["query"]) == {"tab", "x", "stack"} and one(answer, widget="stack")["data"]["refused"] is None
    refused = act("calculator", query, "stack", {"action": "set", "row": 10, "kind": "Linear", "text": "128, 10"})
    assert refused["query"] == query
    refusal = one(refused, widget="stack")["data"]["refused"]
    assert (refusal["row"], refusal["text"]) == (10, "128, 10") and "in_features is 128" in refusal["sentence"]


def test_pasted_code_is_read_or_refused_with_the_stack_as_it_was():
    answer = act("calculator", {"tab": "stack"}, "import", PASTED)
    assert answer["query"] == {"tab": "stack", "x": "3x28x28", "stack": "Conv2d-3-8-3~ReLU"} and answer["push"]
    assert one(answer, widget="paste")["data"]["refused"] is False
    before = asked({"tab": "stack"})["query"]
    for text in ("nn.Sequential(nn.LSTM(3, 3))", "", "x" * (MAX_TEXT + 1)):
        refused = act("calculator", {"tab": "stack"}, "import", text)
        assert refused["query"] == before and one(refused, widget="paste")["data"]["refused"] is True
        assert one(refused, kind="typed")["text"].endswith(".")
    assert all(block["kind"] != "typed" for block in blocks(act("calculator", before, "import", PASTED)))


def links(answer):
    return {block["page"]: block for block in blocks(answer) if block["kind"] == "link" and block["page"]}


def test_what_was_read_goes_on_to_the_pages_that_can_take_it():
    text = (
        "class Net(nn.Module):\n  def __init__(self):\n    super().__init__()\n    self.a = nn.Conv2d(3, 4, 5)\n"
        "    self.b = nn.Linear(4 * 14 * 14, 10)\n    self.c = nn.Linear(2, 2)\n"
        "  def forward(self, x): return self.b(F.max_pool2d(self.a(x), 2).flatten(1))"
    )
    answer = act("calculator", {"tab": "stack"}, "import", text)
    assert "Read: 4 layers, 8,154 parameters, for an input of (3, 32, 32)." in said(answer)
    assert "forward does not use <code>c</code> (line 6)" in said(answer).replace("Forward", "forward")
    assert set(links(answer)) == {"forward", "backward", "training"}
    for page, link in links(answer).items():
        there = json_answer(page, {"query": link["query"]})
        assert "could not be followed" not in said(there), (page, said(there)[:300])
        stack = [block["data"] for block in blocks(json_answer(page, {"query": link["query"], "unfolded": ["layers"]}))
                 if block.get("widget") == "stack"]  # fmt: skip
        if page != "backward":
            assert [row["kind"] for row in stack[0]["rows"]] == ["Conv2d", "MaxPool2d", "Flatten", "Linear"]
    after = act("calculator", answer["query"], "stack", {"action": "set", "row": 3, "kind": "Linear", "text": "784, 7"})
    assert "Read:" not in said(after) and set(links(after)) == {"forward", "backward", "training"}


@pytest.mark.parametrize(
    ("text", "pages", "why"),
    [
        ("nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())", {"forward"}, "Not on Backpropagation: A loss needs a vector"),
        ("nn.Sequential(nn.Linear(784, 10))", set(), "Not on Forward pass: An input of (784,) is too large to follow"),
        ("nn.Sequential(nn.Conv2d(1, 1, 3), nn.Flatten(), nn.Linear(676, 4))", {"forward", "backward"},
         "Not on Training: Its pictures are (3, 32, 32)"),
    ],
)  # fmt: skip
def test_where_a_stack_cannot_go_on_to_is_said_with_why(text, pages, why):
    answer = act("calculator", {"tab": "stack"}, "import", text)
    assert set(links(answer)) == pages and why in said(answer)


def test_a_refused_text_is_quoted_with_what_was_read_before():
    text = (
        "class Net(nn.Module):\n  def __init__(self):\n    super().__init__()\n    self.a = nn.Conv2d(3, 4, 5)\n"
        "  def forward(self, x):\n    x = F.relu(self.a(x))\n    return torch.cat([x, x], 1)  # <b>\n"
    )
    refused = act("calculator", {"tab": "stack"}, "import", text)
    assert one(refused, kind="typed")["text"] == (
        "Line 7, “return torch.cat([x, x], 1) # <b>”: It joins maps (torch.cat); a stack in Stride has only sums of "
        "two ways. Read before it: Conv2d(3, 4, kernel_size=5), ReLU()."
    )


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ({}, "stack", {"action": "add", "row": 0}),
        ({}, "import", PASTED),
        ({"tab": "stack"}, "edit", {"knob": "stride", "by": 1}),
        ({"tab": "stack"}, "import", 5),
    ],
)
def test_what_the_half_on_show_does_not_have_is_refused(query, name, value):
    with pytest.raises(ValueError):
        act("calculator", query, name, value)
    with pytest.raises(ValueError):
        asked({}, ask="code")


@pytest.mark.parametrize(
    ("key", "file", "words"),
    [("code", "stride.py", "nn.Conv2d("), ("markdown", "stride.md", "| Conv2d |"), ("csv", "stride.csv", "Conv2d,")],
)
def test_a_stack_is_exported_as_a_file_and_to_copy_once_it_is_opened(key, file, words):
    query = {"tab": "stack", "net": "resnet18"}
    made = asked(query, ask=key)
    text = base64.b64decode(made["base64"]).decode()
    assert made["name"] == file and words in text
    assert all(block["kind"] != "code" for block in blocks(asked(query)))
    assert one(asked(query, unfolded=[key]), kind="code")["text"] == text


def test_one_change_of_a_stack_makes_its_rows_once_and_then_for_the_totals(monkeypatch):
    from pages.states.shapes import stack_sheet

    calls = []
    rows = stack_sheet.rows
    monkeypatch.setattr(stack_sheet, "rows", lambda network: calls.append(network) or rows(network))
    act("calculator", {"tab": "stack", "net": "resnet18"}, "stack", {"action": "add", "row": 0})
    assert len(calls) == 1


# Links and drawings of stacks


@pytest.mark.parametrize("name", ZOO)
def test_stacks_come_back_from_their_links(name):
    stack = Stack(ZOO[name].network)
    assert stack.query() == {"net": name}
    assert opened({"net": name}) == (stack, [])
    other = Stack(Network(stack.network.input_shape, stack.network.layers[:-1]))
    assert set(other.query()) == {"x", "stack"}
    assert opened(other.query()) == (other, [])


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"net": "vgg99"}, 'net "vgg99" is none of'),
        ({"x": "3x3", "net": "vgg16"}, "is not an input's shape"),
        ({"stack": "Conv2d-3-8-3"}, "Layer 1, Conv2d: in_channels is 3, but the input is (1, 28, 28)"),
        ({"stack": "LSTM-3"}, "is not a layer that stands in a stack"),
        ({"seed": "1"}, 'does not know "seed"'),
    ],
)
def test_what_is_wrong_in_a_stacks_link_is_said(query, sentence):
    stack, problems = opened(query)
    assert any(sentence in problem for problem in problems)
    stack.network.shapes()


def test_neighbours_of_one_shape_are_one_volume():
    drawn = volumes(ZOO["lenet5"].network)
    assert [volume.shape for volume in drawn] == [
        (1, 28, 28), (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (400,), (120,), (84,), (10,),
    ]  # fmt: skip
    assert (drawn[1].first, drawn[1].last, drawn[1].kinds) == (1, 2, ("Conv2d", "Tanh"))


@pytest.mark.parametrize("name", ZOO)
def test_boxes_shrink_with_their_maps(name):
    html = figure(ZOO[name].network)
    labels = re.findall('data-volume="([0-9x]+)"', html)
    assert labels == ["x".join(map(str, volume.shape)) for volume in volumes(ZOO[name].network)][:MOST]
    heights = [float(one) for one in re.findall(r"--h:([0-9.]+)px;--z", html)]
    sizes = [volume.shape[1] for volume in volumes(ZOO[name].network) if len(volume.shape) == 3]
    pairs = zip(pairwise(sizes), pairwise(heights), strict=True)
    assert all((before > after) == (tall > low) for (before, after), (tall, low) in pairs)


@pytest.mark.parametrize(
    ("query", "link"),
    [
        ({"layer": "MaxPool2d"}, "kernel_size=2&amp;embed=true"),
        ({"tab": "stack", "net": "resnet18"}, "net=resnet18&amp;embed=true"),
    ],
)
def test_both_halves_can_be_shared_embedded_and_taken_back(query, link):
    answer = asked(query, unfolded=["share.embed"], address="http://x/calculator")
    assert sum(block["kind"] == "history" for block in blocks(answer)) == 1
    assert link in said(answer)
