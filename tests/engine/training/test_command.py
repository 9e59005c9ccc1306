"""python -m engine.training: what it prints and leaves, and that a killed run loses nothing."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.drawings import shape_pictures
from engine.training.runs import read_run

ROOT = Path(__file__).resolve().parents[3]
CLASSES = ("bars", "disc", "square")
STACK = "Conv2d-3-8-3~ReLU~MaxPool2d-4~BatchNorm2d-8~Dropout~Flatten~Linear-1-3"
DIES = """
import os, signal, sys
from engine.training import __main__ as command

told = []

def tell(event):  # in the midst of the second epoch, at a moment that no machine's speed can move
    if event["event"] == "steps" and "epoch" in told:
        os.kill(os.getpid(), signal.SIGKILL)
    told.append(event["event"])

command._print_json = tell
sys.exit(command.main(sys.argv[1:]))
"""
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

    def begin(*arguments, program=("-m", "engine.training")):
        command = [sys.executable, *program, *map(str, arguments)]
        begun.append(
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
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


def test_killed_or_interrupted_and_resumed_it_gives_bit_for_bit_the_same_weights(start, folder, tmp_path, capsys):
    data = ["--data", f"folder:{folder}", "--seed", 3, *SETTINGS]
    whole = start(*data, "--out", tmp_path / "whole", "--json")
    killed = start(*data, "--out", tmp_path / "killed", "--json", program=("-c", DIES))
    assert killed.wait() == -signal.SIGKILL

    again = start("--resume", tmp_path / "killed", "--json")
    assert until(again, "start")["resumed_from"] == 1
    until(whole, "finished")
    until(again, "finished")
    assert whole.wait() == 0
    assert again.wait() == 0 and same(tmp_path / "whole", tmp_path / "killed")

    from engine.training.__main__ import main

    with pytest.raises(SystemExit):
        main(["--resume", str(tmp_path / "killed")])
    assert "nothing to go on with" in capsys.readouterr().err


def test_ctrl_c_while_pictures_are_read_stops_and_prints_it(start, tmp_path):
    process = start("--data", "shapes", *SETTINGS, "--out", tmp_path / "run", "--json")
    run = tmp_path / "run"
    while not (run / "run.json").exists() or "Reading the pictures" not in read_run(run).state().message:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said, told = process.communicate()
    assert [json.loads(line)["event"] for line in said.splitlines()] == ["stopped"]
    assert process.returncode == 1 and "It was stopped before it began." in told


def test_ctrl_c_stops_with_a_checkpoint_and_says_how_to_go_on(start, folder, tmp_path):
    run = tmp_path / "run"
    process = start("--data", f"folder:{folder}", *SETTINGS[:2], "--epochs", 500, *SETTINGS[4:], "--out", run, "--json")
    until(process, "epoch")
    process.send_signal(signal.SIGINT)
    assert until(process, "stopped")["epoch"] < 500
    assert process.wait() == 1
    assert f"python -m engine.training --resume {run}" in process.stderr.read()
    assert (run / "checkpoint.safetensors").exists() and read_run(run).state().status == "stopped"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--epochs", "0"], "epochs 0 is out of range: it goes from 1 to 1,000"),
        (["--data", "nowhere"], "neither"),
        (["--network", "Conv2d-3-8-3~ReLU"], "a classifier ends in a vector of logits"),
        (["--network", "Conv2d-3-8-99~Flatten~Linear-1-3"], "kernel_size 99"),
        (["--batch-size", "1", "--network", "Conv2d-3-4-32~BatchNorm2d-4~Flatten~Linear-4-10"], "layer 2, BatchNorm2d"),
        (["--resume", "/nowhere"], "no run"),
        (["--threads", "-1"], "argument --threads: '-1' is not a whole number from 1 on"),
        (["--threads", "0"], "'0' is not a whole number from 1 on"),
        (
            [
                "--resume",
                "/nowhere",
                "--data",
                "shapes",
                "--preset",
                "quick",
                "--no-flip",
                "--out",
                "x",
                "--network",
                "y",
            ],
            "keeps its settings: leave out --preset, --network, --out, --data, --flip with --resume",
        ),
    ],
)
def test_a_wrong_command_is_a_sentence(capsys, arguments, said):
    from engine.training.__main__ import main

    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2 and said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("state", "threads", "said"),
    [
        ({"status": "diverged"}, 1, "has diverged: start it again as a new run"),
        ({"status": "stopped", "threads": 1}, 2, "--threads 2: the run began with 1 and goes on with as many"),
    ],
)
def test_a_run_that_cannot_go_on_so_is_a_sentence(capsys, tmp_path, state, threads, said):
    from engine.training.__main__ import main
    from engine.training.runs import create
    from tests.engine.training.small import config

    run = create(config(), folder=tmp_path / "run")
    run.write_state(**state)
    with pytest.raises(SystemExit):
        main(["--resume", str(run.folder), "--threads", str(threads)])
    assert said in capsys.readouterr().err and run.state().status == state["status"]


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
    from engine.training.config import Config
    from engine.writing.setting import settings

    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    for name in settings(Config):
        assert f"--{name.replace('_', '-')}" in said
