"""What a session keeps of its pages: the link of each, as it was left."""

from streamlit.testing.v1 import AppTest


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

    assert (
        AppTest.from_function(page, default_timeout=60).run().json[0].value
        == '{"forward": {"example": "own", "seed": "3"}}'
    )


def test_who_asks_is_known_to_the_session_by_the_keys_that_its_page_sends():
    def page():
        import streamlit as st

        from pages import live
        from pages.ui import session

        mine = session.holder()
        before = mine.asker.keys
        asked = {"query": {"preset": "quick", "data": "shapes"}, "act": None, "key": mine.key}
        live.answered("training", {**asked, "keys": ["own", "given"]})
        live.answered("training", {**asked, "key": "another", "keys": ["else"]})
        live.answered("training", asked)  # what comes without keys says nothing
        st.write([before, mine.asker.keys])

    assert AppTest.from_function(page, default_timeout=60).run().json[0].value == '[[], ["own", "given"]]'
