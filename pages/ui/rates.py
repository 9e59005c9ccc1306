"""How often one key and one address may ask, and how much they may send.

A class behind its school's one address is no attack: 300 learners who all press a key in the same second must be
answered. So the limit that a person could reach is one of a session's key, and an address may send what a large class
does. What then waits has its turns address by address (pages/ui/turns.py): nobody is locked out by a neighbour.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

KEPT = 10_000  # names that are remembered at once


@dataclass(frozen=True)
class Rate:
    """So much a second in the long run, and `burst` at once."""

    second: float
    burst: float


class Rates:
    """Token buckets, one for each name, such as an address: full at first, filled again as time passes."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic):
        self.rate, self.clock = rate, clock
        self._left: dict[Hashable, tuple[float, float]] = {}  # what is in a bucket, and since when

    def take(self, name: Hashable, much: float = 1) -> float:
        """Take from a name's bucket; return 0, or the seconds until that much is in it, and then take nothing."""
        now = self.clock()
        left = self._filled(name, now)
        if left < min(much, self.rate.burst):
            return (min(much, self.rate.burst) - left) / self.rate.second
        self._left[name] = left - much, now
        if len(self._left) > KEPT:
            self._forget(now)
        return 0.0

    def _filled(self, name: Hashable, now: float) -> float:
        left, since = self._left.get(name, (self.rate.burst, now))
        return min(self.rate.burst, left + (now - since) * self.rate.second)

    def _forget(self, now: float) -> None:
        """Forget the full buckets, and where that is not enough, the half that was taken from longest ago."""
        self._left = {name: held for name, held in self._left.items() if self._filled(name, now) < self.rate.burst}
        if len(self._left) > KEPT:
            oldest_first = sorted(self._left.items(), key=lambda one: one[1][1])
            self._left = dict(oldest_first[len(oldest_first) // 2 :])


# A page sends its acts one after the other; a knob that is dragged makes one for each frame of the screen.
OF_KEY = Rate(100, 500)
OF_ADDRESS = Rate(300, 1500)
BYTES_OF_ADDRESS = Rate(5_000_000, 50_000_000)  # of requests, of which each has a few thousand
OPENED_BY_ADDRESS = Rate(10, 400)  # sessions
MESSAGES_OF_SESSION = Rate(5, 30)  # each makes a script run: a page is opened, or something chosen that Streamlit draws
MESSAGES_OF_ADDRESS = Rate(10, 1000)
