"""Where a slope jumps, the Activation and Backpropagation pages say so, and the check tells it from a mistake."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.layers import BatchNorm2d

NAVIGATION = Path(__file__).resolve().parents[2] / "pages" / "navigation.py"
NORM = {
    "example": "worked",
    "stack": "Conv2d-1-2-3~BatchNorm2d-2~LeakyReLU-negative_slope.0.1~AvgPool2d-2~Flatten~Linear-8-3",
}


def opened(file: str, **query: str) -> AppTest:
    at = AppTest.from_file(NAVIGATION, default_timeout=60).run()
    at.query_params.update(query)
    at = at.switch_page(file).run()
    assert not at.exception
    return at


def test_the_activation_page_names_a_corner():
    assert any("The curve has a corner here" in one.value for one in opened("activation.py", example="relu").markdown)
    away = opened("activation.py", example="relu", step="1")
    assert not any("corner here" in one.value for one in away.markdown)


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
    told = [one.value for one in opened("backward.py", **query).caption if "jumps" in one.value]
    assert told == [] if not said else len(told) == 1 and told[0].startswith(said)


def test_the_check_tells_another_side_from_a_mistake(monkeypatch):
    right = BatchNorm2d.forward
    monkeypatch.setattr(BatchNorm2d, "forward", lambda self, x, **parameters: right(self, x, **parameters) - 1e-16)
    at = opened("backward.py", **NORM)
    at = next(button for button in at.button if button.label == "Compare all gradients").click().run()
    assert not at.exception and not at.error and not at.success
    (told,) = (one.value for one in at.info)
    assert "Stride has" in told and "PyTorch has" in told and "Both are right" in told
    assert told.endswith("the other 7 agree.")
