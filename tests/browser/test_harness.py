"""The harness sees what it is there to see."""

import pytest

from tests.browser.driver import rerun

pytestmark = pytest.mark.browser


def test_each_trouble_on_a_page_is_seen_and_a_quiet_one_has_none(open_page):
    page = open_page("/")
    assert open_page.inspect() == []
    seen = open_page.troubles(page)

    page.evaluate("console.error('a deliberate error')")
    assert any("a deliberate error" in trouble for trouble in seen)
    seen.clear()

    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('thrown on purpose') })")
    assert any("thrown on purpose" in trouble for trouble in seen)
    seen.clear()

    for url in ("http://stride.invalid/font.woff2", "http://192.0.2.1/beacon"):
        answer = page.evaluate("(url) => fetch(url).then(() => 'answered', () => 'refused')", url)
        assert answer == "refused", "nothing leaves the machine"
        assert f"asked another host: {url}" in seen
        seen.clear()


@pytest.mark.xfail(strict=True, reason="a trouble on its page fails a test that asserts nothing")
def test_trouble_fails_the_test(open_page):
    page = open_page("/")
    page.evaluate("console.error('a deliberate error')")


PAGE_THAT_BREAKS = """
import streamlit as st

st.write("before")
if st.button("Break"):
    raise ValueError("broken on purpose")
"""


def test_a_page_that_breaks_off_shows_a_sentence_and_is_seen(open_page, serve, app_copy):
    """app.py answers an error in a page with one sentence; the traceback is in the log alone."""
    (app_copy / "pages" / "navigation.py").write_text(PAGE_THAT_BREAKS)
    page = open_page("/", server=serve(cwd=app_copy))
    with rerun(page):
        page.get_by_role("button", name="Break").click()
    assert page.get_by_text("before").is_visible()
    assert page.get_by_text("This page stopped at an error").is_visible()
    assert page.get_by_text("broken on purpose").count() == 0
    seen = open_page.inspect()
    assert any("broke off" in trouble for trouble in seen)
    assert any("ValueError: broken on purpose" in trouble for trouble in seen)
    open_page.troubles(page).clear()
    page.goto("about:blank")
