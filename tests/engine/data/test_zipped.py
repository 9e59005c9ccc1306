"""A zip of pictures: what is unpacked, and what hostile zips get."""

import io
import stat
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data import decoded, sources, zipped


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "stride"))
    return tmp_path / "stride"


def png(seed: int = 0) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)).save(file, "PNG")
    return file.getvalue()


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


PETS = {f"{name}/{k}.png": png(k) for name in ("cats", "dogs") for k in range(5)}


def left(data: Path) -> list[Path]:
    return list((data / "uploads").glob("*"))


def refused(content: bytes, data: Path, **how) -> str:
    with pytest.raises(ValueError) as caught:
        zipped.unpack(content, "x.zip", **how)
    assert left(data) == [] and not (data / "evil.png").exists()
    return str(caught.value)


@pytest.mark.parametrize("inside", ["", "pets/", "pets\\"])
def test_a_zip_of_classes_is_a_folder_to_train_on(inside, data):
    others = {"__MACOSX/cats/._0.png": b"x", "notes.txt": b"x", "cats/.DS_Store": b"x"}
    folder = zipped.unpack(
        packed({f"{inside}{name}": content for name, content in {**PETS, **others}.items()}), "my.zip"
    )
    assert folder.name == ("pets" if inside else "my")
    found = sources.listing(folder)
    assert (found.classes, len(found.train), len(found.test), found.skipped) == (("cats", "dogs"), 8, 2, ())
    assert decoded.arrays(f"folder:{folder}").train_images.shape == (8, 3, 32, 32)
    assert sources.describe(f"folder:{folder}").name == folder.name


@pytest.mark.parametrize(
    "name",
    ["../evil.png", "cats/../../evil.png", "/etc/evil.png", "C:\\evil.png", "cats\\..\\..\\evil.png", "a\nb/x.png"],
)
def test_a_path_that_leads_out_is_refused(name, data):
    assert "no path inside it" in refused(packed({**PETS, name: png()}), data)


def test_links_are_left_out(data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in PETS.items():
            archive.writestr(name, content)
        for target, name in (("/etc/passwd", "cats/link.png"), ("/etc", "birds")):
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, target)
    folder = zipped.unpack(file.getvalue(), "x.zip")
    assert sorted(entry.name for entry in folder.iterdir()) == ["cats", "dogs"]
    assert not (folder / "cats" / "link.png").exists()


def test_bombs_are_ended_where_they_are_too_large(data, monkeypatch):
    monkeypatch.setattr(zipped, "MAX_PICTURE", 2**20)
    monkeypatch.setattr(zipped, "MAX_UNPACKED", 3 * 2**20)
    zeros = bytes(2**20)
    assert "more than 1 MB unpacked" in refused(packed({**PETS, "cats/big.png": zeros + b"x"}), data)
    assert "more than 3 MB unpacked" in refused(packed({f"cats/{k}.png": zeros for k in range(4)}), data)
    monkeypatch.setattr(zipped, "MAX_ENTRIES", 9)
    assert "10 files; at most 9" in refused(packed(PETS), data)
    monkeypatch.setattr(zipped, "MAX_ENTRIES", 4)
    assert "more than 4 files" in refused(packed(PETS), data)
    monkeypatch.setattr(zipped, "MAX_BYTES", 100)
    assert "at most 0 MB" in refused(packed(PETS), data)


def test_a_picture_of_too_many_pixels_is_refused_by_its_header(data):
    large, file = Image.new("1", (5000, 5000)), io.BytesIO()
    large.save(file, "PNG")
    assert len(file.getvalue()) < 10_000
    assert "cats/big.png has 25 million pixels; at most 16" in refused(
        packed({**PETS, "cats/big.png": file.getvalue()}), data
    )
    file = io.BytesIO()
    large.convert("L").save(file, "JPEG")
    zipped.unpack(packed({**PETS, "cats/big.jpg": file.getvalue()}), "x.zip")


def test_a_size_that_is_a_lie_does_not_help(data, monkeypatch):
    monkeypatch.setattr(zipped, "MAX_PICTURE", 2**20)
    content = packed({"cats/big.png": bytes(2**21), **PETS})
    lie = content.replace(struct.pack("<L", 2**21), struct.pack("<L", 10))
    assert lie != content
    refused(lie, data)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no zip that can be read"),
        (b"x" * 1000, "no zip that can be read"),
        (packed(PETS)[:-30], "no zip that can be read"),
        (packed({}), "has 0 class folders"),
        (packed({"a.png": png()}), "has 0 class folders"),
        (packed({"cats/0.png": png(), "cats/1.png": png()}), "has 0 class folders"),
        (packed({"cats/0.png": png(), "dogs/1.png": png()}), "it needs at least 2"),
        (packed(PETS, zipfile.ZIP_LZMA), "packed in a way that is not read"),
        (packed({"a.png": png(), "a.png/b.png": png()}), "cannot be unpacked"),
        (packed({**PETS, "/".join("abcdefghij") + ".png": png()}), "lies in more than 7 folders"),
        (packed({**PETS, f"cats/{'x' * 200}.png": png()}), "more than 100 letters"),
    ],
)
def test_what_cannot_be_used_is_a_sentence(content, said, data):
    sentence = refused(content, data)
    assert said in sentence and str(data) not in sentence


def test_a_broken_picture_in_it_is_seen(data):
    content = packed({**PETS, "cats/0.png": bytes(range(256)) * 40}, zipfile.ZIP_STORED)
    refused(content.replace(bytes(range(200)), bytes(200), 1), data)  # its check sum is wrong


def test_a_browsers_oldest_sets_go_for_its_new_one_and_nobody_elses(data):
    theirs = zipped.unpack(packed(PETS), "ben.zip", "b" * 64)
    first, *_ = (zipped.unpack(packed(PETS), f"{k}.zip", "a" * 64) for k in range(zipped.MAX_SETS))
    used = {first.parent}
    with pytest.raises(ValueError, match="which runs use; at most 3"):
        zipped.unpack(packed(PETS), "x.zip", "a" * 64, used.__contains__)
    assert first.is_dir()
    zipped.unpack(packed(PETS), "x.zip", "a" * 64)
    assert not first.exists() and theirs.is_dir() and len(left(data)) == zipped.MAX_SETS + 1


def test_all_sets_together_have_a_bound(data, monkeypatch):
    theirs = zipped.unpack(packed(PETS), "ben.zip", "b" * 64)
    monkeypatch.setattr(zipped, "MAX_ALL", zipped.MAX_UNPACKED + 10)
    with pytest.raises(ValueError, match="no room for more pictures"):
        zipped.unpack(packed(PETS), "x.zip", "a" * 64)
    assert theirs.is_dir()
    monkeypatch.setattr(zipped, "DAY", -1.0)
    zipped.unpack(packed(PETS), "x.zip", "a" * 64)
    assert not theirs.exists()
