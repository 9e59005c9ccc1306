"""Where a slope jumps, the Activation and Backpropagation pages say so, and the check tells it from a mistake."""

import pytest

from engine.layers import BatchNorm2d
from pages.states.answers import answer

NORM = {
    "example": "worked",
    "stack": "Conv2d-1-2-3~BatchNorm2d-2~LeakyReLU-negative_slope.0.1~AvgPool2d-2~Flatten~Linear-8-3",
}


def texts(blocks: list[dict], role: str) -> list[str]:
    """Return the texts of a role, in columns and other parts too."""
    inner = [texts(part, role) for block in blocks for part in (*block.get("columns", ()), block.get("blocks", []))]
    here = [block["html"] for block in blocks if block["kind"] == "text" and block.get("role", "") == role]
    return [*here, *(text for part in inner for text in part)]


def test_the_activation_page_names_a_corner():
    corner = "The curve has a corner here"
    assert any(corner in text for text in texts(answer("activation", {"query": {"example": "relu"}})["sheet"], ""))
    away = answer("activation", {"query": {"example": "relu", "step": "1"}})["sheet"]
    assert not any(corner in text for text in texts(away, ""))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            {"at": "1.14"},
            "Here x is 0, where the slope of ReLU jumps. Stride takes the slope 0, as PyTorch does",
        ),
        ({"at": "1.1"}, ""),
        ({"at": "1.weight.0"}, ""),
        ({**NORM, "at": "2.30"}, "Here x is 0 except for rounding ("),
    ],
)
def test_the_backpropagation_page_says_that_a_slope_jumps(query, said):
    captions = texts(answer("backward", {"query": query})["sheet"], "caption")
    told = [text.removeprefix("<p>") for text in captions if "jumps" in text]
    assert told == [] if not said else len(told) == 1 and told[0].startswith(said)


def test_the_check_tells_another_side_from_a_mistake(monkeypatch):
    right = BatchNorm2d.forward
    monkeypatch.setattr(BatchNorm2d, "forward", lambda self, x, **parameters: right(self, x, **parameters) - 1e-16)
    told, table = answer("backward", {"query": NORM, "ask": "check"})["sheet"]
    assert told["role"] == "notice info" and table["heads"] == ["gradient for", "shape", "largest difference"]
    assert "Stride has" in told["html"] and "PyTorch has" in told["html"] and "Both are right" in told["html"]
    assert told["html"].rstrip().endswith("the other 7 agree.</p>")
