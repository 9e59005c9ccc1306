"""Check my function: the functions that courses ask for, small cases of each, and what usual mistakes make of them.

TASKS["conv_forward_naive"]                a Task: its signature, text, cases, right numbers, mistakes
engine.check.run.check(task, source)       a Finding: runs a learner's text, in the learner's own browser only
"""

from engine.check import affine, conv, conv_backward, loss, norm, pooling, relu, steps
from engine.check.finding import Finding
from engine.check.names import TITLES
from engine.check.task import Case, Mistake, Place, Task

TASKS = {
    task.name: task
    for task in (
        conv.FORWARD,
        conv_backward.BACKWARD,
        pooling.FORWARD,
        pooling.BACKWARD,
        affine.FORWARD,
        affine.BACKWARD,
        relu.FORWARD,
        relu.BACKWARD,
        loss.TASK,
        norm.TASK,
        *steps.TASKS,
    )
}

__all__ = ["TASKS", "TITLES", "Case", "Finding", "Mistake", "Place", "Task"]
