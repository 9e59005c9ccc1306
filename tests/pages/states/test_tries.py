"""Things to try: every question opens its state, claims what is so, and can be answered."""

import json
import re
from fractions import Fraction

import numpy as np
import pytest

from pages.states import answers, tries
from pages.states.answers import PAGES
from pages.states.numbers import readings
from pages.states.tries import Try, judged
from tests.pages.states.asking import act, blocks, json_answer

ALL = [
    (page, k) for page in (*tries.TRIES, "inside") for k in range(1, len(tries.of(page, PAGES[page].read({})[0])) + 1)
]
# What the questions' answers are, worked out once by hand: a change of a state or of a rule must not change them
# silently.
ANSWERS = {
    "input": ("36", "Red", "576"),
    "convolution": ("It gets brighter to the right", "5", "Channels 0 and 1"),
    "activation": ("7", "Above zero", "Identity"),
    "pooling": ("0", "7", "3"),
    "fully_connected": ("6", "Neuron 1", "7.2"),
    "output_loss": ("Only the logits", "1.78", "It rises"),
    "transposed": ("4", "1", "7"),
    "batch_norm": ("2", "The input itself", "16"),
    "forward": ("4.84", "0", "14"),
    "backward": ("1", "2", "100"),
    "learning": (
        *("0.0445", "Further off", "Yes, to six digits at least", "6.weight", "It rises", "−1.5"),
        *("Less than 0.001", "The output fits, the kernel does not", "It grows without end", "10", "1.10"),
        "On the 20 pictures",
    ),
    "calculator": ("2", "64", "5"),
    "inside": ("84", "150", "16"),
}


def opened(page, k):
    """Return a question, the state of its link and what of the link could not be read."""
    one = tries.of(page, PAGES[page].read({})[0])[k - 1]
    return one, *PAGES[page].read(one.query)


def link(page, k):
    return {**opened(page, k)[0].query, "try": str(k)}


def question(answer):
    return next(block for block in blocks(answer) if block["kind"] == "question")


@pytest.mark.parametrize(("page", "k"), ALL)
def test_a_question_opens_its_state_and_its_answer_is_worked_out_from_it(page, k):
    one, state, problems = opened(page, k)
    shown = one.written(one.blank(state))
    assert problems == []
    assert shown == ANSWERS[page][k - 1]
    choices = one.choices
    assert len(choices) in (0, 2, 3, 4) and len(set(choices)) == len(choices)
    assert judged(one, state, {"text": shown}).right
    assert one.look.endswith((".", "?", ".)")) and one.reason(state).endswith(".")
    assert not re.search(r"(?<![\w)])-\d", f"{one.look} {one.reason(state)}"), "a minus is −"
    if choices:
        assert shown in choices
        assert [judged(one, state, {"text": text}).right for text in choices].count(True) == 1
    else:
        assert judged(one, state, {"text": str(one.right(state))}).right
        assert not judged(one, state, {"text": str(float(one.right(state)) + 1)}).right
        assert judged(one, state, {"text": "many"}).right is None


@pytest.mark.parametrize("page", ANSWERS)
def test_the_question_stands_right_above_the_first_widget_and_is_in_the_link(page):
    answer = json_answer(page, {"query": link(page, 1)})
    kinds = [block["kind"] for block in answer["sheet"]]
    at = kinds.index("question")
    assert "widget" not in kinds[:at] and (kinds[at + 1] == "widget" or "widget" not in kinds)
    assert answer["query"]["try"] == "1"
    assert "try" not in question(answer)["closed"] and question(answer)["said"] is None
    # An edit leaves it open, and closing it leaves the state.
    assert not any(
        block["kind"] == "question" for block in blocks(json_answer(page, {"query": question(answer)["closed"]}))
    )


@pytest.mark.parametrize("page", ANSWERS)
def test_a_link_with_nothing_but_a_question_opens_the_state_that_it_is_about(page):
    k = len(ANSWERS[page])
    alone, whole = ({"query": query} for query in ({"try": str(k)}, link(page, k)))
    assert json_answer(page, alone)["query"] == json_answer(page, whole)["query"]
    assert json_answer(page, alone)["sheet"] == opened_by_the_host(page, {"try": str(k)})["sheet"]


def opened_by_the_host(page, query):
    return json.loads(json.dumps(answers.opened(page, query)[0]))


def test_an_answer_is_judged_without_a_change_of_the_state():
    query = link("convolution", 2)
    wrong = act("convolution", query, "answer", {"text": "6"}, step=1)
    said = question(wrong)["said"]
    assert said["right"] is False and "Not that." in said["html"] and said["answer"] == ""
    assert not wrong["go"] and not wrong["push"] and wrong["query"]["step"] == "1"
    right = question(act("convolution", wrong["query"], "answer", {"text": " 5,0 "}))["said"]
    assert right["right"] is True and "11 cells never count" in right["html"]
    told = question(act("convolution", query, "answer", {"show": True}))["said"]
    assert told["right"] is None and told["answer"] == "5" and "<strong>5</strong>" in told["html"]
    # It stays about its own state, whatever the learner has tried meanwhile.
    turned = act("convolution", query, "edit", {"knob": "padding", "by": 1})
    assert turned["query"]["try"] == "2" and turned["query"]["padding"] == "1"
    assert question(act("convolution", turned["query"], "answer", {"text": "5"}))["said"]["right"] is True


def test_what_is_no_answer_or_no_question_is_said_and_never_shown_as_html():
    query = link("convolution", 2)
    typed = question(act("convolution", query, "answer", {"text": "<b>5</b>"}))["said"]
    assert typed["right"] is None and "<b>" not in typed["html"] and "not a number" in typed["html"]
    for value in (5, {}, "5"):
        with pytest.raises(ValueError, match="has not the form of one"):
            act("convolution", query, "answer", value)
    with pytest.raises(ValueError, match="no question"):
        act("convolution", {}, "answer", {"text": "5"})
    for text in ("9", "x", "0"):
        left = json_answer("convolution", {"query": {"try": text}})
        assert "try" not in left["query"] and not any(block["kind"] == "question" for block in blocks(left))
        assert any("try" in str(block.get("text")) for block in blocks(left))
    assert "try" not in json_answer("training", {"query": {"try": "1"}})["query"]


def test_the_rows_that_no_window_reaches_are_so():
    _, state, _ = opened("convolution", 2)
    grown = state.input.copy()
    grown[0, 5] += 100
    grown[0, :, 5] += 100
    np.testing.assert_array_equal(state.layer.forward(grown, **state.parameters), state.output)
    grown[0, 4, 4] += 100
    assert (state.layer.forward(grown, **state.parameters) != state.output).any()


def is_right(text, exact, shown):
    one = Try("", {}, lambda state: exact, "", "")
    assert one.written(one.blank(None)) == shown
    return judged(one, None, {"text": text}).right


@pytest.mark.parametrize("text", ["4", "4.0", "4,0", " 4 ", "+4", "8/2", "4e0", "40e-1", "4.", "4,00"])
def test_a_right_answer_is_never_refused(text):
    assert is_right(text, 4.0, "4")
    assert not is_right(text, 5.0, "5")


@pytest.mark.parametrize(
    ("text", "exact", "shown"),
    [
        ("−.5", -0.5, "−0.5"), ("-0.50", -0.5, "−0.5"), ("-1/2", -0.5, "−0.5"), ("3e-2", 0.03, "0.03"),
        ("1/3", 1 / 3, "0.33"), ("0.333333", 1 / 3, "0.33"), ("0.33", 1 / 3, "0.33"), ("0,33", 1 / 3, "0.33"),
        ("7,600", 7600, "7600"), ("7600", 7600, "7600"), ("7'600", 7600, "7600"), ("2/3", 2 / 3, "0.67"),
        ("7.2", 7.199999999999996, "7.2"), ("1.78", 9.64 - 7.86, "1.78"), ("0", 0.0, "0"), ("-0", 0.0, "0"),
    ],
)  # fmt: skip
def test_a_number_is_right_that_rounds_to_what_is_shown(text, exact, shown):
    assert is_right(text, exact, shown)


@pytest.mark.parametrize(
    ("text", "exact", "shown"),
    [
        ("4.3", 4.0, "4"),
        ("0.34", 1 / 3, "0.33"),
        ("0.3", 1 / 3, "0.33"),
        ("0.5", -0.5, "−0.5"),
        ("7.61", 7600, "7600"),
    ],
)
def test_a_number_is_wrong_that_does_not(text, exact, shown):
    assert not is_right(text, exact, shown)


@pytest.mark.parametrize("text", ["", "four", "1/0", "1/1e-999", "nan", "1e999", "1/2/3", "2x", "--1"])
def test_what_is_no_number_is_said(text):
    with pytest.raises(ValueError, match="Your answer"):
        readings(text)


def test_a_comma_may_stand_before_decimals_or_part_thousands():
    assert readings("7,600") == [Fraction(76, 10), 7600]
