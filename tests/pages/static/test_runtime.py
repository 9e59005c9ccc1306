"""Where the site's Pyodide comes from, and what is said where it cannot be had."""

import io
import tarfile
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from pages.static import runtime


@pytest.fixture
def small(monkeypatch):
    """Two small files stand for the release's."""
    sums = {
        "pyodide.mjs": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",  # foo
        "a.whl": "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9",  # bar
    }
    monkeypatch.setattr(runtime, "FILES", sums)
    return {"pyodide.mjs": b"foo", "a.whl": b"bar"}


def test_a_named_folder_is_taken_where_each_file_is_the_releases(small, tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_PYODIDE", str(tmp_path))
    for name, data in small.items():
        (tmp_path / name).write_bytes(data)
    assert runtime.found() == tmp_path
    (tmp_path / "a.whl").write_bytes(b"another")
    with pytest.raises(runtime.Missing, match=r"a\.whl is not the file of Pyodide's release .* STRIDE_PYODIDE=FOLDER"):
        runtime.found()
    (tmp_path / "a.whl").unlink()
    with pytest.raises(runtime.Missing, match=r"has no a\.whl.*Download https://"):
        runtime.found()


def test_the_release_is_downloaded_once_and_only_what_is_needed_is_kept(small, tmp_path, monkeypatch):
    served, packed = tmp_path / "served", io.BytesIO()
    served.mkdir()
    with tarfile.open(fileobj=packed, mode="w:bz2") as archive:
        for name, data in {**small, "other.whl": b"not needed"}.items():
            info = tarfile.TarInfo(f"pyodide/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    (served / "release.tar.bz2").write_bytes(packed.getvalue())
    monkeypatch.delenv("STRIDE_PYODIDE", raising=False)
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "data"))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(served))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(runtime, "RELEASE", f"http://127.0.0.1:{server.server_port}/release.tar.bz2")
        folder = runtime.found()
        server.shutdown()
    assert sorted(path.name for path in folder.iterdir()) == ["a.whl", "pyodide.mjs"]
    assert runtime.found() == folder  # nobody serves any more


def test_a_release_that_cannot_be_had_is_said_with_what_to_do(small, tmp_path, monkeypatch):
    monkeypatch.delenv("STRIDE_PYODIDE", raising=False)
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    monkeypatch.setattr(runtime, "RELEASE", "http://127.0.0.1:9/release.tar.bz2")
    with pytest.raises(runtime.Missing, match=r"could not be downloaded.*STRIDE_PYODIDE=FOLDER make site"):
        runtime.found()


def test_a_zip_is_written_again_without_what_is_unused(tmp_path):
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as old:
        for name in ("json/__init__.py", "unittest/mock.py", "pdb.py"):
            old.writestr(name, name)
    runtime._repacked(tmp_path / "old.zip", tmp_path / "new.zip", lambda name: name.split("/")[0] in runtime.UNUSED)
    with zipfile.ZipFile(tmp_path / "new.zip") as new:
        assert {name: new.read(name).decode() for name in new.namelist()} == {"json/__init__.py": "json/__init__.py"}
