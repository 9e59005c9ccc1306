"""A lesson's state beside torch.nn."""

from collections.abc import Mapping

import numpy as np
import torch

from pages.states.lesson.state import LessonState
from pages.states.registry import KINDS
from tests.engine.parity import torch_module


def linked(page: str, query: Mapping[str, str]) -> LessonState:
    """The state that a lesson's link stands for; the link may hold nothing that the page would answer."""
    state, problems = KINDS[page].read(query, None)
    assert problems == []
    return state


def torch_output(state: LessonState) -> np.ndarray:
    """What torch.nn gives for a lesson's state; a loss is one number."""
    extras = state.extras
    module = torch_module(state.layer).eval()
    module.load_state_dict({n: torch.tensor(v) for n, v in state.parameters.items()}, strict=False)
    x = torch.tensor(state.input).double()
    if "temperature" in extras:
        given = [torch.tensor(extras["target"])] if "target" in state.layer.arguments else []
        return module(x / extras["temperature"], *given).detach().numpy()
    if isinstance(module, torch.nn.Conv1d):  # a sequence, which a lesson shows as a picture of height 1
        x = x[:, 0]
    y = module(x[None])[0].detach()
    return (torch.relu(y) if extras.get("relu") else y).numpy()
