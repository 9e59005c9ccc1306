"""Which of a folder's folders are for training and for testing, by the names that people give them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data import sources


def made(root: Path, *places: str, count: int = 5) -> Path:
    """Make folders with pictures; a place that ends in / is empty."""
    for k, place in enumerate(places):
        folder = root / "set" / place
        folder.mkdir(parents=True)
        for i in range(0 if place.endswith("/") else count):
            Image.fromarray(np.full((4, 4, 3), 10 * k + i, np.uint8)).save(folder / f"{i}.png")
    return root / "set"


def described(root: Path) -> sources.Description:
    return sources.describe(f"folder:{root}")


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("train", "test"), ("Training", "Testing"), ("Train", "Test"), ("TRAIN", "TEST"), ("train", "val"),
        ("train", "valid"), ("Train", "validation"), ("train_set", "test_set"), ("training-set", "Test Set"),
    ],
)  # fmt: skip
def test_parts_are_known_by_their_names_in_any_spelling(tmp_path, train, test):
    root = made(tmp_path, f"{train}/cat", f"{train}/dog", f"{test}/cat", f"{test}/dog")
    found = described(root)
    assert (found.classes, found.train, found.test, found.problem, found.note) == (("cat", "dog"), 10, 10, "", "")
    listing = sources.listing(root)
    assert {file.split("/")[0] for file, _ in listing.train} == {train}
    assert {file.split("/")[0] for file, _ in listing.test} == {test}


def test_pictures_without_a_class_are_not_tested_with_and_it_is_said(tmp_path):
    root = made(tmp_path, "train/cat", "train/dog", "test")
    found = described(root)
    assert (found.classes, found.train, found.test) == (("cat", "dog"), 8, 2) and found.ready
    assert found.note == (
        "test/ without folders of classes: what its pictures show is not known; a fifth of train/ is kept for testing."
    )


def test_with_a_labelled_validation_set_that_is_tested_with(tmp_path):
    root = made(tmp_path, "train/cat", "train/dog", "test", "valid/cat", "valid/dog")
    found = described(root)
    assert (found.train, found.test, found.classes) == (10, 10, ("cat", "dog"))
    assert found.note.endswith("is not known; valid/ is used for testing.")


def test_a_third_part_that_is_not_used_is_said(tmp_path):
    root = made(tmp_path, *(f"{part}/{name}" for part in ("train", "test", "val") for name in ("cat", "dog")))
    assert described(root).note == "val/ is not used, as test/ is there for testing."


def test_training_pictures_alone_are_divided_and_it_is_said(tmp_path):
    found = described(made(tmp_path, "Training/cat", "Training/dog"))
    assert (found.train, found.test) == (8, 2) and found.classes == ("cat", "dog")
    assert found.note == "There is no test/; a fifth of Training/ is kept for testing."


def test_a_class_may_be_called_train_or_test(tmp_path):
    found = described(made(tmp_path, "train", "plane", "ship"))
    assert found.classes == ("plane", "ship", "train") and found.note == ""
    found = described(made(tmp_path / "other", "test", "no test"))
    assert found.classes == ("no test", "test") and found.ready


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (("Testing/cat", "Testing/dog"), "has Testing/, but no train/: which pictures are for training?"),
        (("test/cat", "val/cat"), "has test/, but no train/"),
        (("train/cat", "Training/cat", "test/cat"), "has both Training/ and train/: which is meant?"),
        (("train", "test"), "has no folder for each class, such as train/cats/."),
    ],
)
def test_names_without_one_meaning_are_a_question(tmp_path, places, said):
    assert said in described(made(tmp_path, *places)).problem


def test_what_else_lies_beside_the_parts_is_left_alone(tmp_path):
    found = described(made(tmp_path, "Train/cat", "Train/dog", "Test/cat", "Test/dog", "annotations"))
    assert found.classes == ("cat", "dog") and (found.train, found.test) == (10, 10)
