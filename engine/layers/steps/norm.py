"""The steps of a normalisation's traces, phase by phase: its output, and the gradients of its input, γ and β."""

from dataclasses import replace

import numpy as np

from engine.cached import cached_property
from engine.layers.steps.axes import neighbourhood
from engine.trace import Board, Role
from engine.trace.build import Builder
from engine.writing.display import channel_names, decimals_needed

MOST_DECIMALS = 8
PARTIAL = {"×": "product", "÷": "quotient", "−": "difference"}


class NormSteps(Builder):
    """Boards and phases of a BatchNorm2d or GroupNorm on one picture (C, H, W), or around one of its cells.

    A unit is what has one mean and one variance: a channel, or a group of channels. Every vector of statistics has one
    number a unit, γ and β have one a channel.
    """

    def __init__(self, layer, shape: tuple[int, ...], around: tuple[int, int, int] | None = None):
        super().__init__()
        each = shape[0] // layer.units
        kept = [range(n) for n in shape]
        if around:
            first = around[0] // each * each
            kept = [range(first, first + each), *kept[1:]]
            if not layer.own_statistics:
                kept[1:] = neighbourhood(around[1:], shape[1:])
        self.layer, self.kept, self.sizes = layer, kept, tuple(len(axis) for axis in kept)
        self.panes = channel_names(shape[0])[kept[0].start : kept[0].stop]
        self.units = np.arange(len(kept[0]) // each)
        self.first_unit = kept[0].start // each
        self.cells = np.arange(np.prod(self.sizes, dtype=int))
        self.by_unit = self.cells.reshape(len(self.units), -1)
        self.each = self.cells[:, None]
        self.unit_of = np.repeat(self.units, self.by_unit.shape[1])
        self.channel_of = np.repeat(np.arange(self.sizes[0]), self.sizes[1] * self.sizes[2])

    # Phases

    def forward(self, input, output, mean, variance, parameters) -> None:
        """Add all that leads from the input to the output; mean, variance: (units,) of the whole layer."""
        layer = self.layer
        self.add_map("input", "input", input, "input", hidden=False, editable=True)
        if layer.own_statistics:
            self.add_vector("mean", "mean μ", mean)
            self._mean_of("mean", "input", "numbers")
            self._centred(input, mean, "mean")
            self._own_variance(variance)
            self._deviation(variance, "variance")
        else:
            for name, title in (("running_mean", "running mean μ"), ("running_var", "running variance")):
                self.add_vector(name, title, parameters[name], hidden=False, editable=True)
            self._deviation(variance, "running_var")
            self._centred(input, mean, "running_mean")
        self._quotient(output)
        if layer.affine:
            self._scale_and_shift(parameters["weight"], parameters["bias"], output)

    def _mean_of(self, name: str, reads: str, what: str) -> None:
        """Add the mean of all numbers of each unit on a board, written to the board `name`."""
        self.unit_phase(
            name,
            ((reads, self.by_unit),),
            name,
            say=f"{{who}}: the sum of its {{count}} {what} {{sum_is}} {{before}}; "
            f"{{before}} ÷ {{count}} {{equals}} {{result}}, the {name}.",
            where=f"{{who}}: the mean of all its {what}.",
            finish="÷ {count}",
        )

    def _centred(self, input: np.ndarray, mean: np.ndarray, name: str) -> None:
        self.add_map("centred", "x − μ", input.astype(np.float64) - self.spread(mean, input.shape))
        self.joined("difference", "centred", "input", "−", name, f"the {self.layer.unit}'s mean is taken off.")

    def _own_variance(self, variance: np.ndarray) -> None:
        centred = self.boards["centred"]
        self.add(replace(centred, name="squares", title="squares", values=np.square(centred.values)))
        self.cell_phase(
            "squares",
            (("centred", self.each),),
            "squares",
            say="{cell}: the square of {a} {is} {result}.",
            where="{cell}: the difference is squared.",
            partial="difference",
            finish="square",
        )
        self.add_vector("variance", "variance", variance)
        self._mean_of("variance", "squares", "squares")

    def _deviation(self, variance: np.ndarray, name: str) -> None:
        eps = self.layer.eps
        self.add(Board("eps", "scratch", np.array([float(eps)]), ("",), "eps", decimals=MOST_DECIMALS))
        places = decimals_needed(np.array([eps]), MOST_DECIMALS)
        places = max(3, MOST_DECIMALS if places is None else places)  # so that a small eps is seen in the sum
        self.add_vector("deviation", "σ", np.sqrt(variance + eps), decimals=places)
        self.unit_phase(
            "deviation",
            ((name, self.units[:, None]),),
            "deviation",
            say="{who}: variance {group} + eps {single} {sum_equals} {before}; its square root, σ, {is} {result}.",
            where="{who}: the square root of variance + eps.",
            partial="variance",
            singles=(("eps", "eps", np.zeros_like(self.units)),),
            finish="sqrt",
        )

    def _quotient(self, output: np.ndarray) -> None:
        name = "output"
        if self.layer.affine:
            name = "normalised"
            deviation = self.boards["deviation"].values[self.unit_of].reshape(self.sizes)
            values = self.boards["centred"].values / deviation
            self.add(replace(self.boards["centred"], name=name, title=name, values=values))
        else:
            self.add_map(name, name, output, "output")
        self.joined("quotient", name, "centred", "÷", "deviation", "the difference is divided by σ.")

    def _scale_and_shift(self, weight: np.ndarray, bias: np.ndarray, output: np.ndarray) -> None:
        shown = {"hidden": False, "editable": True}
        self.add_vector("weight", "weight γ", weight, "weight", per_channel=True, **shown)
        self.add_vector("bias", "bias β", bias, "bias", per_channel=True, **shown)
        self.add_map("output", "output", output, "output")
        self.cell_phase(
            "scale and shift",
            (("normalised", self.each), ("weight", self.channel_of[:, None])),
            "output",
            say="{cell}: {a} × {b} + {single} {equals} {result}.",
            where="{cell}: times γ, plus β.",
            operation="×",
            partial="product",
            singles=(("bias", "bias", self.channel_of),),
        )

    # Parts

    def spread(self, vector: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Return one number a unit, or a channel, as one a channel of maps: (C, 1, 1)."""
        return np.repeat(vector, shape[0] // len(vector))[:, None, None]

    def add_map(self, name: str, title: str, values: np.ndarray, role: Role = "scratch", **options) -> None:
        """Add a board of what is kept of a map (C, H, W)."""
        channels, rows, columns = (axis.start for axis in self.kept)
        place = {"panes": self.panes, "origin": (rows, columns), "first_pane": channels, "whole": values.shape}
        values = values[np.ix_(*self.kept)]
        self.add(Board(name, role, values, ("C", "H", "W"), title, **place, **{"hidden": True, **options}))

    def add_vector(self, name, title, values, role: Role = "scratch", per_channel: bool = False, **options) -> None:
        """Add a board of what is kept of a vector: one number a unit, or a channel, as γ and β have."""
        first, count, axis = self.first_unit, len(self.units), self.layer.unit[0].upper()
        if per_channel:
            first, count, axis = self.kept[0].start, self.sizes[0], "C"
        values = np.asarray(values, dtype=np.float64)[first : first + count]
        self.add(Board(name, role, values, (axis,), title, origin=(0, first), **{"hidden": True, **options}))

    def unit_phase(self, name: str, reads, writes: str, **options) -> None:
        """Add a phase of one step a unit."""
        count = reads[0][1].shape[1]
        rows = self.sizes[1] * (self.sizes[0] // len(self.units))
        who = tuple(self.layer.unit_name(self.first_unit + k) for k in self.units.tolist())
        grid = (1, 1) if count == 1 else (rows, self.sizes[2])
        self.add_phase(name, reads, writes, page=self.units, grid=grid, fields={"who": who}, **options)

    def cell_phase(self, name: str, reads, writes: str, **options) -> None:
        """Add a phase of one step a cell."""
        self.add_phase(name, reads, writes, page=self.unit_of, fields={"cell": self._names}, **options)

    def joined(self, name: str, writes: str, first: str, operation: str, vector: str, where: str) -> None:
        """Add a phase that joins each cell of a map with the number of its unit, or of its channel (γ)."""
        place = self.channel_of if vector == "weight" else self.unit_of
        self.cell_phase(
            name,
            ((first, self.each), (vector, place[:, None])),
            writes,
            say=f"{{cell}}: {{a}} {operation} {{b}} {{equals}} {{result}}.",
            where=f"{{cell}}: {where}",
            operation=operation,
            partial=PARTIAL[operation],
        )

    @cached_property
    def _names(self) -> tuple[str, ...]:
        board = next(board for board in self.boards.values() if board.values.ndim == 3)
        return tuple(self.layer.cell_name(board, flat) for flat in self.cells.tolist())


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
            fields={"who": tuple(self.layer.channel_name(c) for c in self.kept[0])},
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
