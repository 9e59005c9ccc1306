"""The state of the page Inside the trained network: its link both ways, its numbers, and what bad links get."""

import io
import shutil

import numpy as np
import pytest
from PIL import Image

from engine.data import folder, sources
from engine.layers import Linear
from engine.training import runs, trained
from engine.training.config import Config
from engine.training.runs import owner
from pages.states import picture
from pages.states.inside import models as inside_models
from pages.states.inside import pictures as inside_pictures
from pages.states.inside import state as inside_state
from pages.states.inside import view as inside_view
from pages.states.inside import why as inside_why
from pages.states.network.presets import PRESETS
from tests.engine.training.trained_file import NETWORK, finished, pictures, write


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    monkeypatch.setattr(trained, "BUNDLED", tmp_path / "models")
    return tmp_path


def opened(**query):
    """The state of a link; one without a key is a link of before the path: a bare address opens the path's network."""
    state, problems = inside_state.read(query or {"square": "8"}, None)
    assert problems == []
    return state


def test_the_bare_address_opens_the_seven_in_the_network_of_home_and_its_link_says_so():
    finished()
    state, problems = inside_state.read({}, None)
    assert problems == [] and state.is_path and state.query() == {"run": "lenet5", "x": "pic.digit.grey.28.0-255"}
    assert state.classes[state.answer] == "7" and state.probabilities[state.answer] > 0.99
    lenet = PRESETS["lenet5"]  # of the Forward page: the same numbers go in, and so the same come out
    assert (state.input == lenet.input).all()
    assert (state.logits == lenet.network.forward(lenet.input, lenet.parameters)[lenet.network.logits - 1]).all()
    assert opened(**state.query()).is_path


@pytest.mark.parametrize(
    ("spec", "key", "text"),
    [
        (("digit", "grey", 12, "0-9"), "lenet5", "pic.digit.grey.28.0-255"),
        (("letter", "grey", 6, "0-1"), "lenet5", "pic.letter.grey.28.0-255"),
        (("scene", "rgb", 12, "0-9"), None, "pic.scene.rgb.32.0-255"),
    ],
)
def test_a_picture_of_the_input_page_is_drawn_anew_for_a_network_of_its_channels(spec, key, text):
    run = finished()
    state, problems = inside_state.read({}, picture.draw(picture.Spec(*spec)))
    assert problems == [] and state.model.key == (key or run.id) and state.picture.text == text
    assert opened(**state.query()).picture.pixels.shape == state.network.input_shape


@pytest.mark.parametrize("x", ["digits-3", "shapes-17", "pic.scene.rgb.32.0-255", "pic.digit.grey.12.0-9"])
def test_any_picture_goes_into_any_network(x):
    run = finished()
    for key, shape in (("lenet5", (1, 28, 28)), (run.id, (3, 32, 32))):
        state = opened(run=key, x=x)
        assert state.picture.pixels.shape == shape and state.query() == {"run": key, "x": x}
    assert opened(run="lenet5", x="digits-3").answer == 3


def test_a_link_without_a_network_opens_what_it_did_before_there_was_the_path(data):
    first = finished("first")
    state = opened()
    strongest = int(np.abs(state.output(1)).argmax())
    assert state.model.key == first.id and state.path == ((1, strongest),) and "at" not in state.query()
    write(data / "models" / "cifar10-small.safetensors", NETWORK)
    assert [m.key for m in inside_models.choices()] == ["lenet5", "cifar10-small", first.id]
    assert opened().model.key == "cifar10-small" and opened(run=first.id).model.key == first.id


def test_a_run_that_has_not_finished_is_not_listed_but_its_link_opens_it():
    done, running = finished("done"), finished("running")
    running.write_state(status="running")
    assert [m.key for m in inside_models.choices()] == ["lenet5", done.id]
    assert opened(run=running.id).model.key == running.id


def test_all_runs_that_are_kept_are_listed():
    made = []
    for k in range(45):
        run = runs.create(Config(NETWORK), f"run {k}")
        run.weights.write_bytes(b"")
        run.write_state(status="finished")
        made.append(run)
    assert {m.key for m in inside_models.choices()} == {"lenet5", *(run.id for run in made)}


def test_only_the_askers_own_runs_are_listed_and_a_link_opens_any():
    mine, theirs = finished(), finished()
    for run, key in ((mine, "ann"), (theirs, "ben")):
        owner.write(run.folder, runs.Asker((key,)).began(run.id))
    with runs.asking(["ann"]):
        listed = {model.key for model in inside_models.choices()}
        assert mine.id in listed and theirs.id not in listed
        assert opened(run=theirs.id).model.key == theirs.id


@pytest.mark.parametrize("at", ["1.5000", "3.700", "4.33", "5.0", "6.7", "16.3", "17.9", "3.700~2.1~1.4"])
@pytest.mark.parametrize("x", ["shapes-17", "pic.scene.rgb.32.0-255"])
def test_a_link_brings_the_state_back(at, x):
    run = finished()
    query = {"run": run.id, "x": x, "at": at, "class": "2"}
    state = opened(**query)
    assert state.query() == query
    again = opened(**state.query())
    np.testing.assert_array_equal(state.picture.pixels, again.picture.pixels)
    assert again.shown == state.shown and again.about == 2


@pytest.mark.parametrize("number", range(1, len(NETWORK) + 1))
def test_every_layers_trace_writes_the_networks_own_number(number):
    finished()
    state = opened(x="shapes-3")
    size = state.output(number).size
    for flat in {0, size // 2, size - 1}:
        state = state.with_open(number, flat)
        step = state.trace.steps[state.shown_step]
        assert step.result == pytest.approx(state.output(number).ravel()[flat], rel=1e-9, abs=1e-12)
        assert state.shown == (number, flat)
        assert not any(board.editable for board in state.trace.boards)
        assert len(state.trace.steps) <= 100  # near the cell, however many maps there are


def test_what_was_chosen_for_the_parts_below_travels_in_the_link():
    run = finished()
    query = {"run": run.id, "x": "shapes-3", "at": "3.100", "square": "12", "searched": "200", "kernels": "7"}
    state = opened(**query)
    assert (state.square, state.searched, state.kernels_of) == (12, 200, 7) and state.query() == query
    elsewhere = state.with_open(1, 0)
    assert elsewhere.kernels_of == 1 and (elsewhere.square, elsewhere.searched) == (12, 200)


def test_a_number_is_followed_back_to_a_pixel():
    finished()
    state = opened(x="shapes-3", at="7.50")
    while state.path[-1][0] > 0:
        number = state.open[0]
        board = state.trace.board("input")
        read = state.read()[number - 1]
        values = state.output(number - 1).ravel()
        flat = next(f for f in range(board.values.size) if (place := state.place_of("input", f)) and place[1] in read)
        place = state.place_of("input", flat)
        assert values[place[1]] == board.values.ravel()[flat]
        state = state.with_lead("input", flat)
        assert state.path[-1] == place
    assert [number for number, _ in state.path] == list(range(7, -1, -1))
    assert state.with_back(0).open == (7, 50)


def test_the_channels_that_are_written_out_can_be_chosen_and_are_let_go_of_elsewhere():
    finished()
    state = opened(at="3.100").with_first(12)
    assert state.part.chosen == tuple(range(12, 18))
    assert opened(**state.query()).first == 12
    assert state.with_open(3, 200).first == 12
    assert state.with_open(7, 0).first is None


def test_another_picture_keeps_the_place_and_an_open_answer_follows():
    finished()
    state = opened(at="3.100")
    other = inside_pictures.from_text("shapes-9", state.trained)
    assert state.with_picture(other).open == (3, 100)
    answer = opened(at=f"{len(NETWORK)}.{state.answer}").with_picture(other)
    assert answer.open == (len(NETWORK), answer.answer)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"run": "12345678"}, "is not here: it was deleted, or it is on another machine"),
        ({"run": "../../etc"}, "is not here"),
        ({"x": "shapes-500"}, "Picture 500 is not there: synthetic shape has pictures 0 to 499."),
        ({"x": "test-3"}, "is from a test set that is not on this machine"),
        ({"x": "own-0"}, "is from a test set that is not on this machine"),
        ({"x": "nonsense"}, "Picture:"),
        ({"x": "z" * 70_000}, "Picture:"),
        ({"at": "99.0"}, "names a cell that this network does not have"),
        ({"at": "1.99999999"}, "is not a path"),
        ({"at": "3.100000"}, "names a cell that this network does not have"),
        ({"at": "0.0"}, "names a cell that this network does not have"),
        ({"class": "10"}, "class 10 is out of range: it goes from 0 to 9."),
        ({"class": "cat"}, "is not a whole number"),
        ({"at": "3.0", "from": "24"}, "from 24 is out of range: it goes from 0 to 23."),
        ({"at": "2.0", "from": "2"}, "the open layer has only a few"),
        ({"square": "5"}, "square "),
        ({"kernels": "99"}, "kernels 99 is out of range"),
        ({"step": "100000"}, "step 100,000 is out of range: it goes from 0 to "),
        ({"colour": "red"}, "does not know"),
    ],
)
def test_what_a_link_cannot_mean_is_said_and_the_rest_is_shown(query, sentence):
    run = finished()
    state, problems = inside_state.read(query, None)
    assert len(problems) == 1 and sentence in problems[0]
    assert state.model.key == run.id and np.isfinite(state.logits).all()
    inside_view.data(state)


def test_a_broken_file_is_said_and_the_next_network_opens():
    good = finished("good")
    bad = finished("bad")
    bad.weights.write_bytes(b"broken")
    state, problems = inside_state.read({"run": bad.id}, None)
    assert state.model.key == good.id and "cannot be read as a trained network" in problems[0]


def test_a_deleted_run_is_said():
    kept, gone = finished("kept"), finished("gone")
    shutil.rmtree(gone.folder)
    state, problems = inside_state.read({"run": gone.id}, None)
    assert state.model.key == kept.id and len(problems) == 1


def test_a_links_picture_of_another_size_opens_as_32_by_32_in_colour():
    finished()
    small = picture.draw(picture.Spec("digit", "grey", 6, "0-9"))
    state = opened(x=small.text)
    assert state.picture.pixels.shape == (3, 32, 32) and state.picture.pixels.dtype == np.uint8
    assert (state.picture.pixels[0] == state.picture.pixels[1]).all()
    assert abs(float(state.picture.pixels.max()) - small.values.max() / 9 * 255) < 5


def test_an_upload_is_cut_square_and_travels_in_the_link():
    finished()
    pixels = np.zeros((40, 100, 3), np.uint8)
    pixels[:, 30:70] = (200, 10, 60)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    made, notes = inside_pictures.from_file(file.getvalue())
    assert notes == () and (made.pixels == np.array([200, 10, 60]).reshape(3, 1, 1)).all()
    state = opened().with_picture(made)
    again = opened(**state.query())
    np.testing.assert_array_equal(again.picture.pixels, made.pixels)
    assert again.picture.title == state.picture.title == "your picture"
    with pytest.raises(ValueError, match="not a PNG, JPEG or WebP"):
        inside_pictures.from_file(b"x")


def test_a_shapes_run_opens_on_a_shape_it_has_not_seen():
    from engine.data.drawings import CLASSES

    finished(classes=list(CLASSES), data="Shapes (synthetic)", synthetic=True)
    state = opened()
    assert (state.picture.text, state.picture.title) == ("shapes-0", "synthetic shape 0")
    assert state.picture.truth in CLASSES
    assert "synthetic" in dict(inside_models.card(state.model, state.trained))["Trained on"].lower()


def test_the_view_shows_every_layers_maps_and_the_chosen_maps_numbers():
    finished()
    state = opened(at="4.40")
    shown = inside_view.data(state)
    assert [c["shape"] for c in shown["layers"]["columns"]] == ["×".join(map(str, out.shape)) for out in state.outputs]
    assert [c["title"] for c in shown["layers"]["columns"]] == [type(layer).__name__ for layer in NETWORK.layers]
    chosen = shown["chosen"]
    channel = state.output(4)[chosen["channel"]]
    texts = chosen.get("full", chosen["texts"])
    numbers = [float(texts["pool"][k].replace("−", "-")) for k in texts["index"]]
    np.testing.assert_allclose(numbers, channel.ravel(), atol=5.001e-4)
    assert sum(float(one["share"].removesuffix(" %")) for one in shown["answer"]) <= 100.3
    assert shown["answer"][0]["class"] == state.answer


def test_a_few_large_numbers_do_not_make_the_other_maps_pale(monkeypatch):
    drawn = []
    monkeypatch.setattr(inside_view.png, "address", drawn.append)
    maps = np.full((2, 20, 20), -0.5)
    maps[1, 3, 4] = 100.0
    inside_view.montage(maps, 2, 1, inside_view.full_colour(maps))
    assert (drawn[0][:20, :20, 3] == 255).all() and drawn[0][3, 22 + 4, 3] == 255
    inside_view.montage(np.zeros((1, 2, 2)), 1, 1, inside_view.full_colour(np.zeros((1, 2, 2))))
    assert (drawn[1][..., 3] == 0).all()


def test_the_window_on_the_picture_is_what_the_cell_sees():
    finished()
    state = opened(at="1.33")  # a 2×2 convolution's row 1, column 2
    chosen = inside_view.data(state)["chosen"]
    assert chosen["name"] == "channel 0" and chosen["most"].startswith("from filter 0 · strongest colour ±")
    sees = chosen["sees"]
    assert sees["rows"][1] == [1, 2] and sees["columns"][2] == [2, 2]


def test_the_card_says_how_it_was_trained():
    run = finished("<b>my run</b>")
    state = opened()
    card = dict(inside_models.card(state.model, state.trained))
    assert card["Test accuracy"] == "61.00 % of 1,000 test pictures"
    assert card["Trained on"] == "CIFAR-10, 5,000 pictures" and card["When"] == "2026-11-24"
    assert "seed 0" in card["Training"] and run.weights.name in card["File"]


@pytest.mark.parametrize(
    ("settings", "augmentation", "training"),
    [
        ({"flip": False, "shift": 0}, "none", "label smoothing 0,"),
        ({"flip": False, "shift": 1, "label_smoothing": 0.2}, "each moved by up to 1 pixel", "label smoothing 0.2,"),
        (
            {"cutout": 6, "whiten": True},
            "half of the pictures mirrored, each moved by up to 2 pixels, a square of 6×6 blanked in each",
            "the first convolution whitened, not trained",
        ),
    ],
)
def test_the_card_says_how_pictures_and_targets_were_varied(settings, augmentation, training):
    finished(config=Config(NETWORK, **settings).as_dict())
    state = opened()
    card = dict(inside_models.card(state.model, state.trained))
    assert card["Augmentation"] == augmentation and training in card["Training"]
    assert ("whitened" in card["Training"]) == settings.get("whiten", False)


def test_a_network_whose_file_is_deleted_while_it_is_open_stays_open():
    run = finished()
    state = opened(x="shapes-3", at="3.100")
    shutil.rmtree(run.folder)
    moved = state.with_open(4, 10)
    inside_view.data(moved)
    assert dict(inside_models.card(moved.model, moved.trained))["File"] == "It was deleted."


def trained_on_pets(data) -> str:
    """A finished run on a folder of cats and dogs; its source."""
    folder = pictures(data / "pets")
    network, source = NETWORK.with_layers((*NETWORK.layers[:-1], Linear(16, 2))), f"folder:{folder}"
    config = Config(network, data=source)
    run = runs.create(config, "pets")
    header = {"classes": ["cat", "dog"], "config": config.as_dict(), "data_key": sources.fingerprint(source)}
    write(run.weights, network, **header)
    run.write_state(status="finished")
    return source


def looked_at_anew():
    """As it is in another process, or a while later."""
    folder._read.cache_clear()
    folder._fingerprint_in.cache_clear()


def test_a_folders_own_test_pictures_are_numbered_and_named(data):
    trained_on_pets(data)
    state = opened()
    assert (state.picture.text, state.picture.title, state.picture.truth) == ("own-0", "pets test 0", "cat")
    other = opened(x="own-1")
    assert other.picture.truth == "dog" and (other.picture.pixels == 100).all()
    with pytest.raises(ValueError, match="pets test has pictures 0 to 3"):
        inside_pictures.from_text("own-4", state.trained)


@pytest.mark.parametrize("seen_before", [True, False])
def test_other_pictures_than_those_of_the_training_are_not_shown(data, seen_before):
    source = trained_on_pets(data)
    before = opened(x="own-0").picture.pixels
    Image.new("RGB", (32, 32), "red").save(data / "pets" / "test" / "cat" / "0.png")
    assert sources.fingerprint(source) != opened().trained.card["data_key"]
    if seen_before:  # those that this process has read are still the training's
        np.testing.assert_array_equal(opened(x="own-0").picture.pixels, before)
        return
    looked_at_anew()
    state, problems = inside_state.read({"x": "own-0"}, None)
    assert len(problems) == 1 and "have changed since this training" in problems[0]
    assert state.picture.text != "own-0" and "own" not in {one.key for one in inside_pictures.test_sets(state.trained)}


def test_a_folder_that_comes_back_is_found_again(data):
    trained_on_pets(data)
    (data / "pets").rename(data / "elsewhere")
    looked_at_anew()
    _, problems = inside_state.read({"x": "own-1"}, None)
    assert len(problems) == 1 and "There is no folder" in problems[0]
    (data / "elsewhere").rename(data / "pets")
    assert opened(x="own-1").picture.truth == "dog"


def test_the_card_says_of_moved_pictures_too():
    finished("told", mirrored=True, moved=True)
    told = dict(inside_models.card(opened().model, opened().trained))["Test accuracy"]
    assert "together with copies moved by a pixel and its mirror image" in told


def test_the_card_says_of_mirror_images_only_where_the_accuracy_is_of_them():
    finished("told", mirrored=True)
    told = dict(inside_models.card(opened().model, opened().trained))["Test accuracy"]
    assert "mirror image" in told
    for name, changes in (("after an epoch", {"mirrored": False}), ("older", {})):
        config = Config(NETWORK, test_flips=True).as_dict()
        run = finished(name, config=config, **changes)
        state = opened(run=run.id)
        assert state.trained.config.test_flips
        assert "mirror" not in dict(inside_models.card(state.model, state.trained))["Test accuracy"]


@pytest.mark.parametrize(
    ("drops", "words"),
    [
        ([[0.1, 0.5], [-0.2, 0.0]], ["at most **50.0** points, around row 1, column 3", "helps, at most 20.0"]),
        ([[-0.3, -0.1], [-0.2, -0.4]], ["away from cat: nowhere", "helps, at most 40.0"]),
        ([[0.3, 0.1], [0.2, 0.4]], ["at most **40.0** points, around row 3, column 3", "helps, nowhere"]),
    ],
)
def test_no_covering_is_said_to_take_less_than_nothing(drops, words):
    told = inside_why.told(np.array(drops), 8, "cat")
    assert all(part in told for part in words) and "-" not in told and "−" not in told
