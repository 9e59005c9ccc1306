"""Broken run folders: whatever their files hold, pages show a run or say a sentence, and the run can be deleted."""

import json
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.training import files, jobs, results, runs, script
from engine.training.history import History
from engine.training.runs import Run
from pages.states.inside import models
from pages.states.training import watch
from tests.pages.states.training.made import epoch, made, start, steps

LOOK = {
    "event": "look", "seconds": 1, "epoch": 0.5,
    "filters": {"shape": [4, 3, 2, 2], "values": [0.5] * 48, "layer": 1, "channels": 3},
    "samples": [{"index": 0, "label": 1, "top": [[0, 0.75], [1, 0.25]]}],
}  # fmt: skip
LAYER = {"layer": 1, "name": "Conv2d", "norm": 0.5, "share": 0.5}
EVENTS = (
    start(skipped=["x/1.txt: why"], skipped_count=1), steps(1, 2.0, 1.5), LOOK,
    {**epoch(1), "gradient_norms": [LAYER], "dead": [LAYER]},
    {"event": "recovered", "seconds": 2, "message": "It went on."},
    {"event": "diverged", "seconds": 3, "step": 2, "what": "the loss is NaN", "advice": ["Lower lr."]},
)  # fmt: skip
ODD = (
    None,
    True,
    -1,
    0,
    1e99,
    -1e99,
    1e308,
    10**30,
    10**400,
    0.5,
    "",
    "x",
    "9" * 30,
    [],
    [[]],
    {},
    [None],
    ["x", 3],
    {"a": 1},
)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The pictures of "shapes", which take a second to draw, for all runs of this file."""
    return tmp_path_factory.mktemp("decoded")


@pytest.fixture(autouse=True)
def data(tmp_path, drawn, monkeypatch):
    (tmp_path / "decoded").symlink_to(drawn)
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    monkeypatch.setattr(jobs, "submit", lambda run: None)


def shown(run: Run) -> None:
    """Show a run on every page that shows runs; ValueError is a sentence on the page."""
    listed = {one.id: one for one in runs.all_runs()}[run.id]
    state = listed.state()
    assert time.localtime(listed.created) and time.localtime(state.updated) and results.duration(state.seconds)
    runs.place_in_queue(listed)
    models.choices()
    history = said(watch.history_of, run) or History()
    results.smoothed_curve(history), results.curves_csv(history)
    if listed.config:
        script.script(listed.config, history.start)
    watch._WATCHED.results.clear()
    said(lambda: watch.shown(run.id, anew=True).body)
    said(results.answers, run.answers)


def said(what: Callable, *arguments):
    try:
        return what(*arguments)
    except ValueError as error:
        assert str(error).strip()
        return None


def deleted(run: Run) -> None:
    runs.get(run.id).delete()
    assert not run.folder.exists()


def parts(value) -> list[tuple]:
    """Every place in a JSON value, as a path of keys."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, part in inner for path in ((key,), *((key, *rest) for rest in parts(part)))]


def changed(value, path: tuple, odd):
    copy = json.loads(json.dumps(value))
    part = copy
    for key in path[:-1]:
        part = part[key]
    if odd is LOOK:
        del part[path[-1]]
    else:
        part[path[-1]] = odd
    return copy


@pytest.mark.parametrize("seed", range(24))
def test_a_value_that_makes_no_sense_is_shown_or_said(seed):
    draw = random.Random(seed)
    run = made("odd", draw.choice(["running", "failed", "finished", "diverged", "queued"]), EVENTS)
    names = ["run.json", "state.json", *["events.jsonl"] * 4]
    for _ in range(draw.choice([1, 2, 4])):
        name = draw.choice(names)
        lines = (
            (run.folder / name).read_text("utf-8").splitlines()
            if name == "events.jsonl"
            else [(run.folder / name).read_text("utf-8")]
        )
        k = draw.randrange(len(lines))
        held = json.loads(lines[k])
        path = draw.choice(parts(held) or [()])
        if path:
            lines[k] = json.dumps(changed(held, path, draw.choice([*ODD, LOOK])))
        (run.folder / name).write_text("\n".join(lines) + "\n")
    shown(run)
    run.write_state(status="failed")
    deleted(run)


def loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("make", [Path.mkdir, loop])
@pytest.mark.parametrize("name", ["run.json", "state.json", "events.jsonl", "control", "lock", files.ANSWERS])
def test_a_file_that_is_none_is_said_and_goes_with_its_run(name, make):
    run = made("odd", "finished", EVENTS)
    (run.folder / name).unlink(missing_ok=True)
    make(run.folder / name)
    shown(run)
    deleted(run)


@pytest.mark.parametrize(
    ("labels", "probabilities"),
    [([0, 5], [[0.5, 0.5]] * 2), ([], []), ([0], [[np.nan, np.nan]]), ([0, 1], [[0.5, 0.5]]), ([-1], [[0.5, 0.5]])],
)
def test_answers_that_make_no_sense_are_said(labels, probabilities):
    run = made("odd", "finished", EVENTS)
    tensors = {"labels": np.array(labels, np.int64), "probabilities": np.array(probabilities, np.float32)}
    save_file(tensors, run.answers, metadata={files.HEADER: json.dumps({"classes": ["a", "b"]})})
    with pytest.raises(ValueError, match=files.ANSWERS):
        results.answers(run.answers)


def test_a_run_whose_time_is_in_the_future_is_still_taken_up():
    run = made("tomorrow", "queued", queued=time.time() + 1e8)
    manager = jobs.manager.Manager()
    sent = []
    manager._send = sent.append
    manager._take_up(run, run.state())
    assert sent == [run.id]
    manager.close()


def test_a_folder_that_is_gone_meanwhile_is_said():
    run = made()
    shutil.rmtree(run.folder)
    assert said(lambda: watch.shown(run.id, anew=True)) is None
