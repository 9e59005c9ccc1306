"""Turns: work that waits for one of a few threads, so that nobody who asks much keeps the others waiting."""

from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar

from anyio import CapacityLimiter, Event, fail_after, to_thread

Result = TypeVar("Result")


class Full(Exception):
    """Too much waits already, or this has waited too long; what was asked for was not begun."""


class Gone(Exception):
    """Nobody waits any more for what was asked for, so that it was not begun."""


async def _there() -> bool:
    return False


class Turns:
    """The turns of clients at some threads: one thing at a time for each client, and the clients one after the other.

    each: how much of one client may wait, so that others find a place. most: how much of all. patience: for how many
    seconds.
    """

    def __init__(self, threads: int, each: int = 8, most: int = 400, patience: float = 10):
        self.threads, self.each, self.most, self.patience = threads, each, most, patience
        self._limiter = CapacityLimiter(threads)
        self._busy: set[Hashable] = set()
        self._waiting: dict[Hashable, deque[Event]] = {}  # the client whose turn is next stands first

    async def run(
        self,
        client: Hashable,
        work: Callable[..., Result],
        *arguments: object,
        gone: Callable[[], Awaitable[bool]] = _there,
    ) -> Result:
        """Return work(*arguments), done in a thread when it is the client's turn.

        gone: whether the client does not wait any more. Raises Full, or Gone, where the work is not begun.
        """
        await self._turn(client)
        try:
            if await gone():
                raise Gone
            return await to_thread.run_sync(work, *arguments, limiter=self._limiter)
        finally:
            self._done(client)

    async def _turn(self, client: Hashable) -> None:
        if client not in self._busy and len(self._busy) < self.threads:
            self._busy.add(client)
            return
        mine = self._waiting.get(client, deque())
        if len(mine) >= self.each or sum(map(len, self._waiting.values())) >= self.most:
            raise Full
        turn = Event()
        self._waiting.setdefault(client, mine).append(turn)
        try:
            with fail_after(self.patience):
                await turn.wait()
        except BaseException as error:  # it took too long, or the client gave up
            if turn.is_set():
                self._done(client)
            else:
                self._left(client, turn)
            if isinstance(error, TimeoutError):
                raise Full from error
            raise

    def _left(self, client: Hashable, turn: Event) -> None:
        """Take a turn out of the queue."""
        mine = self._waiting[client]
        mine.remove(turn)
        if not mine:
            del self._waiting[client]

    def _done(self, client: Hashable) -> None:
        """Give the thread to the next client; this one's next turn comes after those of all others."""
        self._busy.discard(client)
        if client in self._waiting:
            self._waiting[client] = self._waiting.pop(client)
        for client in [client for client in self._waiting if client not in self._busy]:
            if len(self._busy) >= self.threads:
                return
            turn = self._waiting[client][0]
            self._left(client, turn)
            self._busy.add(client)
            turn.set()
