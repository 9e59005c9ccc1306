"""The page Inside the network as its script draws it, without a browser: one component, no network, no torch."""

import pytest

from engine.training import trained
from pages.ui.inside import source
from tests.engine.training.trained_file import finished
from tests.imports import heavy_after
from tests.pages.opened import NAVIGATION, opened


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    monkeypatch.setattr(trained, "BUNDLED", tmp_path / "models")


@pytest.mark.parametrize("network", [True, False])
def test_the_script_draws_with_and_without_a_network_and_writes_no_link(network):
    query = {"run": finished().id} if network else {}
    at = opened("inside", **query)
    assert dict(at.query_params) == query


def test_a_file_that_cannot_be_read_is_said_as_it_is():
    at = opened("inside", run=finished().id)
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
