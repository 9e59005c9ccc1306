"""A payload's numbers, read as the player reads them."""

import base64

import numpy as np


def integers(coded):
    kind = np.dtype(f"<u{coded['bits'] // 8}")
    flat = np.frombuffer(base64.b64decode(coded["data"]), kind).astype(np.int64)
    return np.where(flat == np.iinfo(kind).max, -1, flat)


def index(coded, columns=1):
    if "base" in coded:
        return integers(coded["base"])[:, None] + np.array(coded["offset"])
    return integers(coded["flat"]).reshape(-1, columns)


def machine(pool):
    """The texts of numbers as Python reads them."""
    return np.array([text.replace("−", "-").replace("∞", "inf") for text in pool])


def numbers(coded, columns=1):
    return machine(coded["pool"]).astype(float)[index(coded["index"], columns)]


def board(payload, name):
    """The numbers that a board shows, in its shape."""
    coded = next(board for board in payload["boards"] if board["name"] == name)
    return numbers(coded["values"]).reshape(coded["shape"])
