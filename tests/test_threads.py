"""The threads of matrix products, in the app and in the command: one each, whatever the machine has."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import threads

ROOT = Path(__file__).resolve().parents[1]
BLAS = [*Path(np.__file__).parents[1].glob("numpy.libs/libscipy_openblas*")]
COUNT = """
import ctypes
lib = ctypes.CDLL({!r})
print(next(getattr(lib, name)() for name in ("scipy_openblas_get_num_threads64_", "scipy_openblas_get_num_threads")
           if hasattr(lib, name)))
"""


def threads_after(code: str, **variables: str) -> int:
    """Return how many threads NumPy takes for a product after some code, in a Python of its own."""
    env = {name: text for name, text in os.environ.items() if name not in (*threads.NUMPY, *threads.OTHERS)}
    command = [sys.executable, "-c", f"{code}\nimport numpy{COUNT.format(str(BLAS[0]))}"]
    done = subprocess.run(command, cwd=ROOT, env=env | variables, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return int(done.stdout.split()[-1])


@pytest.mark.skipif(not BLAS, reason="NumPy's products are another library's here")
@pytest.mark.skipif(os.cpu_count() == 1, reason="one core has one thread anyway")
@pytest.mark.parametrize("start", ["import app", "import engine.training.__main__"])
def test_the_app_and_the_command_take_one_thread_for_numpys_products(start):
    assert threads_after("") > 1
    assert threads_after(start) == 1
    assert threads_after(start, OPENBLAS_NUM_THREADS="2") == 2  # who runs it may say otherwise
