"""Twenty questions: each number is the engine's, each has slips, and each leads to a state that can be opened."""

import json
from pathlib import Path

import pytest

from engine.exercises.questions import QUESTIONS
from engine.layers import LAYERS
from engine.slips import judge
from engine.slips.names import TITLES

# Worked out by hand.
ANSWERS = {
    "own-weights": [27], "parameters": [7600], "floor": [2], "same-valid": [2], "in-features": [400],
    "unseen-column": [2], "channel": [8], "learned": [80], "one-by-one": [-1], "dimensions": [2], "odd-kernels": [1],
    "cross-correlation": [-8], "pooling-learns": [0, 5], "max-gradient": [0], "turned-kernel": [9], "dying-relu": [0],
    "logits": [0.32], "bias-zero-grad": [3, 8], "norm-transposed": [0, 6], "field-equivariant": [7, 9],
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_the_number_is_right_and_a_usual_slip_is_named(name):
    question = QUESTIONS[name]
    assert question.title.endswith(("?", "(mat1 and mat2 shapes cannot be multiplied)"))
    assert len(question.parts) == len(ANSWERS[name])
    for part, number in zip(question.parts, ANSWERS[name], strict=True):
        assert judge(part.blank, number).state == "right"
        assert part.blank.slips
        assert part.why.startswith(part.blank.shown) or part.blank.shown in part.why or f"{number:,}" in part.why
        assert part.predict.count("?") >= 1 and part.why.endswith(".")
        assert all(slip.name in TITLES and judge(part.blank, slip.value).state == "slip" for slip in part.blank.slips)


def test_there_are_twenty_and_each_leads_to_a_page():
    assert list(ANSWERS) == list(QUESTIONS) and len(QUESTIONS) == 20
    for question in QUESTIONS.values():
        body = json.loads(json.dumps(question.json(), allow_nan=False))
        for part, data in zip(question.parts, body["parts"], strict=True):
            scene = part.scene
            assert Path(f"pages/{scene.page}.py").is_file()
            assert scene.page == "learning" or scene.layers or scene.step < len(scene.trace.steps)
            assert scene.layer is None or type(scene.layer).__name__ in LAYERS
            assert data["blank"]["slips"] and data["scene"]["page"] == scene.page


def test_the_well_known_answer_key_is_named_for_what_it_forgets():
    verdict = judge(QUESTIONS["parameters"].parts[0].blank, 2600)
    assert verdict.slip == "channels-forgotten"
    assert verdict.says == (
        "You left out the input's channels. Each filter has one kernel for each of the 3 channels that it reads. "
        "There are 100 filters, each with 3 × 5 × 5 weights and one bias."
    )
