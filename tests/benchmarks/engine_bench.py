"""The engine's speed: conv2d beside PyTorch's on as many threads, and a Tiny-VGG's forward pass.

Each side runs in a process of its own, because BLAS and OpenMP read their threads at the start, and because
the idle threads of one library keep a core busy for a while and would slow the other. The two processes
take turns, so that both meet the same machine.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.rows import Row

ROOT = Path(__file__).resolve().parents[2]
TURNS, CALLS_A_TURN = 9, 5
# OpenBLAS's idle threads give up their core only after 2²⁶ cycles.
PAUSE_S = 0.05
CONV2D_BUDGET, TINY_VGG_BUDGET_MS = 3.0, 5.0


def rows() -> list[Row]:
    return [row for threads in sorted({1, os.cpu_count() or 1}) for row in _rows(threads)]


def _rows(threads: int) -> list[Row]:
    on = "1 thread" if threads == 1 else f"{threads} threads"
    how = f"float32, median of {TURNS} turns of {CALLS_A_TURN} calls, each library in its own process"
    with _side("engine", threads) as ours, _side("torch", threads) as torch:
        conv2d_ms, conv2d_torch_ms = _in_turn("conv2d", ours, torch)
        vgg_ms, vgg_torch_ms = _in_turn("tiny_vgg", ours, torch)
    return [
        Row.at_most(
            f"engine conv2d against torch, {on}",
            conv2d_ms / conv2d_torch_ms,
            "× torch",
            CONV2D_BUDGET,
            f"{conv2d_ms:.1f} ms, torch {conv2d_torch_ms:.1f} ms; 64×32×32×32 by 64 filters 3×3, padding 1; {how}",
        ),
        Row.at_most(
            f"engine forward of a Tiny-VGG, {on}",
            vgg_ms,
            "ms",
            TINY_VGG_BUDGET_MS,
            f"torch {vgg_torch_ms:.2f} ms; 3×64×64, conv 10, conv 10, pool, twice, then linear 10; {how}",
        ),
    ]


@contextmanager
def _side(library: str, threads: int, module: str = "tests.benchmarks.engine_bench") -> Iterator[subprocess.Popen]:
    """A process that reads tasks' names, a line each, and answers with milliseconds."""
    limits = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), str(threads))
    command = [sys.executable, "-m", module, library]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | limits, encoding="utf-8", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process
        process.stdin.close()


def _in_turn(task: str, *sides: subprocess.Popen) -> list[float]:
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(1 + TURNS):
        for side, found in zip(sides, times, strict=True):
            time.sleep(PAUSE_S)
            side.stdin.write(f"{task}\n")
            side.stdin.flush()
            found.append(float(side.stdout.readline()))
    # The first turn warms up.
    return [statistics.median(found[1:]) for found in times]


def _answer(library: str) -> None:
    """The other end of `_side`."""
    import numpy as np

    rng = np.random.default_rng(0)

    def normal(*shape):
        return rng.standard_normal(shape, np.float32)

    images, filters, image = normal(64, 32, 32, 32), normal(64, 32, 3, 3), normal(3, 64, 64)
    parameters = [normal(10, 3, 3, 3), normal(10)]
    for _ in range(3):
        parameters += [normal(10, 10, 3, 3), normal(10)]
    parameters += [normal(10, 10 * 13 * 13), normal(10)]

    if library == "engine":
        from engine import functional as f
    else:
        import torch
        import torch.nn.functional as f

        torch.set_grad_enabled(False)
        images, filters, image, *parameters = map(torch.from_numpy, (images, filters, image, *parameters))

    def conv2d():
        return f.conv2d(images, filters, padding=1)

    def tiny_vgg():
        x = image
        for w1, b1, w2, b2 in (parameters[0:4], parameters[4:8]):
            x = f.relu(f.conv2d(x, w1, b1))
            x = f.relu(f.conv2d(x, w2, b2))
            x = f.max_pool2d(x, 2)
        return f.linear(x.reshape(-1), *parameters[8:])

    tasks = {"conv2d": conv2d, "tiny_vgg": tiny_vgg}
    for line in sys.stdin:
        task = tasks[line.strip()]
        times = []
        for _ in range(CALLS_A_TURN):
            began = time.perf_counter()
            task()
            times.append(time.perf_counter() - began)
        print(statistics.median(times) * 1e3, flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _answer(sys.argv[1])
    else:
        for row in rows():
            budget = f"at most {row.budget:g}: {'met' if row.met else 'MISSED'}"
            print(f"{row.name:40} {row.value:6.2f} {row.unit:8} {budget:18} {row.detail}")
