"""`make constraints`: pin what the packages of the requirements bring, as it is installed here.

What differs from one platform to another stays free: PyTorch's libraries for GPUs, which come with its wheel. Packages
that only another platform needs are not installed here, and so have no pin.
"""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "constraints.txt"
REQUIREMENTS = ("requirements-lessons.txt", "requirements.txt", "requirements-dev.txt")
OF_A_PLATFORM = re.compile(r"nvidia-.*|cuda-.*|triton.*|pip|setuptools|wheel")
HEAD = """\
# Made by `make constraints`, from what is installed: the versions of what the packages in requirements*.txt
# bring. What comes with PyTorch for one platform only has no pin.
"""


def direct() -> list[Requirement]:
    """Return the packages that the requirements name."""
    lines = [line for name in REQUIREMENTS for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def pins() -> dict[str, str]:
    """Return the version of every package that the direct ones bring, and those bring, by its name."""
    named = {canonicalize_name(one.name) for one in direct()}
    found: dict[str, str] = {}
    waiting, seen = direct(), set()
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if (name, *sorted(one.extras)) in seen or OF_A_PLATFORM.fullmatch(name):
            continue
        seen.add((name, *sorted(one.extras)))
        try:
            there = distribution(name)
        except PackageNotFoundError:
            raise SystemExit(f"{name} is not installed: run make test first") from None
        if name not in named:
            found[name] = there.version
        needs = map(Requirement, there.requires or ())
        waiting += [need for need in needs if _is_needed(need, one.extras)]
    return dict(sorted(found.items()))


def _is_needed(need: Requirement, extras: set[str]) -> bool:
    """Whether a package is needed here, by one that was asked for with some extras."""
    return need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def text() -> str:
    return HEAD + "".join(f"{name}=={version}\n" for name, version in pins().items())


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(f"{FILE.name}: {len(pins())} packages")
