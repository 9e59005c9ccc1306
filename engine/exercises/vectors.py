"""Exercises on neurons, softmax and loss, to the gradient p − q."""

import numpy as np

from engine import functional as F
from engine.exercises.draw import Draw
from engine.exercises.form import ALL, RESULT, SUMS, Item, Kind, Problem, Scene
from engine.layers import CrossEntropyLoss, Linear, Softmax
from engine.slips import Blank, Slip, asked, dense
from engine.slips.form import chain
from engine.trace import Trace

TOPIC = "neurons and loss"
DECIMALS = 2
LEAST = 0.03  # of a probability, so that two decimals tell something


def rounded(trace: Trace, step: int) -> Blank:
    """Return the blank of a step's result with two decimals, where it is not exact."""
    blank = asked(trace, step)
    if blank.decimals is None:
        return blank
    return _shortened(blank, _near(trace, step))


def _shortened(blank: Blank, near: tuple[float, ...]) -> Blank:
    return Blank.of(blank.what, blank.answer, blank.look, blank.slips, decimals=DECIMALS, near=near)


def _near(trace: Trace, step: int) -> tuple[float, ...]:
    """Return what a quotient or difference gives where its two numbers are taken with two decimals."""
    one = trace.steps[step]
    if len(one.terms) != 1 or len(one.terms[0].cells) != 2:
        return ()
    a, b = np.round(trace.factors(one.terms[0]), DECIMALS)
    phase, _ = trace.steps.place(step)
    if phase.finish:
        return ()
    return (float(a / b) if phase.operation == "÷" else float(a - b),)


def neuron(draw: Draw, level: int) -> Problem | None:
    return _neuron(draw, relu=False)


def neuron_relu(draw: Draw, level: int) -> Problem | None:
    return _neuron(draw, relu=True)


def _neuron(draw: Draw, relu: bool) -> Problem | None:
    count, o = 3, draw.whole(0, 1)
    arrays = {
        "input": draw.array(count, most=6), "weight": draw.array(2, count, most=4),
        "bias": draw.array(2, most=4, zero=False),
    } | ({"relu": True} if relu else {})  # fmt: skip
    scene = Scene("fully_connected", Linear(count, 2), arrays, step=o)
    value = float(arrays["weight"][o] @ arrays["input"] + arrays["bias"][o])
    if relu and value >= 0:
        return None
    products = arrays["weight"][o] * arrays["input"]
    items = [
        Item(f"product {k}", ALL, lambda k=k: asked(scene.trace, o, f"term.{k}"),
             chain([arrays["input"][k], arrays["weight"][o, k]], "×")) for k in range(count)
    ]  # fmt: skip
    items.append(Item("sum of the products", SUMS, lambda: asked(scene.trace, o, "sum.0").likeliest, chain(products)))
    total = chain([products.sum(), arrays["bias"][o]])
    if relu:
        items.append(Item("before ReLU", SUMS, lambda: asked(scene.trace, o, "before"), total))
    items.append(Item("output", RESULT, lambda: asked(scene.trace, o), f"max(0, {chain([value])})" if relu else total))
    question = f"What comes out of neuron {o}{', with ReLU behind it' if relu else ''}? Neurons count from 0."
    end = " A total below zero counts as 0." if relu else ""
    story = (
        "Two critics rate a meal by three things. Each multiplies every mark by a weight of their own, adds up, and "
        f"adds a mood.{end} What does critic {o} say, critics counted from 0?"
    )
    names = {"input": "marks", "weight": "critics' weights, a row each", "bias": "moods"}
    data = {name: value for name, value in arrays.items() if name != "relu"}
    return Problem(question, story, data, tuple(items), scene, names)


def _exponentials(trace: Trace, scores: np.ndarray) -> tuple[Item, ...]:
    first = trace.steps.first("exponentials")
    return tuple(
        Item(f"exponential {c}", ALL, lambda c=c: rounded(trace, first + c), f"exp({chain([z, scores.max()], '−')})")
        for c, z in enumerate(scores)
    )


def softmax(draw: Draw, level: int) -> Problem | None:
    scores, k = draw.apart(3, most=2), draw.whole(0, 2)
    if F.softmax(scores, dim=-1).min() < LEAST:
        return None
    scene = Scene("output_loss", Softmax(-1), {"input": scores})
    trace = scene.trace
    last = trace.steps.first("probabilities") + k
    items = (
        *_exponentials(trace, scores),
        Item("sum of the exponentials", SUMS, lambda: rounded(trace, trace.steps.first("sum"))),
        Item(f"probability of class {k}", RESULT, lambda: rounded(trace, last), "exponential ÷ sum"),
    )  # fmt: skip
    question = f"Which probability does softmax give class {k}? Two decimals are enough."
    story = (
        "Three teams have scores. A team's share of the prize is e to the power of its score, over the sum of these "
        f"three powers. What share does team {k} get, with two decimals? Teams count from 0."
    )
    return Problem(question, story, {"logits": scores}, items, scene.at(last), {"logits": "scores"},
                   apart=RESULT)  # fmt: skip


def loss(draw: Draw, level: int) -> Problem | None:
    scores, target = draw.apart(3, most=2), draw.whole(0, 2)
    if F.softmax(scores, dim=-1).min() < LEAST:
        return None
    scene = Scene("output_loss", CrossEntropyLoss(), {"input": scores, "target": np.array(target)})
    trace = scene.trace
    p, last = trace.steps.first("probabilities"), len(trace.steps) - 1
    items = (
        *_exponentials(trace, scores),
        Item(f"probability of class {target}", SUMS, lambda: rounded(trace, p + target), "exponential ÷ sum"),
        Item("loss", RESULT, lambda: _loss(trace, last), "−log of the true class's probability"),
    )  # fmt: skip
    question = f"The true class is {target}. What is the cross-entropy loss? Two decimals are enough."
    story = (
        "A forecaster gives three kinds of weather scores and believes in each as softmax does. Its fine is minus the "
        f"natural logarithm of its belief in what came: kind {target}, counted from 0. How high is it, with two "
        "decimals?"
    )
    return Problem(question, story, {"logits": scores, "target": target}, items, scene.at(last),
                   {"logits": "scores", "target": "what came"}, apart=RESULT)  # fmt: skip


def _loss(trace: Trace, step: int) -> Blank:
    near = -float(np.log(np.round(trace.steps[step].before, DECIMALS)))
    return _shortened(asked(trace, step), (near,))


def batch_mean(draw: Draw, level: int) -> Problem | None:
    losses = [draw.whole(1, 24) / 4 for _ in range(4)]
    if sum(losses) % 1:  # the mean would have more than two decimals
        return None
    total, listed = sum(losses), chain(losses)
    look = f"Add the four numbers, {listed}, and divide by 4."
    slips = [
        ("sum-for-mean", total, "did not divide"), ("one-term", max(losses), "took the largest"),
        ("median-for-mean", float(np.median(losses)), "took the middle"),
        ("divided-by-fewer", total / 3, "divided by 3"), ("one-term", losses[0], "took the first alone"),
    ]  # fmt: skip
    half = [("term-forgotten", total - losses[3], "left one out")]

    def first() -> Blank:
        return Blank.of("first two", losses[0] + losses[1], "Add them.", dense.added_up(losses[:2])).likeliest

    items = (
        Item("first two losses", ALL, first, chain(losses[:2])),
        Item("sum of the losses", SUMS, lambda: _with("sum", total, f"Add the four numbers: {listed}.", half), listed),
        Item("loss of the batch", RESULT, lambda: _with("mean", total / 4, look, slips), f"{chain([total])} ÷ 4"),
    )  # fmt: skip
    question = "Four pictures of a batch have these losses. What is the loss of the batch, as PyTorch gives it?"
    story = "Four parcels have these weights. What does one weigh on average?"
    return Problem(question, story, {"losses": losses}, items, Scene("output_loss"), {"losses": "weights"})


def _with(what: str, value: float, look: str, slips) -> Blank:
    return Blank.of(what, value, look, [Slip(name, float(number), did, look) for name, number, did in slips])


def difference(draw: Draw, level: int) -> Problem | None:
    scores, target, k = draw.apart(3, most=2), draw.whole(0, 2), draw.whole(0, 2)
    if F.softmax(scores, dim=-1).min() < LEAST:
        return None
    arrays = {"input": scores, "target": np.array(target), "grad_output": 1.0}
    scene = Scene("output_loss", CrossEntropyLoss(), arrays, of="input")
    trace = scene.trace
    p, g = trace.steps.first("probabilities"), trace.steps.first("gradient")
    others = [c for c in range(3) if c != k]
    items = (
        *(Item(f"probability of class {c}", ALL, lambda c=c: rounded(trace, p + c)) for c in range(3)),
        *(Item(f"gradient of logit {c}", SUMS, lambda c=c: rounded(trace, g + c), "p − q") for c in others),
        Item(f"gradient of logit {k}", RESULT, lambda: rounded(trace, g + k), "p − q"),
    )
    question = f"The true class is {target}. What is the gradient of the loss for logit {k}? Two decimals are enough."
    story = (
        f"A forecaster's beliefs are the softmax of three scores; kind {target} came. How steeply does minus the "
        f"logarithm of its belief in kind {target} rise with score {k}, kinds and scores counted from 0? Two decimals."
    )
    return Problem(question, story, {"logits": scores, "target": target}, items, scene.at(g + k),
                   {"logits": "scores", "target": "what came"}, apart=RESULT)  # fmt: skip


KINDS = (
    Kind("neuron", "A neuron", TOPIC, neuron),
    Kind("neuron-relu", "A neuron with ReLU", TOPIC, neuron_relu),
    Kind("softmax", "Softmax", TOPIC, softmax),
    Kind("loss", "Cross-entropy loss", TOPIC, loss),
    Kind("batch-mean", "Mean of a batch", TOPIC, batch_mean),
    Kind("p-minus-q", "Probability minus target", TOPIC, difference),
)
