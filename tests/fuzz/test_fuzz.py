"""Some hundred cases of the fuzzer: no traceback, and bounds on the time, the memory and the size of each answer.

`python -m tests.fuzz --cases 20000` asks many more.
"""

import pytest

from tests.fuzz.asked import ask
from tests.fuzz.cases import case

CASES, EACH = 400, 50


@pytest.fixture(autouse=True)
def data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))


@pytest.mark.parametrize("first", range(0, CASES, EACH))
def test_no_link_and_no_request_breaks_a_bound(first):
    broken = [found for seed in range(first, first + EACH) if (found := ask(seed)).problem]
    assert not broken, "\n".join(map(str, broken))


def test_a_case_is_drawn_from_its_seed_alone_and_most_cases_are_answered():
    assert case(7) == case(7) and len({case(seed).body for seed in range(200)}) > 150
    answered = [ask(seed).status for seed in range(60)]
    assert answered.count(200) > 20


def test_a_bound_that_is_broken_is_told(monkeypatch):
    monkeypatch.setattr("tests.fuzz.asked.SECONDS", 0.0)
    monkeypatch.setattr("tests.fuzz.asked.BYTES", 0)
    assert "more than 0 s, more than 0 bytes" in ask(1).problem
    monkeypatch.setattr("pages.live.read", lambda body: 1 / 0)
    problems = [ask(seed).problem for seed in range(10)]
    assert any("ZeroDivisionError" in problem for problem in problems)
