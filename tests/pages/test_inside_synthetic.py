"""Drawn pictures are called synthetic wherever their results appear: on the Inside page and over compared curves."""

import pytest
from streamlit.testing.v1 import AppTest

from engine.data.drawings import CLASSES
from engine.training import runs, trained
from engine.training.config import Config
from pages.ui.training import runs as training_runs
from pages.ui.training.parts import SYNTHETIC
from tests.engine.training.trained_file import stages, write
from tests.pages.test_inside_page import opened, said, with_tab

NETWORK = stages(8, 16, 16)


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    monkeypatch.setattr(trained, "BUNDLED", tmp_path / "models")


def finished(**changes) -> runs.Run:
    run = runs.create(Config(NETWORK), "a run")
    write(run.weights, NETWORK, **changes)
    run.write_state(status="finished")
    return run


def badged(at: AppTest) -> bool:
    return any(one.value == SYNTHETIC for one in at.markdown)


def test_a_network_of_drawn_pictures_carries_the_badge_and_others_do_not():
    drawn, real = finished(classes=list(CLASSES), data="Shapes (synthetic)", synthetic=True), finished()
    assert badged(opened(run=drawn.id)) and not badged(opened(run=real.id))


def test_the_search_names_the_drawn_set():
    run = finished(classes=list(CLASSES), data="Shapes (synthetic)", synthetic=True)
    at = with_tab(opened(run=run.id, at="4.37"), "What excites a channel?")
    at.selectbox(key="inside.excite.count").select(200)
    next(one for one in at.button if one.label.startswith("Search")).click()
    at.run()
    assert "the strongest of 200 synthetic shapes" in said(at)


def test_compared_curves_of_drawn_pictures_say_so():
    made = [
        runs.create(Config(NETWORK, data=source), name)
        for source, name in (("shapes", "x"), ("cifar10", "x"), ("shapes", "x"))
    ]
    again = f"x (synthetic) ({made[2].id})"
    assert list(training_runs.named(made)) == ["x (synthetic)", "x", again]
