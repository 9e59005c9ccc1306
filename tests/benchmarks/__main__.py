"""Measure the budgets of the design: `python -m tests.benchmarks [--only engine_bench] [--json FILE]`.

Each module here that defines `rows() -> list[Row]` is one group. The table is for people; the JSON below it
(and in FILE) carries how it was made.
"""

import argparse
import importlib
import importlib.metadata
import json
import os
import pkgutil
import platform
import shlex
import sys
import traceback
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from tests import benchmarks
from tests.benchmarks.rows import Row

PACKAGES = ("streamlit", "numpy", "plotly", "torch", "torchvision", "playwright")


def groups() -> list[ModuleType]:
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__"]
    modules = [importlib.import_module(f"tests.benchmarks.{name}") for name in sorted(names)]
    return [module for module in modules if hasattr(module, "rows")]


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def how_made() -> dict:
    return {
        "command": shlex.join(["python", "-m", "tests.benchmarks", *sys.argv[1:]]),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"processor": processor(), "cores": os.cpu_count(), "system": platform.platform()},
        "load_at_start": [round(load, 2) for load in os.getloadavg()],
        "versions": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in PACKAGES},
        },
    }


def verdict(row: Row) -> str:
    return {True: "met", False: "MISSED", None: ""}[row.met]


def table(rows: list[Row]) -> str:
    lines = [("what", "value", "budget", "", "how")]
    for row in rows:
        budget = "" if row.budget is None else f"{row.budget:g} {row.unit}"
        lines.append((row.name, f"{row.value:.3g} {row.unit}", budget, verdict(row), row.detail))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = (zip(line, widths, strict=True) for line in lines)
    return "\n".join("  ".join(cell.ljust(width) for cell, width in line).rstrip() for line in padded)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", metavar="MODULE", help="a module, such as start_bench")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the JSON to FILE")
    asked = parser.parse_args()

    report = how_made()
    rows: list[Row] = []
    failed: list[str] = []
    for module in groups():
        name = module.__name__.rpartition(".")[2]
        if asked.only and name not in asked.only:
            continue
        print(f"{name} …", flush=True)
        try:
            rows += module.rows()
        except Exception:
            traceback.print_exc()
            failed.append(name)

    report["rows"] = [asdict(row) for row in rows]
    report["failed"] = failed
    text = json.dumps(report, indent=2, ensure_ascii=False)
    print(f"\n{table(rows)}\n\n{text}")
    if asked.json:
        asked.json.write_text(text + "\n", encoding="utf-8")
    missed = [row.name for row in rows if row.met is False]
    print(f"\nbudgets missed: {', '.join(missed) or 'none'}")
    if failed:
        print(f"could not be measured: {', '.join(failed)}")
    return 1 if failed or missed else 0


if __name__ == "__main__":
    sys.exit(main())
