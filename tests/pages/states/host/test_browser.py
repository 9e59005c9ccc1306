"""Python's side in a browser, with only what a browser has: every page opens and answers. In a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

from pages.states.answers import PAGES

ROOT = Path(__file__).resolve().parents[4]
# What the site's archive does not hold (pages/static/build.py), beside what training and checks need.
NOT_THERE = (
    *("streamlit", "plotly", "starlette", "torch", "torchvision", "distributed", "dask", "pydantic", "safetensors"),
    *("filelock", "psutil", "resvg_py", "fontTools", "typst", "PIL", "uvloop"),
)
ASK = f"""
import json, sys
for name in {NOT_THERE}:
    sys.modules[name] = None
from engine import lean
lean.IN_BROWSER = True
from pages.states.answers import PAGES
from pages.states.host import browser
found = {{}}
for page in PAGES:
    told = json.loads(browser.opened(page, "{{}}"))
    found[page] = sorted(told) if "answer" in told else told
edit = ["edit", {{"board": "input", "shape": [3, 6, 6], "origin": [0, 0], "cells": [0], "text": "7"}}]
asked = {{"query": {{"example": "three-channels-three-filters"}}, "act": edit}}
found["edited"] = json.loads(browser.answered("convolution", json.dumps(asked)))
found["png"] = json.loads(browser.answered("convolution", json.dumps({{"query": {{}}, "ask": "share.png"}})))
found["weights"] = json.loads(browser.answered("inside", json.dumps({{"query": {{}}, "ask": "weights"}})))
found["wrong"] = json.loads(browser.answered("convolution", json.dumps({{"query": {{}}, "act": ["no", 1]}})))
print(json.dumps(found))
"""


def test_every_page_opens_with_what_a_browser_has():
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert "browser cannot make this file" in found.pop("png")["answer"]["message"]
    assert "browser cannot make this file" in found.pop("weights")["answer"]["message"]
    assert found.pop("edited")["answer"]["query"]["x"].startswith("3x6x6_7_")
    assert found.pop("wrong") == {"error": "This page has no act 'no'."}
    pillow = {page for page, told in found.items() if told == {"wanted": "pillow"}}
    assert pillow <= {"home", "input", "forward", "backward", "inside"}  # they show pictures
    assert {page: told for page, told in found.items() if page not in pillow} == {
        page: ["answer", "picture"] for page in PAGES if page not in pillow
    }
