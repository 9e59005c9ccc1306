"""The way from logits to probabilities and to the loss: its numbers, and its steps phase by phase."""

import numpy as np

from engine import functional as F
from engine.cached import cached_property
from engine.layers.steps.axes import line_grid, line_of
from engine.trace import Board, Role
from engine.trace.build import Builder
from engine.writing.display import number_text, small_text

DECIMALS, MOST_DECIMALS = 4, 8
TINY = 1e-290  # float64 has fewer digits below 2e-308
NEAR = 0.01  # −log of a probability as it is written is this near to the loss, as a share of it
OVERFLOW = " More than a float64 can hold (about 1.8 × 10³⁰⁸), so it becomes ∞."
TOO_SMALL = ". Some probability is too small for {}, so the logits are used: "
NO_NUMBER = " That is not a number (NaN): the answer is lost."


def checked(input: np.ndarray) -> np.ndarray:
    """Return logits that can be traced; ValueError unless (K,) or (N, K)."""
    if input.ndim not in (1, 2):
        raise ValueError(f"logits are traced in shape (K,) or (N, K), but the input has shape {input.shape}")
    return np.asarray(input, dtype=np.float64)


class Answers:
    """The numbers of softmax for (K,) logits or (N, K): scaled, largest, powers, total, probabilities."""

    def __init__(self, logits: np.ndarray, temperature: float = 1.0, subtract_largest: bool = True):
        if not 0 < temperature < np.inf:
            raise ValueError(f"temperature {temperature:g} must be above 0")
        self.logits, self.temperature, self.subtract_largest = logits, float(temperature), subtract_largest
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            self.scaled = logits / self.temperature if temperature != 1 else logits
            self.largest = self.scaled.max(axis=-1)
            self.shifted = self.scaled - self.largest[..., None] if subtract_largest else self.scaled
            self.powers = np.exp(self.shifted)
            self.total = self.powers.sum(axis=-1)
            naive = self.powers / self.total[..., None]
        self.probabilities = F.softmax(self.scaled, dim=-1) if subtract_largest else naive

    @cached_property
    def surprise(self) -> np.ndarray:
        """Minus the logarithm of each probability."""
        if self.subtract_largest:
            return -F.log_softmax(self.scaled, dim=-1)
        with np.errstate(divide="ignore"):
            return -np.log(self.probabilities)


def legible(probabilities: np.ndarray, surprise: np.ndarray, decimals: int) -> bool:
    """Return whether −log of each probability, as so many decimals write it, is about `surprise`, its true −log."""
    with np.errstate(divide="ignore"):
        written = -np.log(np.round(probabilities, decimals))
    least = 0.5 * 10.0**-MOST_DECIMALS  # what is smaller is written as 0
    return bool((np.abs(written - surprise) <= np.maximum(NEAR * surprise, least)).all())


def loss_decimals(probabilities: np.ndarray, surprise: np.ndarray) -> int:
    """Return how many decimals, 4 to 8, a loss needs: enough to tell a probability near 1, and the sum, from 1.

    probabilities: those that the loss reads, and the largest, which is 1 over the sum. Small ones do not count: where
    their digits are too few, their loss is made from the logits.
    """
    large = probabilities > 0.5
    enough = (d for d in range(DECIMALS, MOST_DECIMALS) if legible(probabilities[large], surprise[large], d))
    return next(enough, MOST_DECIMALS)


class Steps(Builder):
    """Boards and phases for logits of shape (K,) or (N, K). decimals: of rounded numbers on boards, at least."""

    def __init__(self, shape: tuple[int, ...], classes: tuple[str, ...] = (), decimals: int = DECIMALS):
        super().__init__()
        self.decimals = decimals
        self.single = len(shape) == 1
        self.page_name = "" if self.single else "picture"
        self.count, self.width = (1, *shape)[-2:]
        self.classes = classes if len(classes) == self.width else ()
        self.names = self.classes or tuple(map(str, range(self.width)))
        self.cells = np.arange(self.count * self.width)
        self.pictures = np.arange(self.count)
        self.picture_of = self.cells // self.width
        self.rows = self.cells.reshape(self.count, self.width)

    def board(self, name: str, title: str, values, role: Role = "scratch", **options) -> None:
        values = np.atleast_1d(np.asarray(values, dtype=np.float64))
        axes = ("N", "C") if values.ndim == 2 else ("C",) if self.single else ("N",)
        labels = self.classes if axes[-1] == "C" and values.shape[-1] == self.width else ()
        options = {"decimals": self.decimals, "hidden": True, "labels": labels, **options}
        wrap = line_of(values.size) if values.ndim == 1 else 0
        self.add(Board(name, role, values, axes, title, wrap=wrap, **options))

    def phase(self, name, reads, writes, index, say, where, *, fields=None, **options) -> None:
        """Add a phase of one step a class of each picture, or one a picture: fields who (class), of (picture)."""
        results = self.boards[writes].values.ravel()[index].tolist()
        words = {
            "lost": tuple(NO_NUMBER if np.isnan(r) else OVERFLOW if np.isinf(r) else "" for r in results),
            "of": tuple("" if self.single else f" of picture {n}" for n in range(len(index))),
        }
        if len(index) == self.cells.size:
            words["who"] = tuple(self._class(cell) for cell in self.cells.tolist())
        page = self.picture_of[index] if len(index) == self.cells.size else self.pictures[: len(index)]
        grid = line_grid(reads[0][1].shape[1])
        self.add_phase(
            name, reads, writes, index=index, say=say + "{lost}", where=where, page=page, grid=grid,
            fields={**words, **(fields or {})}, **options,
        )  # fmt: skip

    def _class(self, cell: int) -> str:
        name = self.names[cell % self.width]
        return f"Class {name}" if self.single else f"Picture {cell // self.width}, class {name}"

    def softmax(self, answers: Answers, output: str) -> None:
        """Add the phases from logits to probabilities, which the board `output` gets."""
        self.exponentials(answers)
        each, whole = self.cells[:, None], self.picture_of[:, None]
        self.board(output, "probabilities", answers.probabilities, "output")
        self.phase(
            "probabilities", (("exponentials", each), ("sum of exponentials", whole)), output, self.cells,
            "{who}: {a} ÷ {b} {equals} {result}, its probability.", "{who}: its exponential over the sum.",
            operation="÷", partial="quotient",
        )  # fmt: skip

    def exponentials(self, answers: Answers) -> None:
        """Add the phases from logits to their exponentials and the sum of these."""
        self.board("input", "logits", answers.logits, "input", hidden=False, editable=True)
        each, whole, logits = self.cells[:, None], self.picture_of[:, None], "input"
        if answers.temperature != 1:
            self.board("temperature", "temperature", answers.temperature, hidden=False)
            self.board("scaled", "scaled logits", answers.scaled)
            self.phase(
                "temperature", ((logits, each), ("temperature", np.zeros_like(each))), "scaled", self.cells,
                "{who}: {a} ÷ {b} {equals} {result}.", "{who}: the logit over the temperature.", operation="÷",
                partial="quotient",
            )  # fmt: skip
            logits = "scaled"
        if answers.subtract_largest:
            self.board("largest", "largest", answers.largest)
            self.phase(
                "largest", ((logits, self.rows),), "largest", self.pictures,
                "The largest of the {count} logits{of} is {result}.", "The largest of the {count} logits{of}.",
                reduce="max", partial="largest",
            )  # fmt: skip
        self.board("exponentials", "exponentials", answers.powers)
        if answers.subtract_largest:
            self.phase(
                "exponentials", ((logits, each), ("largest", whole)), "exponentials", self.cells,
                "{who}: exp({a} − {b}) {joins} exp({before}) {equals} {result}.",
                "{who}: the largest logit is taken off, then comes the exponential.", operation="−", finish="exp",
                partial="difference", before=answers.shifted.ravel(),
            )  # fmt: skip
        else:
            self.phase(
                "exponentials", ((logits, each),), "exponentials", self.cells, "{who}: exp({a}) {equals} {result}.",
                "{who}: the exponential of the logit.", finish="exp", partial="logit",
            )  # fmt: skip
        self.board("sum of exponentials", "sum", answers.total)
        self.phase(
            "sum", (("exponentials", self.rows),), "sum of exponentials", self.pictures,
            "The exponentials{of} add up to {about}{result}.", "The exponentials{of} are added up.",
        )  # fmt: skip

    def softmax_backward(self, answers: Answers, incoming: np.ndarray, grad: np.ndarray) -> None:
        """Add the phases of softmax's gradient, from that of the probabilities."""
        self.board("probabilities", "probabilities", answers.probabilities, hidden=False)
        self.board("incoming", "∂L/∂p", incoming, "gradient", hidden=False)
        mean = (incoming * answers.probabilities).sum(axis=-1)
        self.board("mean", "sum of ∂L/∂p · p", mean)
        each, whole = self.cells[:, None], self.picture_of[:, None]
        self.phase(
            "weighted sum", (("incoming", self.rows), ("probabilities", self.rows)), "mean", self.pictures,
            "The gradients{of}, each times its probability, add up to {about}{result}.",
            "Each gradient{of} times its probability.", operation="×",
        )  # fmt: skip
        self.board("apart", "difference", incoming - mean[..., None])
        self.phase(
            "difference", (("incoming", each), ("mean", whole)), "apart", self.cells,
            "{who}: {a} − {b} {equals} {result}.", "{who}: its gradient less the weighted sum.", operation="−",
            partial="difference",
        )  # fmt: skip
        by = "probabilities"
        if answers.temperature != 1:
            by = "share"
            self.board(by, "p ÷ temperature", answers.probabilities / answers.temperature)
            self.board("temperature", "temperature", answers.temperature, hidden=False)
            self.phase(
                "temperature", (("probabilities", each), ("temperature", np.zeros_like(each))), by, self.cells,
                "{who}: {a} ÷ {b} {equals} {result}.", "{who}: the probability over the temperature.", operation="÷",
                partial="quotient",
            )  # fmt: skip
        self.board("grad", "∂L/∂z", grad, "gradient")
        self.phase(
            "gradient", (("apart", each), (by, each)), "grad", self.cells, "{who}: {a} × {b} {equals} {result}.",
            "{who}: the difference times the probability.", operation="×", partial="product",
        )  # fmt: skip

    def loss_backward(self, answers: Answers, wanted: np.ndarray) -> None:
        """Add the gradient of the loss for the logits: probability less target, of each picture its share."""
        self.board("target", "target", wanted, hidden=False)
        divisor = self.count * answers.temperature
        apart = answers.probabilities - wanted
        self.board("grad", "∂L/∂z", apart / divisor, "gradient")
        each = self.cells[:, None]
        share = "" if divisor == 1 else f"÷ {number_text(divisor, MOST_DECIMALS)}"
        then = f", {share} {{equals}} {{result}}." if share else "."
        self.phase(
            "gradient", (("probabilities", each), ("target", each)), "grad", self.cells,
            "{who}: {a} − {b} {joins} {before}" + then, "{who}: its probability less its target.", operation="−",
            partial="difference", finish=share, before=apart.ravel() if share else None,
        )  # fmt: skip

    def true_class(self, probabilities: str, target: np.ndarray, losses, answers: Answers) -> None:
        """Add the loss of the true class of each picture: −log p, one step."""
        at = self.pictures * self.width + np.atleast_1d(target)
        name = "loss" if self.single else "losses"
        self.board(name, name, losses, "output")
        fields = {"name": tuple(self.names[k] for k in np.atleast_1d(target).tolist())}
        where = "The true class{of} is {name}: only its probability counts."
        say = "The true class{of} is {name}", ", the loss."
        self._minus_log("loss", probabilities, at, name, self.pictures, where, say, answers, fields)

    def whole_target(self, probabilities: str, wanted: np.ndarray, smoothing: float, losses, answers: Answers) -> None:
        """Add the loss against wanted probabilities: −log p of every class, weighed by the (smoothed) target."""
        self.board("target", "target", wanted, hidden=False)
        target, each = "target", self.cells[:, None]
        if smoothing:
            target, nothing = "smoothed target", np.zeros_like(each)
            self.board("kept", "1 − smoothing", 1 - smoothing, hidden=False)
            self.board("share", "smoothing ÷ classes", smoothing / self.width, hidden=False)
            self.board(target, target, smoothed(wanted, smoothing))
            self.phase(
                target, (("target", each), ("kept", nothing)), target, self.cells,
                "{who}: {a} × {b} + {single} {equals} {result}.",
                "{who}: the target keeps its part and gets its share of the smoothing.", operation="×",
                partial="kept", singles=(("share", "share", nothing[:, 0]),),
            )  # fmt: skip
        self.board("surprise", "−log p", answers.surprise)
        where = "{who}: minus the natural logarithm of its probability."
        say = "{who}", "."
        self._minus_log("minus log", probabilities, self.cells, "surprise", self.cells, where, say, answers)
        name = "loss" if self.single else "losses"
        self.board(name, name, losses, "output")
        self.phase(
            "loss", ((target, self.rows), ("surprise", self.rows)), name, self.pictures,
            "The target's parts times −log p{of} add up to {about}{result}, the loss.",
            "Each class's −log p{of} counts as much as the target says.", operation="×",
        )  # fmt: skip

    def _minus_log(self, name, probabilities, at, writes, index, where, say, answers, fields=None) -> None:
        """Add −log p; from the logits instead where a probability is too small to be told from its digits.

        say: how a step's sentence begins and ends.
        """
        begin, end = say
        p = answers.probabilities.ravel()[at]
        if not answers.subtract_largest or legible(p, answers.surprise.ravel()[at], self.decimals):
            read = {"a": tuple(small_text(one, self.decimals) for one in p.tolist())}
            self.phase(
                name, ((probabilities, at[:, None]),), writes, index, begin + ": −log({a}) {equals} {result}" + end,
                where, finish="−log", partial="probability", fields={**read, **(fields or {})},
            )  # fmt: skip
            return
        too_small = TOO_SMALL.format("a float64" if (p < TINY).any() else "its digits here")
        logits, picture = "scaled" if "scaled" in self.boards else "input", at // self.width
        self.board("log of the sum", "log of the sum", np.log(answers.total))
        self.phase(
            "log of the sum", (("sum of exponentials", self.pictures[:, None]),), "log of the sum", self.pictures,
            "The logarithm of the sum{of}: log({a}) {equals} {result}.", "The logarithm of the sum{of}.", finish="log",
        )  # fmt: skip
        self.phase(
            name, (("largest", picture[:, None]), (logits, at[:, None])), writes, index,
            begin + too_small + "{a} − {b}, and the logarithm of the sum: {result}" + end,
            where, operation="−", partial="largest − logit", singles=(("log of the sum", "log of the sum", picture),),
            fields=fields,
        )  # fmt: skip

    def mean(self, mean) -> None:
        """Add the mean of the pictures' losses."""
        self.board("loss", "mean", mean, "output")
        self.phase(
            "mean", (("losses", self.pictures[None]),), "loss", np.zeros(1, int),
            "The {count} losses add up to {before}; ÷ {count} {equals} {result}, the loss of the batch.",
            "The mean of the {count} losses.", finish="÷ {count}",
        )  # fmt: skip


def smoothed(wanted: np.ndarray, smoothing: float) -> np.ndarray:
    """Return a target of which every class has got its share of the smoothing."""
    return wanted * (1 - smoothing) + smoothing / wanted.shape[-1]
