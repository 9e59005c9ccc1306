"""Exercises for other systems: question banks for learning platforms, and JSON. The standard library alone.

BANKS["moodle"].make(exercises, "Convolution, week 3")     the bytes of a file
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.banks.canvas import canvas
from engine.banks.gift import gift
from engine.banks.moodle import moodle
from engine.banks.plain import as_json
from engine.banks.qti import qti


@dataclass(frozen=True)
class Bank:
    """A sort of file. make(exercises, title, whose) → its bytes; it raises ValueError where they don't fit into it.

    whose: the learner of each exercise, where each learner has own ones; () where not.
    """

    label: str
    type: str
    ending: str
    make: Callable[..., bytes]


BANKS: Mapping[str, Bank] = {
    "moodle": Bank("Moodle (XML)", "application/xml", "xml", moodle),
    "qti": Bank("QTI 2.1 (zip)", "application/zip", "zip", qti),
    "canvas": Bank("Canvas (QTI 1.2, zip)", "application/zip", "zip", canvas),
    "gift": Bank("GIFT (text)", "text/plain", "gift.txt", gift),
    "json": Bank("JSON", "application/json", "json", as_json),
}
