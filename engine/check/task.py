"""What a task of "Check my function" is: a function that courses ask for, calls of it, the mistakes that it invites."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.exercises import Scene

Data = dict[str, Any]
Results = dict[str, np.ndarray]
LONGEST = 20_000  # characters of a learner's text


@dataclass(frozen=True)
class Case:
    """One call. says: what is special about it ("with padding"). data: all that the call is made of, by name."""

    says: str
    data: Data


@dataclass(frozen=True)
class Mistake:
    """A usual mistake as a function of its own.

    name: in engine.check.names.TITLES. did: what was done, after "You". look: what to do instead. make(**data): what a
    function with this mistake returns, by name; what it leaves as it should be need not be there.
    """

    name: str
    did: str
    look: str
    make: Callable[..., Mapping[str, Any]]

    @property
    def says(self) -> str:
        return f"You {self.did}. {self.look}"


@dataclass(frozen=True)
class Place:
    """Where the right number is made: a scene at its step.

    note: what is to be said of it. judged: whether what the scene's own slips say fits the learner's number and words.
    """

    scene: Scene
    note: str = ""
    judged: bool = True


@dataclass(frozen=True)
class Task:
    """A function that a learner has written.

    takes: its arguments, by name. cached: what its `cache` holds, where it takes one: that of the forward function
    `forward`, as courses set it. gives: what it returns, in order; checked: what of that is compared. more: what else
    is compared, such as 'bn_param["running_mean"]', found there after the call. shapes: the rule of its results'
    shapes, for one that no mistake explains. changes: the arguments that it may change. right(**data): the results.
    place(data, result, index): where a number of them is made.
    """

    name: str
    topic: str
    title: str
    text: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    checked: tuple[str, ...]
    cases: Callable[[], list[Case]]
    right: Callable[..., Mapping[str, Any]]
    mistakes: tuple[Mistake, ...]
    place: Callable[[Data, str, tuple[int, ...]], Place | None] = lambda data, result, index: None
    cached: tuple[str, ...] = ()
    forward: str = ""
    more: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    shapes: str = ""

    @property
    def signature(self) -> str:
        return f"{self.name}({', '.join(self.takes)})"

    @property
    def starter(self) -> str:
        """The code to begin with: the signature, what comes in and goes out, and nothing done."""
        lines = [f"{', '.join(self.cached)} = cache"] if self.cached else []
        lines += [f"{name} = None" for name in self.gives if name != "cache" and name not in self.takes]
        lines += ["# your code"]
        lines += [f"cache = {self.keeps}"] if "cache" in self.gives else []
        lines += [f"return {', '.join(self.gives)}"]
        return "\n".join(
            ["import numpy as np", "", "", f"def {self.signature}:", *(f"    {line}" for line in lines), ""]
        )

    @property
    def keeps(self) -> str:
        """What a forward function's cache holds, as code."""
        return f"({', '.join(self.takes)})" if len(self.takes) > 1 else self.takes[0]

    def arguments(self, data: Data, cache: Any = None) -> list[Any]:
        """Return the arguments of a call. cache: what the learner's own forward function has kept, or None."""
        if cache is None and self.cached:
            values = tuple(data[name] for name in self.cached)
            cache = values if len(values) > 1 else values[0]
        return [cache if name == "cache" else data[name] for name in self.takes]


def mistake(result: str, name: str, did: str, look: str, make: Callable[..., Any]) -> Mistake:
    """Return a mistake whose make(**data) gives one result, or, where `result` is "", several by name."""

    def made(**data):
        got = make(**data)
        return {result: got} if result else got

    return Mistake(name, did, look, made)


def placed(scene: Scene, index: tuple[int, ...], note: str = "", judged: bool = True) -> Place:
    """Return a scene at the step that writes an output cell."""
    return Place(scene.at(scene.trace.step_at(index)), note, judged)


def share_text(n: int, count: int) -> str:
    """Return what is said of picture n's share of a sum over so many; "" where it is all."""
    return f"This is the share of picture {n}: the shares of all {count} are added." if count > 1 else ""
