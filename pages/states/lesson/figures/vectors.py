"""Figures of the lessons of vectors: pure functions, arrays → HTML or a Plotly figure; texts are escaped."""

from collections.abc import Sequence
from html import escape
from math import atan2, degrees, hypot

import numpy as np

from engine.facts.vectors import Answer
from engine.writing.display import decimals_needed, number_text, rounded_decimals
from pages.states.sheet.figure import Figure, ink

MOST_NAMED = 16  # up to so many inputs or neurons show their numbers; more are dots
ROW, TALL = 56, 460
WIDE = 612  # the drawing's width in its own units; on the page it is 100 cqw
LEFT, MIDDLE, RIGHT = 46, 430, 566
BOX, BOX_TALL = 76, 26


def _texts(values: np.ndarray) -> list[str]:
    needed = decimals_needed(values)
    places = min(rounded_decimals(values), 3) if needed is None else needed
    return [number_text(float(value), places) for value in values]


def _heights(count: int, tall: float) -> list[float]:
    return [tall * (k + 0.5) / count for k in range(count)]


def connections(
    input: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None,
    sums: np.ndarray,
    activated: np.ndarray | None,
    present: int,
) -> str:
    """Draw a fully connected layer: a line for each weight, its colour by sign, its width by size.

    input: (F,). weight: (O, F). bias, sums, activated (after a ReLU): (O,). The neuron `present` stands out, with its
    weights' numbers. Lines of negative weights are dashed as well.
    """
    neurons, inputs = weight.shape
    named = inputs <= MOST_NAMED and neurons <= MOST_NAMED
    tall = min(TALL, ROW * max(inputs, neurons))
    left, right = _heights(inputs, tall), _heights(neurons, tall)
    widest = min(6.0, 0.7 * tall / max(inputs, neurons))
    scale = widest / (float(np.abs(weight).max()) or 1.0)
    reach = BOX / 2 if named else 6
    order = [o for o in range(neurons) if o != present] + [present]
    parts = [
        _line(o, i, float(weight[o, i]), (LEFT + reach, left[i]), (MIDDLE - reach, right[o]), scale, o == present)
        for o in order
        for i in range(inputs)
    ]
    if named:
        parts += [
            _weight_text(text, (LEFT + reach, left[i]), (MIDDLE - reach, right[present]), i)
            for i, text in enumerate(_texts(weight[present]))
        ]
    parts += _nodes(_texts(input), left, LEFT, "input", None, named)
    parts += _nodes(_texts(sums), right, MIDDLE, "sum", present, named)
    if bias is not None and named and tall / neurons >= ROW:
        below = BOX_TALL / 2 + 9
        parts += [_text("note", f"bias {text}", MIDDLE, y + below) for text, y in zip(_texts(bias), right, strict=True)]
    if activated is not None:
        parts += [_pull("none", (MIDDLE + reach, y), (RIGHT - reach, y), 1.5) for y in right]
        parts.append(_text("note", "ReLU", (MIDDLE + RIGHT) / 2, right[0] - 10))
        parts += _nodes(_texts(activated), right, RIGHT, "activated", present, named)
    name = f"{inputs} inputs, {neurons} neurons, {weight.size} weights; neuron {present} stands out"
    return (
        f'<div class="net" role="img" aria-label="{escape(name)}"><div class="plane" style="height:{_at(tall)}">'
        f"{''.join(parts)}</div></div>"
    )


def _at(length: float) -> str:
    return f"{100 * length / WIDE:.3f}cqw"


def _pull(kind: str, start: tuple[float, float], end: tuple[float, float], width: float, data: str = "") -> str:
    """Return a line: a thin box, turned."""
    (x, y), (to_x, to_y) = start, end
    long, turn = hypot(to_x - x, to_y - y), degrees(atan2(to_y - y, to_x - x))
    return (
        f'<i class="pull {kind}"{data} style="left:{_at(x)};top:{_at(y)};width:{_at(long)};height:{width:.2f}px;'
        f'margin-top:{-width / 2:.2f}px;transform:rotate({turn:.3f}deg)"></i>'
    )


def _line(o: int, i: int, weight: float, start, end, scale: float, present: bool) -> str:
    sign = "up" if weight > 0 else "down" if weight < 0 else "none"
    width = max(0.7, scale * abs(weight))
    return _pull(sign if present else f"{sign} rest", start, end, width, f' data-line="{o},{i}"')


def _text(kind: str, text: str, x: float, y: float, data: str = "") -> str:
    return f'<span class="{kind}"{data} style="left:{_at(x)};top:{_at(y)}">{text}</span>'


def _weight_text(text: str, start, end, i: int) -> str:
    share = 0.2 if i % 2 else 0.34  # not in one column, where lines come close
    x, y = (a + share * (b - a) for a, b in zip(start, end, strict=True))
    return _text("weight", text, x, y, f' data-weight="{i}"')


def _nodes(texts: list[str], ys: list[float], x: float, kind: str, present: int | None, named: bool) -> list[str]:
    made = []
    for k, (text, y) in enumerate(zip(texts, ys, strict=True)):
        mark = " present" if k == present else ""
        side = min(12.0, max(3.0, ys[0] * 1.6))
        wide, tall, dot = (BOX, BOX_TALL, "") if named else (side, side, " dot")
        made.append(
            f'<b class="node{dot}{mark}" data-node="{kind},{k}" title="{text}" style="left:{_at(x)};top:{_at(y)};'
            f'width:{_at(wide)};height:{_at(tall)}">{text if named else ""}</b>'
        )
    return made


def bars(answer: Answer, names: Sequence[str], wanted: np.ndarray | None = None) -> str:
    """Draw one picture's probabilities as bars; the true class is marked. wanted: (K,) the target, a tick on each."""
    rows = []
    for k, (name, p) in enumerate(zip(names, answer.probabilities.tolist(), strict=True)):
        known = p == p  # NaN has no bar
        share = f"{100 * p:.2f}" if known else "0"
        true = ' class="true"' if k == answer.target else ""
        tick = f'<u style="left:{100 * float(wanted[k]):.2f}%"></u>' if wanted is not None else ""
        text = number_text(p, 4)
        rows.append(
            f'<span{true}>{escape(name)}</span><span class="bar"><i style="width:{share}%"></i>{tick}</span>'
            f'<b data-probability="{k}">{text}</b>'
        )
    return f'<div class="answer">{"".join(rows)}</div>'


def _figure(title: str, x: str, y: str) -> Figure:
    axis = {"gridcolor": ink("line"), "zerolinecolor": ink("line"), "linecolor": ink("line")}
    figure = Figure(title, 300, margin={"t": 40}, showlegend=True, dragmode="zoom", font={"size": 12})
    figure.layout["title"].pop("y")
    figure.change(
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 1, "xanchor": "right"},
        xaxis={"title": {"text": x}, **axis},
        yaxis={"title": {"text": y}, "rangemode": "tozero", **axis},
    )
    return figure


def loss_curve(
    curve: tuple[np.ndarray, np.ndarray], smoothed: np.ndarray | None, answers: Sequence[Answer], present: int
) -> dict:
    """Draw −log p over the true class's probability, with a point for each picture; the present one is larger.

    curve: probabilities and losses. smoothed: the losses where the target is smoothed, or None.
    """
    p, loss = curve
    figure = _figure("Loss of one picture, one number", "probability of the true class", "loss")
    hover = "p %{x:.4f}, loss %{y:.4f}<extra></extra>"
    figure.line(p, loss, name="−log p", line={"color": ink("muted"), "width": 2}, hovertemplate=hover)
    if smoothed is not None:
        dashed = {"color": ink("positive-line"), "width": 2, "dash": "dash"}
        figure.line(p, smoothed, name="with smoothing", line=dashed, hovertemplate=hover)
    known = [(n, a) for n, a in enumerate(answers) if np.isfinite([a.probability, a.loss]).all()]
    figure.line(
        [a.probability for _, a in known],
        [a.loss for _, a in known],
        mode="markers+text" if len(answers) > 1 else "markers",
        text=[str(n) for n, _ in known],
        textposition="top right",
        name="picture" if len(answers) == 1 else "pictures",
        cliponaxis=False,
        marker={
            "size": [15 if n == present else 9 for n, _ in known],
            "color": ink("accent"),
            "line": {"color": ink("surface"), "width": 2},
        },
        hovertemplate=hover,
    )
    top = max([5.4, *(a.loss * 1.1 for _, a in known)])
    figure.change(xaxis={"range": [0, 1.02]}, yaxis={"range": [-0.03 * top, top]})
    return figure.drawn()


def temperature_curves(
    temperatures: np.ndarray, probabilities: np.ndarray, names: Sequence[str], present: float
) -> dict:
    """Draw each class's probability over the temperature: temperatures (G,), probabilities (G, K)."""
    figure = _figure(f"Probabilities of {len(names)} classes", "temperature", "probability")
    dashes = ("solid", "dash", "dot", "dashdot", "longdash")
    shades = ("positive-line", "negative-line", "accent", "link", "muted")
    for k, name in enumerate(names):
        figure.line(
            temperatures,
            probabilities[:, k],
            name=escape(name),
            line={"color": ink(shades[k % 5]), "dash": dashes[k % 5], "width": 2.5},
            hovertemplate="T %{x:.2f}: %{y:.4f}",
        )
    figure.upright(present, color=ink("ink"), width=1.5, dash="dot")
    figure.change(xaxis={"type": "log", "tickvals": [0.1, 0.2, 0.5, 1, 2, 5, 10, 20]}, yaxis={"range": [0, 1.02]})
    return figure.drawn()
