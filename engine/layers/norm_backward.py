"""The steps of a normalisation's backward pass: the gradient of its input, of γ and of β, phase by phase."""

import numpy as np

from engine.layers.norm_steps import NormSteps


class NormBackward(NormSteps):
    """Boards and phases of one gradient of a BatchNorm2d or GroupNorm on one picture (C, H, W)."""

    def backward(self, of: str, grad_output, input, mean, variance, parameters) -> None:
        """Add all that leads to the gradient of "input", "weight" or "bias".

        mean, variance: those that the forward pass normalised with, one a unit.
        """
        sigma = np.sqrt(variance + self.layer.eps)
        normal = (input - self.spread(mean, input.shape)) / self.spread(sigma, input.shape)
        self.add_map("incoming", "∂L/∂y", grad_output, "gradient", hidden=False)
        if of == "input":
            self._input(grad_output, normal, sigma, parameters)
        else:
            self._parameter(of, grad_output, normal)

    def _parameter(self, of: str, grad_output: np.ndarray, normal: np.ndarray) -> None:
        channels = self.cells.reshape(self.sizes[0], -1)
        reads, values, letter, what = [("incoming", channels)], grad_output, "β", "its gradients"
        if of == "weight":
            self.add_map("normalised", "normalised x̂", normal, hidden=False)
            reads.append(("normalised", channels))
            values, letter, what = grad_output * normal, "γ", "its gradients, each times x̂,"
        self.add_vector("grad", f"∂L/∂{letter}", values.sum(axis=(1, 2)), "gradient", per_channel=True)
        self.add_phase(
            f"gradient of {letter}",
            reads,
            "grad",
            say=f"{{who}}: {what} add up: the sum {{sum_is}} {{before}}.",
            where=f"{{who}}: {what} are added up.",
            operation="×" if of == "weight" else "",
            page=self.unit_of[:: channels.shape[1]],
            grid=self.sizes[1:],
            fields={"who": tuple(f"Channel {name}" if name else "The channel" for name in self.panes)},
        )

    def _input(self, grad_output, normal, sigma, parameters) -> None:
        passed, name = grad_output.astype(np.float64), "incoming"
        if self.layer.affine:
            self.add_vector("weight", "weight γ", parameters["weight"], "weight", per_channel=True, hidden=False)
            passed, name = passed * parameters["weight"][:, None, None], "scaled"
            self.add_map(name, "∂L/∂x̂", passed)
            self.joined("scale", name, "incoming", "×", "weight", "times γ.")
        if self.layer.own_statistics:
            passed, name = self._less_statistics(passed, name, normal)
        self.add_vector("deviation", "σ", sigma, hidden=False)
        self.add_map("grad", "∂L/∂x", passed / self.spread(sigma, passed.shape), "gradient")
        self.joined("quotient", "grad", name, "÷", "deviation", "divided by σ.")

    def _less_statistics(self, passed: np.ndarray, name: str, normal: np.ndarray) -> tuple[np.ndarray, str]:
        """Add what comes back through the mean and the variance, which every input moves."""
        self.add_map("normalised", "normalised x̂", normal, hidden=False)
        mean = self._mean(passed)
        self.add_vector("mean", "mean gradient", mean)
        self._mean_gradient("mean gradient", ((name, self.by_unit),), "mean", "its gradients")
        apart = passed - self.spread(mean, passed.shape)
        self.add_map("apart", "less the mean", apart)
        self.joined("less the mean", "apart", name, "−", "mean", f"less the {self.layer.unit}'s mean gradient.")
        along = self._mean(passed * normal)
        self.add_vector("along", "mean of gradient × x̂", along)
        reads = ((name, self.by_unit), ("normalised", self.by_unit))
        self._mean_gradient("mean of gradient × x̂", reads, "along", "its gradients, each times x̂,", operation="×")
        share = normal * self.spread(along, normal.shape)
        self.add_map("share", "x̂ × that mean", share)
        self.joined("share of x̂", "share", "normalised", "×", "along", "x̂ times that mean.")
        self.add_map("rest", "less its share", apart - share)
        self.cell_phase(
            "less its share",
            (("apart", self.each), ("share", self.each)),
            "rest",
            say="{cell}: {a} − {b} {equals} {result}.",
            where="{cell}: what goes along with x̂ is taken off.",
            operation="−",
            partial="difference",
        )
        return apart - share, "rest"

    def _mean(self, values: np.ndarray) -> np.ndarray:
        """Return the mean of each unit of whole maps."""
        return values.reshape(self.layer.units, -1).mean(axis=1)

    def _mean_gradient(self, name: str, reads, writes: str, what: str, operation: str = "") -> None:
        self.unit_phase(
            name,
            reads,
            writes,
            say=f"{{who}}: {what} add up: the sum {{sum_is}} {{before}}; {{before}} ÷ {{count}} {{equals}} {{result}}.",
            where=f"{{who}}: the mean of {what.rstrip(',')}.",
            operation=operation,
            finish="÷ {count}",
        )
