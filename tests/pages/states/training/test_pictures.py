"""A run's test pictures: shown as long as they are those of the training."""

import numpy as np
import pytest
from PIL import Image

from engine.data import cifar10, folder, sources
from engine.training.history import History, history
from pages.states.training.pictures import test_pictures as found_pictures
from tests.engine.training.trained_file import pictures
from tests.pages.states.training.made import made, start


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "stride"))
    return tmp_path


def told(source: str) -> History:
    return history([start(data_key=sources.fingerprint(source))])


def looked_at_anew():
    """As it is in another process, or a while later."""
    folder._read.cache_clear()
    folder._fingerprint_in.cache_clear()


def test_a_folders_test_pictures_are_shown_until_they_change(data):
    source = f"folder:{pictures(data / 'pets')}"
    run, known = made(source=source), told(source)
    found, problem = found_pictures(run, known, [0, 1], [0, 1])
    assert problem == "" and (found[0] == 0).all() and (found[1] == 100).all()
    Image.new("RGB", (32, 32), "red").save(data / "pets" / "test" / "cat" / "1.png")  # the same names and labels
    looked_at_anew()
    found, problem = found_pictures(run, known, [2], [0])
    assert found == {} and "The folder's pictures have changed since this training." in problem


def test_a_folder_that_comes_back_is_found_again(data):
    source = f"folder:{pictures(data / 'pets')}"
    run, known = made(source=source), told(source)
    (data / "pets").rename(data / "away")
    found, problem = found_pictures(run, known, [0], [0])
    assert found == {} and "There is no folder" in problem
    (data / "away").rename(data / "pets")
    found, problem = found_pictures(run, known, [0], [0])
    assert problem == "" and list(found) == [0]


def test_cifar10_that_was_downloaded_meanwhile_is_shown(monkeypatch):
    run = made(source="cifar10")
    found, problem = found_pictures(run, history([start()]), [3], [8])
    assert found == {} and "is not there" in problem
    picture = np.full((32, 32, 3), 7, np.uint8)
    monkeypatch.setattr(cifar10, "picture", lambda split, place: (picture, 8))
    found, problem = found_pictures(run, history([start()]), [3], [8])
    assert problem == "" and (found[3] == 7).all() and found[3].shape == (3, 32, 32)
    found, problem = found_pictures(run, history([start()]), [3], [9])
    assert found == {} and "not those of this training" in problem
