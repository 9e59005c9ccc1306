"""Home without a browser: the network's parts and where they lead."""

from pathlib import Path
from urllib.parse import parse_qsl

from streamlit.testing.v1 import AppTest

from pages.states.picture import picture_from_text
from pages.states.registry import KINDS

NAVIGATION = Path(__file__).resolve().parents[2] / "pages" / "navigation.py"


def open_home(**query) -> AppTest:
    at = AppTest.from_file(NAVIGATION, default_timeout=60)
    at.query_params.update(query)
    return at.run()


PARTS = {
    "Input": "input",
    "Convolution": "convolution",
    "Activation": "activation",
    "Pooling": "pooling",
    "Fully connected": "fully_connected",
    "Output": "output_loss",
}


def test_every_part_of_the_network_leads_to_its_lesson():
    at = open_home()
    assert not at.exception
    links = {one.proto.label: one.proto.page for one in at.get("page_link")}
    assert links["Start here: a picture as numbers"] == "input"
    assert {label.strip("*"): page for label, page in links.items() if label.startswith("**")} == PARTS
    assert {"forward", "calculator"} <= set(links.values())


def test_links_open_ready_states():
    for one in open_home().get("page_link"):
        query = dict(parse_qsl(one.proto.query_string))
        if "x" in query:
            picture_from_text(query["x"])
        elif one.proto.page in KINDS:
            assert KINDS[one.proto.page].read(query, None)[1] == []


def test_another_picture_goes_through_the_network():
    at = open_home(input="scene")
    drawn = "".join(one.proto.body for one in at.html)
    best = drawn.split("sx-bar sx-best")[1].split("</div>")[0]
    assert "scene" in best


def test_an_unknown_picture_gets_a_sentence():
    at = open_home(input="<b>")
    assert 'input: "·b·" is not one of digit, letter, scene; digit is shown.' in at.warning[0].value
