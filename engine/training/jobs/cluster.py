"""This machine's Dask cluster, in its own process, until stdin closes.

In its own process, neither its work nor the starts of its workers disturb the app; and it ends with the app, even where
the app is killed. Whoever reaches a scheduler can run code, so this one is reached with TLS only, by who has the key
that was made for it. Prints one JSON line when runs can be sent, which only the app can read: {"address": …, "tls": …}.
"""

import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[3]
BEGIN = "import sys; from engine.training.jobs.cluster import main; main(*map(int, sys.argv[1:]))"


def main(runs: int, memory: int) -> None:
    """Serve a number of workers on 127.0.0.1, each with one thread and a limit of memory in bytes."""
    if hasattr(os, "nice"):
        os.nice(10)  # workers inherit it, so that pages stay quick while runs train
    import dask
    from distributed import LocalCluster
    from distributed.security import Security

    dask.config.set({
        "distributed.scheduler.worker-saturation": 1.0,  # runs wait at the scheduler, in order
        "distributed.scheduler.allowed-failures": 10,  # a run counts its lost workers itself
        "distributed.scheduler.http.routes": [],  # its web pages are not used
        "distributed.worker.http.routes": [],
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.pause": False,
    })  # fmt: skip
    security = Security.temporary()
    scratch = tempfile.mkdtemp(prefix="stride-workers-")
    cluster = LocalCluster(
        n_workers=runs, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"}, memory_limit=memory,
        local_directory=scratch, protocol="tls://", security=security,
    )  # fmt: skip
    tls = {name: getattr(security, name) for name in ("tls_ca_file", "tls_client_cert", "tls_client_key")}
    print(json.dumps({"address": cluster.scheduler_address, "tls": tls}), flush=True)
    sys.stdin.read()
    # Closing the workers in order would wait for the runs in them. One that is left alone, and asks for its scheduler
    # in this moment, would report that it is gone.
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "resource_tracker" not in " ".join(child.cmdline()):  # that one cleans up behind the others
                child.kill()
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(0)


class Local:
    """The process that serves this machine's cluster, as the app holds it.

    ended: called, from another thread, when the process has ended for whatever reason.
    """

    def __init__(self, runs: int, memory: int, ended: Callable[["Local"], None]):
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        env = {
            **os.environ, "PYTHONPATH": os.pathsep.join(paths), "DASK_LOGGING__DISTRIBUTED": "warning",
            "OMP_WAIT_POLICY": "PASSIVE",  # threads of two runs that share cores do not wait in a loop for each other
            # It ends without closing its workers, and Python's tracker would report what it cleans up then.
            "PYTHONWARNINGS": "ignore::UserWarning:multiprocessing.resource_tracker",
        }  # fmt: skip
        command = [sys.executable, "-P", "-c", BEGIN, str(runs), str(memory)]
        # In a session of its own, so that Ctrl-C in the app's terminal reaches only the app, which then closes this.
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, start_new_session=True
        )
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._watch, args=(ended,), name="watch of the cluster", daemon=True).start()

    def address(self, timeout: float) -> tuple[str, Any]:
        """Return the scheduler's address, and the Security to reach it with. TimeoutError where they do not come."""
        from distributed.security import Security

        try:
            said = json.loads(self._answers.get(timeout=timeout))
        except (queue.Empty, ValueError) as error:
            raise TimeoutError("the cluster did not say its address") from error
        return said["address"], Security(require_encryption=True, **said["tls"])

    def end_soon(self) -> None:
        """Ask it to end; one that is still starting ends when it has started."""
        self.process.stdin.close()

    def close(self) -> None:
        """End it and its workers."""
        self.end_soon()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def _watch(self, ended: Callable[["Local"], None]) -> None:
        self._answers.put(self.process.stdout.readline())
        self.process.wait()
        ended(self)
