"""The steps of batch norm's backward pass: the gradient of its input, of γ and of β, phase by phase."""

import numpy as np

from engine.layers.conv import channel_names
from engine.layers.norm_steps import Steps


class Backward(Steps):
    """Boards and phases of one gradient of a BatchNorm2d on one picture (C, H, W).

    of: "input", "weight" or "bias". mean, variance: those that the forward pass normalised with, (C,).
    """

    def __init__(self, layer, of, grad_output, input, mean, variance, parameters):
        self.kept = [range(n) for n in input.shape]
        self.names = channel_names(len(input))
        self.of = np.arange(len(input))
        self.cells = np.arange(input.size).reshape(len(input), -1)
        self.of_cell = np.repeat(self.of, self.cells.shape[1])
        self._boards, self._phases = {}, []
        sigma = np.sqrt(variance + layer.eps)
        normal = (input - mean[:, None, None]) / sigma[:, None, None]
        self._map("incoming", "∂L/∂y", grad_output, "gradient", hidden=False)
        if of == "input":
            self._input(layer, grad_output, normal, sigma, parameters)
        else:
            self._parameter(of, grad_output, normal)

    def _parameter(self, of: str, grad_output: np.ndarray, normal: np.ndarray) -> None:
        if of == "weight":
            self._map("normalised", "normalised x̂", normal, hidden=False)
            self._vector("grad", "∂L/∂γ", (grad_output * normal).sum(axis=(1, 2)), "gradient")
            reads, say = (("incoming", self.cells), ("normalised", self.cells)), "its gradients, each times x̂,"
        else:
            self._vector("grad", "∂L/∂β", grad_output.sum(axis=(1, 2)), "gradient")
            reads, say = (("incoming", self.cells),), "its gradients"
        self._phase(
            f"gradient of {'γ' if of == 'weight' else 'β'}", reads, "grad", self.of, "sum",
            f"{{who}}: {say} add up: the sum {{sum_is}} {{before}}.", f"{{who}}: {say} are added up.",
            operation="×" if of == "weight" else "", page=self.of,
        )  # fmt: skip

    def _input(self, layer, grad_output, normal, sigma, parameters) -> None:
        passed, name = grad_output.astype(np.float64), "incoming"
        if layer.affine:
            self._vector("weight", "weight γ", parameters["weight"], "weight", hidden=False)
            passed, name = passed * parameters["weight"][:, None, None], "scaled"
            self._map(name, "∂L/∂x̂", passed)
            self._each_cell("scale", "incoming", "weight", name, "×", "times γ.")
        if not layer.track_running_stats:
            passed, name = self._less_statistics(passed, name, normal)
        self._vector("deviation", "σ", sigma, hidden=False)
        self._map("grad", "∂L/∂x", passed / sigma[:, None, None], "gradient")
        self._each_cell("quotient", name, "deviation", "grad", "÷", "divided by σ.")

    def _less_statistics(self, passed: np.ndarray, name: str, normal: np.ndarray) -> tuple[np.ndarray, str]:
        """Add what comes back through the mean and the variance, which every input moves."""
        self._map("normalised", "normalised x̂", normal, hidden=False)
        mean = passed.mean(axis=(1, 2))
        self._vector("mean", "mean gradient", mean)
        self._mean_of("mean gradient", ((name, self.cells),), "mean", "its gradients")
        apart = passed - mean[:, None, None]
        self._map("apart", "less the mean", apart)
        self._each_cell("less the mean", name, "mean", "apart", "−", "less the channel's mean gradient.")
        along = (passed * normal).mean(axis=(1, 2))
        self._vector("along", "mean of gradient × x̂", along)
        reads = ((name, self.cells), ("normalised", self.cells))
        self._mean_of("mean of gradient × x̂", reads, "along", "its gradients, each times x̂,", operation="×")
        share = normal * along[:, None, None]
        self._map("share", "x̂ × that mean", share)
        self._each_cell("share of x̂", "normalised", "along", "share", "×", "x̂ times that mean.")
        self._map("rest", "less its share", apart - share)
        self._phase(
            "less its share", (("apart", self._each), ("share", self._each)), "rest", self.cells.ravel(), "difference",
            "{cell}: {a} − {b} {equals} {result}.", "{cell}: what goes along with x̂ is taken off.", operation="−",
        )  # fmt: skip
        return apart - share, "rest"

    def _mean_of(self, name: str, reads, writes: str, what: str, operation: str = "") -> None:
        self._phase(
            name, reads, writes, self.of, "sum",
            f"{{who}}: {what} add up: the sum {{sum_is}} {{before}}; {{before}} ÷ {{count}} {{equals}} {{result}}.",
            f"{{who}}: the mean of {what.rstrip(',')}.", operation=operation, finish="÷ {count}", page=self.of,
        )  # fmt: skip

    def _each_cell(self, name: str, first: str, channel: str, writes: str, operation: str, where: str) -> None:
        self._phase(
            name, ((first, self._each), (channel, self._channel)), writes, self.cells.ravel(),
            {"×": "product", "÷": "quotient", "−": "difference"}[operation],
            f"{{cell}}: {{a}} {operation} {{b}} {{equals}} {{result}}.", f"{{cell}}: {where}", operation=operation,
        )  # fmt: skip
