"""Drawn pictures are called synthetic over compared curves; for the page itself see states/inside/test_sheet.py."""

from engine.training import runs
from engine.training.config import Config
from pages.ui.training import runs as training_runs
from tests.engine.training.trained_file import stages

NETWORK = stages(8, 16, 16)


def test_compared_curves_of_drawn_pictures_say_so(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    made = [
        runs.create(Config(NETWORK, data=source), name)
        for source, name in (("shapes", "x"), ("cifar10", "x"), ("shapes", "x"))
    ]
    again = f"x (synthetic) ({made[2].id})"
    assert list(training_runs.named(made)) == ["x (synthetic)", "x", again]
