"""The page Inside the network as an answer gives it: every part of it, every act, and what one act costs."""

import base64
import json
from html import escape

import numpy as np
import pytest
import safetensors.numpy

from engine.data import weights
from engine.data.drawings import CLASSES
from engine.facts import saliency, wide
from engine.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from engine.network import Network, zoo
from engine.network.blocks import Residual
from engine.training import runs, trained
from engine.training.config import INPUT_SHAPE, Config
from pages.states import answers, picture
from pages.states.inside import excite, kernels, view
from pages.states.inside import pictures as inside_pictures
from pages.states.inside import state as inside_state
from tests.engine.training import trained_file
from tests.engine.training.trained_file import pictures, write

BLOCKS = Network(
    INPUT_SHAPE,
    (Conv2d(3, 8, 3), MaxPool2d(6), Residual((Conv2d(8, 8, 3, padding=1),), (), ReLU()), Flatten(), Linear(200, 10)),
)
NETWORKS = {"stages": trained_file.NETWORK, "small-cnn": zoo.SMALL.network, "blocks": BLOCKS}
FOLDS = ["why", "kernels", "excite", "check", "card"]


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    monkeypatch.setattr(trained, "BUNDLED", tmp_path / "models")


def finished(network=trained_file.NETWORK, **changes) -> str:
    """Return the id of a run that has finished, with random weights."""
    return trained_file.finished(network=network, **changes).id


def opened(query, *unfolded, **request) -> dict:
    """Return the page's answer, as JSON gives it back."""
    answer = answers.answer("inside", {"query": query, "unfolded": unfolded, **request}, request.pop("chosen", None))
    return json.loads(json.dumps(answer))


def acted(query, name, value, step=None, **request) -> dict:
    return opened(query, act=[name, value], step=step, **request)


def blocks(sheet: list) -> list[dict]:
    """Return all blocks of a sheet, those inside others too."""
    found = []
    for block in sheet:
        found.append(block)
        for inner in (block.get("blocks", []), *block.get("columns", [])):
            found += blocks(inner)
    return found


def said(sheet: list) -> str:
    """Return all that a sheet says."""
    parts = [block.get(name, "") for block in blocks(sheet) for name in ("html", "text", "label")]
    return "\n".join(part for part in parts if "data:image" not in part)


def widget(answer: dict, kind: str) -> dict:
    return next(block["data"] for block in answer["sheet"] if block.get("widget") == kind)


def knobs(answer: dict) -> dict:
    return {knob["name"]: knob for block in blocks(answer["sheet"]) for knob in block.get("knobs", [])}


def asked(query, name) -> dict:
    """Return the last answer to what a button asks for, which may come in parts."""
    more = True
    while more:
        answer = opened(query, ask=name)
        more = answer["more"]
    return answer


def test_the_path_ends_at_the_network_of_digits_with_all_parts():
    answer = opened({}, *FOLDS)
    assert "a trained network (LeNet-5), and the seven" in said(answer["sheet"])
    assert "digits drawn in 41 typefaces, 40,000 pictures" in said(answer["sheet"])
    assert "99.96 % of 5,000 test pictures" in said(answer["sheet"])
    assert "drawn anew in 22 typefaces (DejaVu)" in said(answer["sheet"])
    assert "moves with each pixel: |∂z/∂x|" in said(answer["sheet"])
    assert "a black square of 8×8" in said(asked({}, "occlusion")["sheet"])
    assert "the strongest of 10 drawn digits" in said(asked({}, "excite")["sheet"])
    assert "The logits agree" in said(asked({}, "check")["sheet"])
    file = safetensors.numpy.load(base64.b64decode(opened({}, ask="weights")["base64"]))
    assert all((file[name] == array.astype("float32")).all() for name, array in weights.load("lenet5").items())


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_opens_with_its_answer_and_all_parts(name):
    answer = opened({"run": finished(NETWORKS[name])}, *FOLDS)
    folds = {block["key"]: block for block in answer["sheet"] if block["kind"] == "fold"}
    assert all(folds[key]["open"] and folds[key]["blocks"] for key in FOLDS)
    assert len(widget(answer, "inside")["layers"]["columns"]) == len(NETWORKS[name])
    assert "A deep channel stands for one thing" in said(answer["sheet"])


@pytest.mark.parametrize("at", ["1.7", "3.0", "5.1"])
def test_every_part_can_be_asked_for_whatever_is_open(at):
    query = {"run": finished(BLOCKS), "at": at, "searched": "200"}
    assert ("is a block of layers" in said(opened(query)["sheet"])) == (at == "3.0")
    assert "<img" in asked(query, "occlusion")["sheet"][1]["html"]
    assert "<img" in asked({**query, "kernels": "5"}, "kernels")["sheet"][1]["html"]
    assert "the strongest of 200" in said(asked(query, "excite")["sheet"])


def test_a_link_that_cannot_be_followed_is_said():
    finished()
    text = said(opened({"run": "ffffffff", "x": "nonsense", "at": "<b>"})["sheet"])
    assert 'run "ffffffff" is not here' in text and "is not a path such as" in text and "Picture" in text


def test_a_network_that_is_gone_refuses_acts_with_the_reason():
    finished()
    with pytest.raises(ValueError, match=r'cannot be changed here. .*"ffffffff" is not here: it was deleted'):
        acted({"run": "ffffffff"}, "open", {"number": 1, "flat": 0})


def test_acts_lead_on_and_back():
    query = {"run": finished(), "x": "shapes-3", "at": "4.33"}
    state, _ = inside_state.read(query)
    leads = next(flat for flat in range(25) if state.place_of("input", flat))
    led = acted(query, "lead", {"board": "input", "flat": leads})
    assert led["query"]["at"].startswith("4.33~3.") and led["go"] and led["push"]
    assert [place["number"] for place in widget(led, "inside")["path"]] == [4, 3]
    back = acted(led["query"], "back", 0)
    assert back["query"]["at"] == "4.33"
    there = acted(back["query"], "open", {"number": 7, "flat": 5})
    assert there["query"]["at"] == "7.5" and widget(there, "inside")["open"] == {"number": 7, "flat": 5}
    assert acted(there["query"], "open", {"number": 99, "flat": 5})["message"] == "There is no cell 5 at 99."


def test_knobs_change_the_class_the_square_and_the_picture():
    query = {"run": finished(), "x": "shapes-3"}
    page = opened(query, *FOLDS)
    choice = next(text for text in knobs(page)["class"]["choices"] if text != knobs(page)["class"]["value"])
    other = acted(query, "edit", {"knob": "class", "text": choice})
    assert "class" in other["query"] and not other["go"]
    assert acted(query, "edit", {"knob": "square", "text": "12×12"})["query"]["square"] == "12"
    assert acted(query, "edit", {"knob": "kernels", "text": "3 Conv2d"})["query"]["kernels"] == "3"
    assert acted(query, "edit", {"knob": "searched", "text": "the first 200"})["query"]["searched"] == "200"
    following = acted(query, "pick", {"knob": "picture", "by": 1})
    assert following["query"]["x"] == "shapes-4" and following["go"]
    assert widget(following, "inside")["title"] == "synthetic shape 4"
    refused = acted(query, "pick", {"knob": "picture", "text": "9000"})
    assert refused["query"]["x"] == "shapes-3" and "499" in refused["message"]
    with pytest.raises(ValueError, match="form of one"):
        acted(query, "pick", {"knob": "colour", "text": "1"})


def test_the_inputs_that_are_written_out_are_chosen_and_the_player_goes_along():
    query = {"run": finished(), "at": "3.100"}
    written = knobs(opened(query))["written"]
    assert written["value"] == "the 6 that add most" and written["choices"][1] == "0 to 5"
    answer = acted(query, "pick", {"knob": "written", "text": "12 to 17"})
    assert answer["query"]["from"] == "12" and answer["go"]
    assert acted(answer["query"], "pick", {"knob": "written", "text": written["value"]})["query"] == {
        **query, "x": answer["query"]["x"],
    }  # fmt: skip


def test_a_picture_of_ones_own_comes_as_an_act_and_travels_in_the_link():
    query, pixels = {"run": finished(), "at": "3.100"}, np.full((3, 32, 32), 99, np.uint8)
    file = {"text": picture.from_numbers(pixels).text, "note": "It was cut."}
    answer = acted(query, "file", file)
    assert answer["message"] == "It was cut." and answer["query"]["x"] == file["text"]
    np.testing.assert_array_equal(inside_state.read(answer["query"])[0].picture.pixels, pixels)
    assert acted(query, "file", {"text": "nonsense", "note": ""})["message"].startswith("Picture")


def test_the_input_pages_picture_is_offered_where_there_is_one():
    query, scene = {"run": finished(), "x": "shapes-3"}, picture.draw(picture.Spec("scene", "rgb", 64, "0-255"))
    offered = answers.answer("inside", {"query": query, "act": None}, scene)
    assert any(block.get("act") == ["picture", None] for block in blocks(offered["sheet"]))
    assert not any(block.get("act") == ["picture", None] for block in blocks(opened(query)["sheet"]))
    taken = answers.answer("inside", {"query": query, "act": ["picture", None]}, scene)
    assert taken["query"]["x"] == "pic.scene.rgb.32.0-255"  # drawn anew, for the network's size
    assert "not there any more" in acted(query, "picture", None)["message"]


def test_one_act_traces_once_and_sends_only_another_picture_through_the_network(monkeypatch):
    query = {"run": finished(), "x": "shapes-3", "at": "3.100"}
    page = opened(query)
    calls = {"forward": 0, "trace": 0, "layers": 0}
    for module, attribute, name in (
        (Network, "forward", "forward"),
        (wide, "part", "trace"),
        (view, "layers", "layers"),
    ):
        real = getattr(module, attribute)

        def call(*arguments, real=real, name=name, **others):
            calls[name] += 1
            return real(*arguments, **others)

        monkeypatch.setattr(module, attribute, call)
    has = [widget(page, "player")["trace"]["id"], widget(page, "inside")["layers"]["id"]]
    answer = acted(page["query"], "open", {"number": 3, "flat": 131}, step=2, has=has)
    assert calls == {"forward": 0, "trace": 1, "layers": 0}
    assert "layers" not in widget(answer, "inside") and "trace" in widget(answer, "player")
    assert len(json.dumps(answer)) < 90_000
    acted(answer["query"], "pick", {"knob": "picture", "by": 1}, has=has)
    assert calls == {"forward": 1, "trace": 2, "layers": 1}


def test_what_takes_long_is_computed_when_asked_for_and_once(monkeypatch):
    counts = {"occlusion": 0, "gradient": 0}
    for name in counts:
        real = getattr(saliency, name)

        def call(*arguments, real=real, name=name):
            counts[name] += 1
            return real(*arguments)

        monkeypatch.setattr(saliency, name, call)
    query = {"run": finished(), "x": "shapes-3", "at": "3.100"}
    acted(query, "open", {"number": 4, "flat": 3})
    assert counts == {"occlusion": 0, "gradient": 0}
    for at in ("3.100", "4.3"):
        page = opened({**query, "at": at}, "why")
        assert any(block["kind"] == "ask" and block["atOnce"] for block in blocks(page["sheet"]))
    assert counts == {"occlusion": 0, "gradient": 1}
    for at in ("3.100", "4.3"):
        asked({**query, "at": at}, "occlusion")
    asked({**query, "square": "4"}, "occlusion")
    assert counts == {"occlusion": 2, "gradient": 1}


def test_a_long_search_comes_in_parts_and_another_channel_takes_no_time(monkeypatch):
    monkeypatch.setattr(excite, "SECONDS", -1)
    searched, real = [], saliency.peaks

    def peaks(network, parameters, inputs, layer):
        searched.append(len(inputs))
        return real(network, parameters, inputs, layer)

    monkeypatch.setattr(saliency, "peaks", peaks)
    query = {"run": finished(classes=list(CLASSES), data="Shapes (synthetic)", synthetic=True), "searched": "200"}
    first = opened({**query, "at": "4.37"}, ask="excite")
    assert first["more"] and "100 of 200 pictures" in said(first["sheet"]) and searched == [100]
    monkeypatch.setattr(excite, "SECONDS", 60)
    whole = opened({**query, "at": "4.37"}, ask="excite")
    assert not whole["more"] and searched == [100, 100]
    assert "<strong>Channel 0</strong> of layer 4, MaxPool2d: the strongest of 200 synthetic shapes" in said(
        whole["sheet"]
    )
    assert len([block for block in blocks(whole["sheet"]) if block["kind"] == "link"]) == 9
    assert "<strong>Channel 1</strong>" in said(opened({**query, "at": "4.300"}, ask="excite")["sheet"])
    assert searched == [100, 100]


def test_the_picture_of_all_kernels_is_drawn_once_for_a_network_and_a_layer(monkeypatch):
    drawn = []
    monkeypatch.setattr(kernels, "montage", lambda maps, *_: drawn.append(len(maps)) or "data:")
    query = {"run": finished()}
    for number in (3, 7, 3, 7):
        asked({**query, "kernels": number}, "kernels")
    assert drawn == [8 * 24, 16 * 8]


@pytest.mark.parametrize("whiten", [True, False])
def test_kernels_that_were_computed_are_not_called_learned(whiten):
    network = NETWORKS["stages"]
    text = said(
        opened({"run": finished(config=Config(network, whiten=whiten).as_dict()), "at": "1.0"}, "kernels")["sheet"]
    )
    assert ("These were not trained: they are computed from the training pictures" in text) == whiten
    assert ("First layers usually learn" in text) != whiten


def test_a_network_of_drawn_pictures_says_so_and_others_do_not():
    drawn, real = finished(classes=list(CLASSES), data="Shapes (synthetic)", synthetic=True), finished()
    badge = "<strong>synthetic pictures</strong>"
    assert badge in said(opened({"run": drawn})["sheet"]) and badge not in said(opened({"run": real})["sheet"])


def test_the_weights_are_downloaded_as_they_are():
    key = finished()
    file = opened({"run": key}, ask="weights")
    assert file["name"] == "weights.safetensors" and len(file["base64"]) > 1000


def test_names_that_somebody_gave_are_no_markup(tmp_path):
    classes, network = ("<i>cat</i>", "**dog**"), BLOCKS.with_layers((*BLOCKS.layers[:-1], Linear(200, 2)))
    config = Config(
        network, data=f"folder:{pictures(tmp_path / '*pets*', [name.replace('/', '') for name in classes])}"
    )
    run = runs.create(config, "<b>mine</b> *x*")
    write(run.weights, network, classes=list(classes), config=config.as_dict())
    run.write_state(status="finished")
    query = {"run": run.id, "x": "own-2", "at": "5.0"}
    sheet = opened(query, *FOLDS)["sheet"] + asked(query, "occlusion")["sheet"] + asked(query, "excite")["sheet"]
    html = "\n".join(block["html"] for block in blocks(sheet) if "html" in block)
    assert escape(classes[0]) in html and "*pets* test" in html and "<em>" not in html
    assert not [tag for tag in ("<i>cat", "<b>mine", "<strong>dog", "<em>pets") if tag in html]
    assert any(block["kind"] == "menu" and block["label"] == "<b>mine</b> *x*" for block in blocks(sheet))


def test_a_folder_whose_pictures_have_gone_is_said(tmp_path):
    network = BLOCKS.with_layers((*BLOCKS.layers[:-1], Linear(200, 2)))
    config = Config(network, data=f"folder:{tmp_path / 'gone'}")
    run = runs.create(config, "pets")
    write(run.weights, network, classes=["cat", "dog"], config=config.as_dict())
    run.write_state(status="finished")
    assert "cannot be shown" in said(opened({"run": run.id})["sheet"])
    assert inside_pictures.own_set(trained.load(run.weights))[0] is None
