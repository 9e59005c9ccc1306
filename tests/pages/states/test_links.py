"""Links that are out in the world open what they opened when they were written.

links.json holds links of README, of the tests, of the pages' things to try and of every example, and what each opened
before the pages' states had one description (commit d6cd76f). A link that is published later is added, none is taken
away: settings and places as they are, arrays as their shape and a digest of their numbers.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from pages.states.backward import state as backward
from pages.states.input import state as input
from pages.states.inside import state as inside
from pages.states.learning import state as learning
from pages.states.network import state as network
from pages.states.registry import KINDS
from pages.states.shapes import state as shapes
from pages.states.training import state as training

LINKS = json.loads((Path(__file__).parent / "links.json").read_text(encoding="utf-8"))


def digest(array) -> str:
    array = np.asarray(array, dtype=float)
    numbers = (np.round(array, 6) + 0.0).tobytes()
    return "x".join(map(str, array.shape)) + ":" + hashlib.blake2b(numbers, digest_size=6).hexdigest()


def numbers(parameters) -> dict[str, str]:
    return {name: digest(array) for name, array in sorted(parameters.items())}


def of_lesson(state) -> dict:
    return {
        "layer": state.layer.code(),
        "x": digest(state.input),
        "numbers": numbers(state.parameters),
        "step": state.step,
        "extras": {name: value for name, value in state.extras.items() if name != "at"},
        "at": state.extras.get("at"),
        "output": digest(state.layer.forward(state.input, **state.arguments)),
    }


def of_network(state) -> dict:
    return {
        "layers": [layer.code() for layer in state.network.layers],
        "x": digest(state.input),
        "numbers": numbers(state.parameters),
        "target": state.target,
        "path": state.path,
        "step": state.step,
    }


def of_gradients(state) -> dict:
    return {**of_network(state.forward), "path": state.path, "step": state.step}


def of_learning(state) -> dict:
    opens = {"part": state.part}
    if state.part in ("check", "step"):
        opens |= of_network(state.network) | {"name": state.name, "flat": state.flat, "exponent": state.exponent}
    if state.part != "check":
        opens["how"] = asdict(getattr(state, learning.HELD[state.part]))
    return opens


def of_inside(state) -> dict:
    places = {"path": state.path, "step": state.step, "asked": state.asked, "first": state.first}
    return {"model": state.model.key, "x": digest(state.picture.pixels), **places}


def of_training(state) -> dict:
    return {"view": state.view, "preset": state.preset, "settings": state.settings.as_dict(), "data": state.data}


def of_input(state) -> dict:
    pictures = [digest(one.values) for one in state.batch]
    return {"pictures": pictures, "n": state.n, "at": list(state.at), "panel": state.shown_panel}


def of_shapes(state) -> dict:
    if state.tab == "stack":
        layers = [layer.code() for layer in state.shown.network.layers]
        return {"tab": state.tab, "layers": layers, "shape": state.shown.network.input_shape}
    one = state.shown
    return {"tab": state.tab, "layer": one.layer.code(), "shape": one.shape, "asked": one.asked}


PAGES = {
    **{page: (kind.read, of_lesson) for page, kind in KINDS.items()},
    "forward": (network.read, of_network),
    "backward": (backward.read, of_gradients),
    "learning": (learning.read, of_learning),
    "inside": (inside.read, of_inside),
    "training": (training.read, of_training),
    "calculator": (shapes.read, of_shapes),
    "input": (input.read, of_input),
}


def part_of(opens, old):
    """Return what an older summary tells of: it has no key for what a page did not have then."""
    if isinstance(opens, dict) and isinstance(old, dict):
        return {key: part_of(opens.get(key), value) for key, value in old.items()}
    return opens


def plain(value):
    """Return a value as JSON gives it back."""
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_opens_what_it_opened_and_is_written_so_that_it_does_again(page, monkeypatch, tmp_path):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    read, summary = PAGES[page]
    links = [link for link in LINKS if link["page"] == page]
    assert links
    for link in links:
        state, problems = read(link["query"])
        opens = plain(summary(state))
        assert problems == [], link
        assert part_of(opens, link["opens"]) == link["opens"], link
        again, problems = read(state.query())
        assert problems == [] and plain(summary(again)) == opens, link
