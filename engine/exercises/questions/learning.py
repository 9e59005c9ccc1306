"""Questions about learning: where gradients go, what a loss takes in, what batch norm does, what a network can see."""

import numpy as np

from engine import functional as F
from engine.exercises.form import Scene
from engine.exercises.questions.form import Part, Question
from engine.exercises.questions.layers import grid, lesson
from engine.layers import BatchNorm2d, Conv2d, ConvTranspose2d, CrossEntropyLoss, Linear, MaxPool2d
from engine.slips import Blank, Slip, asked, counts, sizes

POOL = MaxPool2d(2)
POOLED = Scene("pooling", POOL, {"input": grid("1 7 4 2", 1, 2, 2), "grad_output": grid("5", 1, 1, 1)}, of="input")
BACK = Scene(
    "convolution", Conv2d(1, 1, 2),
    {"input": np.zeros((1, 3, 3)), "weight": grid("1 2 3 4", 1, 1, 2, 2), "bias": np.zeros(1),
     "grad_output": grid("1 0 0 5", 1, 2, 2)}, of="input", step=4,
)  # fmt: skip
DEAD = Scene(
    "fully_connected", Linear(2, 1),
    {"input": grid("1 2", 2), "weight": grid("1 1", 1, 2), "bias": np.array([-5.0]), "grad_output": np.array([3.0]),
     "relu": True}, of="weight",
)  # fmt: skip
LOGITS = grid("4 0", 2)
LOSS = Scene("output_loss", CrossEntropyLoss(), {"input": F.softmax(LOGITS, dim=-1), "target": np.array(0)})
BIASED = lesson("convolution", Conv2d(1, 1, 2), np.zeros((1, 3, 3)), weight=grid("1 2 3 4", 1, 1, 2, 2),
                bias=np.array([3.0]))  # fmt: skip
NORM = lesson("batch_norm", BatchNorm2d(1, eps=1.0), grid("1 3 5 7", 1, 2, 2), running_mean=np.array([1.0]),
              running_var=np.array([3.0]))  # fmt: skip
UP = ConvTranspose2d(1, 1, 4, stride=2, padding=1)
FIELD = (Conv2d(1, 1, 3), Conv2d(1, 1, 3, dilation=2))
MOVED = lesson("convolution", Conv2d(1, 1, 2), grid("0 0 0 0 0 1 2 0 0 3 4 0", 1, 3, 4),
               weight=grid("3 -1 0 2", 1, 1, 2, 2), step=4)  # fmt: skip


def _through_dead() -> Blank:
    trace = DEAD.trace
    return asked(trace, trace.steps.first("through the function"))


def _twice() -> Blank:
    """The loss where probabilities are given for logits."""
    value = float(F.cross_entropy(LOSS.arrays["input"], LOSS.arrays["target"]))
    once = float(F.cross_entropy(LOGITS, np.array(0)))
    look = "CrossEntropyLoss takes the softmax of what it gets: of 0.982 and 0.018."
    return Blank.of("loss", value, look, [
        Slip("exponential-undivided", once, "gave the loss of the logits themselves", look),
        Slip("log-forgotten", float(LOSS.arrays["input"][0]), "gave the probability", look),
    ], decimals=2)  # fmt: skip


def _kept() -> Blank:
    """Two backward passes without zero_grad: the gradients of w in 3 w and in 5 w."""
    first, second = (F.linear_backward(np.ones(1), np.array([x]), np.ones((1, 1)))[1].item() for x in (3.0, 5.0))
    look = "PyTorch adds each new gradient to the one that is there: 3 + 5."
    return Blank.of("gradient", first + second, look, [
        Slip("one-term", second, "took the last alone, as after zero_grad", look),
        Slip("one-position", first, "took the first alone", look),
        Slip("mean-for-sum", (first + second) / 2, "took the mean", look),
    ])  # fmt: skip


def _evaluated() -> Blank:
    return asked(NORM.trace, len(NORM.trace.steps) - 4)


QUESTIONS = (
    Question("pooling-learns", "Does pooling have parameters, and does it take part in backpropagation?", (
        Part("How many parameters does MaxPool2d(2) have?", lambda: counts.parameters(POOL, (1, 4, 4)),
             "0: there is nothing to learn in taking the largest.",
             lesson("pooling", POOL, POOLED.arrays["input"])),
        Part("Its window holds 1, 7 / 4, 2, and the gradient 5 arrives. What is the gradient of the 7?",
             lambda: asked(POOLED.trace, 1),
             "5: pooling learns nothing, but it passes the gradient on to the layers before it.", POOLED.at(1)),
    )),
    Question("max-gradient", "Where does max pooling's gradient go?", (Part(
        "A window holds 1, 7 / 4, 2, and the gradient 5 arrives. What is the gradient of the 4?",
        lambda: asked(POOLED.trace, 2),
        "0: a small change of the 4 changes no output. The whole 5 goes to the 7, which won.", POOLED.at(2)),)),
    Question("turned-kernel", "Why is the kernel turned in the backward pass?", (Part(
        "Kernel rows 1 2 / 3 4 on 3 × 3; the gradients of the outputs are 1 0 / 0 5. What is that of the middle cell?",
        lambda: asked(BACK.trace, BACK.step),
        "The output above left saw the middle with its last weight, 4; that below right with its first, 1. "
        "4 × 1 + 1 × 5 = 9: seen from the input the kernel is turned.", BACK),)),
    Question("dying-relu", "What is a dying ReLU?", (Part(
        "A neuron's sum is 1 + 2 − 5 = −2, then comes ReLU; the gradient 3 arrives. How much of it gets through?",
        _through_dead,
        "0: below zero ReLU is flat. If the sum is below zero for every picture, no gradient ever reaches the weights: "
        "the neuron stays dead. A leaky ReLU lets a little through.", DEAD),)),
    Question("logits", "What are logits, and what if softmax comes twice?", (Part(
        "Logits 4 and 0, true class 0. Softmax makes 0.982 and 0.018 of them; these go into CrossEntropyLoss. Which "
        "loss comes out, with two decimals?", _twice,
        "0.32, for 0.02 with the logits themselves: the loss takes softmax once more, and calls a sure answer an "
        "unsure one. Logits are the scores before softmax; give the loss those.", LOSS),)),
    Question("bias-zero-grad", "What is a bias for, and zero_grad?", (
        Part("All cells of the window are 0, the bias is 3. What does the filter give?", lambda: asked(BIASED.trace, 0),
             "3: without a bias a filter would always give 0 for 0. The bias sets from where on it answers.", BIASED),
        Part("One backward pass gives a weight the gradient 3, the next, without zero_grad, 5. What does .grad hold?",
             _kept,
             "8: PyTorch adds gradients up until zero_grad clears them. That helps where a batch is taken in parts, "
             "and is a slip everywhere else.", Scene("learning")),
    )),
    Question("norm-transposed", "Batch norm in evaluation; what is a transposed convolution?", (
        Part("A channel holds 1, 3 / 5, 7; running mean 1, running variance 3, eps 1, γ 1, β 0. What does evaluation "
             "make of the 1?", _evaluated,
             "(1 − 1) ÷ √(3 + 1) = 0: in evaluation the running statistics count. In training the picture's own mean, "
             "4, would: each answer would depend on the other pictures.", NORM),
        Part("ConvTranspose2d(1, 1, 4, stride=2, padding=1) gets 3 × 3. How many rows come out?",
             lambda: sizes.size(UP, (1, 3, 3), 0),
             "(3 − 1) × 2 + 4 − 2 × 1 = 6: each cell stamps the kernel, two cells further each time. It makes maps "
             "larger; it does not undo a convolution.", lesson("transposed", UP, grid("1 2 3 4 5 6 7 8 9", 1, 3, 3))),
    )),
    Question("field-equivariant", "What does dilation do to the receptive field; equivariant or invariant?", (
        Part("Conv2d(1, 1, 3), then Conv2d(1, 1, 3, dilation=2). How many input cells in a row does one cell see?",
             lambda: counts.receptive_field(FIELD, (1, 16, 16)),
             "1 + 2 + 2 × 2 = 7: a dilated kernel reaches further with as many weights.",
             Scene("calculator", layers=FIELD)),
        Part("Pattern rows 1 2 / 3 4 lie one column further right than before; the kernel is 3 −1 / 0 2. Before, the "
             "output at row 1, column 0 was 9. What is it now at row 1, column 1?",
             lambda: asked(MOVED.trace, MOVED.step),
             "9: the output moves along with the input. That is equivariant. Global pooling after it would be "
             "invariant: the same number wherever the pattern lies.", MOVED),
    )),
)  # fmt: skip
