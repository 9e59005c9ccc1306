"""Settings for the pages' tests: Hypothesis without a clock, repeatable where CI runs it."""

import os

from hypothesis import settings

settings.register_profile("pages", deadline=None)
settings.register_profile("pages-ci", deadline=None, derandomize=True)
settings.load_profile("pages-ci" if os.environ.get("CI") else "pages")
