"""What a piece of code imports, seen in a Python of its own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("torch", "dask", "distributed")


def heavy_after(code: str) -> list[str]:
    """Return which of HEAVY are there after the code has run; it must run without an error."""
    code = f"import sys\n{code}\nprint()\nprint(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()[-1].split()
