"""Find a Chromium for the browser tests, or see to one: `python -m tests.browser.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A minimal Debian lacks the library that Playwright's driver needs, and any font for a sign such as ⏮.
PACKAGES = ("chromium", "libatomic1", "fonts-dejavu-core")
ADVICE = """No Chromium was found, and none could be installed. Do one of these, then run `make test` again:
  Debian:       sudo apt-get install chromium libatomic1
  elsewhere:    install Chromium or Google Chrome, so that `chromium` or `google-chrome` is on the PATH
  or:           {python} -m playwright install --with-deps chromium"""


def installed() -> str | None:
    """Path of a Chromium or Chrome on the PATH."""
    return next(filter(None, map(shutil.which, INSTALLED)), None)


def playwrights_own() -> str | None:
    """Path of the build that `playwright install chromium` fetched."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find() -> str | None:
    return installed() or playwrights_own()


def apt_get() -> list[str] | None:
    """The words that run apt-get here without a password, or None."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n", "apt-get"]
    return None


def runs(*command: str) -> bool:
    """Whether a program starts: a stub, or a build without its system libraries, does not."""
    try:
        return subprocess.run([*command, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def usable() -> str | None:
    """Path of a Chromium that starts, where Playwright's driver starts too."""
    if not runs(sys.executable, "-m", "playwright"):
        return None
    found = find()
    return found if found and runs(found) else None


def ensure() -> str | None:
    """Path of a usable Chromium, installing one where that can be done without asking."""
    if found := usable():
        return found
    if command := apt_get():
        print("Installing Debian's chromium for the browser tests …", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*command, "update"], env=quiet)
        subprocess.run([*command, "install", "-y", "--no-install-recommends", *PACKAGES], env=quiet)
        if found := usable():
            return found
    print("Fetching Playwright's own Chromium (about 150 MB) …", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    return usable()


def main() -> int:
    path = ensure()
    if path is None:
        print(ADVICE.format(python=sys.executable), file=sys.stderr)
        return 1
    print(f"The browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
