"""What is taken along: a title, and exercises; for several learners, own ones for each."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine import limits
from engine.exercises import LARGEST_SEED, Exercise, exercise
from engine.exercises.draw import Draw

SIZES = {"a4": "A4", "letter": "Letter"}


@dataclass(frozen=True)
class Version:
    """What one learner gets. name: written on it; "" leaves a line to write on."""

    exercises: tuple[Exercise, ...]
    name: str = ""


@dataclass(frozen=True)
class Pack:
    """size: of paper, of SIZES. answers: whether the answers are there too. address: where Stride is served, for codes
    that lead to each exercise; "" for none. Raises ValueError for more exercises than a file may have.
    """

    title: str
    versions: tuple[Version, ...]
    size: str = "a4"
    answers: bool = True
    address: str = ""

    def __post_init__(self):
        fits(len(self.exercises))

    @classmethod
    def of(cls, exercises: Sequence[Exercise], title: str, **options) -> "Pack":
        return cls(title, (Version(tuple(exercises)),), **options)

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        return tuple(one for version in self.versions for one in version.exercises)

    @property
    def whose(self) -> tuple[str, ...]:
        """Whose each exercise is, by the versions' names; () where they have none."""
        owners = tuple(version.name for version in self.versions for _ in version.exercises)
        return owners if any(owners) else ()


def fits(count: int) -> None:
    """Raise ValueError for more exercises than a file may have; called before they are drawn where that is known."""
    most = limits.EXERCISES_IN_ALL
    if count > most:
        raise ValueError(f"{count:,} exercises are more than one file may have, {most:,}: take them in parts")


def several(kinds: Sequence[str], level: int, count: int, seed: int) -> tuple[Exercise, ...]:
    """Return exercises that take the kinds in turn; those of one kind have the seeds from `seed` on."""
    made = []
    for k in range(count):
        limits.look()
        made.append(exercise(kinds[k % len(kinds)], level, (seed + k // len(kinds)) % (LARGEST_SEED + 1)))
    return tuple(made)


def versions(kinds: Sequence[str], level: int, count: int, seed: int, learners: int) -> tuple[Version, ...]:
    """Return a version for each of several learners, with numbers of its own."""
    seeds = [Draw(f"stride version {seed} {at}").whole(0, LARGEST_SEED - limits.EXERCISES) for at in range(learners)]
    return tuple(Version(several(kinds, level, count, own), f"Version {at}") for at, own in enumerate(seeds, 1))
