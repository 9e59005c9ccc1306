"""Turns at a few threads: who waits for whom, and what is not begun."""

import asyncio
import threading

import pytest

from pages.ui.turns import Full, Gone, Turns
from tests.loop import run


class Work:
    """Work that waits until it may go on, and the order in which it was done."""

    def __init__(self):
        self.go, self.order, self.guard = threading.Event(), [], threading.Lock()
        self.now, self.most = 0, 0

    def __call__(self, name):
        with self.guard:
            self.order.append(name)
            self.now += 1
            self.most = max(self.most, self.now)
        self.go.wait(5)
        with self.guard:
            self.now -= 1
        return name


async def settled():
    for _ in range(20):
        await asyncio.sleep(0.005)


def test_clients_have_their_turns_one_after_the_other():
    async def scene():
        work, turns = Work(), Turns(1)
        names = ["a1", "a2", "a3", "a4", "b1", "c1", "b2"]
        tasks = []
        for name in names:
            tasks.append(asyncio.create_task(turns.run(("here", name[0]), work, name)))
            await asyncio.sleep(0)
        await settled()
        assert work.order == ["a1"]
        work.go.set()
        assert await asyncio.gather(*tasks) == names
        return work

    work = run(scene())
    assert work.order == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"] and work.most == 1


def test_an_address_has_its_turn_however_many_clients_another_one_has():
    async def scene():
        work, turns = Work(), Turns(1)
        clients = [("school", "0"), *(("flood", str(n)) for n in range(5)), ("school", "1"), ("home", "0")]
        tasks = []
        for where, name in clients:
            tasks.append(asyncio.create_task(turns.run((where, name), work, where)))
            await asyncio.sleep(0)
        await settled()
        assert turns.waiting == 7
        work.go.set()
        await asyncio.gather(*tasks)
        assert turns.waiting == 0
        return work.order

    assert run(scene()) == ["school", "flood", "home", "school", "flood", "flood", "flood", "flood"]


def test_one_address_leaves_half_of_the_places_to_others():
    async def scene():
        work, turns = Work(), Turns(1, most=4)
        tasks = [asyncio.create_task(turns.run(("flood", str(n)), work, "flood")) for n in range(3)]
        await settled()
        with pytest.raises(Full):
            await turns.run(("flood", "4"), work, "flood")
        tasks.append(asyncio.create_task(turns.run(("home", ""), work, "home")))
        await settled()
        work.go.set()
        await asyncio.gather(*tasks)
        return work.order

    assert run(scene()) == ["flood", "home", "flood", "flood"]


def test_one_client_never_holds_all_threads():
    async def scene():
        work, turns = Work(), Turns(2)
        hog = [asyncio.create_task(turns.run(("here", "hog"), work, "hog")) for _ in range(8)]
        await settled()
        other = asyncio.create_task(turns.run(("here", "other"), work, "other"))
        await settled()
        order = list(work.order)
        work.go.set()
        await asyncio.gather(*hog, other)
        return order, work.most

    order, most = run(scene())
    assert order == ["hog", "other"] and most == 2


def test_what_waits_is_bounded_for_each_client_and_for_all():
    async def scene():
        work, turns = Work(), Turns(1, each=2, most=6)
        tasks = [asyncio.create_task(turns.run(("here", "a"), work, "a")) for _ in range(3)]
        await settled()
        with pytest.raises(Full):
            await turns.run(("here", "a"), work, "a")
        tasks.append(asyncio.create_task(turns.run(("here", "b"), work, "b")))
        await settled()
        with pytest.raises(Full):
            await turns.run(("here", "c"), work, "c")
        work.go.set()
        await asyncio.gather(*tasks)
        assert await turns.run(("here", "c"), work, "c") == "c"
        return work.order

    assert sorted(run(scene())) == ["a", "a", "a", "b", "c"]


def test_who_gives_up_leaves_the_queue_and_an_error_frees_the_thread():
    async def scene():
        work, turns = Work(), Turns(1)
        first = asyncio.create_task(turns.run(("here", "a"), work, "a"))
        await settled()
        gone = asyncio.create_task(turns.run(("here", "b"), work, "b"))
        await settled()
        gone.cancel()
        await settled()
        work.go.set()
        await first
        with pytest.raises(ZeroDivisionError):
            await turns.run(("here", "c"), lambda: 1 / 0)
        assert await turns.run(("here", "d"), work, "d") == "d"
        return work.order

    assert run(scene()) == ["a", "d"]


def test_who_waits_too_long_is_told_to_come_again():
    async def scene():
        work, turns = Work(), Turns(1, patience=0.05)
        first = asyncio.create_task(turns.run(("here", "a"), work, "a"))
        await settled()
        with pytest.raises(Full):
            await turns.run(("here", "b"), work, "b")
        work.go.set()
        await first
        assert await turns.run(("here", "c"), work, "c") == "c"
        return work.order

    assert run(scene()) == ["a", "c"]


def test_nothing_is_computed_for_a_client_that_has_gone():
    async def scene():
        work, turns = Work(), Turns(1)
        work.go.set()

        async def gone():
            return True

        with pytest.raises(Gone):
            await turns.run(("here", "a"), work, "a", gone=gone)
        assert await turns.run(("here", "a"), work, "b") == "b"
        return work.order

    assert run(scene()) == ["b"]
