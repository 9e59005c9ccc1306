"""Pages render these docstrings, so each must have the parts that they show."""

import inspect

import pytest
import torch.nn.functional as F

from engine import functional

NAMES = [name for name in functional.__all__ if not name.endswith("_backward")]


@pytest.mark.parametrize("name", NAMES)
def test_has_a_sentence_a_formula_shapes_errors_and_a_source(name):
    text = inspect.getdoc(getattr(functional, name))
    assert text.splitlines()[0].endswith(".")
    assert text.count("$$") >= 2 and text.count("$$") % 2 == 0
    for part in (
        "**Shapes",
        "**Raises**",
        "`ValueError`",
        f"**Source:** PyTorch documentation, `torch.nn.functional.{name}`",
    ):
        assert part in text
    for argument in inspect.signature(getattr(functional, name)).parameters:
        assert argument in text or argument.replace("_", r"\_") in text, f"{argument} is not explained"


@pytest.mark.parametrize("name", NAMES)
def test_is_a_function_of_torch(name):
    assert callable(getattr(F, name))


@pytest.mark.parametrize("name", ["pad", "relu", "leaky_relu", "elu", "hardtanh", "batch_norm", "cross_entropy"])
def test_has_torchs_arguments_and_defaults(name):
    """For the functions whose signature Python can read."""
    left_out = {"inplace", "size_average", "reduce"}
    theirs = {k: p.default for k, p in inspect.signature(getattr(F, name)).parameters.items() if k not in left_out}
    ours = {k: p.default for k, p in inspect.signature(getattr(functional, name)).parameters.items()}
    assert list(ours.items()) == list(theirs.items())
