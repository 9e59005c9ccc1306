"""The bound of all uploaded files, between Streamlit and whoever sends them."""

import asyncio
from types import SimpleNamespace

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from pages.ui import files


@pytest.fixture
def manager(monkeypatch) -> MemoryUploadedFileManager:
    """Streamlit's own holder of files, without a server; sessions named "open…" are connected."""
    made = MemoryUploadedFileManager(files.PATH)
    runtime = SimpleNamespace(uploaded_file_mgr=made, is_active_session=lambda session: session.startswith("open"))
    monkeypatch.setattr(files, "Runtime", SimpleNamespace(instance=lambda: runtime))
    monkeypatch.setattr(files, "MOST", 1000)
    monkeypatch.setattr(files, "MOST_OF_ONE", 600)
    return made


def put(bound: files.Bound, session: str, size: int | None, method: str = "PUT") -> int:
    """Send a request for a file; return the status of the answer."""
    sent = []

    async def send(message: dict) -> None:
        sent.append(message)

    headers = [] if size is None else [(b"content-length", str(size).encode())]
    scope = {"type": "http", "method": method, "path": f"{files.PATH}{session}/file", "headers": headers}
    asyncio.run(bound(scope, None, send))
    return sent[0]["status"]


def keeping(manager: MemoryUploadedFileManager) -> files.Bound:
    """The bound before a server that keeps each file, as Streamlit's does."""
    count = iter(range(1000))

    async def app(scope, receive, send):
        if scope["method"] == "PUT":
            session = scope["path"].split("/")[-2]
            data = bytes(int(dict(scope["headers"])[b"content-length"]))
            manager.add_file(session, UploadedFileRec(str(next(count)), "x", "", data))
        await send({"type": "http.response.start", "status": 204})

    return files.Bound(app)


def test_the_files_of_a_session_and_of_all_have_a_bound(manager):
    bound = keeping(manager)
    assert [put(bound, "open 1", 300) for _ in range(3)] == [204, 204, 413]
    assert [put(bound, "open 2", 300) for _ in range(2)] == [204, 413]  # 900 of 1000 are held
    assert put(bound, "open 2", 300, "DELETE") == 204 and put(bound, "open 2", None) == 411
    manager.remove_session_files("open 1")
    assert put(bound, "open 2", 300) == 204


def test_closed_sessions_give_way_where_there_is_no_room(manager):
    bound = keeping(manager)
    assert [put(bound, session, 450) for session in ("closed 1", "open 1")] == [204, 204]
    assert put(bound, "open 2", 300) == 204
    assert set(manager.file_storage) == {"open 1", "open 2"}


def test_what_is_coming_counts_too(manager):
    async def slow(scope, receive, send):
        await asyncio.sleep(0.05)
        await send({"type": "http.response.start", "status": 500})

    async def both() -> list[int]:
        bound, sent = files.Bound(slow), []

        async def send(message: dict) -> None:
            sent.append(message["status"]) if "status" in message else None

        def one(session: str):
            headers = [(b"content-length", b"550")]
            scope = {"type": "http", "method": "PUT", "path": f"{files.PATH}{session}/file", "headers": headers}
            return bound(scope, None, send)

        await asyncio.gather(one("open 1"), one("open 2"))
        assert not bound.coming
        await one("open 3")  # what has failed is not held
        return sent

    assert asyncio.run(both()) == [413, 500, 500]
