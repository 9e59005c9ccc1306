"""Fixtures of the browser tests: a Chromium, the app's server, and pages whose troubles fail a test."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium, static
from tests.browser.driver import FAILED, ROOT, Opener, Server, launch, serving
from tests.browser.standing import kept_stages, stage  # noqa: F401

OPENER = pytest.StashKey[Opener]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The site's tests come first, so that one process has them: Python takes a while to start in the tabs of each.

    (A process that has nothing left to do takes over from the end of another one's list.)
    """

    def elsewhere(item: pytest.Item) -> bool:
        given = item.callspec.params.values() if hasattr(item, "callspec") else ()
        return "site" not in (*getattr(item, "fixturenames", ()), *(one for one in given if isinstance(one, str)))

    items.sort(key=elsewhere)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium.find() is None:
        reason = "no Chromium: run `make test`, or `python -m tests.browser.chromium`, which sees to one"
        if os.environ.get("CI"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The servers' STRIDE_DATA: empty, so that no test reads or writes the user's own."""
    return str(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, data_folder: str) -> Iterator[Server]:
    """The app as `make run` starts it, one for all tests of this process."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with serving(log, env={"STRIDE_DATA": data_folder}) as server:
        yield server
    left = server.unread()
    assert "Traceback" not in left, f"the server logged a traceback at its end:\n{left}"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[static.Site]:
    """The site without a server, at a sub-path."""
    if not static.PYODIDE:
        pytest.skip("STRIDE_PYODIDE names no folder with Pyodide's release")
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    with static.serving(static.built(shared / "site")) as site:
        yield site


@pytest.fixture
def serve(tmp_path: Path, data_folder: str) -> Iterator[Callable[..., Server]]:
    """serve(command=, port=, cwd=) → one more server, running until the test's pages have been judged."""
    with contextlib.ExitStack() as running:

        def start(**options) -> Server:
            log = tmp_path / f"server-{len(list(tmp_path.glob('server-*.txt')))}.txt"
            return running.enter_context(serving(log, env={"STRIDE_DATA": data_folder}, **options))

        yield start


@pytest.fixture
def fresh_server(serve: Callable[..., Server]) -> Server:
    """A server that no page has been opened on: open_page(path, server=fresh_server)."""
    return serve()


@pytest.fixture
def app_copy(tmp_path: Path) -> Path:
    """A folder with app.py and its settings, for a test that writes its own pages/navigation.py."""
    folder = tmp_path / "app"
    (folder / "pages").mkdir(parents=True)
    shutil.copy(ROOT / "app.py", folder)
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    for room in ("engine", "assets", "pages/ui", "pages/states", "pages/live.py"):
        (folder / room).symlink_to(ROOT / room)
    return folder


@pytest.fixture(scope="session")
def kept_tabs(browser: Browser) -> dict[tuple, Page]:
    """Tabs by size, colours and so on, that tests use one after the other."""
    return {}


@pytest.fixture
def open_page(browser: Browser, kept_tabs: dict[tuple, Page], request: pytest.FixtureRequest) -> Iterator[Opener]:
    """open_page(path, size=, dark=, mobile=, reduced_motion=, server=) → a settled, watched page."""
    opener = Opener(browser, lambda: request.getfixturevalue("server"), kept_tabs)
    request.node.stash[OPENER], request.node.stash[FAILED] = opener, False
    yield opener
    opener.close(failed=request.node.stash.get(FAILED, False))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item):
    """A test also fails by the troubles of its pages; on any failure its pages are pictured."""
    opener = item.stash.get(OPENER, None)
    try:
        result = yield
    except BaseException:
        item.stash[FAILED] = True
        if opener:
            about = [*opener.inspect(), *(f"picture: {file}" for file in opener.picture(item.name))]
            item.add_report_section("call", "pages", "\n".join(about))
        raise
    if opener and (troubles := opener.inspect()):
        files = "\n".join(f"picture: {file}" for file in opener.picture(item.name))
        item.stash[FAILED] = True
        pytest.fail("trouble on a page:\n" + "\n".join(troubles) + "\n" + files, pytrace=False)
    return result
