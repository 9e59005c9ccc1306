"""Pictures to train on: what is found, what is read, what is refused."""

import os
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.datasets import CIFAR10, ImageFolder

from engine.data import cifar10, decoded, sources, walk
from engine.data.decode import decode
from engine.pytorch import data
from tests.engine.data.archive import write_batches
from tests.imports import heavy_after

REAL = os.environ.get("STRIDE_CIFAR10_FIRST1000")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "stride"))
    return tmp_path / "stride"


def save(place: Path, count: int, seed: int = 0) -> None:
    rng = np.random.default_rng(seed)
    place.mkdir(parents=True)
    for i in range(count):
        Image.fromarray(rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(place / f"{i:03}.png")


@pytest.fixture
def divided(tmp_path) -> Path:
    """train/ and test/, two classes of 6 + 2 and 3 + 1 pictures."""
    for k, (part, name, count) in enumerate(
        [("train", "cats", 6), ("train", "dogs", 3), ("test", "cats", 2), ("test", "dogs", 1)]
    ):
        save(tmp_path / "pets" / part / name, count, k)
    return tmp_path / "pets"


# What is read


def test_a_folder_is_what_torchvision_finds(divided):
    made = data.load(f"folder:{divided}")
    assert (made.name, made.classes, made.synthetic, made.skipped) == ("pets", ("cats", "dogs"), False, ())
    for part, pictures, labels in (
        ("train", made.train_images, made.train_labels),
        ("test", made.test_images, made.test_labels),
    ):
        theirs = ImageFolder(divided / part)
        assert theirs.classes == list(made.classes)
        wanted = sorted((label, np.asarray(image).transpose(2, 0, 1).tobytes()) for image, label in theirs)
        found = sorted((int(k), picture.numpy().tobytes()) for picture, k in zip(pictures, labels, strict=True))
        assert found == wanted
        assert pictures.dtype == torch.uint8 and labels.dtype == torch.int64


def test_classes_take_turns(divided):
    made = data.load(f"folder:{divided}")
    assert made.train_labels.tolist() == [0, 1, 0, 0, 1, 0, 0, 1, 0]


def test_one_folder_is_divided_by_the_seed(tmp_path):
    for k, (name, count) in enumerate([("a", 10), ("b", 5), ("c", 2)]):
        save(tmp_path / "own" / name, count, k)
    first, again, other = (data.load(f"folder:{tmp_path / 'own'}", seed) for seed in (0, 0, 1))
    assert torch.bincount(first.test_labels).tolist() == [2, 1, 1]
    assert torch.bincount(first.train_labels).tolist() == [8, 4, 1]
    assert torch.equal(first.test_images, again.test_images)
    assert not torch.equal(first.test_images, other.test_images)
    both = [picture.numpy().tobytes() for picture in torch.cat([first.train_images, first.test_images])]
    assert len(set(both)) == 17


def test_unreadable_files_are_skipped_and_named(divided):
    (divided / "train/cats/zz.png").write_bytes(b"no picture")
    whole = (divided / "train/dogs/000.png").read_bytes()
    (divided / "train/dogs/zz.png").write_bytes(whole[: len(whole) // 2])
    (divided / "train/dogs/notes.txt").write_text("x")
    (divided / "train/dogs/.hidden.png").write_text("x")
    made = data.load(f"folder:{divided}")
    assert len(made.train_labels) == 9
    told = sorted(line.split(";")[0] for line in made.skipped)
    assert told == [
        "train/cats/zz.png: is not a picture that can be read",
        "train/dogs/notes.txt: .txt is not a picture's",
        "train/dogs/zz.png: is broken or cut short",
    ]
    assert sources.describe(f"folder:{divided}").skipped[0].startswith("train/dogs/notes.txt")


def test_shapes_are_drawn_by_seed_and_called_synthetic(monkeypatch):
    monkeypatch.setattr(sources, "SHAPES_TRAIN", 400)
    monkeypatch.setattr(sources, "SHAPES_TEST", 200)
    monkeypatch.setattr(decoded, "AT_ONCE", 200)
    told = []
    made, other = data.load("shapes", 0, lambda *done: told.append(done)), data.load("shapes", 1)
    assert made.synthetic and "synthetic" in made.name and len(made.classes) == 10
    assert made.train_images.shape == (400, 3, 32, 32) and made.test_images.shape == (200, 3, 32, 32)
    assert told == [(200, 600), (400, 600), (600, 600)]
    assert not torch.equal(made.train_images, other.train_images)
    assert not torch.equal(made.train_images[:200], made.test_images)
    again = sources.describe("shapes")
    assert (again.train, again.test, again.classes, again.synthetic) == (400, 200, made.classes, True)


class Unchecked(CIFAR10):
    """torchvision's own class on files with other checksums."""

    train_list, test_list = ([[name, None] for name in cifar10.SPLITS[part]] for part in ("train", "test"))
    meta: ClassVar = {**CIFAR10.meta, "md5": None}


@pytest.mark.parametrize("real", [False, pytest.param(True, marks=pytest.mark.skipif(not REAL, reason="no pictures"))])
def test_cifar10_is_torchvisions_pixel_for_pixel(home, monkeypatch, real):
    if real:
        monkeypatch.setenv("STRIDE_DATA", REAL)
    else:
        write_batches(home)
    made, root = data.load("cifar10"), cifar10.folder().parent
    for train, pictures, labels in (
        (True, made.train_images, made.train_labels),
        (False, made.test_images, made.test_labels),
    ):
        theirs = Unchecked(root, train=train)
        assert (pictures.numpy() == theirs.data.transpose(0, 3, 1, 2)).all()
        assert labels.tolist() == theirs.targets
        assert list(made.classes) == theirs.classes
    assert made.name == sources.describe("cifar10").name
    assert f"{len(made.train_labels):,} + {len(made.test_labels):,}" in made.name


def test_a_missing_cifar10_is_a_sentence(home):
    found = sources.describe("cifar10")
    assert found.missing and not found.ready and str(home) in found.problem
    with pytest.raises(ValueError, match="is not there"):
        data.load("cifar10")


# One picture


def of(tmp_path: Path, image: Image.Image, name: str = "x.png", **how) -> np.ndarray:
    image.save(tmp_path / name, **how)
    return decode(tmp_path / name)


def test_the_middle_square_is_resized(tmp_path):
    wide = np.zeros((64, 160, 3), np.uint8)
    wide[:, 48:112] = (200, 100, 50)
    made = of(tmp_path, Image.fromarray(wide))
    assert made.shape == (3, 32, 32) and made.dtype == np.uint8
    assert (made == np.array([200, 100, 50])[:, None, None]).all()


def test_shrinking_does_not_alias(tmp_path):
    fine = np.indices((320, 320)).sum(0) % 2 * 255
    made = of(tmp_path, Image.fromarray(fine.astype(np.uint8)))
    assert made.min() >= 126 and made.max() <= 129


def test_a_turned_photograph_is_set_upright(tmp_path):
    upright = np.zeros((64, 64, 3), np.uint8)
    upright[:32] = 255
    lying, exif = Image.fromarray(np.rot90(upright).copy()), Image.Exif()
    exif[0x0112] = 6
    made = of(tmp_path, lying, "x.jpg", exif=exif, quality=95)
    assert made[:, :14].min() > 240 and made[:, 18:].max() < 15


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        (Image.new("RGBA", (40, 40), (0, 0, 0, 0)), (255, 255, 255)),
        (Image.new("LA", (40, 40), (0, 255)), (0, 0, 0)),
        (Image.new("L", (40, 40), 77), (77, 77, 77)),
        (Image.new("1", (40, 40), 1), (255, 255, 255)),
        (Image.fromarray(np.full((40, 40), 0x4DFF, np.uint16)), (77, 77, 77)),
        (Image.new("RGB", (1, 1), (1, 2, 3)), (1, 2, 3)),
        (Image.new("RGB", (40, 40), "red").convert("P"), (255, 0, 0)),
    ],
    ids=["clear", "grey with alpha", "grey", "black and white", "16 bits", "one pixel", "palette"],
)
def test_every_kind_of_picture_becomes_rgb(tmp_path, image, wanted):
    made = of(tmp_path, image)
    assert (made == np.array(wanted)[:, None, None]).all()


def test_an_animation_gives_its_first_frame(tmp_path):
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    made = of(tmp_path, frames[0], "x.gif", save_all=True, append_images=frames[1:])
    assert (made == np.array([255, 0, 0])[:, None, None]).all()


def test_a_picture_of_too_many_pixels_is_not_decoded(tmp_path):
    Image.new("1", (10_001, 8_000)).save(tmp_path / "x.png")
    with pytest.raises(ValueError, match="10001 × 8000 pixels; at most 80 million"):
        decode(tmp_path / "x.png")


# Refused


def refusal(root: Path | str) -> str:
    """The sentence, which describing and loading agree on."""
    told = sources.describe(f"folder:{root}").problem
    with pytest.raises(ValueError) as error:
        data.load(f"folder:{root}")
    assert str(error.value) == told
    return told


def test_useless_folders_are_refused_with_a_sentence(tmp_path):
    assert refusal(tmp_path / "none") == f"There is no folder {tmp_path / 'none'}."
    save(tmp_path / "one/only", 3)
    assert "has 1 class folders; a training needs 2 to 100" in refusal(tmp_path / "one")
    save(tmp_path / "few/a", 3)
    save(tmp_path / "few/b", 1)
    assert refusal(tmp_path / "few").startswith("Class b has one picture")
    save(tmp_path / "empty/a", 2)
    save(tmp_path / "empty/b", 0)
    assert refusal(tmp_path / "empty").startswith("Class b has no picture to train on")
    for k in range(101):
        (tmp_path / f"many/{k}").mkdir(parents=True)
    assert "has 101 class folders" in refusal(tmp_path / "many")
    save(tmp_path / "half/train/a", 2)
    assert "has 1 class folders" in refusal(tmp_path / "half")
    for part in ("train/a", "train/b", "test/c"):
        save(tmp_path / "other" / part, 2)
    assert refusal(tmp_path / "other").startswith("The test pictures have a class c")


def test_too_many_pictures_are_refused(divided, monkeypatch):
    monkeypatch.setattr(walk, "MAX_PICTURES", 8)
    assert "has more than 8 pictures; no more are held in memory" in refusal(divided)


def test_a_tree_of_other_things_is_refused_before_it_is_looked_through(divided, monkeypatch):
    monkeypatch.setattr(walk, "MAX_OTHERS", 40)
    for k in range(30):
        (divided / f"train/cats/{k:02}/deep.png").mkdir(parents=True)
    opened, scandir = [], os.scandir
    monkeypatch.setattr(os, "scandir", lambda place: opened.append(place) or scandir(place))
    assert "has more than 40 files and folders that are no pictures" in refusal(divided)
    assert len(opened) < 2 * 24  # described and loaded
    monkeypatch.setattr(walk, "MAX_OTHERS", 70)
    assert sources.describe(f"folder:{divided}").train == 9


def test_as_many_other_files_as_may_be_are_named(divided, monkeypatch):
    monkeypatch.setattr(walk, "MAX_OTHERS", 30)
    for k in range(20):
        (divided / f"train/cats/{k}.xml").touch()
    assert len(sources.describe(f"folder:{divided}").skipped) == 20
    for k in range(20):
        (divided / f"test/dogs/{k}.xml").touch()
    assert "has more than 30 files and folders that are no pictures" in refusal(divided)


def test_links_and_pipes_are_followed_only_to_pictures(divided):
    (divided / "train/cats/around").symlink_to(divided / "train")
    (divided / "train/cats/linked.png").symlink_to(divided / "train/dogs/000.png")
    (divided / "train/cats/gone.png").symlink_to(divided / "nowhere.png")
    os.mkfifo(divided / "train/cats/pipe.png")
    made = data.load(f"folder:{divided}")
    assert len(made.train_labels) == 10
    assert made.skipped == ("train/cats/gone.png: is not a file", "train/cats/pipe.png: is not a file")


def test_a_class_of_which_nothing_can_be_read_is_refused(divided):
    for file in (divided / "train/dogs").iterdir():
        file.write_bytes(b"no")
    with pytest.raises(ValueError, match="no picture of class dogs to train on can be read"):
        data.load(f"folder:{divided}")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("~nosuchuser/x", "There is no home folder for '~nosuchuser'."),
        ("/" + "x" * 300, "cannot be read: File name too long."),
        ("/" + "x/" * 5000, "cannot be read: File name too long."),
        ("/dev/null", "There is no folder /dev/null."),
        ("/\ud800", "There is no folder"),
    ],
    ids=["user", "name", "path", "file", "surrogate"],
)
def test_a_path_that_no_system_takes_is_refused(path, said):
    told = refusal(path)
    assert said in told and len(told) < 400


def test_a_folder_that_may_not_be_looked_at_is_refused(divided, monkeypatch):
    def refuse(self, **how):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "stat", refuse)
    assert refusal(divided) == f"{divided} cannot be read: Permission denied."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_class_that_may_not_be_looked_at_is_refused(divided):
    (divided / "train/dogs").chmod(0)
    assert refusal(divided) == f"{divided / 'train/dogs'} cannot be read: Permission denied."
    (divided / "train/dogs").chmod(0o700)


@pytest.mark.parametrize("source", ["", "cifar100", "folder:", "folder: ", "folder:a\0b", "file:/etc"])
def test_another_source_is_refused(source):
    assert sources.describe(source).problem
    with pytest.raises(ValueError, match="is neither"):
        data.load(source)


# Kept


def test_a_second_time_nothing_is_decoded(divided, monkeypatch):
    first = data.load(f"folder:{divided}")
    monkeypatch.setattr(decoded, "_decoded", lambda files: pytest.fail("decoded again"))
    again = data.load(f"folder:{divided}")
    assert torch.equal(first.train_images, again.train_images) and torch.equal(first.test_labels, again.test_labels)
    seen = decoded.arrays(f"folder:{divided}", look=True)
    assert isinstance(seen.test_images, np.memmap) and (seen.test_images == first.test_images.numpy()).all()


def test_kept_pictures_with_a_flipped_bit_are_decoded_again(divided, home):
    first = data.load(f"folder:{divided}")
    file = next((home / "decoded").glob("*/train_images.npy"))
    held = bytearray(file.read_bytes())
    held[-100] ^= 1
    file.write_bytes(held)
    assert torch.equal(data.load(f"folder:{divided}").train_images, first.train_images)
    assert file.read_bytes() != bytes(held)


def test_a_changed_file_is_decoded_again(divided):
    first = data.load(f"folder:{divided}")
    Image.new("RGB", (32, 32), "red").save(divided / "train/cats/000.png")
    again = data.load(f"folder:{divided}")
    assert not torch.equal(first.train_images[0], again.train_images[0])
    assert again.train_images[0, :, 0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize(
    ("name", "content"), [("train_images.npy", b"\x93NUMPY"), ("about.json", b"[]"), ("about.json", b"{}")]
)
def test_a_broken_keep_is_made_anew(divided, home, name, content):
    first = data.load(f"folder:{divided}")
    (kept,) = (home / "decoded").iterdir()
    (kept / name).write_bytes(content)
    assert torch.equal(data.load(f"folder:{divided}").train_images, first.train_images)


def test_what_is_kept_is_bounded(tmp_path, home, monkeypatch):
    monkeypatch.setattr(decoded, "MAX_SETS", 2)
    for k, name in enumerate("xyz"):
        save(tmp_path / name / "a", 2, k)
        save(tmp_path / name / "b", 2, k)
        data.load(f"folder:{tmp_path / name}")
        for place in (home / "decoded").iterdir():
            os.utime(place, ns=(k, k))
    assert len(list((home / "decoded").iterdir())) == 2


def test_loading_can_be_ended(divided, home):
    def cancel(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        data.load(f"folder:{divided}", progress=cancel)
    assert not (home / "decoded").exists()


# Whether a folder has changed since


def test_a_fingerprint_changes_with_the_pictures_and_only_then(divided):
    source = f"folder:{divided}"
    first = sources.fingerprint(source)
    assert len(first) == 16 and data.load(source).key == first
    assert data.load(source).key == first  # from the disk too
    (divided / "train/cats/notes.txt").write_text("no picture")
    assert sources.fingerprint(source) == first
    seen = {first}
    Image.new("RGB", (32, 32), "red").save(divided / "train/cats/000.png")
    seen.add(sources.fingerprint(source))
    (divided / "train/cats/001.png").rename(divided / "train/cats/renamed.png")
    seen.add(sources.fingerprint(source))
    (divided / "test/cats/000.png").unlink()
    seen.add(sources.fingerprint(source))
    assert len(seen) == 4 and data.load(source).key in seen - {first}


def test_a_fingerprint_is_the_same_however_the_folder_is_divided(tmp_path):
    for name in "ab":
        save(tmp_path / "own" / name, 10)
    keys = {data.load(f"folder:{tmp_path / 'own'}", seed).key for seed in range(3)}
    assert keys == {sources.fingerprint(f"folder:{tmp_path / 'own'}")}


@pytest.mark.parametrize("source", ["cifar10", "shapes", "folder:/nowhere", "nothing"])
def test_other_sources_have_no_fingerprint(source):
    assert sources.fingerprint(source) == ""


def test_a_page_can_ask_without_torch():
    code = "import engine.data.decoded as d; d.sources.describe('shapes')"
    assert heavy_after(code) == []
