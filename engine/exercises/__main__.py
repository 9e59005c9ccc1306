"""Exercises without a browser: as worksheets, question banks, texts.

    python -m engine.exercises --kinds conv,pool --level 2 --count 10 --seed 7 --as pdf --out worksheet.pdf
    python -m engine.exercises --list

A kind is named by its own name, by its topic, or by a word of its name: "pool" is every kind about pooling.
"""

import argparse
import sys
from pathlib import Path

from engine.exercises import KINDS, LEVELS
from engine.paper import FILES, Pack, Version
from engine.paper.pack import LARGEST, MOST, MOST_IN_ALL, MOST_LEARNERS, SIZES, kinds, several, versions

NO_PDF = "A PDF needs the package typst: install it by “pip install typst”, or take another format."


def main(arguments: list[str] | None = None) -> int:
    """Write a file, and return 0; 2 for a wrong command."""
    read = _reader()
    asked = read.parse_args(arguments)
    if asked.list:
        print("\n".join(f"{name:<22} {kind.topic:<24} {kind.title}" for name, kind in KINDS.items()))
        return 0
    if not asked.out:
        read.error("--out FILE says where the file goes; --out - prints it")
    if asked.count * (asked.learners or 1) > MOST_IN_ALL:
        read.error(f"{asked.count} exercises for {asked.learners} learners are more than {MOST_IN_ALL:,} in all")
    try:
        chosen = kinds([name.strip() for name in asked.kinds.split(",") if name.strip()])
    except ValueError as error:
        read.error(f"--kinds: {error}; --list prints what there is")
    try:
        content = FILES[asked.format].make(_pack(asked, chosen))
    except ValueError as error:
        read.error(str(error))
    except ModuleNotFoundError as error:
        if error.name != "typst":
            raise
        read.error(NO_PDF)
    if asked.out == "-":
        sys.stdout.buffer.write(content)
        return 0
    try:
        Path(asked.out).write_bytes(content)
    except OSError as error:
        read.error(f"--out {asked.out} cannot be written: {error.strerror}")
    return 0


def _pack(asked: argparse.Namespace, chosen: tuple[str, ...]) -> Pack:
    if asked.learners:
        made = versions(chosen, asked.level, asked.count, asked.seed, asked.learners)
    else:
        made = (Version(several(chosen, asked.level, asked.count, asked.seed)),)
    return Pack(asked.title, made, asked.paper, asked.answers, asked.address)


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
    read.add_argument("--count", type=_whole(1, MOST), default=10, help=f"how many exercises, 1 to {MOST}; default 10")
    read.add_argument(
        "--seed", type=_whole(0, LARGEST - MOST), default=1, help="another seed, other numbers; default 1"
    )
    read.add_argument("--learners", type=_whole(1, MOST_LEARNERS), help="own numbers for each of so many learners")
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
