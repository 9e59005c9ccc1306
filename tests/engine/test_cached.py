"""What an object keeps is computed once, and without a lock that others wait for."""

from threading import Event, Thread

from engine.cached import cached_property
from tests.test_rooms import ROOT, files


class Slow:
    """Its value comes when it is told to come."""

    def __init__(self):
        self.begun, self.go, self.times = Event(), Event(), 0

    @cached_property
    def value(self) -> object:
        """A value."""
        self.times += 1
        self.begun.set()
        self.go.wait(5)
        return object()


def test_a_value_is_computed_once_and_stands_in_the_object():
    slow = Slow()
    slow.go.set()
    assert slow.value is slow.value is vars(slow)["value"] and slow.times == 1
    assert Slow.value.__doc__ == "A value."


def test_one_slow_object_does_not_stop_another():
    slow, quick = Slow(), Slow()
    quick.go.set()
    waits = Thread(target=lambda: slow.value)
    waits.start()
    assert slow.begun.wait(5)
    other = Thread(target=lambda: quick.value)
    other.start()
    other.join(2)
    done = not other.is_alive()
    slow.go.set()
    waits.join(5)
    other.join(5)
    assert done


def test_two_threads_that_compute_one_value_get_the_same():
    slow, values = Slow(), []
    threads = [Thread(target=lambda: values.append(slow.value)) for _ in range(2)]
    for thread in threads:
        thread.start()
    slow.go.set()
    for thread in threads:
        thread.join(5)
    assert len(values) == 2 and values[0] is values[1]


def test_the_house_has_one_way_to_keep_a_value():
    texts = {file: (ROOT / file).read_text(encoding="utf-8") for file in files()}
    lines = [line for text in texts.values() for line in text.splitlines() if "import" in line]
    assert not [line for line in lines if "functools" in line and "cached_property" in line]
