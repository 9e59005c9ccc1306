"""A learner's function, run: the one place that executes text. The site without a server calls it, in the learner's
own browser; no server does (tests/test_rooms.py holds who may import it).
"""

import contextlib
import io
import sys
import textwrap
import time
import traceback
from collections.abc import Callable, Iterator
from copy import deepcopy
from types import FunctionType
from typing import Any

import numpy as np

from engine.check.compare import compared, shape_text
from engine.check.finding import Broken, Finding, Outcome
from engine.check.task import LONGEST, Case, Task
from engine.check.words import listed

FILE = "<your code>"
SECONDS = 6.0  # for all calls of a check; the browser ends what does not even look at the time
PRINTED = 2_000  # characters of what it prints that are kept
KINDS = "fiub"  # of NumPy's dtypes: floats, whole numbers, truth values


class Endless(BaseException):
    """The time is over. No Exception: what the learner's own code catches must not catch it."""


class Printed(io.StringIO):
    """What a function prints, as far as it is kept."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, PRINTED - self.tell())])
        return len(text)


def check(task: Task, source: str, seconds: float = SECONDS) -> tuple[Finding, str]:
    """Return what a learner's text gives for a task's cases, and what it has printed."""
    printed, end = Printed(), time.monotonic() + seconds
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        try:
            functions = _loaded(source, end, seconds)
            function = _named(functions, task.name)
            forward = functions.get(task.forward)
            outcomes: list[Outcome] = []
            for case in task.cases():
                outcomes.append(_called(task, case, function, forward, end, seconds))
                if outcomes[-1].broken:
                    break
        except Broken as broken:
            return Finding("broken", (broken.says,), line=broken.line), printed.getvalue()
    return compared(task, outcomes), printed.getvalue()


def _loaded(source: str, end: float, seconds: float) -> dict[str, Any]:
    """Return the names that a text defines. Raises Broken where it cannot be read or run."""
    if len(source) > LONGEST:
        raise Broken(f"The text has {len(source)} characters; at most {LONGEST} are run. Paste the function alone.")
    source = textwrap.dedent(source.expandtabs(4))
    try:
        code = compile(source, FILE, "exec")
    except SyntaxError as error:
        where = f"Line {error.lineno}" if error.lineno else "The text"
        raise Broken(f"{where} is not Python: {error.msg}.", error.lineno) from error
    except ValueError as error:
        raise Broken(f"The text cannot be read: {error}.") from error
    except (RecursionError, MemoryError) as error:
        raise Broken("The text cannot be read: one of its expressions is too long.") from error
    space: dict[str, Any] = {"__name__": "yours", "np": np, "numpy": np}
    _guarded(lambda: exec(code, space), end, seconds)
    return space


def _named(functions: dict[str, Any], name: str) -> Callable:
    function = functions.get(name)
    if callable(function):
        return function
    own = {key: one for key, one in functions.items() if isinstance(one, FunctionType)}
    mine = [key for key, one in own.items() if one.__code__.co_filename == FILE]
    there = f"It defines {listed(mine)}." if mine else "It defines no function."
    raise Broken(f"There is no function {name} in your code. {there}")


def _called(
    task: Task, case: Case, function: Callable, forward: Callable | None, end: float, seconds: float
) -> Outcome:
    """Return what one call gives. Its arguments are copies: what it does to them harms nobody."""
    data = deepcopy(case.data)
    try:
        cache = None
        if callable(forward):
            cache = _kept(task, case, forward, end, seconds)
        given = _guarded(lambda: function(*task.arguments(data, cache)), end, seconds)
        results = _results(task, given)
        returned = dict(zip(task.gives, given, strict=True)) if task.more else {}
        for name in task.more:
            results[name] = _inside({**data, **returned}, name)
    except Broken as broken:
        return Outcome(case, broken=Broken(f"In the case “{case.says}”: {broken.says}", broken.line))
    own = [name for name in (*task.takes, *task.cached) if name in data and name not in task.changes]
    changed = [name for name in own if not _as_before(data[name], case.data[name])]
    return Outcome(case, results, changed=tuple(changed))


def _kept(task: Task, case: Case, forward: Callable, end: float, seconds: float) -> Any:
    """Return the cache of the learner's own forward function."""
    given = _guarded(lambda: forward(*(deepcopy(case.data[name]) for name in task.cached)), end, seconds)
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise Broken(f"{task.forward} is in your code too, so its cache is used; but it does not return out, cache.")
    return given[1]


def _guarded(call: Callable[[], Any], end: float, seconds: float) -> Any:
    """Return what a call of the learner's code gives. Raises Broken, with the learner's own line, where it fails."""
    try:
        with _timed(end), np.errstate(all="ignore"):
            return call()
    except Endless as late:
        line = _line_of(late)
        where = f" It was at line {line}." if line else ""
        raise Broken(
            f"It did not come to an end within {seconds:g} seconds.{where} Does every loop end?", line
        ) from late
    except RecursionError as error:
        raise Broken("It calls itself without an end.", _line_of(error)) from error
    except MemoryError as error:
        raise Broken("It asks for more memory than there is.", _line_of(error)) from error
    except (Exception, SystemExit) as error:
        line = _line_of(error)
        where = f"Line {line} raises" if line else "It raises"
        said = " ".join(str(error).split())[:300].rstrip(".")
        raise Broken(f"{where} {type(error).__name__}{f': {said}' if said else ''}.", line) from error


@contextlib.contextmanager
def _timed(end: float) -> Iterator[None]:
    """Raise Endless at the learner's next line once the time is over."""

    def look(frame, event, argument):
        if frame.f_code.co_filename != FILE:
            return None
        if time.monotonic() > end:
            raise Endless
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)


def _line_of(error: BaseException) -> int | None:
    """Return the last line of the learner's text that an error came through."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
    return lines[-1] if lines else None


def _results(task: Task, given: Any) -> dict[str, Any]:
    """Return what is compared of what a function has returned, by name. Raises Broken where that cannot be."""
    names = task.gives
    wanted = f"return {', '.join(names)}"
    if given is None:
        raise Broken(f"{task.name} returns nothing (None). Its last line should be: {wanted}")
    if len(names) == 1:
        given = (given,)
    elif not isinstance(given, (tuple, list)):
        raise Broken(f"{task.name} returns one thing, {_kind(given)}, but {len(names)} are wanted: {wanted}")
    if len(given) != len(names):
        raise Broken(f"{task.name} returns {len(given)} things, but {len(names)} are wanted: {wanted}")
    made = dict(zip(names, given, strict=True))
    return {name: _array(name, made[name]) for name in task.checked}


def _array(name: str, value: Any) -> np.ndarray:
    """Return a result as an array of numbers. Raises Broken where it is none."""
    if value is None:
        raise Broken(f"{name} is None: nothing was put into it.")
    if not isinstance(value, (np.ndarray, np.generic, float, int)):
        raise Broken(f"{name} is {_kind(value)}, not an array of NumPy. Make it with np.zeros(shape), or np.array(…).")
    array = np.asarray(value)
    if array.dtype.kind not in KINDS:
        raise Broken(f"{name} has the dtype {array.dtype}, but numbers such as float64 are wanted.")
    return array.copy()


def _inside(data: dict[str, Any], name: str) -> np.ndarray:
    """Return what a call has left in one of its arguments, such as bn_param["running_mean"]."""
    whole, _, key = name.removesuffix('"]').partition('["')
    if not isinstance(data[whole], dict) or key not in data[whole]:
        raise Broken(f"Nothing was kept as {name}.")
    return _array(name, data[whole][key])


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of the shape {shape_text(value.shape)}"
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _as_before(after: Any, before: Any) -> bool:
    """Return whether a value is as it was."""
    if isinstance(before, dict):
        return (
            isinstance(after, dict)
            and after.keys() == before.keys()
            and all(_as_before(after[k], before[k]) for k in before)
        )
    return np.array_equal(after, before)
