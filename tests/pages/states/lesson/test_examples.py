"""Every worked example opens by its link with PyTorch's numbers on its boards, as the player writes them."""

from urllib.parse import parse_qsl

import numpy as np
import pytest

from engine.network.code import layer_code
from engine.trace.payload import payload
from pages.states.registry import KINDS
from tests.engine.trace.decoded import board
from tests.pages.states.lesson.beside_torch import linked, torch_output

EXAMPLES = [(page, name) for page, kind in KINDS.items() for name in kind.examples]
EXAMPLES.remove(("output_loss", "large"))  # without the subtraction its exponentials are ∞


@pytest.mark.parametrize(("page", "name"), EXAMPLES)
def test_a_worked_example_opens_by_its_link_with_pytorchs_output(page, name):
    state = linked(page, {"example": name})
    shown, expected = board(payload(state.trace), state.trace.output_board), torch_output(state)
    assert shown.size == expected.size
    np.testing.assert_allclose(shown.ravel(), expected.ravel(), rtol=0, atol=6e-4)


@pytest.mark.parametrize(("page", "name"), EXAMPLES)
def test_the_code_to_paste_gives_a_worked_examples_output(page, name):
    state = linked(page, {"example": name})
    names: dict = {}
    exec(layer_code(state.layer, state.input, **state.arguments).replace("print(", "str("), names)
    np.testing.assert_allclose(names["y"].detach().numpy().ravel(), torch_output(state).ravel(), rtol=1e-12)


FUNCTIONS = ("layer=GELU", "layer=GELU&approximate=tanh", "layer=SiLU", "layer=ELU&alpha=2.5", "layer=ReLU6",
             "layer=LeakyReLU&negative_slope=0.3")  # fmt: skip


@pytest.mark.parametrize("link", FUNCTIONS)
def test_a_function_without_an_example_opens_by_its_link_with_pytorchs_output(link):
    halves = "1x4x4_0.5_-2_0_1_-1_2.5_-0.5_3_-1.5_0_2_-3_1.5_-0.5_0.5_-1"
    state = linked("activation", dict(parse_qsl(f"{link}&x={halves}")))
    given = dict(part.split("=") for part in link.split("&"))
    assert state.layer.code().startswith(f"nn.{given['layer']}(")
    assert all(value in state.layer.code() for value in given.values())
    np.testing.assert_allclose(board(payload(state.trace), "output"), torch_output(state), rtol=0, atol=5.01e-4)
