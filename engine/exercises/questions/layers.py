"""Questions about what layers are: channels, parameters, sizes, kernels."""

import numpy as np

from engine.exercises.form import Scene
from engine.exercises.questions.form import Part, Question
from engine.functional import shapes
from engine.layers import Conv2d, MaxPool2d
from engine.slips import Blank, Slip, asked, counts, sizes


def grid(text: str, *shape: int) -> np.ndarray:
    """Return numbers that are written as a text, in a shape."""
    return np.array(text.split(), dtype=float).reshape(shape)


def lesson(page: str, layer, input: np.ndarray, step: int = 0, **arrays) -> Scene:
    """Return the state of a lesson page; parameters that are not given are 1, a bias 0."""
    plain = {n: np.zeros(s) if n == "bias" else np.ones(s) for n, s in layer.parameter_shapes().items()}
    return Scene(page, layer, {"input": input, **plain, **arrays}, step=step)


COLOUR, RAMP = np.tile(np.arange(12.0), (3, 12, 1)), np.arange(36.0).reshape(1, 6, 6)
OWN, HUNDRED = Conv2d(3, 1, 3, bias=False), Conv2d(3, 100, 5)
FLOOR, SAME, FAR = Conv2d(1, 1, 3, stride=2), Conv2d(1, 1, 5, padding="same"), Conv2d(1, 1, 3, stride=3)
EIGHT, LEARNT, EVEN = Conv2d(3, 8, 3), Conv2d(1, 8, 3), Conv2d(1, 1, 4, padding="same")
MIX = lesson("convolution", Conv2d(3, 1, 1), grid("2 5 -1 4 3 1", 3, 1, 2), weight=grid("1 2 -1", 1, 3, 1, 1),
             bias=np.array([2.0]))  # fmt: skip
EDGE = lesson("convolution", Conv2d(1, 1, 2), grid("1 2 0 3 5 1 0 1 2", 1, 3, 3), weight=grid("1 0 0 -2", 1, 1, 2, 2),
              bias=np.array([1.0]))  # fmt: skip


def _padding() -> Blank:
    """How many cells padding "same" adds on each side."""
    (before, after), _ = SAME.pads
    look = "The size stays where 2P = F − 1: 5 − 1 = 4."
    return Blank.of("padding on each side", float(before), look, [
        Slip("padding-once", float(before + after), "counted both sides", look),
        Slip("padding-half", 2.5, "halved the kernel's size", look),
        Slip("padding-kernel", 5.0, "took the kernel's size", look),
        Slip("padding-ignored", 0.0, "took no padding, as padding=\"valid\" does", look),
    ])  # fmt: skip


def _unseen() -> Blank:
    """How many columns no window reaches."""
    _, across = FAR.working((1, 8, 8))
    look = "Windows begin at columns 0 and 3; the next would need columns 6, 7 and 8."
    return Blank.of("columns that nobody reads", float(across.dropped), look, [
        Slip("ceil-for-floor", 0.0, "let the last window reach over the edge", look),
        Slip("stride-ignored", 1.0, "left out a part of the rest", look),
        Slip("size-kept", 3.0, "counted a whole stride", look),
    ])  # fmt: skip


def _channels() -> Blank:
    look = "Each filter looks at all input channels and makes one output channel."
    return Blank.of("output channels", float(EIGHT.output_shape((3, 12, 12))[0]), look, [
        Slip("channels-kept", 3.0, "kept the input's channels", look),
        Slip("channels-multiplied", 24.0, "multiplied the channels", look),
        Slip("one-channel", 1.0, "put all together", look),
    ])  # fmt: skip


def _axes() -> Blank:
    look = "The kernel is as deep as the input, so there is no way to move in depth: it slides down and across."
    axes = sum(side > 1 for side in OWN.output_shape((3, 12, 12)))
    return Blank.of("directions", float(axes), look, [
        Slip("channels-multiplied", 3.0, "counted the depth", look),
        Slip("one-side", 1.0, "counted one direction", look),
    ])  # fmt: skip


def _uneven() -> Blank:
    before, after = shapes.same_padding(EVEN.kernel_size)
    look = f"To keep the size, F − 1 = 3 cells are needed: {before} before and {after} behind."
    return Blank.of("more cells on one side than on the other", float(after - before), look, [
        Slip("padding-half", 0.0, "shared 3 cells out evenly", look),
        Slip("padding-once", 3.0, "put all on one side", look),
    ])  # fmt: skip


QUESTIONS = (
    Question("own-weights", "Does each input channel have its own weights?", (Part(
        "A filter of 3 × 3 looks at a picture of R, G and B, without a bias. How many weights does it have?",
        lambda: counts.parameters(OWN, (3, 12, 12)),
        "Yes: a filter is one kernel for each input channel, 3 × 3 × 3 = 27 weights. What is shared is the place: the "
        "same 27 are used at every position.",
        lesson("convolution", OWN, COLOUR)),)),
    Question("parameters", "How many parameters does a convolution have?", (Part(
        "100 filters of 5 × 5 on a picture of R, G and B, with biases: Conv2d(3, 100, 5). How many parameters?",
        lambda: counts.parameters(HUNDRED, (3, 12, 12)),
        "100 × (3 × 5 × 5 + 1) = 7,600. Many answers that are handed round say 2,600: they forget the three channels.",
        lesson("convolution", Conv2d(3, 1, 5), COLOUR)),)),
    Question("floor", "How large is the output, and why is it rounded down?", (Part(
        "Input 6 × 6, kernel 3, stride 2, no padding. How many rows does the output have?",
        lambda: sizes.size(FLOOR, (1, 6, 6), 0),
        "(6 − 3) ÷ 2 = 1.5 moves, and only whole moves fit: 1 move and the first window make 2. Rounded up, the last "
        "window would hang over the edge.",
        lesson("convolution", FLOOR, RAMP)),)),
    Question("same-valid", "What do padding same and valid mean?", (Part(
        "Conv2d(1, 1, 5, padding=\"same\") on 6 × 6. How many cells does it add on each side?", _padding,
        "same adds (5 − 1) ÷ 2 = 2 cells on each side, so that the output is 6 × 6 again. valid adds none: only "
        "windows that lie wholly on the input count.",
        lesson("convolution", SAME, RAMP)),)),
    Question("in-features", "What must in_features be? (mat1 and mat2 shapes cannot be multiplied)", (Part(
        "Pooling gives maps of 16 × 5 × 5; then come Flatten and Linear(?, 10). What is the question mark?",
        lambda: counts.in_features((16, 5, 5)),
        "Flatten makes 16 × 5 × 5 = 400 numbers of each picture, and every neuron needs a weight for each. Any other "
        "number gives PyTorch's error.",
        Scene("calculator", layers=(Conv2d(6, 16, 5), MaxPool2d(2)))),)),
    Question("unseen-column", "Which column does a stride never see?", (Part(
        "Width 8, kernel 3, stride 3, no padding. How many columns does no window read?", _unseen,
        "Windows lie on columns 0–2 and 3–5. Columns 6 and 7 are too few for a third, so no output depends on them: "
        "padding, or another stride, would bring them in.",
        lesson("convolution", FAR, np.arange(64.0).reshape(1, 8, 8))),)),
    Question("channel", "What is a channel?", (Part(
        "Conv2d(3, 8, 3) gets a picture of R, G and B. How many channels does its output have?", _channels,
        "A channel is one map of numbers. In a picture it is a colour; behind a convolution it is what one filter "
        "found: 8 filters, 8 channels.",
        lesson("convolution", EIGHT, COLOUR)),)),
    Question("learned", "Are kernels chosen or learned?", (Part(
        "Conv2d(1, 8, 3) begins with random numbers. How many of its numbers does training change?",
        lambda: counts.parameters(LEARNT, (1, 12, 12)),
        "All 80: 72 weights and 8 biases. Sobel and blur kernels are chosen by people; a network's begin at random, "
        "and each step of training moves each of them against its gradient.",
        Scene("learning")),)),
    Question("one-by-one", "What does a 1 × 1 convolution do?", (Part(
        "At one place the three channels hold 2, −1 and 3; the weights are 1, 2 and −1, the bias is 2. What comes out?",
        lambda: asked(MIX.trace, 0),
        "It mixes the channels of each cell, and looks at no neighbour: 2 × 1 + (−1) × 2 + 3 × (−1) + 2 = −1. So it "
        "changes the number of channels cheaply.", MIX),)),
    Question("dimensions", "1D, 2D, 3D: what is counted?", (Part(
        "Conv2d slides a filter of 3 × 3 × 3 weights over R, G and B. In how many directions does it move?", _axes,
        "2D: the number says along how many axes the kernel slides, not how many axes it has. Conv1d slides along a "
        "sequence, Conv3d also through time or depth.",
        lesson("convolution", OWN, COLOUR)),)),
    Question("odd-kernels", "Why are kernels odd?", (Part(
        "A kernel of 4 is to keep the size. How many cells more must lie on one side than on the other?", _uneven,
        "1: of 3 cells one side gets 1 and the other 2, and everything shifts by half a cell. An odd kernel has a "
        "middle: the same padding on both sides, and an output cell above its input cell.",
        lesson("convolution", EVEN, RAMP)),)),
    Question("cross-correlation", "Convolution or cross-correlation?", (Part(
        "Input rows 1 2 / 3 5, kernel rows 1 0 / 0 −2, bias 1. What does Conv2d give at row 0, column 0?",
        lambda: asked(EDGE.trace, 0),
        "1 × 1 + 5 × (−2) + 1 = −8: the kernel is not turned. Mathematics turns it and calls that convolution; deep "
        "learning learns the kernel anyway, and keeps the name.", EDGE),)),
)  # fmt: skip
