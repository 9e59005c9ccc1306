"""Stride where PyTorch is not installed: all pages answer, and what needs it says so. In a process of its own."""

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

from engine import lean
from pages.states.answers import PAGES

ROOT = Path(__file__).resolve().parents[1]
# A package that stands in sys.modules as None can be found by nobody.
WITHOUT = f"import sys\nfor name in {lean.LEFT_OUT!r}:\n    sys.modules[name] = None\n"
ASK = """
import json
import sys
import app
from pages.states import answers
from pages.states.training.state import TrainingState
from engine import lean
from engine.training import jobs, runs

found = {}
for page in answers.PAGES:
    opened, _ = answers.opened(page, {})
    checks = [name for name in answers.PAGES[page].asks if name == "check"]
    said = {name: answers.answer(page, {"query": opened["query"], "ask": name})["message"] for name in checks}
    found[page] = {"blocks": len(opened["sheet"]), **said}
begun = answers.answer("training", {"query": {}, "act": ["begin", runs.new_id()]})
found["begin"] = begun["message"]
jobs.revive()
import pandas, pyarrow.ipc, streamlit.elements.vega_charts
from pages.states.share import raster
raster.png("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
found["files"] = [one.__file__ for one in list(sys.modules.values()) if getattr(one, "__file__", None)]
print(json.dumps(found))
"""


def spare() -> list[str]:
    """Return the patterns of what `make lessons` removes."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    return re.search(r"^SPARE := (.+)$", text, re.MULTILINE)[1].split()


def alone(code: str, *arguments: str, tmp_path) -> subprocess.CompletedProcess:
    env = {"STRIDE_DATA": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", WITHOUT + code, *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=120)


def test_every_page_opens_and_a_check_says_calmly_what_is_missing(tmp_path):
    done = alone(ASK, tmp_path=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.pop("begin") == lean.SENTENCE
    spared = [file for file in found.pop("files") for part in spare() if fnmatch(file, f"*/site-packages/{part}*")]
    assert not spared, f"make lessons removes what is needed: {spared}"
    assert len(spare()) > 5 and set(found) == set(PAGES)
    assert all(page["blocks"] for page in found.values())
    checks = [page["check"] for page in found.values() if "check" in page]
    assert len(checks) >= 8 and set(checks) == {lean.SENTENCE}


def test_the_command_says_so_too(tmp_path):
    run = "import runpy\nrunpy.run_module('engine.training', run_name='__main__')"
    done = alone(run, "--data", "shapes", tmp_path=tmp_path)
    assert done.returncode == 2
    assert lean.SENTENCE in " ".join(done.stderr.split()) and "Traceback" not in done.stderr


def test_the_lean_requirements_are_the_full_ones_without_what_is_left_out():
    full = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    added = re.findall(r"^([A-Za-z_]+)==", full, re.MULTILINE)
    assert tuple(added) == lean.LEFT_OUT and "-r requirements-lessons.txt" in full.splitlines()
    bare = (ROOT / "requirements-lessons.txt").read_text(encoding="utf-8")
    assert not [name for name in lean.LEFT_OUT if re.search(rf"^{name}==", bare, re.MULTILINE)]
