"""A layer beside PyTorch: the same numbers through both, and how far they are apart."""

from dataclasses import dataclass

import numpy as np

from engine.code import called_on
from engine.layers.base import Layer


@dataclass(frozen=True)
class Comparison:
    """One tensor from the engine and from PyTorch: its name, shape, and the largest absolute difference."""

    name: str
    shape: tuple[int, ...]
    largest_difference: float
    largest_value: float
    version: str

    @property
    def agrees(self) -> bool:
        """Whether the difference is float64 rounding: at most 1e-10 of the largest value (or of 1)."""
        return self.largest_difference <= 1e-10 * max(1.0, self.largest_value)


def compare(layer: Layer, input: np.ndarray, **given) -> Comparison:
    """Run a layer's forward in NumPy and in torch.nn, in float64, and compare the outputs.

    input: one picture, (C, H, W) or (F,), or several, with N in front; a loss takes (K,) or (N, K) logits.
    given: parameters, arguments (a target) and options (a temperature) by name. Imports torch, which takes seconds
    the first time.
    """
    import torch

    ours = np.asarray(layer.forward(input.astype(np.float64), **given))
    divisor, arguments = called_on(layer, given)
    parameters = {name: given[name] for name in given if name not in (*layer.arguments, *layer.options)}
    x = torch.from_numpy(np.array(input, dtype=np.float64) / divisor)
    one = not arguments and input.ndim in (1, 3)  # some modules want N
    targets = [torch.from_numpy(np.array(value)) for value in arguments.values()]
    theirs = _module(torch, layer, parameters)(x[None] if one else x, *targets)
    theirs = torch.relu(theirs) if given.get("relu") else theirs
    theirs = (theirs[0] if one else theirs).detach().numpy()
    if ours.shape != theirs.shape:
        raise AssertionError(f"the engine gives shape {ours.shape}, PyTorch {theirs.shape}")
    differ = ours != theirs  # two equal infinities, a maximum over padding only, have no difference
    return Comparison(
        name="output",
        shape=ours.shape,
        largest_difference=float(np.abs(ours[differ] - theirs[differ]).max(initial=0.0)),
        largest_value=float(np.abs(theirs[np.isfinite(theirs)]).max(initial=0.0)),
        version=torch.__version__,
    )


def _module(torch, layer: Layer, parameters: dict[str, np.ndarray]):
    """Return the layer as a torch module with the given parameters, named as in its state_dict."""
    from dataclasses import asdict

    module = getattr(torch.nn, type(layer).__name__)(**asdict(layer)).double()
    state = {name: torch.from_numpy(np.array(value, dtype=np.float64)) for name, value in parameters.items()}
    left = module.load_state_dict(state, strict=False)
    missing = [name for name in left.missing_keys if name != "num_batches_tracked"]
    if missing or left.unexpected_keys:
        raise ValueError(f"{layer.code()} lacks {missing} and does not know {left.unexpected_keys}")
    return module.eval()
