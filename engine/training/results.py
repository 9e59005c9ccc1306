"""What a training's page shows: smooth curves, long ones with fewer points, mistakes, tables. NumPy only."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.training import divergence, files
from engine.training.config import Config
from engine.training.history import History

MOST_POINTS = 1000
MEMORY = 0.98  # the part of the smooth curve that each step leaves
ACROSS = 8  # kernels in a row of their picture
STRETCH = 256  # so many values are smoothed at once; MEMORY to this power is still far from rounding


def smoothed(values: Sequence[float], memory: float = MEMORY) -> np.ndarray:
    r"""Return the mean of the values so far, the late ones weighing most.

    $s_t = \sum_{k \le t} \beta^{t-k} v_k / \sum_{k \le t} \beta^{t-k}$: the first values are not drawn towards 0.
    """
    array = np.asarray(values, dtype=np.float64)
    out = np.empty(len(array))
    faded = memory ** np.arange(1, STRETCH + 1)
    ones = np.cumsum(1 / faded)
    above = below = 0.0
    for start in range(0, len(array), STRETCH):
        part = array[start : start + STRETCH]
        long = len(part)
        sums = faded[:long] * (above + np.cumsum(part / faded[:long]))
        weights = faded[:long] * (below + ones[:long])
        out[start : start + STRETCH] = sums / weights
        above, below = sums[-1], weights[-1]
    return out


def not_learning(config: Config, history: History) -> tuple[str, list[str]] | None:
    """Return a sentence and what to change where a training's history says that nothing is learned; else None."""
    classes = len((history.start or {}).get("classes", ())) or config.classes
    return divergence.not_learning(config, history.loss, history.per_epoch, classes, history.end is not None)


def thinned(values: Sequence[float], most: int = MOST_POINTS) -> np.ndarray:
    """Return the places of at most `most` values that draw the same curve: each stretch's extremes, and the ends.

    A value that is no finite number is never chosen but at the ends.
    """
    count = len(values)
    if count <= most:
        return np.arange(count)
    long = -(-count // max(1, (most - 2) // 2))
    array = np.full(-(-count // long) * long, np.nan)
    array[:count] = values
    parts = array.reshape(-1, long)
    finite = np.isfinite(parts)
    first = np.arange(len(parts)) * long
    lowest = first + np.where(finite, parts, np.inf).argmin(axis=1)
    highest = first + np.where(finite, parts, -np.inf).argmax(axis=1)
    whole = finite.any(axis=1)
    return np.unique(np.concatenate([[0, count - 1], lowest[whole], highest[whole]]))


def duration(seconds: float) -> str:
    """Return a length of time in words: "45 s", "3 min 05 s", "2 h 10 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def by_layer(history: History, kind: str, value: str) -> dict[str, tuple[list[int], list[float | None]]]:
    """Return (epochs, values) of a figure of each layer, by "2 ReLU". An epoch may be missing: a process was killed.

    kind, value: "gradient_norms" and "norm", or "dead" and "share".
    """
    curves: dict[str, tuple[list[int], list[float | None]]] = {}
    for epoch in history.epochs:
        for one in epoch.get(kind) or ():
            epochs, values = curves.setdefault(f"{one['layer']} {one['name']}", ([], []))
            epochs.append(epoch["epoch"])
            values.append(one[value])
    return curves


def filter_sheet(shape: Sequence[int], values: Sequence[float]) -> np.ndarray:
    """Return kernels (O, C, H, W) as one picture, uint8 (rows, columns, 4): 0 is mid-grey, the largest size full.

    Three channels are red, green and blue, other numbers of channels their mean in grey. Kernels are a clear pixel
    apart.
    """
    kernels = np.nan_to_num(np.asarray(values, dtype=np.float64).reshape(shape))
    if shape[1] != 3:
        kernels = np.repeat(kernels.mean(axis=1, keepdims=True), 3, axis=1)
    largest = np.abs(kernels).max(axis=(1, 2, 3), keepdims=True)
    pixels = np.rint(127.5 + 127.5 * kernels / np.where(largest > 0, largest, 1)).astype(np.uint8)
    count, _, height, width = kernels.shape
    across = min(ACROSS, count)
    rows = -(-count // across)
    sheet = np.zeros((rows * (height + 1) - 1, across * (width + 1) - 1, 4), np.uint8)
    for k, kernel in enumerate(pixels):
        top, left = k // across * (height + 1), k % across * (width + 1)
        sheet[top : top + height, left : left + width, :3] = kernel.transpose(1, 2, 0)
        sheet[top : top + height, left : left + width, 3] = 255
    return sheet


@dataclass(frozen=True)
class Mistake:
    """A test picture that was taken for another class: its place, its class, the class said, and how sure."""

    index: int
    label: int
    said: int
    probability: float
    of_label: float


@dataclass(frozen=True)
class Answers:
    """A finished training's answers for the test pictures: labels (N,), probabilities (N, K), the classes' names."""

    labels: np.ndarray
    probabilities: np.ndarray
    classes: tuple[str, ...]

    @property
    def said(self) -> np.ndarray:
        return self.probabilities.argmax(axis=1)

    @property
    def accuracy(self) -> float:
        return float((self.said == self.labels).mean())

    def confusion(self) -> np.ndarray:
        """Return how many pictures of class (row) were taken for class (column), (K, K)."""
        count = len(self.classes)
        return np.bincount(self.labels * count + self.said, minlength=count * count).reshape(count, count)

    def per_class(self) -> list[float | None]:
        """Return the share of right answers by class; None for a class without a picture."""
        table = self.confusion()
        return [float(row[k] / row.sum()) if row.sum() else None for k, row in enumerate(table)]

    def confused(self, most: int = 3) -> list[tuple[int, int, int]]:
        """Return the commonest mistakes: (class, taken for, how often), the commonest first."""
        table = self.confusion()
        np.fill_diagonal(table, 0)
        order = np.argsort(-table, axis=None, kind="stable")[:most]
        places = zip(*np.unravel_index(order, table.shape), strict=True)
        return [(int(i), int(j), int(table[i, j])) for i, j in places if table[i, j]]

    def mistakes(self, most: int = 12, label: int | None = None, said: int | None = None) -> list[Mistake]:
        """Return the most confident mistakes, the surest first; label, said: of these classes only."""
        chosen = self.said
        wrong = chosen != self.labels
        if label is not None:
            wrong &= self.labels == label
        if said is not None:
            wrong &= chosen == said
        places = np.flatnonzero(wrong)
        sure = self.probabilities[places, chosen[places]]
        order = places[np.argsort(-sure, kind="stable")[:most]]
        return [
            Mistake(int(i), int(self.labels[i]), int(chosen[i]), float(self.probabilities[i, chosen[i]]),
                    float(self.probabilities[i, self.labels[i]]))
            for i in order
        ]  # fmt: skip


def answers(path: Path) -> Answers:
    """Read a finished training's answers.safetensors. ValueError, with a sentence, where it cannot be read."""
    tensors, header = files.read(path, "cannot be read")
    try:
        labels, probabilities, classes = tensors["labels"], tensors["probabilities"], header["classes"]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from error
    if (
        probabilities.ndim != 2 or labels.shape != probabilities.shape[:1] or labels.dtype.kind != "i"
        or len(classes) != probabilities.shape[1] or not len(labels)
        or not 0 <= labels.min() <= labels.max() < len(classes) or not np.isfinite(probabilities).all()
    ):  # fmt: skip
        raise ValueError(f"{path.name} holds labels {labels.shape} and probabilities {probabilities.shape}")
    return Answers(labels, probabilities, tuple(map(str, classes)))


def curves_csv(history: History) -> str:
    """Return every step's loss and learning rate, with an epoch's figures in the line of its last step."""
    names = ("train_loss", "train_accuracy", "test_loss", "test_accuracy", "images_per_second")
    ends = {epoch["epoch"] * history.per_epoch: epoch for epoch in history.epochs}
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(["step", "epoch", "loss", "lr", *names])
    for k, (loss, rate) in enumerate(zip(history.loss, history.lr, strict=True), start=1):
        end = ends.get(k, {})
        lines.writerow([k, f"{k / history.per_epoch:.6g}", loss, rate, *(end.get(name, "") for name in names)])
    return file.getvalue()


def smoothed_curve(history: History) -> tuple[list[float], list[float]]:
    """Return (epochs, smoothed losses) of a training, thinned."""
    values = smoothed(history.loss)
    places = thinned(values)
    return ((places + 1) / history.per_epoch).tolist(), values[places].tolist()
