"""The page Training without a browser: which parts a run has, and the download."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from engine.data import download
from pages.ui.training import download as training_download
from tests.pages.states.training.made import made, start

NAVIGATION = Path(__file__).resolve().parents[2] / "pages" / "navigation.py"


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "stride"))


def opened(**query) -> AppTest:
    at = AppTest.from_file(NAVIGATION, default_timeout=60).run()
    at.query_params.update(query)
    at = at.switch_page("training.py").run()
    assert not at.exception
    return at


def test_a_run_that_trains_is_drawn_by_the_browser_and_one_that_has_ended_has_its_files_below():
    assert not opened(run=made(events=[start()]).id).get("download_button")
    at = opened(run=made("ended", "stopped", events=[start()]).id)
    assert "##### Take it along" in [one.value for one in at.markdown]
    assert any("2 threads" in one.value or "1 thread, PyTorch" in one.value for one in at.caption)


def test_a_run_that_is_broken_is_said():
    run = made()
    (run.folder / "run.json").write_text("{}")
    at = opened(run=run.id)
    assert len(at.error) == 1 and "is no run" in at.error[0].value


# The download


def panel():
    from pages.ui.training import download as training_download

    training_download.panel(lambda: None)


def test_a_set_that_is_gone_after_its_download_is_offered_again(monkeypatch):
    over = SimpleNamespace(progress=download.Progress("done", 5, 5))
    monkeypatch.setattr(download, "current", lambda: over)
    at = AppTest.from_function(panel, default_timeout=10).run()
    assert not at.exception and [one.label for one in at.button] == ["Download CIFAR-10"]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("host/file", "host/file"), ("https://host.example:80/a/b", "host.example:80"), ("x", "x"),
        ("https://me:secret@host.example/a", "host.example"),
    ],
)  # fmt: skip
def test_any_address_is_named(monkeypatch, address, place):
    monkeypatch.setenv("STRIDE_CIFAR10_URL", address)
    monkeypatch.setattr(download, "current", lambda: None)
    at = AppTest.from_function(panel, default_timeout=10).run()
    assert not at.exception and f"`{place}`" in at.markdown[0].value


def test_a_set_that_is_broken_again_after_its_download_is_offered_again(monkeypatch):
    over = SimpleNamespace(progress=download.Progress("done", 5, 5))
    monkeypatch.setattr(download, "current", lambda: over)
    monkeypatch.setattr(training_download.cifar10, "present", lambda: True)
    at = AppTest.from_function(panel, default_timeout=10).run()
    assert not at.exception and [one.label for one in at.button] == ["Download CIFAR-10"]
    assert at.markdown[0].value.startswith("A whole CIFAR-10 is not on this machine yet")


def test_the_page_is_told_when_the_set_has_arrived(monkeypatch):
    over, calls = SimpleNamespace(progress=download.Progress("done", 5, 5)), []
    monkeypatch.setattr(download, "current", lambda: over)
    monkeypatch.setattr(training_download.cifar10, "present", lambda: True)
    monkeypatch.setattr(training_download.st, "rerun", lambda: calls.append("rerun"))
    training_download._download(lambda: calls.append("arrived"))
    assert calls[:2] == ["arrived", "rerun"]
