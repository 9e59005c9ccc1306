"""The page Training without a browser: what it says of a run, what its buttons do where they cannot, the download."""

import errno
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from engine.data import cifar10, download, folder, sources
from engine.layers import GELU, Conv2d, Flatten, Linear, MaxPool2d
from engine.network import Network
from engine.training import jobs, runs
from engine.training.config import INPUT_SHAPE, Config
from engine.training.history import History, history
from pages.ui.training import download as training_download
from pages.ui.training import parts as training_parts
from tests.engine.training.trained_file import pictures

NAVIGATION = Path(__file__).resolve().parents[2] / "pages" / "navigation.py"
NETWORK = Network(INPUT_SHAPE, (Conv2d(3, 4, 3), GELU(), MaxPool2d(15), Flatten(), Linear(16, 10)))


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "stride"))
    monkeypatch.setattr(jobs, "submit", lambda run: None)
    return tmp_path


def start(**changes) -> dict:
    return {
        "event": "start", "seconds": 0, "steps": 4, "steps_per_epoch": 2, "resumed_from": None, "classes": ["a", "b"],
        "data": "Shapes (synthetic)", "skipped": [], "skipped_count": 0, "data_key": "", "train": 8, "test": 4,
        "device": "CPU", "precision": "float32", "threads": 1, "versions": {}, **changes,
    }  # fmt: skip


def made(name="a run", status="running", events=(), source="shapes", **state) -> runs.Run:
    run = runs.create(Config(NETWORK, data=source), name)
    run.write_state(status=status, **state)
    (run.folder / "events.jsonl").write_text("".join(f"{json.dumps(event)}\n" for event in events))
    return run


def opened(**query) -> AppTest:
    at = AppTest.from_file(NAVIGATION, default_timeout=60).run()
    at.query_params.update(query)
    at = at.switch_page("training.py").run()
    assert not at.exception
    return at


def press(at: AppTest, label: str) -> AppTest:
    next(one for one in at.button if one.label == label).click()
    at.run()
    assert not at.exception
    return at


@pytest.mark.parametrize(("button", "status"), [("Pause", "running"), ("Resume", "paused"), ("Stop", "running")])
def test_a_word_that_cannot_be_written_is_said(button, status, monkeypatch):
    def no_room(path, text):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    run = made(status=status)
    at = opened(run=run.id)
    assert not at.error
    with monkeypatch.context() as full:
        full.setattr("engine.training.records.write_text", no_room)
        at = press(at, button)
    assert [one.value for one in at.error] == [r"A file could not be read or written\: No space left on device\."]
    assert run.word() == "run" and not press(at, button).error
    assert run.word() == {"Pause": "pause", "Resume": "run", "Stop": "stop"}[button]


def test_a_run_that_was_deleted_meanwhile_is_said():
    run = made()
    at = opened(run=run.id)
    shutil.rmtree(run.folder)
    at = press(at, "Stop")
    assert "there is no run" in at.error[0].value.lower()


@pytest.mark.parametrize(
    ("changes", "title", "more"),
    [
        ({"skipped": ["x/1.txt: why"], "skipped_count": 1}, "1 file could not be used and was left out", ""),
        ({"skipped": [f"x/{k}" for k in range(100)], "skipped_count": 12_345},
         "12,345 files could not be used and were left out", "… and 12,295 more."),
        ({"skipped": ["x/1", "x/2"], "skipped_count": 2}, "2 files could not be used and were left out", ""),
    ],
)  # fmt: skip
def test_how_many_files_were_left_out_is_said(changes, title, more):
    at = opened(run=made(events=[start(**changes)]).id)
    assert title in [one.label for one in at.expander]
    assert [one.value for one in at.caption if one.value.startswith("… and")] == [more] * bool(more)


@pytest.mark.parametrize(("layer", "whiten", "said"), [(1, False, False), (2, False, False), (2, True, True)])
def test_the_first_layer_is_called_whitened_only_where_it_was(layer, whiten, said):
    filters = {"shape": [4, 3, 2, 2], "values": [0.5] * 48, "layer": layer, "channels": 3}
    look = {"event": "look", "seconds": 1, "epoch": 0.5, "filters": filters, "samples": []}
    run = made(events=[start(), look])
    held = json.loads((run.folder / "run.json").read_text())
    held["config"]["whiten"] = whiten
    (run.folder / "run.json").write_text(json.dumps(held))
    captions = [one.value for one in opened(run=run.id).caption]
    assert any("Grey is 0" in one for one in captions) and any("whitened" in one for one in captions) == said


def test_a_network_without_a_relu_has_no_dead_ones():
    epoch = {
        "event": "epoch", "seconds": 1, "epoch": 1, "train_loss": 1, "test_loss": 1, "train_accuracy": 0.5,
        "test_accuracy": 0.5, "gradient_norms": [], "dead": [],
    }  # fmt: skip
    at = opened(run=made(events=[start(), epoch]).id)
    assert [one.value for one in at.info] == [
        "Only a ReLU can be dead, which means 0 for every picture, and this network has none."
    ]
    assert not opened(run=made(events=[start()]).id).info


def test_starting_again_makes_room_but_not_of_the_run_itself(monkeypatch):
    oldest, second = made("the first", "finished"), made("the *second*", "finished")
    monkeypatch.setenv("STRIDE_RUNS_COUNT", "2")
    at = press(opened(run=oldest.id), "Start again")
    assert [one.value for one in at.toast] == [r"Deleted to make room: the \*second\*"]
    assert oldest.folder.is_dir() and not second.folder.exists()
    assert {run.name for run in runs.all_runs()} == {"the first", "the first again"}


# Test pictures


def told(source: str) -> History:
    return history([start(data_key=sources.fingerprint(source))])


def looked_at_anew():
    """As it is in another process, or a while later."""
    folder._read.cache_clear()
    folder._fingerprint_in.cache_clear()


def test_a_folders_test_pictures_are_shown_until_they_change(data):
    source = f"folder:{pictures(data / 'pets')}"
    run, known = made(source=source), told(source)
    found, problem = training_parts.test_pictures(run, known, [0, 1], [0, 1])
    assert problem == "" and (found[0] == 0).all() and (found[1] == 100).all()
    Image.new("RGB", (32, 32), "red").save(data / "pets" / "test" / "cat" / "1.png")  # the same names and labels
    looked_at_anew()
    found, problem = training_parts.test_pictures(run, known, [2], [0])
    assert found == {} and "The folder's pictures have changed since this training." in problem


def test_a_folder_that_comes_back_is_found_again(data):
    source = f"folder:{pictures(data / 'pets')}"
    run, known = made(source=source), told(source)
    (data / "pets").rename(data / "away")
    found, problem = training_parts.test_pictures(run, known, [0], [0])
    assert found == {} and "There is no folder" in problem
    (data / "away").rename(data / "pets")
    found, problem = training_parts.test_pictures(run, known, [0], [0])
    assert problem == "" and list(found) == [0]


def test_cifar10_that_was_downloaded_meanwhile_is_shown(monkeypatch):
    run = made(source="cifar10")
    found, problem = training_parts.test_pictures(run, history([start()]), [3], [8])
    assert found == {} and "is not there" in problem
    picture = np.full((32, 32, 3), 7, np.uint8)
    monkeypatch.setattr(cifar10, "picture", lambda split, place: (picture, 8))
    found, problem = training_parts.test_pictures(run, history([start()]), [3], [8])
    assert problem == "" and (found[3] == 7).all() and found[3].shape == (3, 32, 32)
    found, problem = training_parts.test_pictures(run, history([start()]), [3], [9])
    assert found == {} and "not those of this training" in problem


# The download


def panel():
    from pages.ui.training import download as training_download

    training_download.panel(lambda: None)


def test_a_set_that_is_gone_after_its_download_is_offered_again(monkeypatch):
    over = SimpleNamespace(progress=download.Progress("done", 5, 5))
    monkeypatch.setattr(download, "current", lambda: over)
    at = AppTest.from_function(panel, default_timeout=10).run()
    assert not at.exception and [one.label for one in at.button] == ["Download CIFAR-10"]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("host/file", "host/file"), ("https://host.example:80/a/b", "host.example:80"), ("x", "x"),
        ("https://me:secret@host.example/a", "host.example"),
    ],
)  # fmt: skip
def test_any_address_is_named(monkeypatch, address, place):
    monkeypatch.setenv("STRIDE_CIFAR10_URL", address)
    monkeypatch.setattr(download, "current", lambda: None)
    at = AppTest.from_function(panel, default_timeout=10).run()
    assert not at.exception and f"`{place}`" in at.markdown[0].value


def test_a_set_that_is_broken_again_after_its_download_is_offered_again(monkeypatch):
    over = SimpleNamespace(progress=download.Progress("done", 5, 5))
    monkeypatch.setattr(download, "current", lambda: over)
    monkeypatch.setattr(training_download.cifar10, "present", lambda: True)
    at = AppTest.from_function(panel, default_timeout=10).run()
    assert not at.exception and [one.label for one in at.button] == ["Download CIFAR-10"]
    assert at.markdown[0].value.startswith("A whole CIFAR-10 is not on this machine yet")


def test_the_page_is_told_when_the_set_has_arrived(monkeypatch):
    over, calls = SimpleNamespace(progress=download.Progress("done", 5, 5)), []
    monkeypatch.setattr(download, "current", lambda: over)
    monkeypatch.setattr(training_download.cifar10, "present", lambda: True)
    monkeypatch.setattr(training_download.st, "rerun", lambda: calls.append("rerun"))
    training_download._download(lambda: calls.append("arrived"))
    assert calls[:2] == ["arrived", "rerun"]
