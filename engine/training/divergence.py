"""What to change where a training's loss stopped being a number, or says that nothing is learned."""

from collections.abc import Sequence
from math import log
from statistics import median

from engine.layers.output import learns_nothing
from engine.training.config import Config
from engine.writing.display import typographic
from engine.writing.setting import limit

FIRST, LAST = 50, 100  # steps before which nothing is said of a training that goes on; steps whose loss counts
SMALL = {"sgd": 0.01, "adamw": 1e-4}  # learning rates below which a loss may stay where it was


def advice(config: Config, rate: float | None = None) -> list[str]:
    """Return sentences on what to change, the likeliest first. rate: the learning rate of the step that failed."""
    names = {type(layer).__name__ for layer in config.network.layers}
    here = "" if rate is None else f"{_rate(rate)} at this step and "
    sentences = [f"Lower the learning rate: it was {here}{_rate(config.lr)} at most. Try {_rate(config.lr / 10)}."]
    if config.schedule != "one-cycle":
        sentences.append("Take the one-cycle schedule: it begins with small steps, when the gradients are largest.")
    if "BatchNorm2d" not in names:
        sentences.append("Put BatchNorm2d after the convolutions: it keeps every channel's numbers near 0 ± 1.")
    if config.momentum > 0.9:
        sentences.append(f"Lower the momentum from {config.momentum:g} to 0.9: it multiplies the step by up to "
                    f"{1 / (1 - config.momentum):.0f}.")  # fmt: skip
    if config.weight_decay > 0.01:
        sentences.append(f"Lower the weight_decay from {limit(config.weight_decay)}: it pulls every weight towards 0.")
    if config.precision == "bfloat16":
        sentences.append("Take float32 precision: bfloat16 keeps about three digits.")
    return sentences


def _rate(lr: float) -> str:
    return typographic(f"{lr:.3g}")


def not_learning(
    config: Config, losses: Sequence[float], per_epoch: int, classes: int, ended: bool
) -> tuple[str, list[str]] | None:
    """Return a sentence and what to change where the loss is no better than an even guess; None where it is.

    losses: of every step so far. A training that goes on is given an epoch, and fifty steps.
    """
    if not losses or not (ended or len(losses) >= max(FIRST, per_epoch)):
        return None
    now, guess = median(losses[-min(LAST, 1 + len(losses) // 3) :]), log(classes)
    if not learns_nothing(now, classes):
        return None
    stays = now < 1.5 * guess
    said = f"{now:.3f}" if now < 1000 else f"{now:,.0f}"
    text = (
        f"It is not learning: its loss is about {said}, and an even guess among {classes} classes, made without a look "
        f"at the picture, has {guess:.3f}."
    )
    if len(losses) < FIRST:
        steps = f"{len(losses)} step{'s' * (len(losses) > 1)}"
        return text, [f"Train for longer: it took {steps} only. Take more epochs, or a smaller batch_size."]
    if stays and config.lr < SMALL[config.optimiser]:
        return text, [
            f"Raise the learning rate: it was {_rate(config.lr)} at most. Try {_rate(max(10 * config.lr, 1e-3))}."
        ]
    sentences = advice(config)
    if stays:
        sentences.append("Look at the dead ReLU channels: a channel that is 0 for every picture learns nothing more.")
    return text, sentences
