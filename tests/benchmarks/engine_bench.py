"""The engine's speed: conv2d beside PyTorch's on as many threads, and a Tiny-VGG's forward pass."""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.rows import Row

ROOT = Path(__file__).resolve().parents[2]
WARM_UPS, REPEATS = 3, 21
CONV2D_BUDGET, TINY_VGG_BUDGET_MS = 3.0, 5.0


def rows() -> list[Row]:
    return [row for threads in sorted({1, os.cpu_count() or 1}) for row in _rows(threads)]


def _rows(threads: int) -> list[Row]:
    times = measure(threads)
    on = "1 thread" if threads == 1 else f"{threads} threads"
    how = f"median of {REPEATS}, in turn with torch, float32"
    ours, theirs = times["conv2d"]
    conv2d = Row.at_most(
        f"engine conv2d against torch, {on}",
        ours / theirs,
        "× torch",
        CONV2D_BUDGET,
        f"{ours:.1f} ms, torch {theirs:.1f} ms; 64×32×32×32 by 64 filters 3×3, padding 1; {how}",
    )
    ours, theirs = times["tiny_vgg"]
    tiny_vgg = Row.at_most(
        f"engine forward of a Tiny-VGG, {on}",
        ours,
        "ms",
        TINY_VGG_BUDGET_MS,
        f"torch {theirs:.2f} ms; 3×64×64, conv 10, conv 10, pool, conv 10, conv 10, pool, linear 10; {how}",
    )
    return [conv2d, tiny_vgg]


def measure(threads: int) -> dict[str, tuple[float, float]]:
    """Milliseconds (ours, torch's) a task; in a process of its own, as BLAS reads its threads at start."""
    count = str(threads)
    limits = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), count)
    command = [sys.executable, "-m", "tests.benchmarks.engine_bench", "--measure", count]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | limits, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)


def _measure(threads: int) -> dict[str, tuple[float, float]]:
    import numpy as np
    import torch
    import torch.nn.functional as torch_functional

    from engine import functional

    torch.set_num_threads(threads)
    rng = np.random.default_rng(0)

    def normal(*shape):
        return rng.standard_normal(shape, np.float32)

    def tiny_vgg(f, x, p):
        for block in (p[0:4], p[4:8]):
            x = f.relu(f.conv2d(x, block[0], block[1]))
            x = f.relu(f.conv2d(x, block[2], block[3]))
            x = f.max_pool2d(x, 2)
        return f.linear(x.reshape(-1), p[8], p[9])

    images, filters = normal(64, 32, 32, 32), normal(64, 32, 3, 3)
    image, parameters = normal(3, 64, 64), [normal(10, 3, 3, 3), normal(10)]
    for _ in range(3):
        parameters += [normal(10, 10, 3, 3), normal(10)]
    parameters += [normal(10, 10 * 13 * 13), normal(10)]

    t_images, t_filters, t_image = map(torch.from_numpy, (images, filters, image))
    t_parameters = [torch.from_numpy(p) for p in parameters]
    with torch.inference_mode():
        return {
            "conv2d": _in_turn(
                lambda: functional.conv2d(images, filters, padding=1),
                lambda: torch_functional.conv2d(t_images, t_filters, padding=1),
            ),
            "tiny_vgg": _in_turn(
                lambda: tiny_vgg(functional, image, parameters),
                lambda: tiny_vgg(torch_functional, t_image, t_parameters),
            ),
        }


def _in_turn(*calls) -> tuple[float, ...]:
    """Median milliseconds of each call, made in turn so that all meet the same machine."""
    times = [[] for _ in calls]
    for _ in range(WARM_UPS + REPEATS):
        for call, found in zip(calls, times, strict=True):
            began = time.perf_counter()
            call()
            found.append((time.perf_counter() - began) * 1e3)
    return tuple(statistics.median(found[WARM_UPS:]) for found in times)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(_measure(int(sys.argv[2]))))
    else:
        for row in rows():
            budget = f"at most {row.budget:g}: {'met' if row.met else 'MISSED'}"
            print(f"{row.name:44} {row.value:6.2f} {row.unit:8} {budget:18} {row.detail}")
