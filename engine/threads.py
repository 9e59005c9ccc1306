"""How many threads matrix products take. To be called before NumPy is imported, which reads it once.

A library that computes takes a thread for each core. An app in which many pages compute, beside processes that train,
would have far more threads than cores, and threads that wait for each other in a loop: one each is quicker for all.
"""

import os

NUMPY = ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")  # of its own packages, on Linux and on macOS
OTHERS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")  # of torch, and of NumPy where it was built with these


def one(*variables: str) -> None:
    """Let each product take one thread, where the environment does not say how many."""
    for variable in variables:
        os.environ.setdefault(variable, "1")
