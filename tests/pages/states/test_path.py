"""The path through the pages: each leads to the next, with what its layer has put out."""

import numpy as np
import pytest

from pages.states import path
from pages.states.answers import PAGES, answer
from pages.states.registry import KINDS, LESSONS


def onward(page: str, query: dict[str, str]) -> dict:
    """Return the link in the bar at the page's foot."""
    (bar,) = [block for block in answer(page, {"query": query, "act": None})["sheet"] if block.get("name") == path.SLOT]
    return bar["blocks"][0]


def test_every_page_of_the_path_is_there_and_the_others_have_no_bar():
    assert list(path.PATH)[:3] == ["input", "convolution", "activation"] and len(path.PATH) == 11
    assert set(path.PATH) - {"input"} <= set(PAGES)
    assert path.bar("transposed") == [] and path.next_of("inside") is None and path.next_of("batch_norm") is None
    assert all(lesson.title == path.PATH.get(lesson.kind.page, lesson.title) for lesson in LESSONS)
    (bar,) = path.bar("pooling")
    assert (bar["at"], bar["where"]) == (3, "4 of 11") and bar["pages"][4]["label"] == "Fully connected"


@pytest.mark.parametrize("page", ["convolution", "activation", "pooling"])
def test_the_next_lesson_opens_on_what_this_one_has_put_out(page):
    for name in KINDS[page].examples:
        state = KINDS[page].from_example(name)
        link = onward(page, {"example": name})
        assert link["page"] == path.next_of(page)
        taken, problems = KINDS[link["page"]].read(link["query"])
        assert problems == []
        np.testing.assert_allclose(taken.input, state.trace.output, atol=5e-5)
        size = "×".join(map(str, state.trace.output.shape))
        exact = (taken.input == state.trace.output).all()
        assert link["label"].endswith(f"this output, {size}" + ("" if exact else ", rounded to 4 decimals"))


def test_logits_go_along_and_a_flat_vector_or_a_loss_does_not():
    assert onward("fully_connected", {"example": "output"})["query"]["x"].startswith("3_")
    assert onward("fully_connected", {"example": "flatten"})["query"] == {}
    assert onward("output_loss", {})["query"] == {} and onward("output_loss", {})["page"] == "forward"


def test_what_no_link_can_hold_stays_behind():
    assert onward("output_loss", {"example": "large"})["query"] == {}
    large = onward("convolution", {"x": "pic.digit.rgb.16.0-9", "layer": "Conv2d", "out_channels": "8"})
    assert large == {**large, "query": {}, "label": "Next: Activation"}
