"""Figures of the lessons of vectors: pure functions, arrays → SVG, HTML or go.Figure; texts are escaped."""

from collections.abc import Sequence
from html import escape
from math import atan2, degrees, hypot

import numpy as np
import plotly.graph_objects as go

from engine.facts.vectors import Answer
from engine.writing.display import decimals_needed, number_text, rounded_decimals
from pages.ui.draw.colors import colors, css_variables
from pages.ui.draw.figure import styled

MOST_NAMED = 16  # up to so many inputs or neurons show their numbers; more are dots
ROW, TALL = 56, 460
WIDE = 612  # the drawing's width in its own units; on the page it is 100 cqw
LEFT, MIDDLE, RIGHT = 46, 430, 566
BOX, BOX_TALL = 76, 26
STYLE = """
.net { container-type: inline-size; max-width: 640px; }
.net .plane { position: relative; font-size: max(9px, 2.1cqw); line-height: 1; color: var(--ink); }
.net .plane > * { position: absolute; font-style: normal; }
.net .node, .net .note, .net .weight { transform: translate(-50%, -50%); white-space: nowrap; }
.net .node { display: flex; align-items: center; justify-content: center; background: var(--panel);
  outline: 1px solid var(--line); border-radius: 6px; font-weight: 400; }
.net .dot { border-radius: 50%; }
.net .present { outline: 2px solid var(--accent); background: var(--accent-soft); font-weight: 650; }
.net .note { color: var(--muted); font-size: 0.92em; }
.net .weight { font-size: 0.92em; background: var(--surface); border-radius: 3px; padding: 1px 3px; }
.net .pull { transform-origin: 0 50%; border-radius: 3px; }
.net .up { background: var(--positive-line); }
.net .down { background: repeating-linear-gradient(90deg, var(--negative-line) 0 7px, transparent 7px 11px); }
.net .none { background: var(--line); }
.net .rest { opacity: .28; }
.answer { display: grid; grid-template-columns: max-content minmax(60px, 1fr) max-content; gap: 6px 10px;
  align-items: center; max-width: 560px; }
.answer .bar { position: relative; height: 20px; background: var(--panel); border-radius: 3px; }
.answer .bar i { position: absolute; inset: 0 auto 0 0; border-radius: 3px; background: var(--positive-4); }
.answer .bar u { position: absolute; top: -3px; bottom: -3px; width: 3px; margin-left: -1px;
  background: var(--accent); }
.answer b { font-variant-numeric: tabular-nums; }
.answer .true { font-weight: 700; }
.answer .true::before { content: "▸ "; color: var(--accent); }
"""


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
        f"<style>{css_variables('.net')}{STYLE}</style>"
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
    return f"<style>{css_variables('.answer')}{STYLE}</style><div class='answer'>{''.join(rows)}</div>"


def _figure(title: str, x: str, y: str, theme: str) -> go.Figure:
    line = colors(theme)["line"]
    axis = {"gridcolor": line, "zerolinecolor": line, "linecolor": line}
    return styled(
        go.Figure(),
        title,
        theme,
        300,
        title_y=None,
        font_size=12,
        margin={"t": 40},
        showlegend=True,
        dragmode="zoom",
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 1, "xanchor": "right"},
        xaxis={"title": x, **axis},
        yaxis={"title": y, "rangemode": "tozero", **axis},
    )


def loss_curve(
    curve: tuple[np.ndarray, np.ndarray],
    smoothed: np.ndarray | None,
    answers: Sequence[Answer],
    present: int,
    theme: str,
) -> go.Figure:
    """Draw −log p over the true class's probability, with a point for each picture; the present one is larger.

    curve: probabilities and losses. smoothed: the losses where the target is smoothed, or None.
    """
    table = colors(theme)
    p, loss = curve
    figure = _figure("Loss of one picture, one number", "probability of the true class", "loss", theme)
    hover = "p %{x:.4f}, loss %{y:.4f}<extra></extra>"
    line = {"color": table["muted"], "width": 2}
    figure.add_scatter(x=p, y=loss, mode="lines", name="−log p", line=line, hovertemplate=hover)
    if smoothed is not None:
        dashed = {"color": table["positive-line"], "width": 2, "dash": "dash"}
        figure.add_scatter(x=p, y=smoothed, mode="lines", name="with smoothing", line=dashed, hovertemplate=hover)
    known = [(n, a) for n, a in enumerate(answers) if np.isfinite([a.probability, a.loss]).all()]
    figure.add_scatter(
        x=[a.probability for _, a in known],
        y=[a.loss for _, a in known],
        mode="markers+text" if len(answers) > 1 else "markers",
        text=[str(n) for n, _ in known],
        textposition="top right",
        name="picture" if len(answers) == 1 else "pictures",
        cliponaxis=False,
        marker={
            "size": [15 if n == present else 9 for n, _ in known],
            "color": table["accent"],
            "line": {"color": table["surface"], "width": 2},
        },
        hovertemplate=hover,
    )
    figure.update_xaxes(range=[0, 1.02])
    top = max([5.4, *(a.loss * 1.1 for _, a in known)])
    figure.update_yaxes(range=[-0.03 * top, top])
    return figure


def temperature_curves(
    temperatures: np.ndarray, probabilities: np.ndarray, names: Sequence[str], present: float, theme: str
) -> go.Figure:
    """Draw each class's probability over the temperature: temperatures (G,), probabilities (G, K)."""
    table = colors(theme)
    figure = _figure(f"Probabilities of {len(names)} classes", "temperature", "probability", theme)
    dashes = ("solid", "dash", "dot", "dashdot", "longdash")
    shades = ("positive-line", "negative-line", "accent", "link", "muted")
    for k, name in enumerate(names):
        figure.add_scatter(
            x=temperatures,
            y=probabilities[:, k],
            mode="lines",
            name=escape(name),
            line={"color": table[shades[k % 5]], "dash": dashes[k % 5], "width": 2.5},
            hovertemplate="T %{x:.2f}: %{y:.4f}",
        )
    figure.add_vline(x=present, line={"color": table["ink"], "width": 1.5, "dash": "dot"})
    figure.update_xaxes(type="log", tickvals=[0.1, 0.2, 0.5, 1, 2, 5, 10, 20])
    figure.update_yaxes(range=[0, 1.02])
    return figure
