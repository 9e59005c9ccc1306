"""A lesson as one file: small enough to be sent along, whatever it shows."""

import base64
import gzip
import json
import re

import pytest

from engine import limits
from engine.trace.payload import payload
from pages.states.registry import KINDS
from pages.states.share.files import lesson

EXAMPLES = [(page, name) for page, kind in KINDS.items() for name in kind.examples]
# A picture of 16×16 in three channels, and filters of 3×3: nearly as many terms as a trace may have.
LARGEST = {"x": "pic.digit.rgb.16.0-9", "layer": "Conv2d", "out_channels": "8"}


def held(content: bytes) -> dict:
    """Return the trace that a lesson holds, as its page unpacks it."""
    packed = re.search(rb'const PACKED = "([^"]*)"', content)[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))


@pytest.mark.parametrize(("page", "name"), EXAMPLES)
def test_a_lesson_of_each_example_is_half_a_megabyte_at_most(page, name):
    trace = KINDS[page].from_example(name).trace
    content = lesson(trace, 0)
    assert len(content) <= limits.LESSON == 500_000
    assert held(content)["phases"] == json.loads(json.dumps(payload(trace)["phases"]))


def test_a_lesson_with_nearly_as_many_numbers_as_there_may_be_is_small_too():
    state, problems = KINDS["convolution"].read(LARGEST)
    assert problems == []
    assert state.layer.cost(state.input.shape).terms > limits.TERMS / 3
    assert len(lesson(state.trace, 0)) <= limits.LESSON
