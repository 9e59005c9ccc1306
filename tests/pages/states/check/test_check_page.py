"""Check my function, without a browser: the page of each task, what a finding shows, and that no server runs code."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from engine.check import TASKS
from pages.states.answers import PAGES, answer
from pages.states.check.run import answer as checked
from pages.states.check.run import told
from pages.states.check.view import OF_LESSON
from pages.states.registry import KINDS
from tests.engine.check.sources import PLAIN
from tests.pages.states.asking import act, blocks, json_answer, said, widget
from tests.test_rooms import ROOT, files

CONV = PLAIN["conv_forward_naive"]


def run(name: str, source: str) -> dict:
    data = checked({"task": name, "source": source})
    assert json.loads(told(json.dumps({"task": name, "source": source})))["answer"] == json.loads(json.dumps(data))
    return data


@pytest.mark.parametrize("name", TASKS)
def test_each_task_opens_by_its_link_with_its_starter_code(name):
    data = json_answer("check", {"query": {"task": name}})
    shown = widget(data, "check")
    assert shown["name"] == name and shown["starter"].count(f"def {TASKS[name].signature}:") == 1
    assert TASKS[name].signature in json.dumps(shown["about"], ensure_ascii=False)
    assert json_answer("check", {"query": data["query"]})["query"] == data["query"]
    compile(shown["starter"], "starter", "exec")


def test_a_server_leads_to_the_same_task_on_the_site_where_it_knows_its_address(monkeypatch):
    asked = {"query": {"task": "relu_forward"}}
    for named, there in (
        ("https://stride.example.org/a/", "https://stride.example.org/a/check?task=relu_forward"),
        ("javascript:alert(1)", None),
        ("", None),
    ):
        monkeypatch.setenv("STRIDE_STATIC", named)
        assert widget(json_answer("check", asked), "check")["site"] == there


def test_a_lesson_leads_to_its_own_function():
    from pages import convolution, transposed

    links = {}
    for page in (convolution.PAGE, transposed.PAGE):
        (_, foot) = page.frames[""]
        links[page.name] = [one["query"] for one in blocks({"sheet": foot.blocks}) if one.get("page") == "check"]
    assert links == {"convolution": [{"task": "conv_forward_naive"}], "transposed": []}
    assert set(OF_LESSON) <= set(KINDS) and set(OF_LESSON.values()) <= set(TASKS)


def test_another_task_is_chosen_by_the_knob_and_an_unknown_one_is_said():
    label = next(text for text in PAGES["check"].read({})[0].knob.choices if "adam" in text)
    assert act("check", {}, "edit", {"knob": "task", "text": label})["query"] == {"task": "adam"}
    wrong = json_answer("check", {"query": {"task": "<b>"}})
    assert "could not be followed in full" in said(wrong) and widget(wrong, "check")["name"] == next(iter(TASKS))


@pytest.mark.parametrize("request_", [
    {"act": ["run", {"task": "sgd", "source": "1"}]}, {"act": ["check", "1"]}, {"ask": "run"},
    {"ask": "guess", "value": {"task": "sgd", "source": "raise SystemExit"}}, {"act": ["edit", {"source": "1"}]},
    {"act": ["edit", {"knob": "task", "text": "import os"}]},
])  # fmt: skip
def test_a_server_has_no_act_that_runs_what_is_typed(request_):
    try:
        data = answer("check", {"query": {}, **request_})
    except ValueError:
        return
    assert data["query"] == {} and widget(data, "check")["name"] == next(iter(TASKS))


def test_nothing_that_a_server_imports_can_run_text():
    code = (
        "import sys, app, pages.live, pages.states.answers, pages.states.host.browser, pages.ui.sheet\n"
        "assert 'engine.check' in sys.modules and 'pages.states.check.view' in sys.modules\n"
        "print([name for name in sys.modules if name in ('engine.check.run', 'pages.states.check.run')])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120)
    assert done.stdout.strip().splitlines()[-1:] == ["[]"], done.stderr[-1000:]
    running = re.compile(r"(?<![\w.])(?:exec|eval|__import__)\(")
    there = [str(file) for file in files() if running.search((ROOT / file).read_text(encoding="utf-8"))]
    assert there == ["engine/check/run.py"]


LINKED = [
    ("conv_forward_naive", " + b[f]", ""),
    ("conv_forward_naive", "for n in range(N)", "for n in range(1)"),
    ("conv_forward_naive", '], conv_param["pad"]', "], 0"),
    ("max_pool_forward_naive", "window.max(", "window.min("),
    ("affine_forward", " + b\n", "\n"),
    ("relu_forward", "np.maximum(0, x)", "abs(x)"),
    ("softmax_loss", ".sum() / N", ".sum()"),
    ("batchnorm_forward", "np.sqrt(var + eps)", "np.sqrt(var)"),
]


@pytest.mark.parametrize(("name", "old", "new"), LINKED)
def test_the_player_stands_at_the_first_wrong_number_and_the_link_opens_the_lesson_there(name, old, new):
    data = run(name, PLAIN[name].replace(old, new))
    assert data["state"] == "wrong"
    shown, link = widget(data, "found"), data["link"]
    state, problems = PAGES[link["page"]].read(link["query"])
    assert not problems and state.shown_step == shown["step"]
    right = float(data["says"][0].rpartition("should be ")[2].rstrip(".").replace("−", "-")) if "is " in old else None
    result = state.trace.steps[state.shown_step].result
    if re.search(r" is .*; it should be", data["says"][0]):
        right = float(data["says"][0].rpartition("should be ")[2].rstrip(".").replace("−", "-"))
        assert result == pytest.approx(right, abs=0.005)
    assert any(block["kind"] == "link" and block["query"] == link["query"] for block in blocks(data))
    assert not any(board["editable"] for board in shown["trace"]["boards"])


def test_a_gradient_s_player_shows_it_and_its_link_the_forward_pass_of_the_same_numbers():
    data = run("conv_backward_naive", PLAIN["conv_backward_naive"].replace("columns] += w", "columns] = w"))
    assert data["slip"] == "gradient-overwritten" and "Gradient overwritten, not added." in said(data)
    assert "gradient of the input" in widget(data, "found")["trace"]["title"]
    state, problems = PAGES["convolution"].read(data["link"]["query"])
    case = TASKS["conv_backward_naive"].cases()[0].data
    assert not problems and np.array_equal(state.input, case["x"][0])
    whole = run(
        "conv_backward_naive", PLAIN["conv_backward_naive"].replace("return dx, dw, db", "return dx, dw, db / N")
    )
    assert "share of picture 1" in said(whole)


def test_the_case_comes_as_code_that_makes_the_same_call():
    for name in TASKS:
        source = PLAIN[name].replace("return ", "return None or ", 1)
        data = run(name, source.replace("out = ", "out = 1.5 * ", 1).replace("return None or dx", "return 2 * dx"))
        if data["state"] != "wrong":
            continue
        (code,) = [block["text"] for block in blocks(data) if block["kind"] == "code" and "np.array" in block["text"]]
        spaces = {"np": np}
        exec(f"{PLAIN[name]}\n{code}", spaces)
        case = next(case for case in TASKS[name].cases() if case.says in said(data))
        first = TASKS[name].gives[0]
        assert np.allclose(spaces[first], np.asarray(TASKS[name].right(**case.data)[first]))


def test_what_the_learner_typed_is_shown_as_text_alone():
    source = CONV.replace("    N, C", "    print('<img src=x>')\n    raise ValueError('<b>*bold*</b>')\n    N, C")
    data = run("conv_forward_naive", source)
    assert data["state"] == "broken" and data["line"] == 7
    html = " ".join(block["html"] for block in blocks(data) if "html" in block)
    assert "<b>" not in html and "<img" not in html and "<em>" not in html and "&lt;b&gt;*bold*&lt;/b&gt;" in html
    assert [block["text"] for block in blocks(data) if block["kind"] == "typed"] == ["<img src=x>\n"]
    (code,) = [block["text"] for block in blocks(data) if block["kind"] == "code" and "→" in block["text"]]
    assert code.splitlines()[2].startswith("→   7      raise ValueError")


def test_a_right_one_and_one_that_changes_its_input_are_told_apart():
    assert run("sgd", PLAIN["sgd"])["state"] == "right"
    changed = run("relu_backward", "def relu_backward(dout, cache):\n    dout[cache <= 0] = 0\n    return dout")
    assert changed["state"] == "changed" and "has changed what it was given: dout" in said(changed)
    for wrong in ({}, {"task": "none", "source": ""}, {"task": "sgd", "source": 3}):
        with pytest.raises(ValueError, match="no task"):
            checked(wrong)
