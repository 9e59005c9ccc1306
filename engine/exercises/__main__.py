"""Exercises without a browser: as worksheets, question banks, texts.

    python -m engine.exercises --kinds conv,pool --level 2 --count 10 --seed 7 --as pdf --out worksheet.pdf
    python -m engine.exercises --list

    python -m engine.exercises --set CODE --names "Ada, Ben" --as pdf --answers --out class.pdf

A kind is named by its own name, by its topic, or by a word of its name: "pool" is every kind about pooling. Several
names take turns, so that a short sheet has some of each. A set has the exercises of its link, everywhere; where each
learner has own numbers, they follow from the name.
"""

import argparse
import sys
from itertools import zip_longest
from pathlib import Path

from engine import lean, limits
from engine.exercises import KINDS, LARGEST_SEED, LEVELS, TOPICS
from engine.paper import FILES, Pack, Version
from engine.paper.pack import SIZES, fits, several, versions
from engine.sets import ExerciseSet, exercises


def main(arguments: list[str] | None = None) -> int:
    """Write a file, and return 0; 2 for a wrong command."""
    read = _reader()
    asked = read.parse_args(arguments)
    if asked.list:
        print("\n".join(f"{name:<22} {kind.topic:<24} {kind.title}" for name, kind in KINDS.items()))
        return 0
    if not asked.out:
        read.error("--out FILE says where the file goes; --out - prints it")
    try:
        pack = Pack(asked.title, _versions(asked), asked.paper, asked.answers, asked.address)
        content = FILES[asked.format].make(pack)
    except ValueError as error:
        read.error(str(error))
    except ModuleNotFoundError as error:
        read.error(lean.said(error))
    if asked.out == "-":
        sys.stdout.buffer.write(content)
        return 0
    try:
        Path(asked.out).write_bytes(content)
    except OSError as error:
        read.error(f"--out {asked.out} cannot be written: {error.strerror}")
    return 0


def _versions(asked: argparse.Namespace) -> tuple[Version, ...]:
    """Return the exercises that the options name. Raises ValueError where they name none."""
    names = _listed(asked.names)
    if not asked.set:
        if names:
            raise ValueError("--names goes with --set; own numbers of other exercises are --learners")
        if asked.count * (asked.learners or 1) > limits.EXERCISES_IN_ALL:
            raise ValueError(
                f"--count {asked.count} for --learners {asked.learners}: more than {limits.EXERCISES_IN_ALL:,} in all"
            )
        chosen = _kinds(_listed(asked.kinds))
        if asked.learners:
            return versions(chosen, asked.level, asked.count, asked.seed, asked.learners)
        return (Version(several(chosen, asked.level, asked.count, asked.seed)),)
    one = ExerciseSet.read(asked.set)
    if len(names) > limits.LEARNERS:
        raise ValueError(f"--names has {len(names)} names, and a file at most {limits.LEARNERS}")
    if one.own and not names:
        raise ValueError("each learner has own numbers in this set: name them by --names")
    fits(one.count * len(names))
    return tuple(Version(tuple(exercises(one, name)), name) for name in names or ("",))


def _kinds(names: list[str]) -> tuple[str, ...]:
    """Return the kinds that names mean, one of each name in turn; all, topic by topic, where there are none.

    Raises ValueError for a name that means none.
    """
    groups = []
    for name in names or TOPICS:
        found = [kind for kind, one in KINDS.items() if name == one.topic or name in kind.split("-")]
        groups.append([name] if name in KINDS else found)
        if not groups[-1]:
            raise ValueError(f"{name!r} is no kind of exercise, no topic and no word of a kind's name; see --list")
    in_turn = (kind for kinds in zip_longest(*groups) for kind in kinds if kind)
    return tuple(dict.fromkeys(in_turn))


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _reader() -> argparse.ArgumentParser:
    head, _, more = __doc__.partition("\n")
    read = argparse.ArgumentParser(
        "python -m engine.exercises",
        description=head,
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    read.add_argument("--list", action="store_true", help="print the kinds with their topics, and end")
    read.add_argument("--kinds", default="", help="kinds or topics, with commas between; all if left out")
    levels = ", ".join(f"{level} {name}" for level, name in LEVELS.items())
    read.add_argument("--level", type=int, choices=LEVELS, default=2, help=f"{levels}; default 2")
    read.add_argument(
        "--count",
        type=_whole(1, limits.EXERCISES),
        default=10,
        help=f"how many exercises, 1 to {limits.EXERCISES}; default 10",
    )
    read.add_argument(
        "--seed",
        type=_whole(0, LARGEST_SEED - limits.EXERCISES),
        default=1,
        help="another seed, other numbers; default 1",
    )
    read.add_argument("--learners", type=_whole(1, limits.LEARNERS), help="own numbers for each of so many learners")
    read.add_argument("--set", default="", help="the code of a set, in place of kinds, level, count and seed")
    read.add_argument("--names", default="", help="the learners of a set, with commas between: own numbers for each")
    read.add_argument("--as", dest="format", choices=FILES, default="pdf", help="the format; default pdf")
    read.add_argument("--out", help="the file to write; - for the standard output")
    read.add_argument("--title", default="Exercises", help="what stands above a worksheet, and names a bank")
    read.add_argument("--paper", choices=SIZES, default="a4", help="a worksheet's paper; default a4")
    read.add_argument("--answers", action="store_true", help="add the answers, with their working, at the end")
    read.add_argument("--address", default="", help="where learners have Stride: a worksheet then has QR codes")
    return read


def _whole(least: int, most: int):
    """Return what reads a whole number within bounds."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} to {most:,}")
        return int(text)

    return read


if __name__ == "__main__":
    sys.exit(main())
