"""CIFAR-10's download, from a server on this machine: whole and right, or a sentence and nothing in use."""

import os
import time
from collections import namedtuple
from pathlib import Path

import pytest
from torchvision.datasets import CIFAR10

from engine.data import archive, cifar10, download
from tests.engine.data.archive import Server, drawn, md5, packed

REAL = os.environ.get("STRIDE_CIFAR10_FIRST1000")


@pytest.fixture(scope="module", params=["drawn", "real"])
def files(request) -> dict[str, bytes]:
    if request.param == "real":
        if not REAL:
            pytest.skip("STRIDE_CIFAR10_FIRST1000 does not name a folder with the real pictures")
        return {name: (Path(REAL) / cifar10.FOLDER / name).read_bytes() for name in archive.FILES_MD5}
    return drawn()


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "stride"))
    return tmp_path / "stride"


@pytest.fixture
def serve(home):
    """Start a server for files, or for other bytes in place of their archive; return it and the source."""
    servers = []

    def start(files: dict[str, bytes], content: bytes | None = None) -> tuple[Server, download.Source]:
        right = packed(files)
        servers.append(Server(content or right))
        sums = {name: md5(held) for name, held in files.items()}
        return servers[-1], download.Source(servers[-1].url, md5(right), sums)

    yield start
    if download.current():
        download.current().cancel()
        download.current().wait(10)
    for server in servers:
        server.close()


def nothing_in_use(home: Path, part: bool = False) -> bool:
    left = sorted(path.name for path in home.iterdir()) if home.exists() else []
    return not cifar10.present() and left == (["cifar-10-python.tar.gz.part"] if part else [])


def test_numbers_are_torchvisions():
    assert (CIFAR10.url, CIFAR10.tgz_md5) == (download.URL, archive.ARCHIVE_MD5)
    theirs = dict(map(tuple, CIFAR10.train_list + CIFAR10.test_list))
    assert {**theirs, CIFAR10.meta["filename"]: CIFAR10.meta["md5"]} == archive.FILES_MD5


def test_the_address_can_be_set(monkeypatch):
    monkeypatch.delenv("STRIDE_CIFAR10_URL", raising=False)
    assert download.source().url == CIFAR10.url
    monkeypatch.setenv("STRIDE_CIFAR10_URL", "http://mirror/x")
    assert download.source().url == "http://mirror/x"
    assert download.source().archive_md5 == CIFAR10.tgz_md5


def test_it_comes_whole(serve, files, home):
    server, source = serve(files)
    made = download.start(source).wait(20)
    assert (made.state, made.message) == ("done", "")
    assert made.done == made.total == len(server.content)
    assert {path.name: path.read_bytes() for path in cifar10.folder().iterdir()} == files
    assert [path.name for path in home.iterdir()] == [cifar10.FOLDER]
    assert cifar10.present() and cifar10.picture("test", 0)[0].shape == (32, 32, 3)


def test_progress_speed_and_one_at_a_time(serve, home):
    server, source = serve(drawn())
    server.pace = 0.02
    first = download.start(source)
    assert download.start(source) is first is download.current()
    seen = []
    while not first.progress.over:
        seen.append(first.progress)
        time.sleep(0.02)
    moving = [progress for progress in seen if progress.state == "downloading" and progress.speed]
    assert {progress.total for progress in moving} == {len(server.content)}
    assert [progress.done for progress in moving] == sorted(progress.done for progress in moving)
    assert 2**14 / 0.2 < moving[-1].speed < 1.5 * 2**14 / 0.02
    assert moving[-1].seconds_left >= 0
    assert len(server.asked) == 1


def begun(server, source):
    """A slow download of which something has come."""
    server.pace = 0.05
    made = download.start(source)
    while not made.progress.done:
        time.sleep(0.01)
    return made


def test_cancelled_leaves_nothing_and_can_begin_again(serve, home):
    server, source = serve(drawn())
    first = begun(server, source)
    first.cancel()
    server.pace = 0.0
    second = download.start(source)
    assert second is not first
    assert first.wait(10).state == "cancelled"
    assert second.wait(10).state == "done" and cifar10.present()
    first_again = download.start(source)
    first_again.cancel()
    assert first_again.wait(10).over


def test_cancel_alone_leaves_nothing(serve, home):
    made = begun(*serve(drawn()))
    made.cancel()
    assert made.wait(10).state == "cancelled"
    assert nothing_in_use(home)


@pytest.mark.parametrize("ranges", [True, False])
def test_interrupted_it_goes_on_where_it_was(serve, home, ranges):
    server, source = serve(drawn())
    server.cut, server.ranges = [100_000], ranges
    broken = download.start(source).wait(10)
    assert broken.state == "failed"
    assert "ended after 0.1 MB of" in broken.message and "Try again" in broken.message
    assert nothing_in_use(home, part=True)
    assert download.start(source).wait(10).state == "done"
    assert server.asked == [None, "bytes=100000-"]
    assert cifar10.present()


def test_a_part_that_is_whole_already_is_checked_and_used(serve, home):
    server, source = serve(drawn())
    home.mkdir()
    (home / "cifar-10-python.tar.gz.part").write_bytes(server.content)
    assert download.start(source).wait(10).state == "done"
    assert server.asked == [f"bytes={len(server.content)}-"]


def test_another_part_is_thrown_away_and_again_works(serve, home):
    _, source = serve(drawn())
    home.mkdir()
    (home / "cifar-10-python.tar.gz.part").write_bytes(b"x" * 1000)
    made = download.start(source).wait(10)
    assert made.state == "failed" and source.archive_md5 in made.message and "Try again" in made.message
    assert nothing_in_use(home)
    assert download.start(source).wait(10).state == "done"


def test_a_wrong_checksum_of_a_file(serve, home):
    files = drawn()
    _, source = serve(files)
    wrong = download.Source(source.url, source.archive_md5, {**source.files, "test_batch": "0" * 32})
    made = download.start(wrong).wait(10)
    assert made.state == "failed" and "test_batch has the checksum" in made.message
    assert nothing_in_use(home)


@pytest.mark.parametrize("name", ["../escaped", "/tmp/stride-escaped", "elsewhere/test_batch"])
def test_an_archive_writes_nowhere_else(serve, home, name):
    files = drawn()
    content = packed(files, {"test_batch": name})
    server, source = serve(files, content)
    made = download.start(download.Source(server.url, md5(content), source.files)).wait(10)
    assert made.state == "failed" and "has no test_batch" in made.message
    assert nothing_in_use(home) and not Path("/tmp/stride-escaped").exists()
    assert [path.name for path in home.parent.iterdir()] == ["stride"]


def test_bytes_that_are_no_archive(serve, home):
    server, source = serve(drawn(), b"no archive at all" * 100)
    made = download.start(download.Source(server.url, md5(server.content), source.files)).wait(10)
    assert made.state == "failed" and "cannot be unpacked" in made.message
    assert nothing_in_use(home)


def test_an_old_half_set_is_replaced(serve, home):
    files = drawn()
    _, source = serve(files)
    cifar10.folder().mkdir(parents=True)
    (cifar10.folder() / "data_batch_1").write_bytes(b"half")
    assert download.start(source).wait(10).state == "done"
    assert {path.name: path.read_bytes() for path in cifar10.folder().iterdir()} == files


def test_an_old_set_stays_where_the_new_one_cannot_be_put(serve, home, monkeypatch):
    _, source = serve(drawn())
    cifar10.folder().mkdir(parents=True)
    (cifar10.folder() / "data_batch_1").write_bytes(b"old")
    replace = Path.replace

    def refuse(self, target):
        if self.name == "new":
            raise PermissionError(13, "Permission denied", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    made = download.start(source).wait(10)
    assert made.state == "failed" and "Permission denied" in made.message
    assert (cifar10.folder() / "data_batch_1").read_bytes() == b"old"
    assert sorted(path.name for path in home.iterdir()) == [cifar10.FOLDER, "cifar-10-python.tar.gz.part"]
    monkeypatch.undo()


@pytest.mark.parametrize("status", [404, 500])
def test_a_server_that_refuses(serve, home, status):
    server, source = serve(drawn())
    server.status = status
    made = download.start(source).wait(10)
    assert made.state == "failed" and f"answered {status}" in made.message
    server.status = 0
    assert download.start(source).wait(10).state == "done"


def test_no_server(home):
    made = download.start(download.Source("http://127.0.0.1:9/x")).wait(10)
    assert made.state == "failed" and "cannot be reached" in made.message and "Try again" in made.message


@pytest.mark.parametrize("url", ["file:///etc/passwd", "cifar", "ftp://x/y", "http://"])
def test_an_address_that_is_none(home, url):
    made = download.start(download.Source(url)).wait(10)
    assert made.state == "failed" and url in made.message


def test_a_server_that_falls_silent(serve, home, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", 0.2)
    server, source = serve(drawn())
    server.pace = 1.0
    made = download.start(source).wait(10)
    assert made.state == "failed" and "sent nothing for 0.2 seconds" in made.message


def test_no_room(serve, home, monkeypatch):
    _, source = serve(drawn())
    usage = namedtuple("usage", "total used free")(10, 9, 1000)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda place: usage)
    made = download.start(source).wait(10)
    assert made.state == "failed" and "0.0 MB free" in made.message and "Make room" in made.message


def test_a_data_folder_that_cannot_be_made(serve, home):
    _, source = serve(drawn())
    home.write_text("a file")
    made = download.start(source).wait(10)
    assert made.state == "failed" and str(home) in made.message
