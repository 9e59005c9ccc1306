"""Settings for the pages' tests: Hypothesis without a clock, repeatable where CI runs it."""

import os

import pytest
from hypothesis import settings

from tests.depth import cases

settings.register_profile("pages", deadline=None, max_examples=cases(100))
settings.register_profile("pages-ci", deadline=None, max_examples=cases(100), derandomize=True)
settings.load_profile("pages-ci" if os.environ.get("CI") else "pages")


@pytest.fixture(autouse=True)
def rested(monkeypatch):
    """Let each test begin as somebody who has not asked for a while."""
    from pages import live
    from pages.ui import rates

    for name, rate in (("BY_KEY", rates.OF_KEY), ("BY_ADDRESS", rates.OF_ADDRESS), ("BYTES", rates.BYTES_OF_ADDRESS)):
        monkeypatch.setattr(live, name, rates.Rates(rate))
