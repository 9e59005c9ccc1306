"""A new training as a sheet: what a control of it changes, what is refused, one run for one press, the download."""

import io
import json
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from engine.data import download
from engine.training import jobs, runs
from engine.training.presets import PRESETS
from pages import live
from pages.states.answers import answer
from pages.states.training import download as panel
from pages.states.training import setup, uploads
from pages.states.training.state import SETTINGS, read
from tests.pages.states.asking import blocks, json_answer, said

QUICK = {"preset": "quick", "data": "shapes"}
STACK = "Conv2d-3-4-3~ReLU~MaxPool2d-4~Flatten~Linear-196-10"


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def submitted(monkeypatch):
    """The runs that were given to the trainer."""
    given = []
    monkeypatch.setattr(jobs, "submit", lambda run: given.append(run.id))
    return given


def opened(query, **others):
    return json_answer("training", {"query": query, "unfolded": ["recipe"], **others})


def done(query, name, value=None):
    return opened(query, act=[name, value])


def knobs(shown):
    return {knob["name"]: knob for block in blocks(shown) if block["kind"] == "knobs" for knob in block["knobs"]}


def button(shown, label):
    return next(block for block in blocks(shown) if block["kind"] == "button" and block["label"] == label)


def refusals(shown):
    return [block["refused"] for block in blocks(shown) if block["kind"] == "knobs" and block["refused"]]


def table(query, **others):
    shown = json_answer("training", {"query": query, "unfolded": ["layers"], **others})
    return next(block["data"] for block in blocks(shown) if block.get("widget") == "stack")


def test_every_setting_has_a_knob_with_its_help_and_a_changed_one_stands_out():
    shown = knobs(opened({**QUICK, "epochs": "5"}))
    assert SETTINGS.keys() <= shown.keys()
    assert {name: knob["plain"] for name, knob in shown.items() if name in SETTINGS} == {
        name: setting.plain for name, setting in SETTINGS.items()
    }
    assert all(setting.plain for setting in SETTINGS.values())
    assert [name for name, knob in shown.items() if knob["changed"]] == ["epochs"]
    for name, setting in SETTINGS.items():
        assert setting.help in shown[name]["help"] and f"({name} of the preset: " in shown[name]["help"]


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        ({"knob": "epochs", "by": 1}, {"epochs": "4"}),
        ({"knob": "lr", "text": "0.003"}, {"lr": "0.003"}),
        ({"knob": "weight_decay", "by": -1}, {"weight_decay": "0.0004"}),
        ({"knob": "flip", "text": "0"}, {"flip": "0"}),
        ({"knob": "schedule", "text": "cosine"}, {"schedule": "cosine"}),
        ({"knob": "source", "text": "CIFAR-10"}, {"data": "cifar10"}),
        ({"knob": "source", "text": "A folder"}, {"data": "folder:"}),
        ({"knob": "folder", "text": " /a/b "}, {"data": "folder:/a/b"}),
    ],
)
def test_a_turn_of_a_knob_is_in_the_link(edit, changed):
    shown = done(QUICK, "edit", edit)
    assert shown["query"] == {**QUICK, **changed} and shown["push"] and not refusals(shown)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        ({"knob": "lr", "text": "2e9"}, "it goes from 0 to 1000"),
        ({"knob": "epochs", "text": "many"}, "is not a whole number"),
        ({"knob": "folder", "text": "/x" * 400}, "at most 390 characters, and this one has 800"),
        ({"knob": "folder", "text": "/a\x07"}, "neither cifar10, shapes nor folder:PATH"),
    ],
)
def test_a_turn_that_cannot_be_is_said_below_its_knob_and_changes_nothing(edit, sentence):
    shown = done(QUICK, "edit", edit)
    (refused,) = refusals(shown)
    assert shown["query"] == QUICK and refused["knob"] == edit["knob"] and sentence in refused["sentence"]
    assert not refusals(done(shown["query"], "edit", {"knob": "epochs", "by": 1}))


@pytest.mark.parametrize(
    ("query", "idle"),
    [
        ({}, {"folder"}),
        ({"schedule": "cosine"}, {"folder", "warmup"}),
        ({"data": "folder:/a"}, set()),
        ({"stack": "Flatten~Linear-3072-10", "whiten": "0"}, {"folder", "whiten", "norm_momentum"}),
    ],
)
def test_a_knob_that_changes_nothing_stays_and_is_disabled(query, idle):
    usual, shown = knobs(opened(QUICK)), knobs(opened({**QUICK, **query}))
    assert list(shown) == list(usual)
    assert {name for name, knob in shown.items() if knob["disabled"]} == idle
    assert all(len(shown[name]["help"]) > len(usual[name]["help"]) for name in idle - {"folder"})


def test_a_bare_address_opens_live_on_shapes_with_few_controls(data_folder):
    shown = json_answer("training", {"query": {}})
    assert shown["query"] == QUICK
    assert not button(shown, "Start training")["disabled"]
    assert list(knobs(shown)) == ["source", "folder", "epochs"]
    assert knobs(shown)["source"]["choices"][:2] == ["Shapes", "CIFAR-10"]
    assert "About 23 s on two cores" in said(shown)
    assert "a download of 170 MB" in said(shown)
    # A link that names no pictures has meant CIFAR-10 since there were only these.
    assert json_answer("training", {"query": {"preset": "tutorial"}})["query"]["data"] == "cifar10"
    assert json_answer("training", {"query": {"key": "0" * 32}})["query"] == QUICK


def test_a_changed_setting_is_named_at_the_folded_recipe():
    folds = [
        block for block in blocks(json_answer("training", {"query": {**QUICK, "lr": "0.5"}})) if block["kind"] == "fold"
    ]
    (recipe,) = [block for block in folds if block["key"] == "recipe"]
    assert recipe["label"] == "Recipe: all settings (changed: lr 0.5)"


def test_the_network_is_edited_as_a_table_and_a_refusal_stands_at_its_row():
    query = {**QUICK, "stack": STACK}
    made = done(query, "stack", {"action": "set", "row": 0, "kind": "Conv2d", "text": "3, 8, kernel_size=3"})
    assert made["query"]["stack"] == "Conv2d-3-8-3~ReLU~MaxPool2d-4~Flatten~Linear-392-10"
    wrong = {"action": "set", "row": 4, "kind": "Linear", "text": "128, 10"}
    refused = table(query, act=["stack", wrong])["refused"]
    assert (refused["row"], refused["text"], refused["remedy"]["label"]) == (4, "128, 10", "make it 196")
    assert done(query, "stack", wrong)["query"] == query
    late = table(query, act=["stack", {"action": "remove", "row": 10}])["refused"]
    assert late["sentence"].startswith("That came too late")
    untrained = table(query, act=["stack", {"action": "remove", "row": 3}])["refused"]
    assert untrained["sentence"].endswith("The last good network is kept.")
    assert table(query)["refused"] is None


def test_another_network_and_the_presets_own():
    taken = done(QUICK, "network", STACK)
    assert taken["query"]["stack"] == STACK and taken["push"]
    assert not button(taken, "The preset's network")["disabled"]
    back = done(taken["query"], "network")
    assert "stack" not in back["query"] and button(back, "The preset's network")["disabled"]
    wrong = done(QUICK, "network", "Conv2d-3-4-3")
    assert wrong["query"] == QUICK and "add Flatten and Linear" in wrong["message"]


def test_the_forward_pages_network_is_offered_where_it_takes_the_pictures():
    assert setup.offered(None) == ""
    assert setup.offered({"example": "own"}) == ""
    pictured = {"example": "own", "x": "pic.scene.rgb.32.0-1", "stack": STACK}
    assert setup.offered(pictured) == STACK


def test_settings_are_set_back_and_the_network_stays():
    query = {**QUICK, "stack": STACK, "lr": "0.7", "flip": "0"}
    shown = done(query, "reset")
    assert shown["query"] == {**QUICK, "stack": STACK}
    assert button(shown, "As in the preset")["disabled"]


def test_a_preset_is_a_link_that_keeps_the_pictures():
    shown = json_answer("training", {"query": QUICK})
    (tabs,) = (block for block in blocks(shown) if block["kind"] == "tabs" and block["present"] == "quick")
    assert {tab["frame"]: tab["query"] for tab in tabs["tabs"]} == {
        name: {"preset": name, "data": "shapes"} for name in PRESETS
    }


def test_a_training_begins_once_also_where_its_act_comes_twice(submitted):
    shown = json_answer("training", {"query": {**QUICK, "lr": "0.5"}})
    press = button(shown, "Start training")
    for _ in range(2):
        left = done(shown["query"], *press["act"])["leave"]
        assert left == {"page": "training", "query": {"run": press["act"][1]}}
    assert submitted == [press["act"][1]] and len(runs.all_runs()) == 1
    run = runs.get(submitted[0])
    assert run.name == "Quick (lr 0.5) on Shapes (synthetic)" and run.config.lr == 0.5 and run.preset is None
    other = button(json_answer("training", {"query": QUICK}), "Start training")
    assert other["act"][1] != press["act"][1]
    done(QUICK, *other["act"])
    assert runs.get(submitted[1]).preset == "quick"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"data": "cifar10"}, "First choose pictures that exist."),
        ({"data": "folder:"}, "First choose pictures that exist."),
        ({"data": "folder:/no/where"}, "First choose pictures that exist."),
        (
            {"stack": "Conv2d-3-4-3~ReLU~AdaptiveAvgPool2d-1~Flatten"},
            "The network gives 4 logits, but the data has 10 classes. Let the network end in Linear(…, 10).",
        ),
    ],
    ids=str,
)
def test_what_cannot_begin_says_why_and_begins_nothing(submitted, query, words):
    shown = json_answer("training", {"query": {**QUICK, "whiten": "0", **query}})
    press = button(shown, "Start training")
    assert press["disabled"] and words in said(shown).replace("\\", "")
    refused = done(shown["query"], *press["act"])
    assert refused["message"] == words and "leave" not in refused and not submitted and not runs.all_runs()


@pytest.mark.parametrize("id", ["../../x", "", "0123ABCD", 5, None])
def test_an_id_of_another_form_begins_nothing(submitted, id):
    with pytest.raises(ValueError, match=r"no run's id|form of one"):
        answer("training", {"query": QUICK, "act": ["begin", id]})
    assert not submitted


def test_a_run_and_the_runs_have_only_the_ways_between_them(submitted):
    id = button(json_answer("training", {"query": QUICK}), "Start training")["act"][1]
    done(QUICK, "begin", id)
    for query, frame in (({"run": id}, "run"), ({"view": "runs"}, "runs")):
        shown = json_answer("training", {"query": query})
        assert shown["frame"] == frame and {block["kind"] for block in shown["sheet"]} == {"into"}
        with pytest.raises(ValueError, match="cannot be done while"):
            answer("training", {"query": query, "act": ["edit", {"knob": "epochs", "by": 1}]})


def test_names_of_folders_are_no_markup(tmp_path):
    for name in ("<b>x</b>", "*y*"):
        (tmp_path / "pictures" / name).mkdir(parents=True)
    text = said(json_answer("training", {"query": {"data": f"folder:{tmp_path}/pictures"}}))
    assert "<b>x</b>" not in text


# The download


@pytest.fixture
def going(monkeypatch):
    """going(state, …): a download that is at that state."""

    def at(*progress):
        over = SimpleNamespace(progress=download.Progress(*progress), cancel=lambda: cancelled.append(1))
        monkeypatch.setattr(download, "current", lambda: over)
        return cancelled

    cancelled = []
    monkeypatch.setattr(download, "current", lambda: None)
    return at


CIFAR10 = {"preset": "quick", "data": "cifar10"}


def labels(shown):
    return {block["label"] for block in blocks(shown) if block["kind"] == "button"}


def looks(shown):
    return [block["data"] for block in blocks(shown) if block.get("widget") == "soon"]


def test_it_is_offered_begun_and_looked_at_while_it_goes(going, monkeypatch):
    begun = []
    monkeypatch.setattr(download, "start", lambda: begun.append(1))
    shown = json_answer("training", {"query": CIFAR10})
    assert "Download CIFAR-10" in labels(shown) and not looks(shown)
    going("downloading", 250_000, 1_000_000, 250_000.0)
    shown = done(CIFAR10, "fetch")
    assert begun and "Cancel" in labels(shown) and "Download CIFAR-10" not in labels(shown)
    assert "0.2 MB of 1.0 MB, 0.2 MB a second, 3 s left" in said(shown) and 'aria-valuenow="25%"' in said(shown)
    (look,) = looks(shown)
    assert looks(done(CIFAR10, look["act"])) == [look]


def test_it_is_cancelled_or_fails_and_can_be_tried_again(going):
    cancelled = going("downloading", 5, 10)
    done(CIFAR10, "cancel")
    assert cancelled
    going("cancelled", 5, 10)
    shown = done(CIFAR10, "look")
    assert "was cancelled" in said(shown) and "Download CIFAR-10" in labels(shown) and not looks(shown)
    going("failed", 5, 10, 0.0, "The checksum is *wrong*.")
    shown = done(CIFAR10, "look")
    assert "Try again" in labels(shown) and "*wrong*" in said(shown)


@pytest.mark.parametrize(("present", "what"), [(False, "<p>CIFAR-10 is not"), (True, "<p>A whole CIFAR-10 is not")])
def test_a_set_that_is_gone_or_broken_after_its_download_is_offered_again(going, monkeypatch, present, what):
    going("done", 5, 5)
    monkeypatch.setattr(panel.cifar10, "present", lambda: present)
    shown = json_answer("training", {"query": CIFAR10})
    assert "Download CIFAR-10" in labels(shown) and what in said(shown)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("host/file", "host/file"), ("https://host.example:80/a/b", "host.example:80"), ("x", "x"),
        ("https://me:secret@host.example/a", "host.example"),
    ],
)  # fmt: skip
def test_any_address_is_named_without_its_password(monkeypatch, address, place):
    monkeypatch.setenv("STRIDE_CIFAR10_URL", address)
    assert panel.place() == place
    text = said(json_answer("training", {"query": CIFAR10}))
    assert "secret" not in text and place in text


def test_a_link_without_parts_is_the_first_preset():
    assert read({})[0].query() == QUICK


def test_a_batch_that_a_norm_cannot_take_is_said_before_the_start():
    stack = "Conv2d-3-4-3~ReLU~AdaptiveAvgPool2d-1~BatchNorm2d-4~Flatten~Linear-4-10"
    state, problems = read({"data": "shapes", "stack": stack, "batch_size": "1"})
    assert problems == []
    assert "Layer 4, BatchNorm2d: in training" in setup.ready(state)[1]
    assert setup.ready(replace(state, settings=replace(state.settings, batch_size=2)))[1] == ""


def test_what_of_a_folder_is_not_used_is_said_beside_its_counts(tmp_path):
    for name in ("Training/cat", "Training/dog", "Testing"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for k in range(5):
            Image.new("RGB", (4, 4), (k, 0, 0)).save(tmp_path / "pets" / name / f"{k}.png")
    text = said(json_answer("training", {"query": {"data": f"folder:{tmp_path}/pets"}}))
    assert "8 pictures to train on, 2 to test on, 2 classes: cat, dog." in text
    assert "Testing/ without folders of classes" in text and "a fifth of Training/ is kept for testing." in text


# Folders, zips, and whose run it is


def test_a_folder_that_a_page_may_not_name_tells_nothing(data_folder, submitted, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for name in ("cats", "dogs"):
        folder_of_pictures(elsewhere / name)
    told = [said(json_answer("training", {"query": {"data": f"folder:{path}"}})) for path in (elsewhere, "/no", "/etc")]
    told = [text.replace(path, "X") for text, path in zip(told, (str(elsewhere), "/no", "/etc"), strict=True)]
    assert told[0] == told[1] == told[2] and "A page can name folders below" in told[0] and "cats" not in told[0]
    begun = done({**QUICK, "data": f"folder:{elsewhere}"}, "begin", "0123abcd")
    assert "First choose pictures that exist" in begun["message"] and submitted == [] and runs.all_runs() == []


def test_a_zip_becomes_the_pictures_of_the_training(data_folder):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("cats", "dogs"):
            folder_of_pictures(data_folder / "own" / name)
            for picture in (data_folder / "own" / name).iterdir():
                archive.write(picture, f"{name}/{picture.name}")
    folder = uploads.unpacked(file.getvalue(), "pets.zip", runs.Asker(("ann",)))
    shown = done(QUICK, "uploaded", str(folder))
    assert shown["query"]["data"] == f"folder:{folder}" and "pets" in said(shown) and "cats, dogs" in said(shown)
    assert not button(shown, "Start training")["disabled"]
    run = runs.create(replace(PRESETS["quick"].config, data=f"folder:{folder}"))
    assert uploads._in_use(folder.parent)
    run.control("stop")
    assert not uploads._in_use(folder.parent)


def folder_of_pictures(place, count=3):
    place.mkdir(parents=True)
    for k in range(count):
        Image.fromarray(np.full((32, 32, 3), 50 * k, np.uint8)).save(place / f"{k}.png")


def test_a_run_is_the_browsers_that_asks_for_it_and_quotas_are_said(submitted, monkeypatch):
    ann, ben = ({"keys": [key]} for key in ("ann's own key", "ben's own key"))
    asked = {"query": QUICK, "step": 0}
    live.answered("training", {**asked, **ann, "act": ["begin", "0123abcd"]})
    run = runs.get("0123abcd")
    assert runs.Asker(("ann's own key",)).owns(run.owner) and not runs.Asker(("ben's own key",)).owns(run.owner)
    monkeypatch.setenv("STRIDE_OWN_QUEUE", "1")
    refused = json.loads(live.answered("training", {**asked, **ann, "act": ["begin", "0123abce"]}))
    assert refused["message"].startswith("1 of your runs wait or train, and 1 may") and "leave" not in refused
    assert "leave" in json.loads(live.answered("training", {**asked, **ben, "act": ["begin", "0123abcf"]}))
    assert submitted == ["0123abcd", "0123abcf"]
    with pytest.raises(ValueError, match="the keys are no list"):
        live.answered("training", {**asked, "keys": [3], "act": None})


def test_a_key_in_a_link_is_no_part_of_the_state():
    state, problems = read({**QUICK, "key": "a key"})
    assert problems == [] and state.query() == QUICK
