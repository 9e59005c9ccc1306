"""What a browser test stands on: the app's server, a Chromium, and pages that are watched for trouble."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Frame, Page, Playwright, Request, WebSocket, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser import chromium

ROOT = Path(__file__).resolve().parents[2]
FAILED = pytest.StashKey[bool]()  # of a test's node: whether it has failed
FAILURES = Path(__file__).resolve().parent / "failures"
DESKTOP, PHONE = (1280, 720), (390, 844)
# Long, because the machine may be busy with other work; a page that is ready is not waited for.
PATIENCE_S = 60
expect.set_options(timeout=PATIENCE_S * 1000)

# Chromium heeds the last list alone: Playwright's own, and the two pages that each window makes for suggestions to what
# is typed as an address, which take as long as a page of Stride's.
WITHOUT = """
    AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsUpgrades HttpsFirstBalancedModeAutoEnable
    LensOverlay MediaRouter PaintHolding ThirdPartyStoragePartitioning AvoidCorsURLLoaderRestartOnRedirect
    OptimizationHints NetworkTimeServiceQuerying AimEnabled PreconnectToSearch WebUIOmniboxPopup WebUIOmniboxAimPopup
""".split()  # noqa: SIM905  one line for each would be half a page
LAUNCH_ARGS = [
    f"--disable-features={','.join(WITHOUT)}",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Whatever a page asks of another host fails here and is reported; nothing leaves the machine.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
    # A camera that shows a test picture and is allowed at once.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]

# On a deep link Streamlit first looks for its root at /<page>/_stcore/…: a 404 that is not the page's.
PROBE = re.compile(r"^/.+/_stcore/(health|host-config)$")
# Goes to another page, or another state of one, as the menu and the links of an app that is open do.
GO = """
(url) => {
  history.pushState({}, '', url);
  dispatchEvent(new PopStateEvent('popstate', { state: { strideHost: true } }));
}
"""
# Of what a tab keeps of its pages, and where the page that it shows was scrolled to.
FORGET = """
() => {
  sessionStorage.clear();
  localStorage.clear();
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  scrollTo(0, 0);
}
"""
# A page that is drawn in no time, where a tab waits for its next test.
WAITING = "/results"
# What gives a session something of its own: the page that chooses its picture, and where Streamlit takes files.
OWN = re.compile(r"/input$|/_stcore/upload_file/")
# What a page shows where its script broke off: Streamlit's own box, or the sentence of app.show_sorry.
BROKEN = '[data-testid="stException"], [class*="st-key-stopped-"]'

# Counts the script runs that a page has been told of. The page's own mark of a run is not enough: where a run is short
# or the machine busy, its beginning and its end are drawn in one go. Each message is a ForwardMsg of Streamlit's
# (streamlit/proto/ForwardMsg.proto) in protobuf's encoding: tags, each with a number or with so many bytes.
COUNT_RUNS = """
window.strideRuns = 0;
const NEW_SESSION = 4;
const fields = (bytes) => {
  let at = 0;
  const found = new Set();
  const number = () => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = number();
    found.add(Math.floor(tag / 8));
    const size = number(); // or the number itself
    if (tag % 8 === 2) at += size;
    else if (tag % 8 !== 0) throw new Error(`a message of Streamlit's has a field of wire type ${tag % 8}`);
  }
  return found;
};
window.WebSocket = class extends window.WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener('message', ({ data }) => {
      if (fields(new Uint8Array(data)).has(NEW_SESSION)) window.strideRuns += 1;
    });
  }
};
"""
# True once the script has rested, and nothing on the page waits for it, for `quietMs` without a break.
CALM = """
(quietMs) => {
  const app = document.querySelector('[data-testid="stApp"]');
  const waits = (root) => [...root.querySelectorAll('*')].some(
    ({ shadowRoot }) => shadowRoot && (shadowRoot.querySelector('.page[data-busy="yes"]') || waits(shadowRoot)));
  const rests = app
    ? app.getAttribute('data-test-script-state') === 'notRunning'
      && app.getAttribute('data-test-connection-state') === 'CONNECTED'
      && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
    : document.querySelector('html[data-python="ready"] .shown'); // the site without a server
  const calm = rests && !waits(document);
  if (!calm) { window.strideCalmSince = undefined; return false; }
  window.strideCalmSince ??= performance.now();
  if (performance.now() - window.strideCalmSince < quietMs) return false;
  window.strideCalmSince = undefined;
  return true;
}
"""


# The server


def serve_command(port: int) -> list[str]:
    """The line that `make run` serves with (tests/browser/test_starting.py holds the two together)."""
    return [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Server:
    """A running app. `unread()` returns what it has logged since the last call."""

    process: subprocess.Popen
    url: str
    log: Path
    offset: int = 0
    stays: ClassVar[bool] = False  # whether a tab keeps its site from test to test

    def unread(self) -> str:
        with self.log.open("rb") as file:
            file.seek(self.offset)
            text = file.read()
        self.offset += len(text)
        return text.decode(errors="replace")

    def wait_until_healthy(self) -> None:
        # No proxy: an environment's http_proxy is not meant for this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.unread()}")
            with contextlib.suppress(OSError):
                opener.open(f"{self.url}/_stcore/health").close()
                return
            time.sleep(0.02)
        raise RuntimeError(f"the server did not answer within {PATIENCE_S} s:\n{self.unread()}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_server(
    log: Path,
    *,
    command: list[str] | None = None,
    port: int | None = None,
    cwd: Path = ROOT,
    env: dict[str, str] | None = None,
) -> Server:
    """Start the app, by default as `make run` does; the caller waits for it and stops it."""
    port = port or free_port()
    with log.open("wb") as file:
        process = subprocess.Popen(
            command or serve_command(port),
            cwd=cwd,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    return Server(process, f"http://localhost:{port}", log)


@contextlib.contextmanager
def serving(log: Path, **options) -> Iterator[Server]:
    """A server that has answered its health check, stopped by its pid at the end."""
    server = start_server(log, **options)
    try:
        server.wait_until_healthy()
        yield server
    finally:
        server.stop()


# The browser and its pages


def launch(playwright: Playwright) -> Browser:
    # Playwright starts its own build where no path is given.
    return playwright.chromium.launch(executable_path=chromium.installed(), args=LAUNCH_ARGS)


def settle(page: Page, *, quiet_ms: int = 200) -> None:
    """Wait until the page's script rests and nothing on the page is stale or still a placeholder.

    A click reaches the server and comes back as a run after some 50 to 150 ms, so calm counts once it has
    lasted. Where an action must cause a run, `with rerun(page):` waits for exactly that.
    """
    # Asked by a timer: asked at each frame, as is Playwright's way, the browser draws frames for nothing else.
    page.wait_for_function(CALM, arg=quiet_ms, polling=50, timeout=PATIENCE_S * 1000)


@contextlib.contextmanager
def acted(page: Page) -> Iterator[None]:
    """What is done inside is answered by the engine's address, without a run of the script: wait for the answer."""
    before = page.evaluate("window.strideRuns")
    yield
    settle(page, quiet_ms=0)
    assert page.evaluate("window.strideRuns") == before, "a script run was made"


def navigate(page: Page, section: str, name: str) -> None:
    """Choose a page in the navigation at the top."""
    page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text=name).first.click()


@contextlib.contextmanager
def rerun(page: Page, *, quiet_ms: int = 200) -> Iterator[None]:
    """What is done inside causes a run of the script: wait until one has begun, and the page has settled."""
    before = page.evaluate("window.strideRuns")
    yield
    more = "(before) => window.strideRuns > before"
    page.wait_for_function(more, arg=before, polling=50, timeout=PATIENCE_S * 1000)
    settle(page, quiet_ms=quiet_ms)


@contextlib.contextmanager
def answered(page: Page) -> Iterator[None]:
    """As `acted`, of one act at least: wait until its answer is shown."""
    shown = page.locator(".page")
    before = shown.get_attribute("data-done")
    with acted(page):
        yield
        expect(shown).not_to_have_attribute("data-done", before, timeout=PATIENCE_S * 1000)


def take_photo(page: Page) -> None:
    """Press a camera's button: Streamlit's starts anew a second after its width has changed, and takes none then."""
    page.wait_for_function("document.querySelector('video')?.currentTime > 2", timeout=PATIENCE_S * 1000)
    with rerun(page):
        page.get_by_role("button", name="Take Photo").click()


def go(page: Page, url: str, *, quiet_ms: int = 200) -> None:
    """Go to an address of the app or the site that a tab shows, without loading it anew, and wait for its page."""
    if page.locator("html[data-shown]").count():  # the site without a server counts the pages that it has shown
        shown = page.locator("html").get_attribute("data-shown")
        page.evaluate(GO, url)
        expect(page.locator("html")).not_to_have_attribute("data-shown", shown)
        settle(page, quiet_ms=quiet_ms)
    else:
        with rerun(page, quiet_ms=quiet_ms):
            page.evaluate(GO, url)


def leave(page: Page, *, to: str = "") -> bool:
    """Leave what a tab shows, with its storage and cookies; return whether the tab can be used again.

    to: an address of the app that the tab shows, to go to without leaving the app; else nothing is shown.
    """
    try:
        for other in page.context.pages:
            if other != page:
                other.close()
        page.unroute_all()
        page.mouse.move(0, 0)
        if to:
            go(page, to, quiet_ms=0)
        page.evaluate(FORGET)
        if not to:
            page.context.clear_cookies()  # an app that stays has the one by which it sends files
            page.goto("about:blank")
    except PlaywrightError:  # it was closed, or shows no site
        return False
    return True


@dataclass
class View:
    """A page, the key of its tab, which is kept for later tests, and every trouble seen on it.

    stays: whether the tab stays in the app when the test leaves it; not where the test may have given its session a
    picture or a file.
    """

    page: Page
    key: tuple
    server: Server
    stays: bool
    troubles: list[str] = field(default_factory=list)
    given: bool = False

    def __post_init__(self):
        self.watched = {
            "console": self._console,
            "pageerror": lambda error: self.troubles.append(f"page error: {error}"),
            "crash": lambda _: self.troubles.append("the page crashed"),
            "request": self._asked,
            "websocket": self._asked,
            "framenavigated": self._gone,
        }
        for event, heard in self.watched.items():
            self.page.on(event, heard)

    def left(self) -> bool:
        """Leave the page; return whether its tab can be used again."""
        for event, heard in self.watched.items():
            self.page.remove_listener(event, heard)
        again = self.server.stays or (self.stays and not self.given)
        there = again and self.page.url.startswith(self.server.url)
        return leave(self.page, to=self.server.url + WAITING if there else "")

    def _gone(self, frame: Frame) -> None:
        self.given |= bool(OWN.search(urlsplit(frame.url).path))

    def _console(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and not PROBE.match(urlsplit(where).path):
            self.troubles.append(f"console: {message.text[:500]} ({where})")

    def _asked(self, asked: Request | WebSocket) -> None:
        url = urlsplit(asked.url)
        self.given |= bool(OWN.search(url.path))
        if url.scheme in ("http", "https", "ws", "wss") and url.netloc != urlsplit(self.server.url).netloc:
            self.troubles.append(f"asked another host: {asked.url[:200]}")

    def inspect(self) -> list[str]:
        """Every trouble up to now, with what the page shows and what the server has logged since."""
        if not self.page.is_closed():
            shown = [box.inner_text()[:500] for box in self.page.locator(BROKEN).all()]
            self.troubles += [f"the page's script broke off: {text}" for text in shown]
            if self.page.get_by_text("Traceback (most recent call last)").count():
                self.troubles.append("a traceback is on the page")
        logged = self.server.unread()
        if "Traceback" in logged:
            self.troubles.append(f"the server logged a traceback:\n{logged[-4000:]}")
        return self.troubles


def choosing(together: bool) -> str:
    """Return the script that makes players show all channels at once, or one at a time, until the learner chooses."""
    key, value = "stride:together", "yes" if together else "no"
    return f"if (location.protocol !== 'about:') localStorage['{key}'] ??= '{value}'"


class Opener:
    """The `open_page` fixture: opens watched pages, and remembers them until the test is over."""

    def __init__(self, browser: Browser, default_server, kept: dict[tuple, Page]) -> None:
        self.browser = browser
        self.default_server = default_server
        self.kept = kept
        self.views: list[View] = []

    def __call__(
        self,
        path: str = "/",
        *,
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        mobile: bool = False,
        reduced_motion: bool = False,
        together: bool | None = True,
        server: Server | None = None,
        fresh: bool = False,
        **context_options,
    ) -> Page:
        """Open `path`, and return the page once it has settled.

        The page is in a tab that an earlier test has left, where there is one, and is gone to as a link of the app
        would lead there, which takes a third of the time of a load; from a page of no matter, with nothing kept. fresh:
        it is loaded, in a session of its own, for a test of what a load does, or one that changes the document; so is
        what lies on another server or is embedded. The site without a server always stays in its tab, since Python
        takes a while to start there.

        A test's other pages, which stand for other browsers, are in contexts of their own. `mobile` is a phone of
        390×844 with touch. together: whether the learner has chosen to see all channels at once, so that each cell is
        there; None leaves it to the room. Other keywords go to Playwright's new_context, such as
        permissions=["clipboard-read"].
        """
        fresh |= server is not None or "embed=" in path or path.startswith(WAITING)
        server = server or self.default_server()
        width, height = PHONE if mobile else size
        stays = server.stays or not fresh
        chosen = None if stays else together
        key = (type(server), stays, len(self.views), mobile, chosen, repr(sorted(context_options.items())))
        page = self.kept.pop(key, None) or self._tab(mobile, chosen, context_options)
        self.views.append(View(page, key, server, stays))
        page.set_viewport_size({"width": width, "height": height})
        motion = "reduce" if reduced_motion else "no-preference"
        page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion=motion)
        url = server.url + "/" + path.lstrip("/")
        if not stays:
            page.goto(url, wait_until="load")
            settle(page)
            return page
        if not page.url.startswith(server.url):
            page.goto(server.url + WAITING, wait_until="load")
            if server.stays:
                page.wait_for_selector("html[data-python=ready]", timeout=3 * PATIENCE_S * 1000)
            settle(page)
        if together is not None:
            page.evaluate(choosing(together))
        go(page, url)
        return page

    def path(self, page: Page) -> str:
        """Return what a page's address has after its server's."""
        view = next(view for view in self.views if view.page is page)
        return page.url.removeprefix(view.server.url)

    def _tab(self, mobile: bool, together: bool | None, options: dict) -> Page:
        context = self.browser.new_context(is_mobile=mobile, has_touch=mobile, **options)
        context.set_default_timeout(PATIENCE_S * 1000)
        context.add_init_script(COUNT_RUNS)
        if together is not None:
            context.add_init_script(choosing(together))
        return context.new_page()

    def troubles(self, page: Page) -> list[str]:
        """The page's list of troubles; a test that causes one on purpose takes it out of the list."""
        return next(view for view in self.views if view.page is page).troubles

    def inspect(self) -> list[str]:
        """Every trouble on every page opened so far."""
        return [f"{view.page.url}: {trouble}" for view in self.views for trouble in view.inspect()]

    def picture(self, name: str) -> list[Path]:
        """Save what each open page shows to tests/browser/failures/, and return the files."""
        FAILURES.mkdir(exist_ok=True)
        name = re.sub(r"[^\w.-]+", "_", name)
        files = []
        for number, view in enumerate(self.views):
            if not view.page.is_closed():
                files.append(FAILURES / f"{name}-{number}.png")
                with contextlib.suppress(Exception):
                    view.page.screenshot(path=files[-1])
        return files

    def close(self, failed: bool) -> None:
        """Leave the pages; the tabs of a test that has failed are closed."""
        for view in self.views:
            if not failed and view.left():
                self.kept[view.key] = view.page
            else:
                view.page.context.close()
