"""Trained networks' files: read whole or refused with a sentence; NumPy's logits beside PyTorch's."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.data import cifar10, pictures, weights
from engine.network import zoo
from engine.pytorch import modules
from engine.pytorch.trained_check import compare_logits, logits_code
from engine.training import files, trained
from tests.engine.training.trained_file import stages, write
from tests.imports import heavy_after

NETWORKS = {"stages": stages(16, 32, 32), "small-cnn": zoo.SMALL.network}
BUNDLED = trained.bundled()


@pytest.fixture(scope="module")
def real() -> tuple[np.ndarray, np.ndarray]:
    """1,000 test pictures of CIFAR-10, uint8 (N, 3, 32, 32), and their classes."""
    folder = os.environ.get("STRIDE_CIFAR10_FIRST1000")
    if not folder:
        pytest.skip("STRIDE_CIFAR10_FIRST1000 does not say where the first 1,000 pictures are")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRIDE_DATA", folder)
        images, labels = zip(*(cifar10.picture("test", n) for n in range(1000)), strict=True)
    return np.stack(images).transpose(0, 3, 1, 2), np.array(labels)


@pytest.mark.parametrize("name", NETWORKS)
def test_logits_are_pytorchs_on_1000_real_pictures(tmp_path, real, name):
    network = trained.load(write(tmp_path / files.WEIGHTS, NETWORKS[name]))
    found = compare_logits(network, real[0])
    assert found.ours.shape == found.theirs.shape == (1000, 10)
    assert found.largest_difference <= 1e-4 and found.agrees
    assert np.ptp(found.ours, axis=0).min() > 1e-3  # the logits depend on the picture


def test_a_trained_network_of_at_most_a_megabyte_comes_with_stride():
    assert BUNDLED and all(path.stat().st_size <= 1_000_000 for path in BUNDLED.values())


def test_the_drawn_ship_is_a_ship_to_the_bundled_network():
    network = trained.load(BUNDLED["cifar10-standard"])
    said = network.probabilities(pictures.example("ship", 32).transpose(2, 0, 1))
    assert network.classes[said.argmax()] == "ship" and said.max() > 0.8


def test_the_digits_networks_logits_are_pytorchs_and_its_answers_right():
    network = trained.load(BUNDLED["lenet5"])
    found = compare_logits(network, np.rint(255 * weights.digits()).astype(np.uint8))
    assert found.largest_difference <= 1e-4 and found.agrees
    assert [network.classes[k] for k in found.ours.argmax(axis=1)] == list("0123456789")


def test_the_bundled_networks_logits_are_pytorchs_and_its_accuracy_is_near_its_cards(real):
    network = trained.load(BUNDLED["cifar10-standard"])
    found = compare_logits(network, real[0])
    assert found.largest_difference <= 1e-4 and (found.ours.argmax(axis=1) == found.theirs.argmax(axis=1)).all()
    assert network.classes == cifar10.CLASSES
    right = float((found.ours.argmax(axis=1) == real[1]).mean())
    assert abs(right - network.card["test_accuracy"]) < 0.04  # 1,000 of the 10,000 pictures: three standard errors


@pytest.mark.parametrize("name", NETWORKS)
def test_logits_are_pytorchs_on_random_pictures(tmp_path, name):
    network = trained.load(write(tmp_path / files.WEIGHTS, NETWORKS[name], seed=3))
    pictures = np.random.default_rng(0).integers(0, 256, (20, 3, 32, 32), dtype=np.uint8)
    assert compare_logits(network, pictures).largest_difference <= 1e-4


def test_a_wrong_weight_is_noticed_by_the_check(tmp_path, monkeypatch):
    network = trained.load(write(tmp_path / files.WEIGHTS, NETWORKS["small-cnn"]))
    pictures = np.random.default_rng(0).integers(0, 256, (2, 3, 32, 32), dtype=np.uint8)
    assert compare_logits(network, pictures).agrees
    wrong = {name: array.copy() for name, array in network.parameters.items()}
    wrong["0.weight"][3, 1, 0, 2] += 0.05
    build = modules.torch_model
    monkeypatch.setattr(modules, "torch_model", lambda net, _: build(net, network.parameters))
    assert not compare_logits(replace(network, parameters=wrong), pictures).agrees


def test_the_code_to_paste_prints_these_logits(tmp_path):
    network = trained.load(write(tmp_path / files.WEIGHTS, NETWORKS["stages"]))
    picture = np.random.default_rng(1).integers(0, 256, (3, 32, 32), dtype=np.uint8)
    (tmp_path / "run.py").write_text(logits_code(network, picture))
    done = subprocess.run([sys.executable, "run.py"], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [row[0] for row in rows] == list(network.classes)
    np.testing.assert_allclose([float(row[1]) for row in rows], network.logits(picture), atol=1e-4)
    np.testing.assert_allclose([float(row[2]) for row in rows], network.probabilities(picture), atol=1e-4)


def test_what_the_file_says(tmp_path):
    network = trained.load(write(tmp_path / files.WEIGHTS, NETWORKS["small-cnn"], seed=5))
    assert network.network == NETWORKS["small-cnn"] and network.config.seed == 5
    assert network.card["test_accuracy"] == 0.61
    x = network.input(np.full((3, 32, 32), 255, np.uint8))
    np.testing.assert_allclose(x[:, 0, 0], [0.51 / 0.25, 0.52 / 0.24, 0.55 / 0.26])
    with pytest.raises(ValueError):
        network.parameters["0.weight"][0] = 0


def test_a_large_network_stays_in_memory_once_and_computes_the_same(tmp_path, monkeypatch):
    path = write(tmp_path / files.WEIGHTS, NETWORKS["small-cnn"], seed=7)
    picture = np.random.default_rng(0).integers(0, 256, (3, 32, 32), dtype=np.uint8)
    usual = trained.load(path)
    count = sum(array.size for array in usual.parameters.values())
    monkeypatch.setattr(trained, "LARGE", count - 1)
    trained._KEPT.clear()
    large = trained.load(path)
    assert large is not usual and (large.logits(picture) == usual.logits(picture)).all()
    assert large.parameters.keys() == usual.parameters.keys()
    for name, array in large.parameters.items():
        assert array.dtype == np.float64 and (array == usual.parameters[name]).all() and not array.flags.writeable
    assert all(array.dtype == np.float32 for array in large.single.values())
    assert trained._bytes(large) == 4 * count


def test_networks_stay_in_memory_up_to_so_many_bytes(tmp_path, monkeypatch):
    paths = [write(tmp_path / f"{k}.safetensors", NETWORKS["small-cnn"], seed=k) for k in range(4)]
    trained._KEPT.clear()
    first = trained.load(paths[0])
    monkeypatch.setattr(trained, "KEPT_BYTES", 2 * trained._bytes(first))
    for path in paths:
        trained.load(path)
    assert [path for path, *_ in trained._KEPT] == paths[2:]
    monkeypatch.setattr(trained, "KEPT_BYTES", 1)
    last = trained.load(paths[0])
    assert trained.load(paths[0]) is last and len(trained._KEPT) == 1


def test_a_file_that_changed_is_read_anew(tmp_path):
    path = write(tmp_path / files.WEIGHTS, NETWORKS["small-cnn"])
    first = trained.load(path)
    assert trained.load(path) is first
    write(path, NETWORKS["small-cnn"], seed=1)
    os.utime(path, ns=(1, 1))
    assert trained.load(path).config.seed == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": ["a", "b"]}, "names no 10 classes"),
        ({"classes": None}, "names no 10 classes"),
        ({"mean": [0.5, 0.5]}, "mean is not 3 numbers"),
        ({"std": [0.2, 0.0, 0.2]}, "std .* is not above 0"),
        ({"std": ["x", 1, 1]}, "does not hold a trained network"),
        ({"config": {"network": "Conv2d-3-8-3"}}, "does not hold a trained network"),
        ({"config": {"network": "Nothing"}}, "does not hold a trained network"),
        ({"config": 3}, "settings are an object"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(tmp_path, changes, message):
    path = write(tmp_path / files.WEIGHTS, NETWORKS["small-cnn"], **changes)
    with pytest.raises(ValueError, match=message):
        trained.load(path)


def test_a_file_without_header_a_broken_one_and_none_are_refused(tmp_path):
    bare, broken = tmp_path / "bare.safetensors", tmp_path / "broken.safetensors"
    save_file({"0.weight": np.zeros(3, np.float32)}, bare)
    broken.write_bytes(b"not safetensors")
    for path in (bare, broken):
        with pytest.raises(ValueError, match=f"{path.name} cannot be read as a trained network"):
            trained.load(path)
    with pytest.raises(ValueError, match=r"none\.safetensors is not there"):
        trained.load(tmp_path / "none.safetensors")


def test_parameters_of_another_network_and_infinite_ones_are_refused(tmp_path):
    import json

    from safetensors import safe_open

    path = write(tmp_path / files.WEIGHTS, NETWORKS["small-cnn"])
    with safe_open(path, "np") as file:
        header, arrays = file.metadata(), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    json.loads(header["stride"])
    left = {name: array for name, array in arrays.items() if name != "0.bias"}
    save_file(left, path, metadata=header)
    with pytest.raises(ValueError, match=r"parameter 0\.bias \(16,\) is missing"):
        trained.load(path)
    arrays["0.bias"][0] = np.inf
    save_file(arrays, path, metadata=header)
    os.utime(path, ns=(7, 7))
    with pytest.raises(ValueError, match=r"0\.bias has numbers that are not finite"):
        trained.load(path)


def test_opening_a_network_imports_no_torch(tmp_path):
    write(tmp_path / files.WEIGHTS, NETWORKS["small-cnn"])
    path = str(tmp_path / files.WEIGHTS)
    code = f"from pathlib import Path; from engine.training import trained; trained.load(Path({path!r}))"
    assert heavy_after(code) == []
