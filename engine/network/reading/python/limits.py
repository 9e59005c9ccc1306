"""What reading a text may cost, and the one error that it raises."""

from engine import limits

MAX_TEXT = 60_000  # characters
MAX_LAYERS = limits.LAYERS
MAX_NUMBER = 1_000_000  # of a layer's settings
MAX_INTEGER = 10**12  # of any whole number on the way
MAX_ITEMS = 10_000  # of a list, a range or a text that the code makes
MAX_STEPS = 200_000  # expressions and statements that are looked at
MAX_CALLS = 40  # functions, one inside the other
MAX_DEPTH = 8  # Sequentials, one inside the other


class Unread(ValueError):
    """A text that cannot be read: the sentence says the line and why.

    line: 0 where it is none in particular. so_far: the layers that were read before.
    """

    def __init__(self, why: str, line: int = 0, so_far: tuple = ()):
        super().__init__(f"line {line}: {why}" if line else why)
        self.why, self.line, self.so_far = why, line, so_far


class TooMuch(Unread):
    """A text that costs more than it may: this is said, whatever it was read for."""
