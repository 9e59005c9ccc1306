"""The site's Python as bytecode: where Node.js is, and where it is not."""

import shutil
from pathlib import Path

import pytest

from pages.static import build, bytecode, runtime
from tests.browser.static import PYODIDE


def test_without_node_the_files_stay_as_they_are_and_the_build_says_what_that_costs(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bytecode.translated(tmp_path, {"a.py": b"1"}) == ({"a.py": b"1"}, {})
    assert "Node.js" in build.SLOW


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_a_node_that_cannot_run_it_is_said(tmp_path):
    with pytest.raises(runtime.Missing, match=r"Node\.js .* could not run Pyodide"):
        bytecode.translated(tmp_path, {"a.py": b"1"})  # no Pyodide there


@pytest.mark.skipif(not PYODIDE, reason="STRIDE_PYODIDE names no folder with Pyodide's release")
def test_of_numpy_comes_what_stride_loads_and_no_tests_of_its_own(tmp_path):
    names = runtime.numpy(Path(PYODIDE))
    assert "numpy/linalg/_linalg.py" in names and "numpy/f2py/f2py2e.py" not in names
    assert not [name for name in names if "/tests/" in name or name.endswith((".pyi", ".h"))]


def test_what_keeps_its_name_stands_below_the_sum_of_what_it_is(tmp_path):
    site = build.Site(tmp_path / "site")
    addresses = []
    for content in ("old", "new", "old"):
        shutil.rmtree(tmp_path / "site" / "models", ignore_errors=True)
        site.put("models/a.npz", content, named=True)
        addresses.append(site.seal("models"))
        assert (tmp_path / "site" / addresses[-1] / "a.npz").read_text("utf-8") == content
    assert addresses[0] == addresses[2] != addresses[1]
