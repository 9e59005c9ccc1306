"""Settings for the engine's tests: one torch thread, and Hypothesis without a clock."""

import os

import torch
from hypothesis import HealthCheck, settings

from tests.depth import cases

torch.set_num_threads(1)

settings.register_profile("engine", deadline=None, max_examples=cases(200))
settings.register_profile(
    "engine-ci",
    settings.get_profile("engine"),
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("engine-ci" if os.environ.get("CI") else "engine")
