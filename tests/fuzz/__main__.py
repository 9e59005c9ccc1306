"""Ask the engine's address for what nobody should ask: `python -m tests.fuzz --cases 20000 [--seed 0]`.

Prints every case that breaks a bound (tests/fuzz/asked.py), and the dearest ones. Exit status 1 where one did.
"""

import argparse
import os
import sys
import tempfile


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["STRIDE_DATA"] = folder
        from tests.fuzz.asked import ask

        broken, dearest = [], []
        for seed in range(given.seed, given.seed + given.cases):
            found = ask(seed)
            dearest = sorted([*dearest, found], key=lambda one: -one.seconds)[:5]
            if found.problem:
                broken.append(found)
                print(found, flush=True)
    print(f"{given.cases:,} cases, {len(broken)} broke a bound. The dearest:")
    for found in dearest:
        print(found)
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
