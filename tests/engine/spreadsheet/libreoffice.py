"""LibreOffice for tests: it opens spreadsheets, works out every formula anew, and writes what it finds."""

import csv
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
# All sheets, as text in UTF-8 with commas; numbers with all their digits, not as they are shown.
SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
SECONDS = 300


def found() -> str:
    """Return the path of LibreOffice; without one the test is skipped, and in CI it fails."""
    path = next(filter(None, map(shutil.which, ("soffice", "libreoffice"))), None)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(ADVICE)
    return path


def recalculate(files: Sequence[Path], folder: Path) -> dict[str, dict[str, list[list[str]]]]:
    """Return the texts of every cell, by file and sheet, as LibreOffice works them out: one start for all files.

    Its profile is a folder beside them, so that no other LibreOffice is in the way.
    """
    profile, out = folder / "profile", folder / "recalculated"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    command = [
        found(),
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        SHEETS,
    ]
    done = subprocess.run(
        [*command, "--outdir", str(out), *map(str, files)], capture_output=True, encoding="utf-8", timeout=SECONDS
    )
    made: dict[str, dict[str, list[list[str]]]] = {}
    for file in files:
        sheets = {path.stem.removeprefix(f"{file.stem}-"): path for path in out.glob(f"{file.stem}-*.csv")}
        assert sheets, f"LibreOffice wrote nothing of {file.name}: {done.stdout[-1000:]} {done.stderr[-1000:]}"
        made[file.name] = {
            name: list(csv.reader(path.read_text(encoding="utf-8").splitlines())) for name, path in sheets.items()
        }
    return made
