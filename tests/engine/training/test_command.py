"""python -m engine.training: what it prints and leaves, and that a killed run loses nothing."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.drawings import shape_pictures
from engine.training.runs import opened

pytest.importorskip("torch")
ROOT = Path(__file__).resolve().parents[3]
CLASSES = ("bars", "disc", "square")
STACK = "Conv2d-3-8-3~ReLU~MaxPool2d-4~BatchNorm2d-8~Dropout~Flatten~Linear-1-3"
SETTINGS = ["--network", STACK, "--epochs", "4", "--batch-size", "10", "--no-whiten", "--threads", "1"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data set of 30 × 3 drawn pictures to train on and 10 × 3 to test."""
    made = tmp_path_factory.mktemp("pictures")
    for split, count, seed in (("train", 90, 0), ("test", 30, 1)):
        pictures, labels = shape_pictures(count, 32, seed, classes=CLASSES, colour=True)
        for k, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
            file = made / split / CLASSES[label] / f"{k}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.ascontiguousarray(picture.transpose(1, 2, 0))).save(file)
    return made


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Start the command; its standard output is read a line at a time."""
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "data"))
    begun = []

    def begin(*arguments):
        command = [sys.executable, "-m", "engine.training", *map(str, arguments)]
        begun.append(
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )  # fmt: skip
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


def until(process, kind):
    """Read events until one of a kind; return it."""
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == kind:
            return event
    raise AssertionError(f"no {kind}: {process.stderr.read()}")


def tensors(path):
    from safetensors.numpy import load_file

    return load_file(path / "weights.safetensors")


def same(a, b):
    a, b = tensors(a), tensors(b)
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def test_killed_or_interrupted_and_resumed_it_gives_bit_for_bit_the_same_weights(start, folder, tmp_path):
    data = ["--data", f"folder:{folder}", "--seed", 3]
    whole = start(*data, *SETTINGS, "--out", tmp_path / "whole", "--json")
    killed = start(*data, *SETTINGS, "--out", tmp_path / "killed", "--json")
    until(killed, "epoch")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert (tmp_path / "killed" / "checkpoint.safetensors").exists()
    assert until(whole, "finished")["event"] == "finished" and whole.wait() == 0

    again = start("--resume", tmp_path / "killed", "--json")
    assert until(again, "start")["resumed_from"] >= 1
    until(again, "finished")
    assert again.wait() == 0 and same(tmp_path / "whole", tmp_path / "killed")

    third = start("--resume", tmp_path / "killed")
    assert third.wait() == 2 and "nothing to go on with" in third.stderr.read()


def test_ctrl_c_stops_with_a_checkpoint_and_says_how_to_go_on(start, folder, tmp_path):
    run = tmp_path / "run"
    process = start("--data", f"folder:{folder}", *SETTINGS[:2], "--epochs", 500, *SETTINGS[4:], "--out", run, "--json")
    until(process, "epoch")
    process.send_signal(signal.SIGINT)
    assert until(process, "stopped")["epoch"] < 500
    assert process.wait() == 1
    assert f"python -m engine.training --resume {run}" in process.stderr.read()
    assert (run / "checkpoint.safetensors").exists() and opened(run).state()["status"] == "stopped"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--epochs", "0"], "epochs 0 is not from 1 to 1000"),
        (["--data", "nowhere"], "neither"),
        (["--network", "Conv2d-3-8-3~ReLU"], "a classifier ends in a vector of logits"),
        (["--network", "Conv2d-3-8-99~Flatten~Linear-1-3"], "kernel_size 99"),
        (["--resume", "/nowhere"], "no run"),
    ],
)
def test_a_wrong_command_is_a_sentence(capsys, arguments, said):
    from engine.training.__main__ import main

    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2 and said in capsys.readouterr().err


@pytest.mark.parametrize(("under", "said"), [("file", "Not a directory"), ("loop", "loop"), ("x" * 300, "too long")])
def test_a_folder_that_cannot_be_made_is_a_sentence(capsys, tmp_path, under, said):
    from engine.training.__main__ import main

    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for option in (["--data", "shapes", "--out"], ["--resume"]):
        with pytest.raises(SystemExit) as ended:
            main([*option, str(tmp_path / under / "run")])
        told = capsys.readouterr().err
        assert ended.value.code == 2
        assert said in told if "--out" in option else "error: " in told


def test_a_folder_that_is_missing_is_a_sentence(start, tmp_path):
    process = start("--data", "folder:/nowhere", *SETTINGS, "--out", tmp_path / "run")
    assert process.wait() == 1
    assert "/nowhere" in process.stderr.read()


def test_every_setting_is_an_option(capsys):
    from engine.training.__main__ import main
    from engine.training.config import fields

    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    from engine.training.config import Config

    for f in fields(Config)[1:]:
        assert f"--{f.name.replace('_', '-')}" in said
