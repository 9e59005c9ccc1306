"""Trained weights that come with Stride, and digits to try them on. Plain arrays of whole hundredths."""

from functools import lru_cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "weights"
LENET5 = FOLDER / "lenet5.npz"
HUNDREDTH, TENTH = 100, 10


@lru_cache(maxsize=4)
def _file(name: str) -> dict[str, np.ndarray]:
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as numbers:
        return {key: numbers[key] for key in numbers.files}


def load(name: str) -> dict[str, np.ndarray]:
    """Return a known network's trained parameters, by PyTorch's names, with two decimals.

    lenet5: made by `python -m engine.pytorch.digits assets/weights/lenet5.npz /usr/share/fonts/truetype --seed 0`.
    """
    parameters = {key: value / HUNDREDTH for key, value in _file(name).items() if key != "digits"}
    for array in parameters.values():
        array.flags.writeable = False
    return parameters


def digits() -> np.ndarray:
    """Return the digits 0 to 9, (10, 1, 28, 28), in tenths from 0 to 1, light on dark; none was trained on."""
    return _file("lenet5")["digits"][:, None] / TENTH
