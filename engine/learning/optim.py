"""Optimisers with their working: how a gradient becomes an update, number by number, as in torch.optim."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np

from engine.writing.display import plain_number, rounded_decimals

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Update:
    """One parameter's update: before, its gradient, the quantities on the way by name, and after.

    memory: what the optimiser remembers for the next step (velocity; moments and the count of steps).
    """

    before: np.ndarray
    gradient: np.ndarray
    parts: Arrays
    after: np.ndarray
    memory: Arrays = field(default_factory=dict)


class Optimiser:
    """Turns gradients into updates; `lr` is the learning rate. ValueError for settings that make no sense."""

    def update(self, before: np.ndarray, gradient: np.ndarray, memory: Mapping[str, np.ndarray]) -> Update:
        """Return a parameter's update; `memory` is that of its last one, {} at the start."""
        raise NotImplementedError

    def code(self) -> str:
        """Return the PyTorch expression that makes this optimiser for `model`: only settings that differ."""
        given = [
            f"{f.name}={getattr(self, f.name)!r}"
            for f in fields(self)
            if f.name == "lr" or getattr(self, f.name) != f.default
        ]
        return f"torch.optim.{type(self).__name__}(model.parameters(), {', '.join(given)})"

    def step(
        self, parameters: Arrays, gradients: Arrays, memory: Mapping[str, Arrays]
    ) -> tuple[Arrays, dict[str, Arrays], dict[str, Update]]:
        """Return the parameters after one step, the memory for the next step, and each update."""
        updates = {n: self.update(w, gradients[n], memory.get(n, {})) for n, w in parameters.items() if n in gradients}
        after = {n: updates[n].after if n in updates else w for n, w in parameters.items()}
        return after, {n: u.memory for n, u in updates.items()}, updates


def _check(lr: float, weight_decay: float) -> None:
    if not (np.isfinite(lr) and lr >= 0):
        raise ValueError(f"lr must be a number of at least 0, got {lr}")
    if not (np.isfinite(weight_decay) and weight_decay >= 0):
        raise ValueError(f"weight_decay must be a number of at least 0, got {weight_decay}")


@dataclass(frozen=True)
class SGD(Optimiser):
    r"""Stochastic gradient descent with momentum and weight decay.

    $$g \leftarrow g + \lambda w,\qquad v \leftarrow \mu v + g,\qquad w \leftarrow w - \text{lr} \cdot v$$

    $\lambda$ is the weight decay, $\mu$ the momentum; at the first step $v = g$. Without momentum $v$ is $g$ itself.

    Source: PyTorch documentation, torch.optim.SGD; Sutskever et al., "On the importance of initialization and
    momentum in deep learning" (2013).
    """

    lr: float = 0.01
    momentum: float = 0.0
    weight_decay: float = 0.0

    def __post_init__(self):
        _check(self.lr, self.weight_decay)
        if not self.momentum >= 0:
            raise ValueError(f"momentum must be at least 0, got {self.momentum}")

    def update(self, before, gradient, memory) -> Update:
        parts: Arrays = {}
        slope = gradient
        if self.weight_decay:
            slope = parts["decayed"] = gradient + self.weight_decay * before
        next_memory: Arrays = {}
        if self.momentum:
            last = memory.get("velocity")
            if last is not None:
                parts["old"] = last
                slope = self.momentum * last + slope
            next_memory["velocity"] = parts["velocity"] = slope
        parts["change"] = self.lr * slope
        return Update(before, gradient, parts, before - parts["change"], next_memory)

    def working(self, update: Update, index: tuple[int, ...]) -> list[str]:
        """Return the LaTeX lines of one number's update, with its numbers put in."""
        w, g, after = (_text(a[index]) for a in (update.before, update.gradient, update.after))
        lines = []
        slope, name, equals = g, "g", r"\approx" if _rounded(update, index) else "="
        if self.weight_decay:
            decayed = _text(update.parts["decayed"][index])
            lines.append(rf"g + \lambda w = {_signed(g)} + {self.weight_decay:g} \cdot {_signed(w)} {equals} {decayed}")
            slope = decayed
        if self.momentum:
            velocity = _text(update.parts["velocity"][index])
            if "old" in update.parts:
                old = _signed(_text(update.parts["old"][index]))
                lines.append(rf"v = {self.momentum:g} \cdot {old} + {_signed(slope)} {equals} {velocity}")
            else:
                lines.append(rf"v {equals} {velocity}")
            slope, name = velocity, "v"
        lines.append(
            rf"w - \text{{lr}} \cdot {name} = {_signed(w)} - {self.lr:g} \cdot {_signed(slope)} {equals} {after}"
        )
        return lines


@dataclass(frozen=True)
class Adam(Optimiser):
    r"""Adam: each number's own step size, from running means of its gradient and of its gradient's square.

    $$m \leftarrow \beta_1 m + (1 - \beta_1) g,\qquad v \leftarrow \beta_2 v + (1 - \beta_2) g^2$$

    $$w \leftarrow w - \text{lr} \cdot \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}$$

    after $g \leftarrow g + \lambda w$ with weight decay $\lambda$; $t$ counts the steps from 1.

    Source: PyTorch documentation, torch.optim.Adam; Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015).
    """

    lr: float = 0.001
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0

    def __post_init__(self):
        _check(self.lr, self.weight_decay)
        if not all(0 <= beta < 1 for beta in self.betas):
            raise ValueError(f"betas must lie from 0 to below 1, got {self.betas}")
        if not self.eps >= 0:
            raise ValueError(f"eps must be at least 0, got {self.eps}")

    def update(self, before, gradient, memory) -> Update:
        parts: Arrays = {}
        slope = gradient
        if self.weight_decay:
            slope = parts["decayed"] = gradient + self.weight_decay * before
        first, second = self.betas
        t = memory.get("t", 0) + 1
        m = first * memory.get("m", np.zeros_like(before)) + (1 - first) * slope
        v = second * memory.get("v", np.zeros_like(before)) + (1 - second) * slope**2
        mean, square = m / (1 - first**t), v / (1 - second**t)
        parts |= {"m": m, "v": v, "mean": mean, "square": square}
        parts["change"] = self.lr * mean / (np.sqrt(square) + self.eps)
        return Update(before, gradient, parts, before - parts["change"], {"m": m, "v": v, "t": t})

    def working(self, update: Update, index: tuple[int, ...]) -> list[str]:
        """Return the LaTeX lines of one number's update, with its numbers put in."""
        w, g, after = (_text(a[index]) for a in (update.before, update.gradient, update.after))
        mean, square, change = (_text(update.parts[n][index]) for n in ("mean", "square", "change"))
        lines = []
        if self.weight_decay:
            decayed = _text(update.parts["decayed"][index])
            lines.append(rf"g + \lambda w = {_signed(g)} + {self.weight_decay:g} \cdot {_signed(w)} \approx {decayed}")
        m, v = (_text(update.parts[n][index]) for n in ("m", "v"))
        lines.append(rf"m \approx {m},\quad v \approx {v}")
        lines.append(rf"\hat m \approx {mean},\quad \hat v \approx {square}")
        lines.append(rf"\text{{lr}} \cdot \hat m / (\sqrt{{\hat v}} + \epsilon) \approx {change}")
        lines.append(rf"w - {_signed(change)} = {_signed(w)} - {_signed(change)} \approx {after}")
        return lines


def _text(value: float) -> str:
    return plain_number(float(value), rounded_decimals(np.asarray(value), 6))


def _signed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _rounded(update: Update, index: tuple[int, ...]) -> bool:
    """Whether six decimals are too few to write the numbers of an update exactly."""
    numbers = [a[index] for a in (update.before, update.gradient, update.after, *update.parts.values())]
    return any(abs(round(float(n), 6) - float(n)) > 1e-12 for n in numbers)
