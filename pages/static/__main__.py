"""Builds the site: `python -m pages.static build/site`. Pyodide comes from STRIDE_PYODIDE, a folder, or its release."""

import argparse
import sys
from pathlib import Path

from engine import lean

lean.IN_BROWSER = True  # what is recorded here is what a browser would answer: before anything asks


def main() -> int:
    from pages.static import build, runtime

    parser = argparse.ArgumentParser(prog="python -m pages.static", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the site is made; what an earlier build left there goes")
    folder = parser.parse_args().folder
    try:
        made = build.build(folder, runtime.found())
    except runtime.Missing as error:
        print(error, file=sys.stderr)
        return 1
    print(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
