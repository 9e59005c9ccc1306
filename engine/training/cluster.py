"""`python -m engine.training.cluster`: this machine's Dask cluster, in a process of its own, until its stdin closes.

Of its own, so that neither its work nor its workers' fresh starts meet the app's process; and it ends with the app
even where the app is killed. Prints one JSON line, {"address": …}, when workers can be sent to.
"""

import json
import os
import shutil
import sys
import tempfile


def main(runs: int, memory: int) -> None:
    """Serve so many workers, each of one thread, on 127.0.0.1; each may take so many bytes of memory."""
    if hasattr(os, "nice"):
        os.nice(10)  # workers inherit it: pages stay quick while runs train
    import dask
    from distributed import LocalCluster

    dask.config.set({
        "distributed.scheduler.worker-saturation": 1.0,  # what waits, waits at the scheduler, in order
        "distributed.scheduler.allowed-failures": 10,  # a run counts its lost workers itself
        "distributed.scheduler.http.routes": [],  # nobody looks at its pages
        "distributed.worker.http.routes": [],
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.pause": False,
    })  # fmt: skip
    scratch = tempfile.mkdtemp(prefix="stride-workers-")
    cluster = LocalCluster(
        n_workers=runs, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"}, memory_limit=memory,
        local_directory=scratch,
    )  # fmt: skip
    print(json.dumps({"address": cluster.scheduler_address}), flush=True)
    sys.stdin.read()
    shutil.rmtree(scratch, ignore_errors=True)
    # Workers end when their parent does. Closing them in order would wait for the runs in them.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
