"""Many steps of learning, one after another."""

from engine.learning.passes import Taken, take_step


def take_steps(learner, optimiser, input, target, count: int) -> Taken:
    """Take up to `count` steps; stop where the loss is no finite number. Returns the last."""
    for _ in range(count):
        taken = take_step(learner, optimiser, input, target)
        if taken.diverged:
            break
        learner = taken.after
    return taken
