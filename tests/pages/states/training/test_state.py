"""The training page's state: links both ways, what is refused, what a run is called."""

import pytest

from engine.network import Network
from engine.network.stack_text import read_stack
from engine.training import runs
from engine.training.config import INPUT_SHAPE, Config
from engine.training.presets import PRESETS
from pages.states.training import state as training_state
from pages.states.training.state import SETTINGS, TrainingState, with_network, with_preset, with_setting
from pages.states.training.state import read as open_link

LINKS = [
    {"preset": "quick", "data": "cifar10"},
    {"preset": "tutorial", "data": "shapes", "epochs": "3", "lr": "0.003", "flip": "0", "schedule": "cosine"},
    {"preset": "strong", "data": "folder:/some/where", "weight_decay": "1e-05", "seed": "12", "optimiser": "adamw"},
    {"preset": "tutorial", "data": "shapes", "stack": "Conv2d-3-4-3~ReLU~MaxPool2d-4~Flatten~Linear-196-3"},
    {"view": "runs"},
]


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))


@pytest.mark.parametrize("query", LINKS, ids=str)
def test_links_go_both_ways(query):
    state, problems = open_link(query)
    assert problems == [] and state.query() == query


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_its_own_link(name):
    state = with_preset(TrainingState(data="cifar10"), name)
    assert state.query() == {"preset": name, "data": "cifar10"} and state.config() == PRESETS[name].config


def test_every_setting_goes_through_a_link():
    for f in SETTINGS.values():
        before = getattr(TrainingState().settings, f.name)
        if f.choices:
            new = next(choice for choice in f.choices if choice != before)
        elif isinstance(before, bool):
            new = not before
        else:
            new = type(before)(f.maximum if f.maximum != before else f.minimum)
        state = with_setting(TrainingState(), f.name, new)
        read, problems = open_link(state.query())
        assert problems == [] and getattr(read.settings, f.name) == new, f.name


def test_a_network_that_cannot_be_whitened_is_not():
    plain = Network(INPUT_SHAPE, read_stack("Flatten~Linear-3072-10"))
    assert TrainingState().settings.whiten and not with_network(TrainingState(), plain).settings.whiten
    whitened = Network(INPUT_SHAPE, read_stack("Conv2d-3-8-3~ReLU~Flatten~Linear-7200-10"))
    assert with_network(TrainingState(), whitened).settings.whiten


@pytest.mark.parametrize("value", [0.1 + 0.2, 0.00012345678901234567, 1 / 3, 1e-200, 1.2345678901234567e-05])
def test_every_digit_of_a_number_goes_through_a_link(value):
    read, problems = open_link(with_setting(TrainingState(), "lr", value).query())
    assert problems == [] and read.settings.lr == value


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"preset": "best"}, "none of tutorial, quick"),
        ({"data": "mnist"}, "neither cifar10, shapes nor folder:PATH"),
        ({"epochs": "0"}, "epochs 0 is out of range: it goes from 1 to 1,000"),
        ({"epochs": "2.5"}, "is not a whole number"),
        ({"epochs": "many"}, "is not a whole number"),
        ({"lr": "1e999"}, "lr inf is out of range"),
        ({"lr": "2e9"}, "lr 2e+09 is out of range: it goes from 0 to 1000"),
        ({"flip": "yes"}, "is neither 1 (on) nor 0 (off)"),
        ({"device": "tpu"}, "none of auto, cuda, mps, cpu"),
        ({"stack": "Conv2d-3-4-3"}, "add Flatten and Linear"),
        ({"stack": "Conv2d-3-4-40~Flatten~Linear-4-3"}, "kernel_size"),
        ({"stack": "exec"}, "not a layer"),
        ({"colour": "red"}, "does not know"),
        ({"view": "all"}, "is none of runs"),
        ({"run": "../../etc"}, "no run's id"),
        ({"run": "0123abcd"}, "there is no run 0123abcd"),
        ({"view": "runs", "with": "0123abcd~x"}, "there is no run 0123abcd"),
    ],
    ids=str,
)
def test_a_wrong_link_is_said_and_the_rest_is_kept(query, words):
    state, problems = open_link({**query, **({} if {"run", "view"} & query.keys() else {"seed": "7"})})
    assert words.lower() in " ".join(problems).lower()
    assert isinstance(state.config(), Config)
    if not {"run", "view"} & query.keys():
        assert state.settings.seed == 7


def test_a_run_has_the_shortest_link_and_its_settings_can_be_taken_over():
    state = with_setting(with_preset(TrainingState(), "tutorial"), "epochs", 4)
    run = runs.create(state.config(), state.name())
    opened, problems = open_link({"run": run.id})
    assert problems == [] and opened.query() == {"run": run.id}
    taken = training_state.like(opened, run)
    assert taken.config() == state.config() and taken.view == "new"


def test_a_run_is_called_after_what_was_changed():
    assert TrainingState().name() == "Quick"
    assert with_setting(TrainingState(), "lr", 0.5).name() == "Quick (lr 0.5)"
    network = PRESETS["tutorial"].config.network
    assert training_state.with_network(TrainingState(), network).name() == "Quick (another network)"
    state = TrainingState()
    for name, value in (("epochs", 77), ("momentum", 0.5), ("shift", 7), ("weight_decay", 0.123), ("cutout", 9)):
        state = with_setting(state, name, value)
    assert len(state.name()) <= 60 and state.name().startswith("Quick (epochs 77, ")


def test_no_folder_is_no_training():
    state, problems = open_link({"preset": "quick", "data": "folder:"})
    assert problems == []
    with pytest.raises(ValueError, match="Name a folder"):
        state.config()


def test_another_network_is_fitted():
    layers = read_stack("Conv2d-3-4-3~ReLU~Flatten~Linear-1-10")
    made = training_state.with_network(TrainingState(), TrainingState().settings.network.with_layers(layers))
    assert made.settings.network.layers[-1].in_features == 4 * 30 * 30
