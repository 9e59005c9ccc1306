"""Every worked example opens by its link with PyTorch's numbers on its boards, as the player writes them."""

import numpy as np
import pytest
import torch

from engine.facts.examples import CONVOLUTION
from engine.trace.payload import payload
from pages.states.lesson import convolution
from pages.states.lesson.kinds import KINDS
from tests.engine.trace.decoded import board

LESSONS = {"convolution": convolution, **KINDS}
EXAMPLES = [("convolution", name) for name in CONVOLUTION]
EXAMPLES += [(page, name) for page, kind in KINDS.items() for name in kind.examples]
EXAMPLES.remove(("output_loss", "large"))  # without the subtraction its exponentials are ∞


def torch_output(state) -> np.ndarray:
    """What torch.nn gives for a lesson's state; a loss is one number."""
    extras = getattr(state, "extras", {})
    module = eval(state.layer.code(), {"nn": torch.nn}).double().eval()
    module.load_state_dict({n: torch.tensor(v) for n, v in state.parameters.items()}, strict=False)
    x = torch.tensor(state.input if hasattr(state, "input") else state.chosen.values).double()
    if "temperature" in extras:
        x = x / extras["temperature"]
        given = [torch.tensor(extras["target"])] if "Loss" in type(state.layer).__name__ else []
        return module(x, *given).detach().numpy()
    y = module(x[None])[0].detach()
    return (torch.relu(y) if extras.get("relu") else y).numpy()


@pytest.mark.parametrize(("page", "name"), EXAMPLES)
def test_a_worked_example_opens_by_its_link_with_pytorchs_output(page, name):
    kind = LESSONS[page]
    state, problems = kind.from_query({"example": name}, None)
    assert problems == []
    trace = kind.trace(state)
    shown = board(payload(trace), trace.output_board)
    expected = torch_output(state)
    assert shown.size == expected.size
    np.testing.assert_allclose(shown.ravel(), expected.ravel(), rtol=0, atol=6e-4)
