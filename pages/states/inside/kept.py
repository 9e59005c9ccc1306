"""What takes long to compute, kept for a while: few results, the least recently used forgotten first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any


class Kept:
    """Results by key. Unlike functools.lru_cache it holds on to the results alone, and not to the network behind them.

    most: how many results are kept. Two threads that ask for the same result at once may both compute it.
    """

    def __init__(self, most: int):
        self.most = most
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return the result of a key, from make() where it is not kept."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        result = make()
        with self._lock:
            self._results[key] = result
            while len(self._results) > self.most:
                self._results.popitem(last=False)
        return result
