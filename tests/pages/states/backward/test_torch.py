"""What the backward page draws and opens, beside torch.autograd: the same numbers as they are written."""

from urllib.parse import parse_qsl

import numpy as np
import pytest

from pages.states.backward.overview import data, rule_of
from pages.states.backward.state import read as open_link
from tests.pages.states.backward.beside_torch import STACKS, autograd


def written(drawn):
    """The numbers of a part of the drawing, as the page writes them."""
    texts = drawn.get("full") or drawn["texts"]
    return [float(texts["pool"][k].replace("−", "-")) for k in texts["index"]]


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_every_gradient_of_every_other_layer_is_torchs_and_opens(stack):
    state, problems = open_link(dict(parse_qsl(f"example=worked&stack={stack}")), None)
    assert problems == []
    expected, columns = autograd(state), data(state)["columns"]
    shown = {drawn["part"]: drawn for column in columns for drawn in (column["below"], *column["parameters"])}
    loss = f"g{state.logits + 1}"  # next to the logits: no softmax, no probabilities
    assert set(expected) == set(shown) and shown[loss]["kind"] == "loss" and written(shown[loss]) == [1]
    for part, drawn in shown.items():
        if part == loss:
            continue
        np.testing.assert_allclose(written(drawn), expected[part], atol=5.001e-4, err_msg=part)
        flat = int(np.abs(expected[part]).argmax())
        opened = state.with_open(*rule_of(part), flat)
        step = opened.trace.steps[opened.shown_step]
        assert opened.open == (*rule_of(part), flat)
        assert step.result == pytest.approx(float(expected[part][flat]), abs=1e-9), part
