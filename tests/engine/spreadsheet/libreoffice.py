"""LibreOffice for tests: it opens spreadsheets, works out every formula anew, and writes what it finds."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

PACKAGE = "libreoffice-calc-nogui"
ADVICE = f"no LibreOffice: install it, on Debian by `apt-get install --no-install-recommends {PACKAGE}`"
# Formulas are worked out when a file is opened, whatever it says that they give; 0 is "always".
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
SECONDS = 300


def found() -> str:
    """Return the path of LibreOffice; without one the test is skipped, and in CI it fails."""
    path = next(filter(None, map(shutil.which, ("soffice", "libreoffice"))), None)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(ADVICE)
    return path


def recalculate(files: Sequence[Path], folder: Path) -> list[Path]:
    """Return copies of spreadsheets in a folder, with every formula worked out by LibreOffice: one start for all.

    Its profile is a folder beside them, so that no other LibreOffice is in the way.
    """
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    out = folder / "recalculated"
    command = [
        found(),
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "xlsx",
    ]
    done = subprocess.run(
        [*command, "--outdir", str(out), *map(str, files)], capture_output=True, text=True, timeout=SECONDS
    )
    made = [out / file.name for file in files]
    missing = [file.name for file in made if not file.is_file()]
    assert not missing, f"LibreOffice wrote no {', '.join(missing)}: {done.stdout[-1000:]} {done.stderr[-1000:]}"
    return made
