"""The stand-alone script, run by itself, beside the loop."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data import cifar10, decoded, sources
from engine.layers import BatchNorm2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU, Softmax
from engine.network import Network
from engine.network.blocks import Residual
from engine.pytorch import checkpoint
from engine.pytorch.data import load
from engine.pytorch.loop import train
from engine.training import files
from engine.training.config import INPUT_SHAPE, Config
from engine.training.presets import PRESETS
from engine.training.script import script
from tests.imports import heavy_after

REAL = os.environ.get("STRIDE_CIFAR10_FIRST1000")
PLAIN = Network(INPUT_SHAPE, (Conv2d(3, 4, 3, 2), ReLU(), MaxPool2d(3), Flatten(), Linear(100, 3)))
BLOCKS = Network(
    INPUT_SHAPE,
    (
        Conv2d(3, 8, 2), ReLU(), MaxPool2d(4),
        Residual((Conv2d(8, 8, 3, padding=1, bias=False), BatchNorm2d(8)), (), ReLU()), BatchNorm2d(8),
        Dropout(0.2), Flatten(), Linear(392, 3), Softmax(-1),
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "stride"))


@pytest.fixture
def pictures(tmp_path) -> Path:
    """Three classes of 70 pictures whose colours tell them apart, of several sizes, one of them broken."""
    rng = np.random.default_rng(0)
    for k, name in enumerate("abc"):
        (tmp_path / "own" / name / "more").mkdir(parents=True)
        for i in range(70):
            image = rng.integers(0, 200, (32 + i % 3, 40, 3), dtype=np.uint8)
            image[..., k] = np.minimum(image[..., k] + 40, 255)
            place = tmp_path / "own" / name / ("more" if i % 4 == 0 else "") / f"{i}.png"
            Image.fromarray(image).save(place)
    (tmp_path / "own/b/5.png").write_bytes(b"broken")
    return tmp_path / "own"


@pytest.fixture
def both(tmp_path, monkeypatch, capsys):
    """Train with the loop and with the script; hold their weights together; return events and printed lines."""

    def run(config: Config, *arguments: str, alone: bool = False) -> tuple[dict[str, list[dict]], list[str]]:
        place = tmp_path / "run"
        place.mkdir()
        data = load(config.data, config.seed)
        events: dict[str, list[dict]] = {}
        for event in train(config, data, folder=place):
            events.setdefault(event["event"], []).append(event)
        code = script(config, events["start"][0])
        assert "engine" not in code and "pages" not in code
        if alone:
            made = subprocess.run(
                [sys.executable, "-I", "-c", code, *arguments],
                cwd=place,
                capture_output=True,
                encoding="utf-8",
                timeout=60,
            )
            assert made.returncode == 0, made.stderr
            lines = made.stdout.splitlines()
        else:  # importing torch once more would take seconds
            monkeypatch.chdir(place)
            monkeypatch.setattr(sys, "argv", ["script.py", *arguments])
            capsys.readouterr()
            exec(compile(code, "script.py", "exec"), {"__name__": "__main__"})
            lines = capsys.readouterr().out.splitlines()
        ours = checkpoint.read(place / files.WEIGHTS)[0]
        theirs = torch.load(place / "weights.pt", weights_only=True)
        assert {name for name in theirs if not name.endswith("num_batches_tracked")} == ours.keys()
        for name, weight in ours.items():
            assert torch.equal(weight, theirs[name]), name
        return events, lines

    return run


def printed(events: dict[str, list[dict]]) -> list[str]:
    """What the script should say of the loop's epochs."""
    lines = [
        f"epoch {e['epoch']}: train loss {e['train_loss']:.5f}, train accuracy {e['train_accuracy']:.5f}, "
        f"test loss {e['test_loss']:.5f}, test accuracy {e['test_accuracy']:.5f}"
        for e in events["epoch"]
    ]
    (end,) = events["finished"]
    return [*lines, f"finished: test loss {end['test_loss']:.5f}, test accuracy {end['test_accuracy']:.5f}"]


@pytest.mark.parametrize(
    "settings",
    [
        {"network": PLAIN, "flip": False, "shift": 0, "schedule": "constant", "optimiser": "adamw", "lr": 0.01},
        {
            "network": BLOCKS, "cutout": 9, "whiten": True, "test_flips": True, "test_shifts": True,
            "label_smoothing": 0.1, "seed": 3, "norm_momentum": 0.4, "precision": "bfloat16",
        },
        {"network": PLAIN, "schedule": "cosine", "momentum": 0.0, "weight_decay": 0.01},
    ],
    ids=["plain", "everything", "cosine"],
)  # fmt: skip
def test_a_folder_gives_the_same_losses_and_weights(both, pictures, settings):
    config = Config(**{"data": f"folder:{pictures}", "epochs": 2, "batch_size": 16, "lr": 0.05, **settings})
    events, lines = both(config, alone=bool(config.cutout))
    assert lines == printed(events)
    assert events["start"][0]["skipped"]


@pytest.mark.parametrize(("train", "test"), [("train", "test"), ("Training", "valid"), ("Train", "")])
def test_train_and_test_folders(both, pictures, tmp_path, train, test):
    moved = tmp_path / "moved"
    for part, inner in ((test, "more"), (train, "")):
        for name in "ab":
            if part:
                (moved / part).mkdir(parents=True, exist_ok=True)
                (pictures / name / inner).rename(moved / part / name)
    config = Config(network=PLAIN, data=f"folder:{moved}", epochs=1, batch_size=16)
    events, lines = both(config)
    assert lines == printed(events)


def test_shapes_are_drawn_by_the_script(both, monkeypatch):
    monkeypatch.setattr(sources, "SHAPES_TRAIN", 400)
    monkeypatch.setattr(sources, "SHAPES_TEST", 200)
    monkeypatch.setattr(decoded, "AT_ONCE", 200)
    config = Config(network=PLAIN, data="shapes", epochs=1, batch_size=50, seed=1)
    events, lines = both(config)
    assert lines == printed(events)


@pytest.mark.skipif(REAL is None, reason="STRIDE_CIFAR10_FIRST1000 does not name a folder with the real pictures")
def test_cifar10_through_torchvision(both, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", REAL)
    config = Config(network=PLAIN, data="cifar10", epochs=1, batch_size=500)
    events, lines = both(config, str(cifar10.data_folder()))
    assert lines == printed(events)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_readable_code(name):
    code = script(PRESETS[name].config)
    compile(code, name, "exec")
    assert "download=True" in code and "engine" not in code
    assert max(map(len, code.splitlines())) <= 120
    assert ("linalg.eigh" in code) == PRESETS[name].config.whiten


def test_a_folders_name_stays_a_name():
    odd = 'x\');import os;os.abort()#\n"""\nraise SystemExit'
    code = script(Config(network=PLAIN, data=f"folder:/{odd}"), {"data": odd, "classes": ["a", odd, "b"]})
    compile(code, "odd", "exec")
    assert repr(f"/{odd}") in code and "\nraise SystemExit" not in code


def test_it_is_written_without_torch():
    code = (
        "from engine.training.script import script; from engine.training.presets import PRESETS\n"
        "script(PRESETS['strong'].config)"
    )
    assert heavy_after(code) == []
