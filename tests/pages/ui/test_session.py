"""What a session keeps of its pages: the link of each, as it was left."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

NAVIGATION = Path(__file__).resolve().parents[3] / "pages" / "navigation.py"


def test_a_pages_last_link_is_known_also_where_only_the_address_was_asked():
    def page():
        import streamlit as st

        from pages import live
        from pages.ui import session

        mine = session.holder()
        asked = {"query": {"example": "own"}, "act": ["seed", 3], "key": mine.key}
        live.answered("forward", asked)
        live.answered("forward", {**asked, "act": ["seed", 4], "key": "another"})
        st.write(mine.left)

    assert AppTest.from_function(page).run().json[0].value == '{"forward": {"example": "own", "seed": "3"}}'


def test_the_forward_pages_network_can_be_trained(monkeypatch, tmp_path):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    at = AppTest.from_file(NAVIGATION, default_timeout=60).run()
    at = at.switch_page("training.py").run()
    assert at.button(key="training.forward").disabled
    at.query_params.update(
        {"example": "own", "x": "pic.scene.rgb.32.0-1", "stack": "Conv2d-3-4-3~ReLU~MaxPool2d-2~Flatten~Linear-900-10"}
    )
    at = at.switch_page("forward.py").run()
    assert not at.exception
    at.query_params.clear()
    at = at.switch_page("training.py").run()
    assert not at.exception and not at.button(key="training.forward").disabled
    at = at.button(key="training.forward").click().run()
    assert not at.exception and at.button(key="training.back")
