"""Things to try on the page Learning."""

import numpy as np

from engine.data import drawings
from engine.learning.passes import most_changed
from engine.network import zoo
from pages.states.learning import courses
from pages.states.tries.asked import Try

YES, NO = "Yes, to six digits at least", "No"
NEARER, FURTHER = "Nearer", "Further off"
FAR = "Less than 0.001", "From 0.001 to 0.1", "More than 0.1"
FALLS, RISES, STAYS = "It falls", "It rises", "It stays"
FITS = "The output fits, the kernel does not", "Both fit", "Neither fits"
GROWS, SETTLES = "It grows without end", "It falls towards 0"
BETTER = "On the 20 pictures", "On the test pictures", "On both alike"
LAST = tuple(zoo.WORKED_PARAMETERS)[-4:]
NEAR, USUAL = 1e-6, 1e-5  # of a gradient that agrees; an h that is neither too large nor too small
FITTED, ALIKE, EPOCHS, SECONDS = 0.02, 0.05, 40, 3.0


def _agrees(state) -> str:
    nudge = courses.checked(state).nudge
    return YES if nudge.error <= NEAR * max(1.0, abs(nudge.difference)) else NO


def _than_usual(state) -> str:
    made = courses.checked(state)
    usual = min(made.others, key=lambda one: abs(np.log10(one.h) - np.log10(USUAL)))
    return NEARER if made.nudge.error < usual.error else FURTHER


CHECK = (
    Try(
        "A very large h, 1: how far is the difference quotient from the gradient?",
        {"part": "check", "h": "1e-0"},
        lambda state: courses.checked(state).nudge.error,
        "The table has it in its last line, “how far apart”.",
        "The secant goes through two points that lie 2 apart, and the loss is curved between them: the tangent touches "
        "at one point only.",
        decimals=4,
    ),
    Try(
        "A tiny h, 1e−13: is the difference quotient nearer to the gradient than with 1e−5, or further off?",
        {"part": "check", "h": "1e-13"},
        _than_usual,
        "The figure at the right has the error for each h.",
        "Both losses agree in nearly all of their 16 digits. Their difference keeps the few that are left, and "
        "they are "
        "mostly rounding.",
        (NEARER, FURTHER),
    ),
    Try(
        "A bias of the convolution: does backpropagation agree with the nudge?",
        {"part": "check", "w": "0.bias.0", "h": "1e-5"},
        _agrees,
        "Compare the two lines of the table: the digits that they share are bold.",
        "A bias is a weight whose input is always 1: the same rule, and the same check.",
        (YES, NO),
    ),
)


def _most_moved(state) -> str:
    name, *_ = most_changed(state.network.parameters, courses.taken(state).after.parameters)[0]
    return name


def _last_step(state) -> str:
    taken = courses.taken(state)
    change = taken.loss - taken.after.losses[-1]
    return RISES if change > 0 else FALLS if change < 0 else STAYS


STEP = (
    Try(
        "100 steps on the worked network: in which of its arrays is the number that has moved most?",
        {"part": "step", "count": "100"},
        _most_moved,
        "At the foot, “What changed most in 100 steps” lists them.",
        "A weight moves by its input times what arrives: it moves far where the input is large at every step.",
        LAST,
    ),
    Try(
        "Two pictures that want different things, and a learning rate of 0.1: what does the loss do in step 2?",
        {"part": "step", "two": "1", "lr": "0.1", "count": "2"},
        _last_step,
        "Compare the loss before step 2 with the one after it.",
        "The gradient is the slope at one point. A step that is too long goes past the valley and up the other side.",
        (FALLS, RISES, STAYS),
    ),
    Try(
        "Weight decay of 25 at a rate of 0.1: by what does the decay alone multiply a weight at each step?",
        {"part": "step", "lr": "0.1", "decay": "25", "count": "100"},
        lambda state: 1 - state.steps.lr * state.steps.decay,
        "A step takes lr × λ × w off the weight w. What is left of it?",
        "1 − 0.1 × 25: each step overshoots 0 and lands further off, on the other side. So it grows without end.",
    ),
)


def _apart(state) -> float:
    """Return how far the furthest weight of the kernel is from the hidden one's."""
    return float(np.abs(courses.lessons(state.kernel)[-1].kernel - state.kernel.target).max())


def _how_far(state) -> str:
    apart = _apart(state)
    return FAR[0] if apart < 1e-3 else FAR[1] if apart <= 0.1 else FAR[2]


def _fit(state) -> str:
    last = courses.lessons(state.kernel)[-1]
    output = last.loss <= FITTED * float(last.wanted.var())
    kernel = _apart(state) <= ALIKE * float(np.abs(state.kernel.target).max())
    return FITS[1] if output and kernel else FITS[0] if output else FITS[2]


def _course(state) -> str:
    lessons = courses.lessons(state.kernel)
    ended = len(lessons) <= state.kernel.count
    return GROWS if ended or lessons[-1].loss > lessons[0].loss else SETTLES


KERNEL = (
    Try(
        "200 steps towards Sobel x: how far is the furthest of the nine weights from the hidden kernel's?",
        {"part": "kernel", "count": "200"},
        _how_far,
        "Reveal the hidden kernel, and compare weight by weight.",
        "The noise shows every weight something of its own, so that each is found.",
        FAR,
    ),
    Try(
        "From a picture of a digit, after 100 steps: what fits?",
        {"part": "kernel", "source": "digit", "count": "100"},
        _fit,
        "Compare the output with the wanted one; then reveal the hidden kernel.",
        "A digit has large flat areas. There, several kernels give nearly the same output, and the loss cannot "
        "tell them "
        "apart.",
        FITS,
    ),
    Try(
        "A learning rate of 3: what does the loss do?",
        {"part": "kernel", "lr": "3", "count": "100"},
        _course,
        "Look at the curve of the loss, and at what is said beside it.",
        "Each step goes further past the valley than the last one.",
        (GROWS, SETTLES),
    ),
)


def _learnt(state) -> str:
    """Return on which pictures the trained network is right more often."""
    fitting = courses.fitting(state.training)
    fitting.train(min(EPOCHS, state.training.epochs), SECONDS)
    last = fitting.epochs[-1]
    return BETTER[0] if last.accuracy > last.test_accuracy else BETTER[1 if last.accuracy < last.test_accuracy else 2]


TRAIN = (
    Try(
        "Ten shapes, 12×12: what share would a guess get right, in percent? Train for 20 epochs, and compare.",
        {"part": "train", "classes": "_".join(drawings.CLASSES), "size": "12", "count": "400", "epochs": "20"},
        lambda state: 100 / len(state.training.classes),
        "How many classes are there, and how many of them are right?",
        "A network that has learned nothing gets as many right: an accuracy says something only beside this number.",
    ),
    Try(
        "Three classes: what is the loss of an even guess? Train with a learning rate of 1, and compare.",
        {"part": "train", "lr": "1"},
        lambda state: float(np.log(len(state.training.classes))),
        "Each class gets the probability 1/3; the loss is minus the natural logarithm of the true one's.",
        "Steps that are too long throw the weights about: the loss stays near an even guess's, or above it.",
    ),
    Try(
        "Only 20 pictures, 40 epochs: on which pictures is the network right more often?",
        {"part": "train", "count": "20", "epochs": "40"},
        _learnt,
        "Press Train, and compare the two curves of accuracy.",
        "It knows the 20 pictures by heart. Only pictures that it has never seen can tell what it has learned.",
        BETTER,
    ),
)
LEARNING = (*CHECK, *STEP, *KERNEL, *TRAIN)
