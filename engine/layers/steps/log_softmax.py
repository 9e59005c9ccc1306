"""The steps of log-softmax's traces, on those of softmax: the logarithms of its probabilities, and their gradient."""

import numpy as np

from engine.layers.steps.output import Answers, Steps


class LogSteps(Steps):
    """Boards and phases of log-softmax for logits of shape (K,) or (N, K)."""

    def log_softmax(self, answers: Answers, output: np.ndarray) -> None:
        """Add the phases from logits to the logarithms of probabilities, the board "output"."""
        self.exponentials(answers)
        each, whole = self.cells[:, None], self.picture_of[:, None]
        self.board("minus log of the sum", "−log of the sum", -np.log(answers.total))
        self.phase(
            "log of the sum", (("sum of exponentials", self.pictures[:, None]),), "minus log of the sum", self.pictures,
            "Minus the logarithm of the sum{of}: −log({a}) {equals} {result}.",
            "Minus the natural logarithm of the sum{of}.", finish="−log", partial="sum",
        )  # fmt: skip
        self.board("output", "log p", output, "output")
        self.phase(
            "log p", (("input", each), ("largest", whole)), "output", self.cells,
            "{who}: {a} − {b}, less the logarithm of the sum {equals} {result}, the logarithm of its probability.",
            "{who}: the logit less the largest, less the logarithm of the sum.", operation="−", partial="difference",
            singles=(("−log of the sum", "minus log of the sum", self.picture_of),),
        )  # fmt: skip

    def log_softmax_backward(self, answers: Answers, incoming: np.ndarray, grad: np.ndarray) -> None:
        """Add the phases of log-softmax's gradient, from that of its output."""
        self.board("probabilities", "probabilities", answers.probabilities, hidden=False)
        self.board("incoming", "∂L/∂log p", incoming, "gradient", hidden=False)
        total = incoming.sum(axis=-1)
        self.board("total", "sum of ∂L/∂log p", total)
        each, whole = self.cells[:, None], self.picture_of[:, None]
        self.phase(
            "sum", (("incoming", self.rows),), "total", self.pictures,
            "The gradients{of} add up to {about}{result}.", "The gradients{of} are added up.",
        )  # fmt: skip
        self.board("share", "p × sum", answers.probabilities * total[..., None])
        self.phase(
            "share", (("probabilities", each), ("total", whole)), "share", self.cells,
            "{who}: {a} × {b} {equals} {result}.", "{who}: its probability times the sum.", operation="×",
            partial="product",
        )  # fmt: skip
        self.board("grad", "∂L/∂z", grad, "gradient")
        self.phase(
            "gradient", (("incoming", each), ("share", each)), "grad", self.cells,
            "{who}: {a} − {b} {equals} {result}.", "{who}: its gradient less its probability's share of the sum.",
            operation="−", partial="difference",
        )  # fmt: skip
