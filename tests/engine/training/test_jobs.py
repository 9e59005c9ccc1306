"""Runs as jobs on real Dask clusters of processes, training a small network on a folder of small pictures."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from distributed import Client
from distributed.security import Security
from PIL import Image

from engine.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from engine.network import Network
from engine.training import jobs, runs
from engine.training.config import INPUT_SHAPE, Config
from engine.training.jobs import manager as manager_module
from engine.training.jobs.cluster import Local
from engine.training.jobs.manager import Manager
from engine.training.limits import limits
from engine.training.runs.state import Owner
from tests.imports import heavy_after

NETWORK = Network(INPUT_SHAPE, (Conv2d(3, 4, 3), ReLU(), MaxPool2d(4), Flatten(), Linear(196, 3)))
LONG = 1000  # epochs: more than any test waits for
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    folder, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    for split, count in (("train", 40), ("test", 10)):
        for k in range(3):
            place = folder / split / f"class {k}"
            place.mkdir(parents=True)
            for i in range(count):
                pixels = rng.integers(0, 100, (32, 32, 3)) + 60 * k
                Image.fromarray(pixels.astype(np.uint8)).save(place / f"{i}.png")
    return folder


@pytest.fixture
def run_of(monkeypatch, tmp_path, pictures):
    """run_of(epochs) → a new run in a data folder of the test's own; no manager, and no cluster, is left after it."""
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    monkeypatch.delenv("STRIDE_SCHEDULER", raising=False)
    monkeypatch.setenv("STRIDE_RUNS", "1")

    def made(epochs: int, **changes) -> runs.Run:
        return runs.create(Config(NETWORK, f"folder:{pictures}", epochs, batch_size=20, **changes), f"{epochs} epochs")

    yield made
    jobs.close()


def until(what, seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def status(run: runs.Run) -> str:
    return run.state().status


def names(run: runs.Run) -> list[str]:
    return [event["event"] for event in run.events()[0]]


def nobody_holds(run: runs.Run) -> bool:
    with run.hold() as free:
        return free


@pytest.mark.slow
def test_runs_queue_and_outlive_a_killed_worker_and_a_restart_of_the_app(run_of):
    run, other = run_of(LONG), run_of(2)
    jobs.submit(run)
    jobs.submit(other)
    until(lambda: run.state().epoch > 2)
    assert (runs.place_in_queue(run), runs.place_in_queue(other)) == (None, 1)

    worker, epoch = run.state().owner.pid, run.state().epoch
    os.kill(worker, signal.SIGKILL)
    until(lambda: run.state().owner.pid != worker and run.state().epoch > epoch)
    assert "The worker was lost" in next(e for e in run.events()[0] if e["event"] == "recovered")["message"]
    assert status(other) == "queued"

    run.control("pause")
    until(lambda: status(run) == "paused")
    worker = run.state().owner.pid
    jobs.close()
    until(lambda: nobody_holds(run))  # the worker ends with its cluster
    assert status(run) == "paused"  # nobody could write that it is not

    jobs.revive()
    until(lambda: run.state().owner.pid != worker and status(run) == "paused")
    assert status(other) == "queued"  # a pause keeps its place among those that train
    run.control("stop")
    until(lambda: status(other) == "finished")
    assert status(run) == "stopped"
    starts = [event for event in run.events()[0] if event["event"] == "start"]
    assert len(starts) == 3
    assert all(event["resumed_from"] for event in starts[1:])

    jobs.submit(run)  # one that was stopped goes on where it was
    until(lambda: status(run) == "running")
    run.control("stop")
    until(lambda: status(run) == "stopped")


@pytest.mark.slow
def test_a_remote_scheduler_trains_the_same_and_goes_on_without_the_app(run_of, monkeypatch, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    cli = [sys.executable, "-m", "dask"]
    log = (tmp_path / "dask.txt").open("w")
    started = []

    def start(*command: str) -> None:
        started.append(subprocess.Popen([*cli, *command], env=env, cwd=tmp_path, stdout=log, stderr=log))

    try:
        start("scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard")
        for _ in range(2):
            start("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "4GB")
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)  # with one alone, the third run might begin early
        monkeypatch.setenv("STRIDE_SCHEDULER", address)
        first, second, third = run_of(LONG), run_of(LONG), run_of(2)
        for run in (first, second, third):
            jobs.submit(run)
        until(lambda: first.state().epoch > 2 and second.state().epoch > 2)
        pids = {run.state().owner.pid for run in (first, second)}
        assert pids == {process.pid for process in started[1:]}
        assert runs.place_in_queue(third) == 1

        jobs.close()  # the app's end; workers and queue are not the app's
        epoch = first.state().epoch
        until(lambda: first.state().epoch > epoch)
        jobs.revive()
        lost = first.state().owner.pid
        os.kill(lost, signal.SIGKILL)
        second.control("stop")
        until(lambda: names(first).count("start") == 2)
        assert first.state().owner.pid != lost
        first.control("stop")
        until(lambda: status(first) == "stopped" and status(third) == "finished")
        assert [names(run).count("start") for run in (first, second, third)] == [2, 1, 1]
    finally:
        jobs.close()
        for process in started:
            process.kill()
            process.wait()
        log.close()


@pytest.mark.slow
def test_a_run_that_takes_more_than_its_memory_ends_with_a_sentence_that_says_so(run_of, monkeypatch):
    monkeypatch.setenv("STRIDE_MEMORY", "250MB")  # torch alone takes more
    run = run_of(LONG)
    jobs.submit(run)
    until(lambda: status(run) == "failed")
    assert "more memory than the 0.2 GB that a run may take" in run.state().message


@pytest.mark.slow
def test_this_machines_cluster_is_reached_with_its_own_key_only():
    """A scheduler runs whatever code it is sent; others on this machine reach its port as well."""
    ended = threading.Event()
    cluster = Local(1, 10**9, lambda _: ended.set())
    try:
        address, security = cluster.address(90)
        assert address.startswith("tls://127.0.0.1:")
        with Client(address, security=security, set_as_default=False, timeout=20) as client:
            assert client.submit(os.getpid).result(timeout=20) != os.getpid()
        for wrong in (None, Security.temporary()):
            with pytest.raises((OSError, TimeoutError, TypeError)):
                Client(address if wrong else address.replace("tls", "tcp"), security=wrong, timeout=2)
    finally:
        cluster.close()
    assert ended.wait(10)


@pytest.mark.slow
@pytest.mark.parametrize("whom", ["cluster", "worker"])
def test_a_cluster_that_is_killed_as_it_starts_is_started_again(run_of, monkeypatch, whom):
    run, times, killed, start = run_of(1), [0.2, 0.7], [], Local.__init__

    def started(self, *how) -> None:
        start(self, *how)
        if times:
            threading.Thread(target=kill, args=(self.process.pid, times.pop())).start()

    def kill(pid: int, after: float) -> None:
        time.sleep(after)
        if whom == "worker":
            until(lambda: psutil.Process(pid).children(recursive=True))
            pid = psutil.Process(pid).children(recursive=True)[-1].pid
        os.kill(pid, signal.SIGKILL)
        killed.append(pid)

    monkeypatch.setattr(Local, "__init__", started)
    jobs.submit(run)
    until(lambda: status(run) not in ("queued", "running"))
    assert (status(run), len(killed)) == ("finished", 2 - len(times)) and killed


def test_a_cluster_that_never_starts_fails_the_run_with_a_sentence(run_of, monkeypatch):
    starts = []

    class Dead(Local):
        def __init__(self, *how):
            starts.append(how)

        def address(self, timeout: float):
            raise TimeoutError

        def close(self):
            pass

    monkeypatch.setattr(manager_module, "Local", Dead)
    run = run_of(1)
    jobs.submit(run)
    until(lambda: status(run) == "failed")
    assert len(starts) == manager_module.STARTS
    assert run.state().message == "The worker processes on this machine did not start; see the app's log."


# Who sends what, without a cluster


class Sent:
    """In place of Dask: tasks that were sent, and end when told."""

    def __init__(self, monkeypatch):
        self.ids: list[str] = []
        monkeypatch.setattr(Manager, "_connected", lambda self: None)
        monkeypatch.setattr(manager_module, "send", self.take)
        monkeypatch.setattr(manager_module, "FIRST_SWEEPS", 0)

    def take(self, client, run, state, bounds):
        self.ids.append(run.id)

        class Future:
            def add_done_callback(self, call):
                pass

        return Future()


@pytest.fixture
def sent(monkeypatch):
    return Sent(monkeypatch)


def test_a_restart_takes_up_what_a_dead_app_left_and_nothing_else(run_of, sent):
    held, ended, waiting, running = (run_of(2) for _ in range(4))
    for run in (held, waiting, running):
        run.write_state(submitted_by="deadbeef", status="running" if run is not waiting else "queued")
    ended.control("stop")
    with held.hold():
        jobs.revive()
        until(lambda: len(sent.ids) == 2)
        time.sleep(0.2)
    assert sent.ids == [running.id, waiting.id]  # what had begun comes first
    assert running.state().message == "It waits to go on: the app was started again."


def test_a_run_that_cannot_be_taken_up_keeps_no_other_from_it(run_of, sent, monkeypatch, caplog):
    wrong, odd, well = run_of(2), run_of(2), run_of(2)
    for run in (wrong, odd, well):
        run.write_state(submitted_by="deadbeef")
    (odd.folder / "state.json").write_text('{"status": "running", "queued": null, "owner": "x", "submitted_by": "x"}')
    hold = runs.Run.hold

    def refused(run, wait=0.0):
        if run.id == wrong.id:
            raise PermissionError("lock")
        return hold(run, wait)

    monkeypatch.setattr(runs.Run, "hold", refused)
    manager = Manager()
    manager._sweep()
    assert sent.ids == [odd.id, well.id]
    assert f"run {wrong.id} cannot be taken up" in caplog.text
    manager.close()


@pytest.mark.parametrize("token", ["", ".", "x" * 300, "x\0", "tcp://10.0.0.1:8786"])
def test_a_signature_that_is_no_living_apps_is_a_dead_ones(run_of, token):
    assert not manager_module._lives(token)


def test_a_living_apps_runs_are_left_to_it(run_of, sent):
    run = run_of(2)
    theirs = Manager()
    run.write_state(submitted_by=theirs._sign())
    jobs.revive()
    time.sleep(0.3)
    assert sent.ids == []
    theirs.close()
    jobs.revive()
    until(lambda: sent.ids == [run.id])


def test_nothing_to_take_up_starts_nothing(run_of, monkeypatch):
    run = run_of(2)
    run.control("stop")
    monkeypatch.setattr(Manager, "_connected", lambda self: pytest.fail("it asked for a cluster"))
    manager = jobs._manager()
    manager._sweep()
    assert manager.futures == {}


def test_a_run_is_sent_once_however_often_it_is_submitted(run_of, sent):
    run = run_of(2)
    jobs.submit(run)
    jobs.submit(run)
    other = run_of(2)
    jobs.submit(other)
    until(lambda: other.id in sent.ids)
    assert sent.ids == [run.id, other.id]


@pytest.mark.parametrize("learns", [False, True])
def test_a_run_whose_workers_are_lost_fails_only_where_it_learns_nothing_between(run_of, sent, learns):
    run, manager = run_of(LONG), Manager()
    for k in range(2 * manager_module.MOST_SENT):
        manager._send(run.id)
        manager.futures.clear()  # as where a cluster is lost
        if learns:
            run.write_state(epoch=k + 1)
    assert len(sent.ids) == (2 * manager_module.MOST_SENT if learns else manager_module.MOST_SENT)
    assert status(run) == ("queued" if learns else "failed")
    assert learns or "lost 5 times before they could begin" in run.state().message
    if not learns:  # submitted again, it may try as often again
        run.write_state(status="queued", message="")
        manager._send(run.id)
        assert (len(sent.ids), status(run)) == (manager_module.MOST_SENT + 1, "queued")


def test_a_run_elsewhere_is_taken_up_when_it_has_said_nothing_for_a_while(run_of, sent, monkeypatch):
    monkeypatch.setattr(manager_module, "QUIET", 0.3)
    run, manager = run_of(2), Manager()
    run.write_state(status="running", owner=Owner(host="elsewhere", pid=1), submitted_by="deadbeef")
    for _ in range(3):
        time.sleep(0.2)
        run.write_state(loss=0.5)
        manager._sweep()
    assert sent.ids == []
    time.sleep(0.4)
    manager._sweep()
    assert sent.ids == [run.id]
    manager.close()


def test_a_run_that_has_finished_is_not_submitted_but_started_again_as_another(run_of, sent):
    run = run_of(2, seed=7)
    run.write_state(status="finished")
    with pytest.raises(ValueError, match="start it again as a new run"):
        jobs.submit(run)
    again = jobs.start_again(run)
    assert (again.config, again.id != run.id, status(again)) == (run.config, True, "queued")


def test_a_scheduler_that_does_not_answer_fails_the_run_with_a_sentence(run_of, monkeypatch):
    monkeypatch.setattr(manager_module, "CONNECT", 0.5)
    monkeypatch.setenv("STRIDE_SCHEDULER", "tcp://127.0.0.1:9")
    run = run_of(2)
    jobs.submit(run)
    until(lambda: status(run) == "failed")
    assert "scheduler at tcp://127.0.0.1:9 does not answer" in run.state().message


def test_limits_come_from_the_environment(monkeypatch):
    monkeypatch.setattr("engine.training.limits._cores", lambda: 8)
    monkeypatch.setenv("STRIDE_RUNS", "3")
    monkeypatch.setenv("STRIDE_MEMORY", "1.5 GB")
    bounds = limits()
    assert (bounds.runs, bounds.threads, bounds.memory) == (3, 2, 1_500_000_000)


@pytest.mark.parametrize(
    ("name", "text"), [("STRIDE_RUNS", "0"), ("STRIDE_RUNS", "two"), ("STRIDE_MEMORY", "much"), ("STRIDE_MEMORY", "9")]
)
def test_wrong_limits_are_named(monkeypatch, name, text):
    monkeypatch.setenv(name, text)
    with pytest.raises(ValueError, match=f"{name} is '{text}'"):
        limits()


def test_jobs_import_neither_torch_nor_dask():
    assert heavy_after("import engine.training.jobs") == []
