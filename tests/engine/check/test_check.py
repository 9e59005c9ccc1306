"""Check my function: right functions are never called wrong, bugs are named, and what breaks gets a plain sentence."""

import numpy as np
import pytest

from engine.check import TASKS, TITLES
from engine.check.compare import compared, same
from engine.check.finding import Outcome
from engine.check.run import check
from engine.slips.names import TITLES as SLIPS
from tests.engine.check.sources import BUGS, PLAIN, STYLES

CONV = PLAIN["conv_forward_naive"]


def found(name: str, source: str, **how):
    return check(TASKS[name], source, **how)[0]


@pytest.mark.parametrize("name", TASKS)
def test_a_right_function_is_right_and_a_starter_is_met_by_a_sentence(name):
    finding = found(name, PLAIN[name])
    assert finding.state == "right", finding.says
    assert len(finding.cases) == len(TASKS[name].cases()) > 1
    begun = found(name, TASKS[name].starter)
    assert begun.state in ("broken", "wrong") and ("is None" in begun.says[0] or "should be" in begun.says[0])


@pytest.mark.parametrize("style", STYLES)
def test_a_right_function_in_another_style_is_right(style):
    finding = found(*STYLES[style])
    assert finding.state == "right", finding.says


@pytest.mark.parametrize(("name", "old", "new", "slip"), BUGS)
def test_a_bug_is_named(name, old, new, slip):
    assert old in PLAIN[name]
    finding = found(name, PLAIN[name].replace(old, new))
    assert finding.state == "wrong" and finding.slip == slip, (finding.slip, finding.also, finding.says)
    assert slip in TITLES and len(finding.says) > 1
    if finding.index is not None:
        right = np.asarray(TASKS[name].right(**finding.case.data)[finding.result])
        assert finding.right == right[finding.index] and finding.says[0].startswith(finding.result)
        first = np.flatnonzero(~np.isclose(finding.mine.astype(float), right, rtol=1e-6, atol=1e-6))[0]
        assert first == (np.ravel_multi_index(finding.index, right.shape) if right.ndim else 0)


@pytest.mark.parametrize("name", TASKS)
def test_each_mistake_shows_in_the_cases_and_no_two_names_fit_one_function(name):
    task = TASKS[name]
    cases = task.cases()
    rights = [{key: np.asarray(value) for key, value in task.right(**case.data).items()} for case in cases]
    for mistake in task.mistakes:
        made = [{key: np.asarray(value) for key, value in mistake.make(**case.data).items()} for case in cases]
        for result in set().union(*made):
            outcomes = [
                Outcome(case, {**right, result: one.get(result, right[result])})
                for case, right, one in zip(cases, rights, made, strict=True)
            ]
            finding = compared(task, outcomes)
            assert (finding.state, finding.slip, finding.also) == ("wrong", mistake.name, ()), (mistake.did, result)


@pytest.mark.parametrize("name", TASKS)
def test_every_number_has_the_place_where_the_engine_makes_it(name):
    """The player's step writes the right number, or, of a sum over a batch, one picture's share."""
    task = TASKS[name]
    for case in task.cases()[:5:2]:
        for result, right in task.right(**case.data).items():
            right = np.asarray(right)
            for index in list(np.ndindex(right.shape))[:: max(1, right.size // 7)]:
                place = task.place(case.data, result, index)
                if place is None:
                    assert task.topic in ("Optimisers", "Batch norm")
                    continue
                step = place.scene.trace.steps[place.scene.step]
                if "share" not in place.note:
                    assert step.result == pytest.approx(right[index], rel=1e-9), (result, index)


BROKEN = {
    "gives nothing": (CONV.replace("    return out, cache", ""), "returns nothing"),
    "gives the output alone": (CONV.replace("return out, cache", "return out"), "returns one thing"),
    "gives too much": (CONV.replace("return out, cache", "return out, x, w"), "returns 3 things"),
    "out is None": (CONV.replace("return out, cache", "return None, cache"), "out is None"),
    "out is a list": (CONV.replace("return out, cache", "return out.tolist(), cache"), "out is a list"),
    "objects": (CONV.replace("return out, cache", "return out.astype(object), cache"), "dtype object"),
    "complex": (CONV.replace("return out, cache", "return out + 0j, cache"), "dtype complex128"),
    "a name that is not there": (CONV.replace("window * w[f]", "windw * w"), "Line 17 raises NameError: name 'windw'"),
    "shapes that do not fit": (CONV.replace("* w[f])", "* w[:, f])"), "Line 17 raises"),
    "a row of signs that is too long": ("x = " + "-" * 9000 + "1", "one of its expressions is too long"),
    "a sum that is too long": ("x = " + "1 + " * 4000 + "1", "one of its expressions is too long"),
    "a zero byte alone": ("\0", "The text is not Python"),
    "not Python": (CONV.replace("for n in range(N):", "for n in range(N)"), "Line 12 is not Python"),
    "another function": (CONV.replace("def conv_forward_naive", "def conv"), "It defines conv."),
    "no function": ("x = 1", "It defines no function."),
    "too long": ("#" * 30_000, "at most 20000 are run"),
    "a zero byte": ("x = '\0'", "null bytes"),
    "raises at once": ("import nowhere_at_all", "Line 1 raises ModuleNotFoundError"),
    "leaves": ("def conv_forward_naive(*a):\n    raise SystemExit(3)", "Line 2 raises SystemExit"),
    "for ever": ("def conv_forward_naive(*a):\n    while True:\n        pass", "did not come to an end"),
    "for ever, whatever is raised": (
        "def conv_forward_naive(*a):\n    while True:\n        try:\n            1 / 0\n        except Exception:\n"
        "            pass",
        "did not come to an end",
    ),
    "for ever, before any call": ("while True:\n    pass", "did not come to an end"),
    "itself": ("def conv_forward_naive(*a):\n    return conv_forward_naive(*a)", "calls itself without an end"),
    "too much memory": ("def conv_forward_naive(*a):\n    return np.zeros(10 ** 15), 0", "more memory than"),
    "too few arguments": ("def conv_forward_naive(x, w):\n    return x, w", "TypeError"),
}  # fmt: skip


@pytest.mark.parametrize("why", BROKEN)
def test_what_cannot_be_compared_gets_a_sentence_with_the_line(why):
    source, says = BROKEN[why]
    finding = found("conv_forward_naive", source, seconds=0.5)
    assert finding.state == "broken" and says in finding.says[0], finding.says
    assert "Traceback" not in finding.says[0]
    if "Line" in says:
        assert f"Line {finding.line} " in finding.says[0]


def test_nan_whole_numbers_shapes_and_changed_inputs_are_said():
    nan = found("conv_forward_naive", CONV.replace("np.sum(window * w[f])", "np.nan * np.sum(window * w[f])"))
    assert nan.state == "wrong" and "NaN" in nan.says[0] and "divided by 0" in nan.says[1] and not nan.slip
    shape = found("conv_forward_naive", CONV.replace("return out,", "return out[0],"))
    assert shape.shapes == ((1, 2, 2), (1, 1, 2, 2)) and "the shape (1, 2, 2)" in shape.says[0] and not shape.slip
    assert "// stride rows" in shape.says[1] and shape.place.scene.step == 0
    loss = found("softmax_loss", PLAIN["softmax_loss"].replace("return loss", "return np.array([loss])"))
    assert loss.says[0] == "loss has the shape (1,); it should be one number."
    put_back = "    x *= 2\n    x /= 2\n    b += 1\n    b -= 1\n    N, C"
    changed = found("conv_forward_naive", CONV.replace("    N, C", put_back))
    assert changed.state == "right", "what was put back has not changed"
    changed = found("conv_forward_naive", CONV.replace("    cache =", "    x[:] = 0\n    cache ="))
    assert changed.state == "changed" and "x.copy()" in changed.says[1]
    kept = found("relu_backward", "def relu_backward(dout, cache):\n    dout[cache <= 0] = 0\n    return dout")
    assert kept.state == "changed" and "dout" in kept.says[0]


def test_every_name_of_its_own_is_a_mistake_s():
    made = {mistake.name for task in TASKS.values() for mistake in task.mistakes}
    assert set(TITLES) - set(SLIPS) <= made | {"cut-off"} and made <= set(TITLES)


def test_two_bugs_at_once_are_named_by_the_first_case_and_what_nobody_knows_is_not_named():
    both = CONV.replace('mode="constant"', 'mode="edge"').replace("i * stride:i * stride", "i:i")
    both = both.replace("j * stride:j * stride", "j:j")
    finding = found("conv_forward_naive", both)
    assert finding.slip == "stride-ignored" and finding.case.says == "stride 2"
    strange = found("conv_forward_naive", CONV.replace("+ b[f]", "+ b[f] + 0.375"))
    assert strange.state == "wrong" and strange.slip == "" and len(strange.says) == 1
    more = found("conv_backward_naive", PLAIN["conv_backward_naive"].replace("+=", "="))
    assert more.slip == "gradient-overwritten" and more.says[-1] == "dw and db are not right either."


def test_what_it_prints_is_kept_and_nothing_of_it_reaches_the_next_one(capsys):
    source = CONV.replace("    N, C", "    print('<b>here</b>', x.shape)\n    N, C")
    finding, printed = check(TASKS["conv_forward_naive"], source + "np.helper = 1\n")
    assert finding.state == "right" and printed.startswith("<b>here</b> (1, 1, 3, 3)\n") and len(printed) <= 2000
    assert capsys.readouterr().out == ""
    flood = "def conv_forward_naive(*a):\n    for k in range(3000):\n        print('x' * 1000)\n"
    assert len(check(TASKS["conv_forward_naive"], flood)[1]) == 2000
    assert "NameError" in found("conv_forward_naive", CONV.replace("np.zeros", "zeros")).says[0]


def test_cases_are_the_same_everywhere_and_hold_halves_alone():
    for task in TASKS.values():
        for one, again in zip(task.cases(), task.cases(), strict=True):
            for name, value in one.data.items():
                if isinstance(value, np.ndarray):
                    assert same(value, again.data[name]) and (value * 2 == np.round(value * 2)).all()
