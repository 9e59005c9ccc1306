"""Home without a browser: the network's parts and where they lead."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages.ui.lessons import LESSONS
from pages.ui.picture import picture_from_text

NAVIGATION = Path(__file__).resolve().parents[2] / "pages" / "navigation.py"


def open_home(**query) -> AppTest:
    at = AppTest.from_file(NAVIGATION, default_timeout=60)
    at.query_params.update(query)
    return at.run()


def test_parts_with_a_lesson_are_links_and_the_others_are_not():
    at = open_home()
    assert not at.exception
    links = {one.proto.label: one.proto.page for one in at.get("page_link")}
    assert links.pop("Start here: a picture as numbers") == "input"
    assert links.pop("**Input**") == "input"
    assert set(links) == {f"**{lesson.title}**" for lesson in LESSONS}
    texts = {one.value for one in at.markdown}
    assert {"**Fully connected**", "**Output**"} <= texts


def test_links_open_ready_states():
    for one in open_home().get("page_link"):
        picture_from_text(one.proto.query_string.removeprefix("x="))


def test_another_picture_goes_through_the_network():
    at = open_home(input="scene")
    drawn = "".join(one.proto.body for one in at.html)
    best = drawn.split("sx-bar sx-best")[1].split("</div>")[0]
    assert "scene" in best


def test_an_unknown_picture_gets_a_sentence():
    at = open_home(input="<b>")
    assert 'input: "·b·" is not one of digit, letter, scene; digit is shown.' in at.warning[0].value
