"""Numbers drawn from a text, the same on every machine and in every version of Python and NumPy.

The stream is SHA-256 in counter mode, taken as 32-bit words: a standard that no library can change. NumPy does not
promise that `Generator.integers` stays as it is, nor does Python for the methods of `random.Random`.
"""

from collections.abc import Sequence
from hashlib import sha256
from math import prod
from typing import TypeVar

import numpy as np

T = TypeVar("T")
_WORD = 2**32


class Draw:
    """A stream of numbers that belongs to a text."""

    def __init__(self, text: str):
        self._text, self._block, self._words = text, 0, []

    def _word(self) -> int:
        if not self._words:
            digest = sha256(f"{self._text}#{self._block}".encode()).digest()
            self._words = [int.from_bytes(digest[k : k + 4], "big") for k in range(28, -1, -4)]
            self._block += 1
        return self._words.pop()

    def whole(self, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`, each as likely."""
        count = most - least + 1
        while (word := self._word()) >= _WORD - _WORD % count:
            pass  # such words would make some numbers likelier
        return least + word % count

    def choice(self, options: Sequence[T]) -> T:
        return options[self.whole(0, len(options) - 1)]

    def order(self, items: Sequence[T]) -> list[T]:
        """Return the items in some order."""
        left = list(items)
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(len(left))]

    def array(self, *shape: int, most: int = 4, zero: bool = True, step: float = 1.0) -> np.ndarray:
        """Return numbers −most … most times `step`, in a shape. zero: whether 0 is among them."""
        options = [k for k in range(-most, most + 1) if k or zero]
        return np.array([self.choice(options) * step for _ in range(prod(shape))]).reshape(shape)

    def apart(self, *shape: int, most: int = 9) -> np.ndarray:
        """Return numbers of −most … most of which no two are equal, in a shape."""
        return np.array(self.order(range(-most, most + 1))[: prod(shape)], dtype=float).reshape(shape)
