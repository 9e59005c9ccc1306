"""What to change where a training's loss stopped being a number."""

from engine.training.config import Config


def advice(config: Config, rate: float) -> list[str]:
    """Return sentences on what to change, the likeliest first. rate: the learning rate of the step that failed."""
    names = {type(layer).__name__ for layer in config.network.layers}
    sentences = [
        f"Lower the learning rate: it was {rate:.3g} at this step and {config.lr:.3g} at most. "
        f"Try {config.lr / 10:.3g}."
    ]
    if config.schedule != "one-cycle":
        sentences.append("Take the one-cycle schedule: it begins with small steps, when the gradients are largest.")
    if "BatchNorm2d" not in names:
        sentences.append("Put BatchNorm2d after the convolutions: it keeps every channel's numbers near 0 ± 1.")
    if config.momentum > 0.9:
        sentences.append(f"Lower the momentum from {config.momentum:g} to 0.9: it multiplies the step by up to "
                    f"{1 / (1 - config.momentum):.0f}.")  # fmt: skip
    if config.precision == "bfloat16":
        sentences.append("Take float32 precision: bfloat16 keeps about three digits.")
    return sentences
