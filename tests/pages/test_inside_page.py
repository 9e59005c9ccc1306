"""The page Inside the network as its script draws it, without a browser: one component, no network, no torch."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.training import runs, trained
from engine.training.config import Config
from pages.ui.inside import source
from tests.engine.training.trained_file import stages, write
from tests.imports import heavy_after

ROOT = Path(__file__).resolve().parents[2]
NAVIGATION = ROOT / "pages" / "navigation.py"
NETWORK = stages(8, 16, 16)


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    monkeypatch.setattr(trained, "BUNDLED", tmp_path / "models")


def finished() -> runs.Run:
    run = runs.create(Config(NETWORK), "a run")
    write(run.weights, NETWORK)
    run.write_state(status="finished")
    return run


def opened(**query) -> AppTest:
    at = AppTest.from_file(NAVIGATION, default_timeout=60)
    at.run()
    at.query_params.update(query)
    at = at.switch_page("inside.py").run()
    assert not at.exception
    return at


@pytest.mark.parametrize("network", [True, False])
def test_the_script_draws_with_and_without_a_network_and_writes_no_link(network):
    query = {"run": finished().id} if network else {}
    at = opened(**query)
    assert dict(at.query_params) == query


def test_a_file_that_cannot_be_read_is_said_as_it_is():
    at = opened(run=finished().id)
    at.session_state[source.OWN.problem] = "The file *x* cannot be read"
    at.run()
    assert not at.exception and [one.value for one in at.error] == ["The file \\*x\\* cannot be read"]


def test_the_page_imports_neither_torch_nor_dask():
    finished()
    code = (
        "from streamlit.testing.v1 import AppTest; "
        f"at = AppTest.from_file({str(NAVIGATION)!r}, default_timeout=60).run().switch_page('inside.py').run(); "
        "assert not at.exception and len(at.toggle) == 1"
    )
    assert heavy_after(code) == []
