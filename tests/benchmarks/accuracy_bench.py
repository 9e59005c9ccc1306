"""What the presets reach on all of CIFAR-10 as JPEG, whose archive STRIDE_CIFAR10_JPEG names: a quarter of an hour."""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.benchmarks.rows import Row
from tests.browser.driver import ROOT

LEAST = {"quick": 70.0, "standard": 80.0}
SEEDS = (0, 1, 2)


def rows() -> list[Row]:
    archive = os.environ.get("STRIDE_CIFAR10_JPEG")
    if not archive:
        print("STRIDE_CIFAR10_JPEG does not name the archive: accuracies are not measured")
        return []
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        pictures = next(path.parent for path in Path(folder).rglob("train") if path.is_dir())
        measured = []
        for preset, least in LEAST.items():
            ends = [trained(preset, seed, pictures, Path(folder) / f"{preset}-{seed}") for seed in SEEDS]
            seconds = ", ".join(f"{end['seconds']:.0f}" for end in ends)
            detail = f"seeds {', '.join(map(str, SEEDS))}, in {seconds} s; CIFAR-10 as JPEG, 10,000 test pictures"
            for seed, end in zip(SEEDS, ends, strict=True):
                name = f"test accuracy of preset {preset}, seed {seed}"
                measured.append(Row.at_least(name, 100 * end["test_accuracy"], "%", least, detail))
    return measured


def trained(preset: str, seed: int, pictures: Path, out: Path) -> dict:
    """Train with the command; return its last event."""
    command = [sys.executable, "-m", "engine.training", "--data", f"folder:{pictures}", "--preset", preset]
    command += ["--seed", str(seed), "--out", str(out), "--json"]
    env = {**os.environ, "STRIDE_DATA": str(out.parent / "data")}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=True)
    return json.loads(done.stdout.splitlines()[-1])
