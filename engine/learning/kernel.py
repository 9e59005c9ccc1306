"""A kernel that learns to be a hidden one, from its output alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from engine import functional as F
from engine.cached import cached_property
from engine.layers import Conv2d
from engine.trace import Trace

TOO_LARGE = 1e12  # a loss of this size or more has diverged


@dataclass(frozen=True)
class KernelLesson:
    """A kernel that becomes a hidden one: input, the hidden kernel's output, and the kernel so far.

    The loss is the mean squared error of the output. The lesson uses only the input and the wanted output.
    """

    input: np.ndarray
    wanted: np.ndarray
    kernel: np.ndarray

    @cached_property
    def output(self) -> np.ndarray:
        return F.conv2d(self.input, self.kernel)

    @cached_property
    def loss(self) -> float:
        return float(F.mse_loss(self.output, self.wanted))

    @property
    def incoming(self) -> np.ndarray:
        """∂L/∂output: 2 (output − wanted) / count."""
        return F.mse_loss_backward(self.output, self.wanted)

    @property
    def gradient(self) -> np.ndarray:
        """∂L/∂kernel."""
        return F.conv2d_backward(self.incoming, self.input, self.kernel)[1]

    def step(self, lr: float) -> "KernelLesson":
        """Return the lesson after one step against the gradient."""
        return replace(self, kernel=self.kernel - lr * self.gradient)

    def steps(self, lr: float, count: int) -> "list[KernelLesson]":
        """Return this lesson and those after each of `count` steps; they end before the loss is above TOO_LARGE."""
        return list(islice(self.course(lr), count + 1))

    def course(self, lr: float) -> "Iterator[KernelLesson]":
        """Yield this lesson and those after each step, as long as the loss is not above TOO_LARGE."""
        lesson = self
        yield lesson
        while (lesson := lesson.step(lr)).loss <= TOO_LARGE:
            yield lesson

    @property
    def layer(self) -> Conv2d:
        """The layer whose kernel learns."""
        out_channels, in_channels, *size = self.kernel.shape
        return Conv2d(in_channels, out_channels, tuple(size), bias=False)

    def trace(self) -> Trace:
        """Trace the present gradient of the kernel, number by number; nothing in it can be edited."""
        trace = self.layer.trace_backward("weight", self.incoming, self.input, weight=self.kernel)
        return replace(trace, boards=tuple(replace(board, editable=False) for board in trace.boards))


def kernel_lesson(input: np.ndarray, hidden: np.ndarray, seed: int) -> KernelLesson:
    """Begin with random numbers of one decimal; input (C, H, W), hidden kernel (1, C, h, w)."""
    start = np.round(np.random.default_rng(seed).uniform(-1, 1, hidden.shape), 1) + 0.0
    return KernelLesson(np.asarray(input, dtype=np.float64), F.conv2d(input, hidden), start)
