"""What a page may cost: the same table for every page; what is above it is met by a sentence, at once."""

import json
import time
from threading import Event, Thread, current_thread

import pytest

from engine import limits
from engine.learning import fit
from pages.states.answers import PAGES, answer, opened
from pages.states.learning import courses
from pages.states.learning.settings import Training
from pages.states.picture import picture_from_text
from pages.states.registry import LESSONS
from tests.pages.states.asking import act, blocks, json_answer, player_of, said

HOSTILE = {
    "MaxPool2d-8000-padding.4000-stride.8000": "64,096,036 numbers at once, padding and all; at most 2,000,000",
    "AvgPool2d-8000-padding.4000-stride.8000": "64,096,036 numbers at once, padding and all; at most 2,000,000",
    "Conv2d-1-1-1-padding.8000-stride.8000": "256,192,036 numbers at once, padding and all; at most 2,000,000",
    "Conv2d-1-1-1-padding.1000000": "it gives 4,000,024,000,036 numbers; at most 8,192",
    "Conv2d-1-1-1001-padding.500": "it holds 6,012,006 numbers at once, padding and all; at most 2,000,000",
    "Conv2d-1-1-151-padding.75": "each output is made from 22,801 numbers; at most 16,384",
    "ConvTranspose2d-1-1-1-stride.1000-padding.2500": "numbers at once, padding and all; at most 2,000,000",
    "ConvTranspose2d-1-8-100-padding.50": "it holds 2,880,000 numbers at once, padding and all; at most 2,000,000",
}


def typed(answer):
    """All sentences about what could not be done."""
    return " ".join(block["text"] for block in blocks(answer) if block["kind"] == "typed")


@pytest.mark.parametrize("page", ["forward", "backward", "learning"])
@pytest.mark.parametrize("stack", HOSTILE)
def test_what_costs_too_much_is_not_begun(page, stack):
    begun = time.thread_time()
    shown = json_answer(page, {"query": {"stack": stack}})
    assert HOSTILE[stack] in typed(shown)
    assert time.thread_time() - begun < 2


def test_the_sum_of_all_layers_counts_too():
    stack = "~".join(["Conv2d-1-1-63-padding.31"] * 16)
    shown = json_answer("forward", {"query": {"stack": stack, "x": "pic.digit.grey.32.0-1"}})
    assert "the stack takes 65,028,096 multiply-adds or comparisons; at most 20,000,000" in typed(shown).lower()


def test_what_is_followed_back_is_traced_whole_and_counts_by_its_terms():
    stack = "Conv2d-1-8-31-padding.15~AdaptiveAvgPool2d-1~Flatten~Linear-8-3"
    query = {"stack": stack, "x": "pic.digit.grey.32.0-1"}
    assert typed(json_answer("forward", {"query": query})) == ""
    assert "made from 7,872,512 terms; at most 1,000,000" in typed(json_answer("backward", {"query": query}))


def test_a_network_takes_as_many_steps_as_a_request_may_take():
    slow = {
        "part": "step", "count": "100", "x": "pic.digit.grey.32.0-1",
        "stack": "Conv2d-1-1-121-padding.60~AdaptiveAvgPool2d-1~Flatten~Linear-1-3",
    }  # fmt: skip
    begun = time.thread_time()
    shown = json_answer("learning", {"query": slow})
    assert shown["query"]["count"] == "1" and time.thread_time() - begun < limits.SECONDS
    quick = json_answer("learning", {"query": {"part": "step", "count": "1000"}})
    assert quick["query"]["count"] == "1000"


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("transposed", "x=pic.digit.rgb.16.0-9&out_channels=8&kernel_size=7&stride=4&dilation=4"),
        ("convolution", "x=pic.digit.rgb.16.0-255&out_channels=8&kernel_size=7&padding=7"),
        ("pooling", "layer=MaxPool2d&x=4x16x16_0.123456~1024&kernel_size=7&stride=1&padding=3"),
        ("batch_norm", "layer=GroupNorm&x=4x16x16_0.5~500_0.25~524"),
        ("forward", "stack=Conv2d-1-1-127-padding.63&x=pic.digit.grey.32.0-1&at=1.500"),
        ("forward", "stack=Conv2d-1-4-3-padding.1~GroupNorm-1-4&x=pic.digit.grey.32.0-1&at=2.5"),
        ("backward", "example=lenet5&at=4.weight.5"),
        ("calculator", "tab=stack&x=1x8x8&stack=" + "~".join(["Conv2d-1-1-1-stride.1000000"] * 300)),
    ],
)
def test_an_answer_has_about_two_megabytes_at_most(page, query):
    query = dict(part.split("=", 1) for part in query.split("&"))
    begun = time.thread_time()
    shown = json_answer(page, {"query": query, "unfolded": ["code", "layers"]})
    assert typed(shown) == "" and len(json.dumps(shown)) < 2_400_000
    assert time.thread_time() - begun < limits.SECONDS


def test_a_transposed_convolution_with_too_many_terms_shows_its_maps_and_opens_one_number():
    query = {"x": "pic.digit.rgb.16.0-9", "out_channels": "8", "kernel_size": "7", "stride": "4", "dilation": "4"}
    shown = act("transposed", query, "pixel", {"filter": 3, "row": 40, "column": 7})
    state, problems = PAGES["transposed"].read(shown["query"], None)
    assert problems == [] and shown["query"]["at"] == "3.40.7"
    trace = player_of(shown)["trace"]
    board = next(board for board in trace["boards"] if board["name"] == "output")
    assert board["shape"] == [8, 5, 5] and board["origin"] == [38, 5]
    step = state.trace.steps[player_of(shown)["step"]]
    assert step.page == 3 and step.result == state.output[3, 40, 7]
    maps = next(block["data"] for block in blocks(shown) if block.get("widget") == "maps")
    assert len(maps["maps"]) == 8 and maps["chosen"] == {"filter": 3, "row": 40, "column": 7}
    assert maps["rows"][40] == [4, 7], "row 40 is made from the input rows 4 to 10: (40 − 4u) / 4"
    first, problems = PAGES["transposed"].read(query, None)
    assert problems == [] and first.kind.pixel(first) == (0, 44, 44), "no stamp reaches the middle, row 42"
    small = json_answer("transposed", {"query": {"x": "pic.digit.rgb.12.0-9", "out_channels": "2"}})
    assert not [block for block in blocks(small) if block.get("widget") == "maps"]


def test_what_still_takes_long_is_stopped(monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.0)
    query = {"part": "step", "lr": "0.0123", "count": "900"}
    shown = json_answer("learning", {"query": query})
    assert "took more than 0 seconds" in typed(shown) and "count" not in shown["query"]
    with pytest.raises(ValueError, match="took more than 0 seconds"):
        answer("learning", {"query": query, "act": ["take", 10]})
    assert "took more than 0 seconds" in typed(opened("learning", query)[0])


def test_steps_that_were_taken_before_the_time_was_over_are_kept(monkeypatch):
    """So that a learner who asks again gets further."""
    query = {"part": "step", "lr": "0.0321", "count": "1000"}
    monkeypatch.setattr(limits, "SECONDS", 0.05)
    for _ in range(200):
        if not typed(json_answer("learning", {"query": query})):
            break
    else:
        raise AssertionError("it never came to an end")


PICTURES = ("1x1x1_5", "1x2x1_1_2", "4x32x32_0~4096", "2x1x2_1_2_3_4", "pic.digit.rgb.12.0-9", "pic.digit.rgb.5.0-9")


@pytest.mark.parametrize("text", PICTURES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_with_every_picture_and_each_of_its_layers(page, text):
    chosen = picture_from_text(text)
    layers = next((lesson.layers for lesson in LESSONS if lesson.kind.page == page), ())
    for query in ({}, *({"layer": name} for name in layers)):
        shown, _ = opened(page, query, chosen)
        assert shown["sheet"]


def test_a_picture_that_a_lesson_cannot_take_is_met_by_a_sentence_and_its_own_example():
    shown, state = opened("pooling", {}, picture_from_text("1x1x1_5"))
    assert state.example == "max"
    assert "kernel_size 2 is larger than the padded input 1" in said(shown)
    assert "So your picture is not shown here, but an example." in said(shown)
    shown, state = opened("fully_connected", {"layer": "Dropout"}, picture_from_text("pic.digit.rgb.12.0-9"))
    assert "The maps give 432 numbers" in said(shown) and type(state.layer).__name__ == "Dropout"


def test_a_folder_with_very_many_files_is_not_searched_to_its_end(tmp_path, monkeypatch):
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        for number in range(50):
            (tmp_path / name / f"{number}.png").touch()
    monkeypatch.setenv("STRIDE_FOLDERS", str(tmp_path))
    query = {"data": f"folder:{tmp_path}", "preset": "quick"}
    assert "80 pictures to train on" in said(json_answer("training", {"query": query}))
    monkeypatch.setattr(limits, "SECONDS", 0.0)
    begun = {"knob": "folder", "text": str(tmp_path / "cats" / "..")}
    with pytest.raises(ValueError, match="took more than 0 seconds"):
        answer("training", {"query": {"data": "folder:"}, "act": ["edit", begun]})


def test_a_training_that_was_stopped_in_the_middle_goes_on(monkeypatch):
    training = Training(classes=("disc", "plus"), size=8, count=20, epochs=3, batch=16, seed=77)
    fitting = courses.fitting(training)
    forward = fit.both_ways

    def slow(*arguments):
        monkeypatch.setattr("engine.limits._used", lambda: 1e9)  # the time is over in the middle of a step
        return forward(*arguments)

    monkeypatch.setattr(fit, "both_ways", slow)
    with pytest.raises(limits.TooLong), limits.within(4):
        fitting.train(3, 60)
    monkeypatch.undo()
    fitting.train(3, 60)
    assert len(fitting.epochs) == 3


def test_a_networks_file_comes_in_one_answer_only_where_it_is_small(monkeypatch):
    assert answer("inside", {"query": {}, "ask": "weights"})["base64"]
    monkeypatch.setattr(limits, "FILE", 1000)
    with pytest.raises(ValueError, match=r"has [0-9,]+ bytes; a page gives at most 1,000"):
        answer("inside", {"query": {}, "ask": "weights"})


def test_who_takes_steps_of_the_same_network_does_not_wait_for_another(monkeypatch):
    query = {"part": "step", "lr": "0.0456", "count": "3"}
    begun, go, step = Event(), Event(), courses.take_step

    def slow(*arguments):
        if current_thread() is first:
            begun.set()
            go.wait(20)
        return step(*arguments)

    monkeypatch.setattr(courses, "take_step", slow)
    first = Thread(target=lambda: answer("learning", {"query": query}))
    first.start()
    assert begun.wait(20)
    second = Thread(target=lambda: answer("learning", {"query": query}))
    second.start()
    second.join(10)
    waited = second.is_alive()
    go.set()
    first.join(20)
    second.join(20)
    assert not waited


@pytest.mark.parametrize("page", ["forward", "backward", "learning", "training", "calculator"])
def test_a_stack_of_no_layers_is_met_by_a_sentence_or_shown(page):
    shown = json_answer(page, {"query": {"stack": "", "tab": "stack"} if page == "calculator" else {"stack": ""}})
    assert page == "calculator" or typed(shown)
