"""What the engine cannot compute is answered with its sentence, and the state stays as it was."""

import pytest

from pages.states.registry import KINDS
from tests.pages.states.asking import act


@pytest.mark.parametrize(
    ("page", "query", "edit", "said"),
    [
        (
            "batch_norm",
            {"example": "evaluation"},
            {"board": "running_var", "shape": [1], "origin": [0, 0], "cells": [0], "text": "-3"},
            "Channel 0 has variance −3: with eps 0.25 it must be above 0.",
        ),
        (
            "batch_norm",
            {"example": "training"},
            {"knob": "eps", "text": "0"},
            "Eps must be above 0 where the input's own variance is used: it can be 0.",
        ),
        (
            "batch_norm",
            {"layer": "BatchNorm2d", "x": "1x1x1_5"},
            {"knob": "track_running_stats", "text": "0"},
            "A channel's own statistics need more than 1 number, got (1, 1, 1).",
        ),
    ],
)
def test_what_cannot_be_computed_gets_a_sentence(page, query, edit, said):
    kind = KINDS[page]
    state, problems = kind.read(query, None)
    assert problems == []
    changed, message = state.with_edit(edit)
    assert changed is state and message == said
    answer = act(page, query, "edit", edit)
    assert answer["message"] == said and answer["query"] == state.query()


def test_a_cell_is_named_as_on_its_board():
    """A transposed convolution's weight has its input channels first; its board shows output channels first."""
    kind = KINDS["transposed"]
    state = kind.from_example("two-channels")
    edit = {"board": "weight", "shape": [2, 2, 2, 2], "origin": [0, 0], "cells": [4], "text": "x"}
    _, message = state.with_edit(edit)
    assert "kernel of filter 0, channel 1, row 0, column 0" in message
