"""What a learner's pages share: the number of a picture is never that of another one, in this session or an earlier."""

from types import SimpleNamespace

from pages.states.holder import Holder


def test_the_number_of_a_picture_is_never_used_again_after_a_reload():
    first, later = Holder(), Holder()
    numbers = [first.number]
    for holder in (first, first, later):
        holder.choose(SimpleNamespace(text=None))
        numbers.append(holder.number)
    assert numbers[0] == 0 and len({*numbers[1:3]}) == 2 and later.number not in (0, 1, 2)
    assert max(numbers) < 2**53  # a browser holds it as it is
