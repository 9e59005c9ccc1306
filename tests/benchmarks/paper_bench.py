"""A class's worksheets, and a bank of variants, in processor time: drawing the exercises is part of it."""

import time

from engine import limits
from engine.banks import BANKS
from engine.exercises import KINDS
from engine.paper import FILES, Pack
from engine.paper.pack import several, versions
from tests.benchmarks.rows import Row

LEARNERS, EACH = 30, 10
SECONDS = 10.0
ADDRESS = "https://stride.example.org"


def rows() -> list[Row]:
    began = time.process_time()
    made = versions(tuple(KINDS), 3, EACH, 1, LEARNERS)
    content = FILES["pdf"].make(Pack("Exercises", made, address=ADDRESS))
    took = time.process_time() - began
    detail = f"{EACH} exercises each, level 3, with answers and QR codes; {len(content) / 1e6:.1f} MB"
    found = [Row.at_most(f"{LEARNERS} own worksheets in one PDF", took, "s", SECONDS, detail)]
    began = time.process_time()
    variants = several(("conv-channels",), 3, limits.EXERCISES, 1)
    drawn = time.process_time() - began
    for bank in BANKS.values():
        began = time.process_time()
        content = bank.make(variants, "Variants")
        took = drawn + time.process_time() - began
        detail = f"conv-channels, level 3; {drawn:.1f} s of it to draw them; {len(content) / 1e6:.1f} MB"
        found.append(Row.at_most(f"{limits.EXERCISES} variants: {bank.label}", took, "s", SECONDS, detail))
    return found
