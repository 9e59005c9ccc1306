"""What is computed once and kept: by an object, or for a while by a key."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class cached_property(Generic[Value]):
    """A method whose value is computed at first use, and then stands in the object's own `__dict__`.

    functools.cached_property of Python 3.11 holds one lock for all objects of a class while it computes, so that one
    slow answer stops all others. Here there is no lock: two threads that share an object may both compute the value,
    and both get the one that was there first.
    """

    def __init__(self, compute: Callable[[Any], Value]):
        self.compute, self.name, self.__doc__ = compute, compute.__name__, compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "cached_property[Value]": ...
    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        kept = vars(instance)
        return kept[self.name] if self.name in kept else kept.setdefault(self.name, self.compute(instance))


class Kept:
    """Results by key, of which the least recently used are forgotten first; most: how many are kept.

    Unlike functools.lru_cache it holds on to the results alone, and not to the network behind them. Two threads that
    ask for the same result at once may both compute it, and both get the one that was there first.
    """

    def __init__(self, most: int):
        self.most = most
        self.results: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return the result of a key, from make() where it is not kept."""
        with self._lock:
            if key in self.results:
                self.results.move_to_end(key)
                return self.results[key]
        made = make()
        with self._lock:
            result = self.results.setdefault(key, made)
            while len(self.results) > self.most:
                self.results.popitem(last=False)
        return result
