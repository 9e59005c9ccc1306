"""Facts about layers of vectors: where a cell of a map goes, the matrix form, what rounding does to a loss."""

from dataclasses import dataclass

import numpy as np

from engine import functional as F
from engine.layers.base import Shape
from engine.layers.steps.output import smoothed
from engine.trace import Trace
from engine.writing.display import number_text, plain_number, shared_decimals

MOST_COLUMNS, MOST_ROWS = 6, 6
# exp of a larger number overflows, in float64 and in float32
LARGEST_EXPONENTS = tuple(float(np.log(np.float64(np.finfo(kind).max))) for kind in (np.float64, np.float32))


def place_formula(input_shape: Shape, place: int) -> str:
    """LaTeX of where the cell that becomes number `place` stood, and how its place follows: (c·H + i)·W + j."""
    _, height, width = input_shape
    c, i, j = np.unravel_index(place, input_shape)
    return (
        rf"(c \cdot H + i) \cdot W + j = ({c} \cdot {height} + {i}) \cdot {width} + {j} = \mathbf{{{place}}}"
    )  # fmt: skip


def _shown(count: int, most: int, keep: int = 0) -> list[int | None]:
    """Return which of `count` rows or columns are written, None for a gap; first, last and `keep` always are."""
    if count <= most:
        return list(range(count))
    kept = sorted({*range(most - 2), keep, count - 1})
    out: list[int | None] = []
    for before, k in zip([-1, *kept], kept, strict=False):
        out += [None, k] if k - before > 1 else [k]
    return out


def matrix_formula(trace: Trace, neuron: int) -> str:
    """LaTeX of y = W x + b with the numbers of a fully connected layer's trace; one neuron's row in bold."""
    phase = trace.phases[0]
    x, w = trace.board("input").values, trace.board("weight").values
    columns, rows = _shown(len(x), MOST_COLUMNS), _shown(len(w), MOST_ROWS, neuron)
    decimals = [shared_decimals(a)[0] for a in (w, x, phase.before, phase.results)]

    def number(value: float, places: int, bold: bool = False) -> str:
        text = plain_number(float(value), places)
        return rf"\mathbf{{{text}}}" if bold else text

    def vector(values: np.ndarray, kept: list[int | None], places: int, bold: int | None = None) -> str:
        cells = [r"\vdots" if k is None else number(values[k], places, k == bold) for k in kept]
        return r"\begin{bmatrix}" + r"\\".join(cells) + r"\end{bmatrix}"

    lines = []
    for r in rows:
        cells = [
            (r"\ddots" if c is None else r"\vdots") if r is None
            else r"\cdots" if c is None
            else number(w[r, c], decimals[0], r == neuron)
            for c in columns
        ]  # fmt: skip
        lines.append(" & ".join(cells))
    parts = [r"\begin{bmatrix}" + r"\\".join(lines) + r"\end{bmatrix}", vector(x, columns, decimals[1])]
    made = r"\,".join(parts)
    biases = [p for p in phase.partials if p.name == "bias"]
    if biases:
        made += " + " + vector(biases[0].values, rows, shared_decimals(biases[0].values)[0], neuron)
    equals = "=" if shared_decimals(phase.before)[1] else r"\approx"
    made += f" {equals} " + vector(phase.before, rows, decimals[2], neuron)
    if phase.finish:
        made += r"\;\xrightarrow{\text{ReLU}}\; " + vector(phase.results, rows, decimals[3], neuron)
    return r"\small " + made if len(columns) > 4 or phase.finish else made


@dataclass(frozen=True)
class Answer:
    """What softmax and loss say of one picture: probabilities (K,), its true class, that class's probability, its loss.

    surprise: −log of that probability, from the logits: the loss, unless the target is smoothed. step: of the trace,
    where the loss is written.
    """

    probabilities: np.ndarray
    target: int
    probability: float
    loss: float
    surprise: float
    step: int


@dataclass(frozen=True)
class Digits:
    """−log p from the probability as it is, and from the one that is shown, rounded to four decimals: LaTeX.

    differ: whether the two differ in the digits shown. lost: whether the rounded probability is 0.
    """

    probability: str
    exact: str
    rounded_probability: str
    rounded: str
    differ: bool
    lost: bool


def digits(answer: Answer) -> Digits:
    """Return what rounding the true class's probability does to its −log."""
    rounded = float(np.round(answer.probability, 4))
    with np.errstate(divide="ignore"):
        losses = (answer.surprise, float(-np.log(rounded)))
    exact, other = (number_text(loss + 0.0, 6) for loss in losses)
    told = (_probability(answer), exact, number_text(rounded, 4), other)
    return Digits(*told, exact != other, rounded == 0)


def _probability(answer: Answer) -> str:
    """Return a probability with eight decimals; as a power of ten, worked out from its −log, where these are 0."""
    text = number_text(answer.probability, 8)
    if text != "0":
        return rf"{text}\ldots"
    power = -answer.surprise / np.log(10)
    whole = int(np.floor(power))
    return rf"{10 ** (power - whole):.2f}\ldots \cdot 10^{{{whole}}}"


def answers(trace: Trace, target) -> list[Answer]:
    """Return what a trace of the loss says of each of its pictures."""
    targets = np.atleast_1d(target).tolist()
    probabilities = np.atleast_2d(trace.board("probabilities").values)
    names = [board.name for board in trace.boards]
    board = "losses" if "losses" in names else "loss"
    steps, start = [], 0
    for phase in trace.phases:
        if phase.writes.board == board:
            steps = list(range(start, start + len(phase)))
        start += len(phase)
    losses = trace.board(board).values.tolist()
    surprises = losses
    if "surprise" in names:
        every = np.atleast_2d(trace.board("surprise").values)
        surprises = [float(row[t]) for row, t in zip(every, targets, strict=True)]
    found = zip(probabilities, targets, losses, surprises, steps, strict=True)
    return [Answer(p, t, float(p[t]), loss, surprise, step) for p, t, loss, surprise, step in found]


def picture_at(trace: Trace, step: int) -> int:
    """Return which picture of a batch a step belongs to."""
    return trace.steps[step].page


def target_of(trace: Trace, picture: int) -> np.ndarray | None:
    """Return the smoothed target of a picture, (K,); None where its true class alone counts."""
    for board in trace.boards:
        if board.name == "smoothed target":
            return np.atleast_2d(board.values)[picture]
    return None


def loss_curve(smoothing: float, classes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return probabilities of the true class up to 1, −log of each, and the loss against a smoothed target.

    The last, None without smoothing, holds where the other classes share the rest evenly.
    """
    p = np.linspace(0.005, 1.0, 200)
    if not smoothing or classes < 2:
        return p, -np.log(p) + 0.0, None
    inside = np.clip(p, None, 0.9995)
    rest = (1 - inside) / (classes - 1)
    wanted = smoothed(np.eye(classes)[0], smoothing)
    return p, -np.log(p) + 0.0, -wanted[0] * np.log(inside) - wanted[1] * (classes - 1) * np.log(rest)


def temperature_curves(logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return temperatures from 0.1 to 20, and the probabilities of (K,) logits at each, (G, K)."""
    temperatures = np.geomspace(0.1, 20, 120)
    return temperatures, F.softmax(logits / temperatures[:, None], dim=-1)
