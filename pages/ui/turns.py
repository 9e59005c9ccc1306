"""Turns: work that waits for one of a few threads, so that nobody who asks much keeps the others waiting."""

from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeVar

from anyio import CapacityLimiter, Event, fail_after, to_thread

Result = TypeVar("Result")
Client = tuple[str, str]
"""An address, and what tells clients at it apart."""


class Full(Exception):
    """Too much waits already, or this has waited too long; what was asked for was not begun."""


class Gone(Exception):
    """Nobody waits any more for what was asked for, so that it was not begun."""


async def _there() -> bool:
    return False


class Turns:
    """The turns of clients at some threads: address by address, and at each address client by client.

    A client is (address, name): what a class behind one address asks, and what one learner at another asks, share the
    threads equally while both wait; so do the learners of the class. One thing at a time is done for each client.

    each: how much of one client may wait, so that others find a place. most: how much of all, of which one address may
    have half. patience: for how many seconds.
    """

    def __init__(self, threads: int, each: int = 8, most: int = 800, patience: float = 10):
        self.threads, self.each, self.most, self.patience = threads, each, most, patience
        self._limiter = CapacityLimiter(threads)
        self._busy: set[Client] = set()
        # What waits, by address and name; whose turn is next stands first in both.
        self._waiting: dict[str, dict[str, deque[Event]]] = {}

    @property
    def waiting(self) -> int:
        """How much waits."""
        return sum(map(self._waits, self._waiting))

    def _waits(self, address: str) -> int:
        return sum(map(len, self._waiting.get(address, {}).values()))

    async def run(
        self,
        client: Client,
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

    async def _turn(self, client: Client) -> None:
        if client not in self._busy and len(self._busy) < self.threads:
            self._busy.add(client)
            return
        address, name = client
        mine = self._waiting.get(address, {}).get(name, deque())
        if len(mine) >= self.each or self._waits(address) >= self.most / 2 or self.waiting >= self.most:
            raise Full
        turn = Event()
        mine.append(turn)
        self._waiting.setdefault(address, {})[name] = mine
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

    def _left(self, client: Client, turn: Event) -> None:
        """Take a turn out of the queue."""
        address, name = client
        here = self._waiting[address]
        here[name].remove(turn)
        if not here[name]:
            del here[name]
        if not here:
            del self._waiting[address]

    def _done(self, client: Client) -> None:
        """Give the thread to the next client; this one's next turn, and its address's, come after all others'."""
        self._busy.discard(client)
        address, name = client
        if here := self._waiting.pop(address, None):
            self._waiting[address] = here
            if name in here:
                here[name] = here.pop(name)
        while len(self._busy) < self.threads and (client := self._next()):
            turn = self._waiting[client[0]][client[1]][0]
            self._left(client, turn)
            self._busy.add(client)
            turn.set()

    def _next(self) -> Client | None:
        """Return the client whose turn is next, among those for whom nothing is done yet; None where none waits."""
        clients = ((address, name) for address, names in self._waiting.items() for name in names)
        return next((client for client in clients if client not in self._busy), None)
