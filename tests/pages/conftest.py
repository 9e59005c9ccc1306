"""Settings for the pages' tests: Hypothesis without a clock, repeatable where CI runs it."""

import os

from hypothesis import settings

from tests.depth import cases

settings.register_profile("pages", deadline=None, max_examples=cases(100))
settings.register_profile("pages-ci", deadline=None, max_examples=cases(100), derandomize=True)
settings.load_profile("pages-ci" if os.environ.get("CI") else "pages")
