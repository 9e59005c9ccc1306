"""Room for one more run: how many there may be, of one browser and of all, and which ones go for it."""

import os
from collections import Counter

from engine.training.runs.listing import all_runs
from engine.training.runs.owner import NOBODY, Asker
from engine.training.runs.run import Run

# Kept at most, of all browsers and of one; waiting or training at most, of all and of one; bytes of all.
COUNT, OWN_COUNT, QUEUE, OWN_QUEUE, BYTES = 50, 25, 40, 10, 2 * 10**9


def check_queue(asker: Asker) -> None:
    """Raise ValueError, with the numbers, where as many runs wait or train as may: STRIDE_QUEUE, STRIDE_OWN_QUEUE."""
    active = [run for run in all_runs() if not run.broken and run.state().active]
    own = sum(_is_own(run, asker) for run in active)
    if own >= (most := _bound("STRIDE_OWN_QUEUE", OWN_QUEUE)) and not asker.operates:
        raise ValueError(f"{own} of your runs wait or train, and {most} may: stop one, or wait until one has ended")
    if len(active) >= (most := _bound("STRIDE_QUEUE", QUEUE)):
        raise ValueError(f"{len(active)} runs wait or train here, and {most} may: wait until one has ended")


def make_room(spared: str = "", asker: Asker = NOBODY) -> list[str]:
    """Remove runs that have ended, until one more may come; return the names of those that went.

    The bounds are STRIDE_RUNS_COUNT and STRIDE_RUNS_BYTES for all, and STRIDE_OWN_RUNS for one browser. The oldest of
    the asker's own go. Only where none of these has ended, another browser's go: the oldest of the one that has most.
    Kept runs, those that have not ended and the one with the id `spared` stay. Raises ValueError, with the numbers,
    where there is no room then; nothing is removed in that case.
    """
    gone: list[str] = []
    held = {spared}  # and those that a process holds, though they have ended: the next new run tries them again
    while going := _going(held, asker):
        for run in going:
            try:
                run.delete()
            except ValueError:
                held.add(run.id)
                break
            gone.append(run.name)
        else:
            break
    return gone


def _going(spared: set[str], asker: Asker) -> list[Run]:
    """Return the runs that have to go for one more. ValueError where there is no room for it."""
    count, size = _bound("STRIDE_RUNS_COUNT", COUNT), _bound("STRIDE_RUNS_BYTES", BYTES)
    own_count = count if asker.operates or not asker.keys else _bound("STRIDE_OWN_RUNS", OWN_COUNT)
    left = [run for run in reversed(all_runs()) if not run.broken]  # the oldest first
    sizes = {run.id: run.size() for run in left}
    ended = {run.id for run in left if not run.state().active}
    going: list[Run] = []
    while True:
        own = [run for run in left if _is_own(run, asker)]
        total = sum(sizes[run.id] for run in left)
        if len(left) < count and total <= size and len(own) < own_count:
            return going
        among = own if len(own) >= own_count or any(run.id in ended for run in own) else _largest_first(left)
        next_one = next((run for run in among if run.id in ended and not run.kept and run.id not in spared), None)
        if next_one is None:
            raise ValueError(_no_room(len(own), own_count, len(left), total))
        left.remove(next_one)
        going.append(next_one)


def _is_own(run: Run, asker: Asker) -> bool:
    """Whether a run counts as the asker's: it was begun by the same browser, or both are nobody's."""
    return run.owner.browser == asker.browser


def _largest_first(runs: list[Run]) -> list[Run]:
    """Return runs, those of the browser that has most of them first."""
    count = Counter(run.owner.browser for run in runs)
    return sorted(runs, key=lambda run: -count[run.owner.browser])  # keeps the order of age


def _no_room(own: int, own_count: int, every: int, size: int) -> str:
    if own >= own_count:
        return f"you have {own} runs, and {own_count} may be kept: delete one, or take the pin off one that has ended"
    return (
        f"there is no room for one more run beside the {every} that stay, with {size / 1e6:,.1f} MB: they wait, train "
        "or have a pin. Delete one of yours, or take its pin off, or wait"
    )


def _bound(variable: str, default: int) -> int:
    text = os.environ.get(variable, "").strip()
    return int(text) if text.isdecimal() and int(text) > 0 else default
