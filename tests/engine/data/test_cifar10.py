"""CIFAR-10's files: read, and refused where they are anything else."""

import os
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

from engine.data import cifar10
from tests.engine.data.archive import write_batches

REAL = os.environ.get("STRIDE_CIFAR10_FIRST1000")


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("protocol", [3, 4])
def test_pictures_are_numbered_through_the_files(root, protocol):
    folder = write_batches(root, protocol=protocol)
    assert cifar10.present()
    assert (cifar10.count("train"), cifar10.count("test")) == (15, 3)
    picture, label = cifar10.picture("train", 7)
    batch = pickle.loads((folder / "data_batch_3").read_bytes())
    assert (picture == batch["data"][1].reshape(3, 32, 32).transpose(1, 2, 0)).all()
    assert label == batch["labels"][1]
    assert not picture.flags.writeable


def python_2_batch(rows: np.ndarray, labels: list[int]) -> bytes:
    """The bytes that Python 2's cPickle wrote for a batch: protocol 2, all strings as bytes."""

    def text(value: bytes) -> bytes:
        return b"U" + bytes([len(value)]) + value if len(value) < 256 else b"T" + struct.pack("<i", len(value)) + value

    def integers(values) -> bytes:
        return b"".join(b"K" + bytes([value]) for value in values)

    shape = b"K" + bytes([rows.shape[0]]) + b"M" + struct.pack("<H", rows.shape[1]) + b"\x86"
    dtype = b"cnumpy\ndtype\n" + text(b"u1") + b"K\x00K\x01\x87R"
    dtype += b"(K\x03" + text(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + text(b"b") + b"\x87R"
    array += b"(K\x01" + shape + dtype + b"\x89" + text(rows.tobytes()) + b"tb"
    return b"\x80\x02}(" + text(b"data") + array + text(b"labels") + b"](" + integers(labels) + b"eu."


def test_python_2s_own_files_are_read(root):
    folder = write_batches(root)
    rows = np.arange(2 * 3072, dtype=np.uint32).astype(np.uint8).reshape(2, 3072)
    for names in cifar10.SPLITS.values():
        for name in names:
            (folder / name).write_bytes(python_2_batch(rows, [3, 8]))
    picture, label = cifar10.picture("test", 1)
    assert label == 8
    assert (picture == rows[1].reshape(3, 32, 32).transpose(1, 2, 0)).all()


class Runs:
    def __reduce__(self):
        return (os.system, ("touch /tmp/stride-was-here",))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a pickle",
        pickle.dumps([1, 2]),
        pickle.dumps({"labels": [1]}),
        pickle.dumps({"labels": [11], "data": np.zeros((1, 3072), np.uint8)}, protocol=4),
        pickle.dumps({"labels": ["cat"], "data": np.zeros((1, 3072), np.uint8)}, protocol=4),
        pickle.dumps({"labels": [1, 2], "data": np.zeros((1, 3072), np.uint8)}, protocol=4),
        pickle.dumps({"labels": [1], "data": np.zeros((1, 3072))}, protocol=4),
        pickle.dumps({"labels": [1], "data": np.array([Runs()], object)}, protocol=4),
        pickle.dumps(Runs()),
        pickle.dumps({"labels": [1], "data": Path("/")}),
    ],
    ids=["empty", "text", "list", "no data", "label 11", "text label", "too few", "floats", "object", "runs", "path"],
)
def test_anything_else_is_a_value_error_and_runs_nothing(root, content):
    folder = write_batches(root)
    (folder / "test_batch").write_bytes(content)
    Path("/tmp/stride-was-here").unlink(missing_ok=True)
    with pytest.raises(ValueError, match="test_batch"):
        cifar10.picture("test", 0)
    assert not Path("/tmp/stride-was-here").exists()


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_file_cut_short_is_refused(root, part):
    folder = write_batches(root)
    whole = (folder / "test_batch").read_bytes()
    (folder / "test_batch").write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(ValueError, match="test_batch cannot be read as a CIFAR-10 batch: it is broken or cut short"):
        cifar10.count("test")


def test_bytes_changed_anywhere_end_in_a_picture_or_a_value_error(root):
    folder = write_batches(root, each=1)
    whole = (folder / "test_batch").read_bytes()
    rng = np.random.default_rng(1)
    heads = [i for i in range(len(whole)) if not 300 < i < len(whole) - 100]
    for i in range(300):
        broken = bytearray(whole)
        for at in rng.choice(heads, 3):
            broken[at] = rng.integers(0, 256)
        (folder / "test_batch").write_bytes(bytes(broken))
        os.utime(folder / "test_batch", ns=(i, i))
        try:
            picture, _ = cifar10.picture("test", 0)
        except ValueError:
            continue
        assert picture.shape == (32, 32, 3)


def test_indices_and_splits_outside_are_refused(root):
    write_batches(root)
    with pytest.raises(ValueError, match="picture 3 is not in the test set: it has pictures 0 to 2"):
        cifar10.picture("test", 3)
    with pytest.raises(ValueError, match="picture -1"):
        cifar10.picture("test", -1)
    with pytest.raises(ValueError, match="train or test"):
        cifar10.picture("valid", 0)


def test_a_missing_file_is_named(root):
    folder = write_batches(root)
    (folder / "data_batch_2").unlink()
    assert not cifar10.present()
    with pytest.raises(ValueError, match="data_batch_2 is not there"):
        cifar10.picture("train", 4)


def test_the_data_folder(monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", "/data/here")
    assert cifar10.data_folder() == Path("/data/here")
    monkeypatch.delenv("STRIDE_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert cifar10.data_folder() == Path("/cache/stride")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cifar10.data_folder() == Path.home() / ".cache" / "stride"


@pytest.mark.skipif(REAL is None, reason="STRIDE_CIFAR10_FIRST1000 does not name a folder with the real pictures")
def test_the_real_pictures(monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(REAL))
    assert (cifar10.count("train"), cifar10.count("test")) == (5000, 1000)
    picture, label = cifar10.picture("test", 0)
    assert cifar10.CLASSES[label] == "cat"
    assert picture[0, 0].tolist() == [158, 112, 49]
    assert cifar10.CLASSES[cifar10.picture("train", 0)[1]] == "frog"
