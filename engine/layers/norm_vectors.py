"""Batch norm of vectors, as PyTorch's nn.BatchNorm1d."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from engine.layers.base import Shape, register
from engine.layers.norm import BatchNorm2d
from engine.layers.steps.axes import line_of
from engine.trace import Board, Trace
from engine.writing.setting import setting


@dataclass(frozen=True)
class _Features(BatchNorm2d):
    """Batch norm of features as maps of one cell each: (C, 1, 1)."""

    unit: ClassVar[str] = "feature"

    def channel_name(self, number: int) -> str:
        return f"Feature {number}"

    unit_name = channel_name

    def cell_name(self, board: Board, flat: int) -> str:
        return f"Feature {board.first_pane + flat}"


@register
@dataclass(frozen=True)
class BatchNorm1d(BatchNorm2d):
    r"""Shift and scale each feature of a vector to mean 0 and variance 1, then by two numbers that are learned.

    $$y_f = \gamma_f \frac{x_f - \mu_f}{\sqrt{v_f + \epsilon}} + \beta_f$$

    With track_running_stats $\mu_f$ and $v_f$ are the running mean and variance, as in evaluation. Without it they are
    those of the batch, over its N vectors, as in training: one vector alone has none.

    - Input: (F,), or (N, F), where PyTorch takes the latter only. PyTorch's (N, C, L) is not taken. Output: the same.
    - weight γ, bias β: (num_features,), with affine. running_mean μ, running_var v: (num_features,), with
      track_running_stats; they are buffers, which no gradient changes.
    - Raises ValueError where the features do not match, where eps is negative, or where the batch's own statistics
      are needed and it has a single vector or eps is 0. A trace raises it where variance + eps is not above 0.

    Source: PyTorch documentation, torch.nn.BatchNorm1d; Ioffe and Szegedy, "Batch Normalization: Accelerating Deep
    Network Training by Reducing Internal Covariate Shift" (2015).
    """

    summary: ClassVar[str] = "Shift and scale each feature to mean 0 and variance 1, then by two learned numbers."
    unit: ClassVar[str] = "feature"
    vectors_only: ClassVar[bool] = True
    rules: ClassVar[dict[str, str]] = {
        **BatchNorm2d.rules,
        "weight": "the normalised value × the incoming gradient, added up over the batch",
    }

    num_features: int = setting(help="Numbers of a vector (F).", minimum=1, maximum=64, arriving=-1)

    @property
    def maps(self) -> _Features:
        """The same on maps of one cell."""
        return _Features(self.num_features, self.eps, self.affine, self.track_running_stats)

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) not in (1, 2):
            raise ValueError(f"BatchNorm1d takes (F,) or (N, F), got {tuple(input_shape)}")
        if input_shape[-1] != self.num_features:
            raise ValueError(f"num_features is {self.num_features}, but the input has {input_shape[-1]} features")
        if self.own_statistics and (len(input_shape) < 2 or input_shape[0] < 2):
            raise ValueError(f"a feature's own statistics need more than 1 vector, got {tuple(input_shape)}")
        return tuple(input_shape)

    def check_training(self, input_shape: Shape) -> None:
        if input_shape[0] < 2:
            less = "a batch of 1 has one number a feature. Take a batch_size of at least 2"
            raise ValueError(f"in training it takes each feature's mean and variance over the batch, and {less}")

    def multiply_adds(self, input_shape: Shape) -> int:
        return self.maps.multiply_adds((input_shape[-1], 1, 1))

    def forward(self, input: np.ndarray, **parameters: np.ndarray) -> np.ndarray:
        self.output_shape(input.shape)
        return self.maps.forward(input[..., None, None], **parameters)[..., 0, 0]

    def backward(self, grad_output: np.ndarray, input: np.ndarray, **parameters: np.ndarray) -> dict[str, np.ndarray]:
        grads = self.maps.backward(grad_output[..., None, None], input[..., None, None], **parameters)
        return {**grads, "input": grads["input"][..., 0, 0]}

    def trace(self, input: np.ndarray, *, around: tuple[int] | None = None, **parameters: np.ndarray) -> Trace:
        """Trace the layer on one vector (F,), phase by phase, feature by feature; around one, on its neighbours."""
        if input.ndim != 1:
            raise ValueError(f"BatchNorm1d is traced on (F,), but the input has shape {input.shape}")
        near = None if around is None else (around[0], 0, 0)
        self.output_shape(input.shape)
        return self._of_vectors(self.maps.trace(input[:, None, None], around=near, **parameters))

    def trace_backward(self, of: str, grad_output: np.ndarray, input: np.ndarray, **parameters: np.ndarray) -> Trace:
        maps = self.maps.trace_backward(of, grad_output[:, None, None], input[:, None, None], **parameters)
        return self._of_vectors(maps)

    def _of_vectors(self, trace: Trace) -> Trace:
        boards = tuple(_vector(board) if board.values.ndim == 3 else board for board in trace.boards)
        formula = trace.formula.replace("_{c,i,j}", "_f")
        for letter in (r"\gamma", r"\beta"):
            formula = formula.replace(f"{letter}_c", f"{letter}_f")
        return replace(trace, layer=self, title=self.summary, boards=boards, formula=formula)


def _vector(board: Board) -> Board:
    """Return a board of maps of one cell each as one of a vector."""
    values, first = board.values.reshape(-1), board.first_pane
    place = {"panes": (), "origin": (0, first), "first_pane": 0, "whole": board.whole[:1], "wrap": line_of(values.size)}
    return replace(board, values=values, axes=("F",), **place)
