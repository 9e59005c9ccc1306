"""A layer beside PyTorch: the same numbers through both, and how far they are apart."""

from dataclasses import dataclass

import numpy as np

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


def compare(layer: Layer, input: np.ndarray, **parameters: np.ndarray) -> Comparison:
    """Run a layer's forward in NumPy and in torch.nn, in float64, and compare the outputs.

    input: (C, H, W) or (N, C, H, W). Imports torch, which takes seconds the first time.
    """
    import torch

    ours = layer.forward(input.astype(np.float64), **parameters)
    theirs = _module(torch, layer, parameters)(torch.from_numpy(np.array(input, dtype=np.float64)))
    theirs = theirs.detach().numpy()
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
    module.load_state_dict(state)
    return module
