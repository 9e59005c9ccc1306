"""All pages one after another in one session: what a page keeps does not break the next."""

import random
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

PAGES = Path(__file__).resolve().parents[2] / "pages"
FILES = sorted(path.name for path in PAGES.glob("*.py") if path.name not in ("live.py", "navigation.py"))


@pytest.mark.parametrize("seed", range(2))
def test_pages_are_visited_one_after_another_and_back(monkeypatch, tmp_path, seed):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    at = AppTest.from_file(PAGES / "navigation.py", default_timeout=60).run()
    order = random.Random(seed).sample(FILES, len(FILES))
    for name in ["input.py", *order, "input.py", *order]:
        at = at.switch_page(name).run()
        assert not at.exception, (name, at.exception)
        at = at.run()  # as a click would
        assert not at.exception, (name, at.exception)
