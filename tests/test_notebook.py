"""The example notebook, run as a reader of a clone runs it: in a kernel of its own, in its own folder."""

import nbformat
import pytest
from nbclient import NotebookClient

from tests.browser.driver import ROOT

FILE = ROOT / "assets" / "notebooks" / "stride.ipynb"


@pytest.mark.slow
def test_every_cell_of_the_notebook_runs_and_shows_what_it_says(monkeypatch, tmp_path):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    notebook = nbformat.read(FILE, as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")], "what it shows is not kept in the clone"
    place = {"metadata": {"path": str(FILE.parent)}}
    NotebookClient(notebook, timeout=240, kernel_name="python3", resources=place).execute()
    told = [text(cell) for cell in notebook.cells if cell.cell_type == "code"]
    assert told[1] == "((1, 1, 6, 6), [(1, 1, 6, 6), (1, 1, 3, 3), (1,)])"
    assert "row 1, column 1" in told[2]
    assert told[3].startswith("<div><iframe srcdoc=") and "&lt;script type=&quot;module&quot;&gt;" in told[3]
    assert "'stride': '1'" in told[4] and "'output': [1, 3, 3]" in told[4]
    assert "finished: test accuracy" in told[5]


def text(cell) -> str:
    """Return what a cell has shown, as HTML where it is some."""
    shown = [output.get("text") or output.data.get("text/html") or output.data["text/plain"] for output in cell.outputs]
    return "".join(shown)
